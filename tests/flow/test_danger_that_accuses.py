"""紧急转接 that accuses too: it rings and is seen at once, and whoever it accuses gets it by no way."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.desk import MODERATOR
from support.loop_desk import LoopDesk, open_loop, posts
from support.web import enrol, serving, visiting

from models.actions import avoiding, consulting, handling
from models.actions.avoiding import MustAvoid, also_accuses
from models.actors import Actor
from models.avoiding import units_accused
from models.database import reading
from models.profile import load_profile
from models.tables.links import Ringing
from models.tables.messages import Message
from models.tables.notices import Notice
from models.tables.orders import Assignment, WorkOrder
from models.vocabulary import Channel, Role

BEATEN = "昨天城管队员执法时动手打人，把我父亲推倒在地，头上缝了三针。要求处理打人的队员。"
JUMPING = "城管局李科长收钱不办事，今天还动手打我，我要跳楼。"
# An accusation for certain, and a danger that is only suspected: under seal nobody would be rung for it.
SUSPECTED = (
    "书记收了我两万块不办事，逼得我想不开，想一死了之。",
    "村会计吞了我的补偿款，我只有寻短见。",
    "支书带人把我父亲打伤了，还说要弄死我们全家，他吞了我们的补偿款。",
)
SUPERVISOR = Actor("du", Role.SUPERVISOR)
ACCUSED = "urban_bureau"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[LoopDesk]:
    with open_loop(tmp_path) as opened:
        yield opened


def told(desk: LoopDesk, text: str, **said: object) -> WorkOrder:
    desk.collect(Channel.BOARD, desk.lines("post.jsonl", [posts(1)[0] | {"title": "", "text": text} | said]))
    desk.work()
    return desk.one(WorkOrder)


@pytest.mark.parametrize("text", SUSPECTED)
def test_a_suspected_danger_beside_a_certain_accusation_rings_before_anybody_seals_it(
    desk: LoopDesk, text: str
) -> None:
    order = told(desk, text)
    assert (order.procedure, order.urgency, order.sealed) == ("emergency", "emergency", False)
    assert desk.all(Ringing, order_id=order.id)
    message = desk.one(Message)
    assert also_accuses(order, message)
    assert message.findings["suggestion"] == {}
    assert {n.unit for n in desk.all(Notice, order_id=order.id)} <= {"duty", "citizen"}


def test_an_accusation_without_a_danger_is_sealed_and_rings_nobody(desk: LoopDesk) -> None:
    order = told(desk, "村会计吞了我的补偿款，账上没有，请上级查。")
    assert (order.procedure, order.sealed) == ("accusation", True)
    assert desk.all(Ringing) == []


@pytest.mark.parametrize("text", [BEATEN, JUMPING])
def test_the_danger_rings_and_nobody_is_suggested_or_told(desk: LoopDesk, text: str) -> None:
    order = told(desk, text)
    assert (order.procedure, order.status, order.sealed) == ("emergency", "triage", False)
    assert desk.all(Ringing, order_id=order.id)
    assert desk.one(Message).findings["suggestion"] == {}
    assert {n.unit for n in desk.all(Notice, order_id=order.id)} <= {"duty", "citizen"}
    with reading(desk.house.engine) as session:
        assert ACCUSED in avoiding.avoided(session, desk.house.profile, order)


@pytest.mark.parametrize("text", [BEATEN, JUMPING])
def test_who_is_accused_is_refused_in_every_part_until_a_supervisor_clears_it(desk: LoopDesk, text: str) -> None:
    order = told(desk, text)
    reckoner, number = desk.house.reckoner, order.id or 0
    parts = ({"lead": ACCUSED}, {"co_units": [ACCUSED]}, {"informed": [ACCUSED]})
    for part in parts:
        with pytest.raises(MustAvoid, match="城市管理局"), desk.writing() as session:
            handling.dispatch(session, reckoner, number, actor=MODERATOR, now=desk.now,
                              **{"lead": "police_bureau"} | part)  # type: ignore[arg-type]  # fmt: skip
    with pytest.raises(MustAvoid), desk.writing() as session:
        consulting.convene(session, reckoner, number, "谁办？", [ACCUSED, "police_bureau"], MODERATOR, desk.now)
    assert not desk.all(Assignment)
    with desk.writing() as session:
        avoiding.clear_unit(session, desk.house.profile, number, ACCUSED, "非该局人员", SUPERVISOR, desk.now)
    with desk.writing() as session:
        assert handling.dispatch(session, reckoner, number, ACCUSED, MODERATOR, desk.now).lead_unit == ACCUSED


def test_a_unit_that_is_not_accused_may_be_chosen_by_hand(desk: LoopDesk) -> None:
    order = told(desk, BEATEN)
    with desk.writing() as session:
        handling.dispatch(session, desk.house.reckoner, order.id or 0, "police_bureau", MODERATOR, desk.now)
    assert {a.unit for a in desk.all(Assignment)} == {"police_bureau"}


def test_the_pages_offer_no_key_and_no_unit_but_the_seal(desk: LoopDesk) -> None:
    enrol(desk.house)
    order = told(desk, BEATEN)
    path = f"/console/orders/{order.number}"
    with serving(desk.house) as address, visiting(address, "shen") as moderator:
        row = moderator.get("/console/triage").text
        page = moderator.get(path).text
        for text in (row, page):
            assert "同时涉及检举控告：险情处置后请密封" in text
            assert "电话告知承办单位" not in text
            assert f'action="{path}/seal"' in text
        assert f'action="{path}/dispatch"' not in row
        assert "data-enter" not in row
        assert f'name="informed" value="{ACCUSED}" checked' not in page
        refused = moderator.post(f"{path}/dispatch", lead="police_bureau", informed=ACCUSED, seen=str(order.version))
        assert refused.status_code == 403
        assert "回避" in refused.text
        for act in ({"act": "accept"}, {"act": "dispatch", "lead": "police_bureau"}):
            moderator.post("/console/triage/bulk", rows=f"{order.number}:{order.version}", **act)
        assert desk.one(WorkOrder).status == "triage"
        assert moderator.post(f"{path}/seal").status_code == 200
    assert desk.one(WorkOrder).sealed


def test_bulk_dispatch_leaves_it_even_when_somebody_has_lowered_its_urgency(desk: LoopDesk) -> None:
    enrol(desk.house)
    order = told(desk, BEATEN)
    with desk.writing() as session:
        session.get_one(WorkOrder, order.id).urgency = "normal"
    with serving(desk.house) as address, visiting(address, "shen") as moderator:
        page = moderator.post(
            "/console/triage/bulk", rows=f"{order.number}:{order.version}", act="dispatch", lead="police_bureau"
        ).text
    assert "不得批量派单" in page
    assert desk.one(WorkOrder).status == "triage"


def test_it_joins_no_order_and_stays_away_from_whoever_has_the_one_that_it_speaks_of(desk: LoopDesk) -> None:
    first = told(desk, "小区三号楼的电梯停了半个月，老人上下楼不便，请尽快修好。")
    if first.lead_unit is None:
        with desk.writing() as session:
            handling.dispatch(session, desk.house.reckoner, first.id or 0, "market_bureau", MODERATOR, desk.now)
    holder = desk.one(WorkOrder).lead_unit
    again = posts(1)[0] | {
        "id": "P9",
        "title": "",
        "text": f"救命！我现在站在楼顶要跳楼，科长索贿受贿，收了两条烟。{first.number}",
    }
    desk.collect(Channel.BOARD, desk.lines("again.jsonl", [again]))
    desk.work()
    [second] = [order for order in desk.all(WorkOrder) if order.id != first.id]
    assert second.procedure == "emergency"
    with reading(desk.house.engine) as session:
        assert holder in avoiding.avoided(session, desk.house.profile, second)


def test_what_is_sealed_or_calm_says_nothing_of_it(desk: LoopDesk) -> None:
    order = told(desk, "路灯坏了三周，请修。")
    assert not also_accuses(order, desk.one(Message))


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("城管打人", ["urban_bureau"]),
        ("派出所民警收钱", ["police_bureau"]),
        ("南塘街道干部打人", ["nantang_office"]),
        ("街道办的人打人", ["nantang_office", "hedong_office"]),
        ("学校老师打孩子", ["education_bureau", "qinghe_education"]),
        ("镇上的路灯坏了", []),
        ("把老人送到医院", []),
    ],
)
def test_people_are_known_by_what_everybody_calls_them(text: str, meant: list[str]) -> None:
    assert units_accused(load_profile("demo"), [text]) == meant
