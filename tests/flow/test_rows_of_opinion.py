"""What the source documents ask of public opinion, of units together and of plans (DOMAIN's table), row by row."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.desk import at
from support.loop_desk import MATTERS, LoopDesk, open_loop
from support.web import clicked, enrol, serving, visiting

from flows.chasing import chase
from flows.ledger_files import import_ledger
from models.tables.clocks import Clock
from models.tables.ledger import Promise
from models.tables.messages import Message
from models.tables.notices import Notice
from models.tables.orders import Assignment, Consultation, WorkOrder
from models.vocabulary import Channel

HEARD = at("2026-02-24T10:00")
POST = {"time": "2026-02-24T09:00:00", "contact": "19900001234"}
BUSES = "10路公交车改线以后不再经过{}，上班要多走两公里，希望恢复公交站点。"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[LoopDesk]:
    with open_loop(tmp_path, now=HEARD) as opened:
        yield opened


def told(desk: LoopDesk, channel: Channel, **texts: str) -> dict[str, Message]:
    """Posts by their names, taken in and judged."""
    rows = [POST | {"id": name, "title": text[:8], "text": text} for name, text in texts.items()]
    desk.collect(channel, desk.lines(f"{channel}.jsonl", rows))
    desk.work()
    return {m.external_id: m for m in desk.all(Message, channel=channel.value)}


def test_row_6_opinion_over_several_counties_goes_up_and_a_citizens_matter_stays_where_it_came_first(
    desk: LoopDesk,
) -> None:
    one, several = BUSES.format("湖滨路"), BUSES.format("湖滨路和柳桥大道")
    beyond = BUSES.format("湖滨路和邻汀县")
    opinion = told(desk, Channel.OPINION, one=one, several=several, beyond=beyond)
    ordinary = told(desk, Channel.BOARD, several=several)
    offered = {name: m.findings["suggestion"] for name, m in opinion.items()}
    assert offered["one"]["lead"] == "shihu_transport"
    assert offered["several"]["lead"] == "transport_bureau"
    assert "shihu_transport" in offered["several"]["co_units"]
    assert (offered["beyond"]["lead"], offered["beyond"]["reported_to"]) == ("media_centre", "province_dept")
    first = ordinary["several"].findings["suggestion"]
    assert (first["lead"], first["co_units"]) == ("shihu_transport", ["transport_bureau"])


def test_row_9_and_29_units_settle_an_opinion_together_while_its_hours_run(desk: LoopDesk) -> None:
    """收集、会商、处置: 48 hours from its appearance; media, police and emergency are heard before one unit leads."""
    enrol(desk.house)
    told(desk, Channel.OPINION, rumour=BUSES.format("文峰路和柳桥大道"))
    order = desk.one(WorkOrder)
    clock = desk.one(Clock, stage="opinion_first")
    assert clock.due_at == at("2026-02-26T09:00")
    joint = ["media_centre", "police_bureau", "transport_bureau"]
    with serving(desk.house) as address, visiting(address, "shen") as moderator, visiting(address, "lu") as clerk:
        path = f"/console/orders/{order.number}"
        clicked(moderator, f"{path}/convene", question="由谁回应？", units=joint, meets_on="2026-02-25")
        assert {n.unit for n in desk.all(Notice, kind="consulted")} == set(joint)
        clicked(clerk, f"/unit/orders/{order.number}/contribution", text="线路由我局调整，由我局回应。")
        clicked(moderator, f"{path}/conclude", outcome="由市交通运输局回应", lead="transport_bureau")
        clicked(clerk, f"/unit/orders/{order.number}/acknowledge")
    assert desk.one(Consultation).outcome == "由市交通运输局回应"
    assert desk.one(WorkOrder).lead_unit == "transport_bureau"
    assert (
        desk.one(Assignment, unit="transport_bureau", part="consulted").contribution == "线路由我局调整，由我局回应。"
    )
    chase(desk.house, at("2026-02-26T09:01"))
    assert {"transport_bureau", "duty"} <= {n.unit for n in desk.all(Notice, clock_id=clock.id)}


def test_row_10_the_domain_unit_answers_opinion_with_the_media_centre_and_leads_ordinary_orders(tmp_path: Path) -> None:
    with open_loop(tmp_path, now=HEARD, profile="chongqing-gaoxin") as desk:
        matters = {"wages": MATTERS[3][1], "noise": MATTERS[2][1], "food": MATTERS[7][1], "school": MATTERS[5][1]}
        leads = {
            "wages": "government_service", "noise": "environment", "food": "market", "school": "public_service",
        }  # fmt: skip
        opinion, ordinary = told(desk, Channel.OPINION, **matters), told(desk, Channel.BOARD, **matters)
        lift = told(desk, Channel.BOARD, lift=MATTERS[1][1])["lift"]
        assert {name: m.findings["suggestion"]["lead"] for name, m in ordinary.items()} == leads
        assert {name: m.findings["suggestion"]["lead"] for name, m in opinion.items()} == leads
        assert all("media" in m.findings["suggestion"]["informed"] for m in opinion.values())
        assert all("分解表二(三)" in m.findings["suggestion"]["rule"] for m in ordinary.values())
        assert lift.findings["suggestion"]["presumed"]
        assert "推定，待本地确认" in lift.findings["suggestion"]["rule"]
        assert all(order.status == "triage" for order in desk.all(WorkOrder))


def test_row_22_a_plan_becomes_a_ledger_with_unit_and_limit_that_is_chased_and_struck_off(
    desk: LoopDesk, tmp_path: Path
) -> None:
    enrol(desk.house)
    bureau = desk.house.profile.unit("housing_bureau").name
    plan = tmp_path / "要点.txt"
    task_line = f"1.3月底前完成学府路大修。(责任单位：{bureau})"
    plan.write_text(f"望溪市2026年便民工作要点\n\n2026年2月9日\n\n一、办好实事\n{task_line}\n")
    assert import_ledger(desk.house, plan, HEARD)["entered"] == 1
    task = desk.one(Promise)
    assert (task.unit, str(task.due), task.state) == ("housing_bureau", "2026-03-31", "to_confirm")
    with serving(desk.house) as address, visiting(address, "du") as office, visiting(address, "wu") as clerk:
        clicked(office, f"/console/ledger/{task.id}/confirm", due="2026-03-31")
        chase(desk.house, at("2026-04-01T09:00"))
        assert {n.unit for n in desk.all(Notice, kind="remind")} == {"housing_bureau"}
        clicked(clerk, f"/unit/ledger/{task.id}/report", progress="4月2日已完工。")
        clicked(office, f"/console/ledger/{task.id}/close", state="kept", reason="现场核查属实")
    assert desk.one(Promise).state == "kept"
