"""A report that names a unit reaches it in no part, whatever people do; a supervisor may clear a mere mention."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlmodel import Session
from support.desk import CLERK, MODERATOR, REVIEWER, Desk, at, dispatched, open_desk
from support.loop_desk import open_loop, posts
from support.web import enrol, serving, visiting

from models.actions import avoiding, closing, consulting, handling, merging, supervising
from models.actions.avoiding import MustAvoid
from models.actions.supervising import Wording
from models.actors import Actor
from models.avoiding import units_named
from models.database import reading
from models.errors import Conflict, HuiyinError, NotAllowed
from models.profile import load_profile
from models.queries.progress import public_steps, said_again
from models.registration import Plan
from models.tables.clocks import Clock
from models.tables.messages import Message
from models.tables.notices import Notice
from models.tables.orders import Assignment, WorkOrder
from models.vocabulary import Channel, InstructionKind, OrderStatus, Role, Satisfaction, Stage

NOW = at("2026-02-24T10:00")
SUPERVISOR = Actor("du", Role.SUPERVISOR)
CITIZEN = Actor("citizen")
WAITING = Plan(domain="housing", kind="report", procedure="ordinary", urgency="normal", status=OrderStatus.TRIAGE)
TEXT = "举报市住房和城乡建设局窗口人员收了材料不办事，推来推去。"
ASKED = Wording("超期未办", "请说明", at("2026-03-06T00:00").date())


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path, now=NOW) as opened:
        yield opened


@pytest.fixture
def report(desk: Desk) -> WorkOrder:
    return desk.take(NOW, channel=Channel.BOARD, text=TEXT, title="窗口不办事", plan=WAITING)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("举报望溪市住房和城乡建设局", ["housing_bureau"]),
        ("举报市住房和城乡建设局", ["housing_bureau"]),
        ("举报市住建局", ["housing_bureau"]),
        ("举报住房和城乡建设局", ["housing_bureau", "liuqiao_housing", "qinghe_housing"]),
        ("举报区住房和城乡建设局", ["liuqiao_housing", "qinghe_housing"]),
        ("举报青禾区住房和城乡建设局", ["qinghe_housing"]),
        ("举报某物业公司乱收费", []),
    ],
)
def test_a_unit_is_known_by_what_people_call_it_and_not_taken_for_another_places(text: str, named: list[str]) -> None:
    profile = load_profile("demo")
    assert sorted(units_named(profile, [text])) == named


def everything(desk: Desk, order: int) -> dict[str, Callable[[Session], object]]:
    """What people could bring it to the unit by."""
    reckoner, profile = desk.house.reckoner, desk.house.profile
    theirs = desk.take(NOW).id or 0
    return {
        "lead": lambda s: handling.dispatch(s, reckoner, order, "housing_bureau", MODERATOR, NOW),
        "co": lambda s: handling.dispatch(
            s, reckoner, order, "police_bureau", MODERATOR, NOW, co_units=["housing_bureau"]),
        "informed": lambda s: handling.dispatch(
            s, reckoner, order, "police_bureau", MODERATOR, NOW, informed=["housing_bureau"]),
        "ruled": lambda s: handling.dispatch(s, reckoner, order, "housing_bureau", MODERATOR, NOW, ruled=True),
        "merge": lambda s: merging.merge(s, profile, order, theirs, MODERATOR, NOW),
        "consult": lambda s: consulting.convene(
            s, reckoner, order, "谁办？", ["housing_bureau", "police_bureau"], MODERATOR, NOW),
        "paper": lambda s: supervising.draft(
            s, reckoner, InstructionKind.SUPERVISE, "housing_bureau", ASKED, SUPERVISOR, NOW, order_id=order),
    }  # fmt: skip


def test_no_way_that_people_have_brings_a_report_to_the_unit_that_it_names(desk: Desk, report: WorkOrder) -> None:
    for name, act in everything(desk, report.id or 0).items():
        with pytest.raises(MustAvoid, match="住房和城乡建设局"), desk.writing() as session:
            act(session)
        assert not desk.all(Assignment, order_id=report.id), name
        assert not [n for n in desk.all(Notice, order_id=report.id) if n.unit == "housing_bureau"], name


def test_another_unit_may_have_it_and_cannot_hand_it_on_to_the_one_it_names(desk: Desk, report: WorkOrder) -> None:
    reckoner, order = desk.house.reckoner, report.id or 0
    police = Actor("jing", Role.UNIT, "police_bureau")
    with desk.writing() as session:
        handling.dispatch(session, reckoner, order, "police_bureau", MODERATOR, NOW)
    with pytest.raises(MustAvoid), desk.writing() as session:
        handling.ask_return(session, reckoner, order, "不归我管", police, NOW, suggested_unit="housing_bureau")
    with desk.writing() as session:
        handling.ask_return(session, reckoner, order, "不归我管", police, NOW)
        handling.decide_return(session, reckoner, order, MODERATOR, NOW, granted=True)
    with pytest.raises(MustAvoid), desk.writing() as session:
        handling.dispatch(session, reckoner, order, "housing_bureau", MODERATOR, NOW)
    with desk.writing() as session:
        consulting.convene(session, reckoner, order, "谁办？", ["police_bureau", "transport_bureau"], MODERATOR, NOW)
    with pytest.raises(MustAvoid), desk.writing() as session:
        consulting.conclude(session, reckoner, order, "由住建局办", MODERATOR, NOW, lead="housing_bureau")


def test_what_was_merged_in_counts_too_and_the_first_unit_need_not_take_what_is_about_it(desk: Desk) -> None:
    reckoner = desk.house.reckoner
    main = desk.take(NOW, plan=dispatched())
    with desk.writing() as session:
        for _ in range(desk.house.profile.limits.returns):
            handling.ask_return(session, reckoner, main.id or 0, "不属本单位职责", CLERK, NOW)
            handling.decide_return(session, reckoner, main.id or 0, MODERATOR, NOW, granted=True)
            if session.get_one(WorkOrder, main.id).returns < desk.house.profile.limits.returns:
                handling.dispatch(session, reckoner, main.id or 0, "housing_bureau", MODERATOR, NOW)
    about = desk.take(NOW, channel=Channel.BOARD, text=TEXT, title="窗口不办事", plan=WAITING)
    with desk.writing() as session:
        merging.merge(session, desk.house.profile, about.id or 0, main.id or 0, MODERATOR, NOW)
    with pytest.raises(MustAvoid), desk.writing() as session:
        handling.dispatch(session, reckoner, main.id or 0, "housing_bureau", MODERATOR, NOW)
    with desk.writing() as session:
        assert handling.dispatch(session, reckoner, main.id or 0, "police_bureau", MODERATOR, NOW).lead_unit


@pytest.mark.parametrize("again", ["ordered", "rated", "asked"])
def test_what_turns_out_to_be_about_its_unit_is_reopened_at_the_desk_and_not_there(desk: Desk, again: str) -> None:
    reckoner, order = desk.house.reckoner, desk.take(NOW, plan=dispatched(), text=TEXT.replace("举报", "请")).id or 0
    with desk.writing() as session:
        row = session.get_one(WorkOrder, order)
        row.status, row.domain = OrderStatus.REPLIED.value, "integrity"
    told = len(desk.all(Notice, unit="housing_bureau"))
    with desk.writing() as session:
        {
            "ordered": lambda: closing.reopen(session, reckoner, order, "未办妥", MODERATOR, NOW),
            "rated": lambda: closing.rate(session, reckoner, order, Satisfaction.DISSATISFIED, "没办", CITIZEN, NOW),
            "asked": lambda: closing.ask_again(session, reckoner, order, "没办", CITIZEN, NOW),
        }[again]()
    row = desk.one(WorkOrder, id=order)
    assert (row.status, row.lead_unit, row.cycle) == (OrderStatus.TRIAGE, None, 2)
    assert "按回避规定须另派" in row.triage_reasons[-1]
    assert not [part for part in desk.all(Assignment, order_id=order) if part.ended_at is None]
    assert len(desk.all(Notice, unit="housing_bureau")) == told
    running = [clock for clock in desk.all(Clock, order_id=order) if clock.stopped_at is None]
    assert {clock.stage for clock in running} >= {Stage.HANDLE, Stage.DISPATCH}
    assert {clock.unit for clock in running} == {desk.house.profile.centre}
    with reading(desk.house.engine) as session:
        assert public_steps(session, order)[-1][1] == "重新办理"
        assert bool(said_again(session, order)) == (again != "ordered")
    with pytest.raises(MustAvoid), desk.writing() as session:
        handling.dispatch(session, reckoner, order, "housing_bureau", MODERATOR, NOW)
    with desk.writing() as session:
        handling.dispatch(session, reckoner, order, "police_bureau", MODERATOR, NOW)
    assert {clock.unit for clock in desk.all(Clock, order_id=order, stage=Stage.HANDLE) if not clock.stopped_at} == {
        "police_bureau"
    }


def test_a_supervisor_may_find_that_the_unit_is_only_asked_to_act(desk: Desk, report: WorkOrder) -> None:
    profile, order = desk.house.profile, report.id or 0
    for actor in (MODERATOR, CLERK):
        with pytest.raises(NotAllowed), desk.writing() as session:
            avoiding.clear_unit(session, profile, order, "housing_bureau", "只是提到", actor, NOW)
    with pytest.raises(HuiyinError, match="理由"), desk.writing() as session:
        avoiding.clear_unit(session, profile, order, "housing_bureau", " ", SUPERVISOR, NOW)
    with desk.writing() as session:
        avoiding.clear_unit(session, profile, order, "housing_bureau", "请该局查处", SUPERVISOR, NOW)
    with pytest.raises(Conflict), desk.writing() as session:
        avoiding.clear_unit(session, profile, order, "housing_bureau", "请该局查处", SUPERVISOR, NOW)
    with desk.writing() as session:
        handling.dispatch(session, desk.house.reckoner, order, "housing_bureau", MODERATOR, NOW)
    later = desk.take(at("2026-02-25T10:00"), channel=Channel.BOARD, text=f"再次{TEXT}", plan=WAITING)
    with pytest.raises(MustAvoid), desk.writing() as session:  # what came since was cleared by nobody
        merging.merge(session, profile, later.id or 0, order, REVIEWER, at("2026-02-25T11:00"))


def test_a_repeat_call_about_the_unit_itself_does_not_join_the_order_that_the_unit_has(tmp_path: Path) -> None:
    with open_loop(tmp_path) as desk:
        first = posts(1)[0] | {"title": "路灯不亮"}
        desk.collect(Channel.BOARD, desk.lines("first.jsonl", [first]))
        desk.work()
        with desk.writing() as session:
            order = desk.one(WorkOrder)
            if order.lead_unit is None:
                handling.dispatch(session, desk.house.reckoner, order.id or 0, "housing_bureau", MODERATOR, desk.now)
        order = desk.one(WorkOrder)
        unit = desk.house.profile.unit(order.lead_unit or "")
        about = first | {
            "id": "P2",
            "title": "举报",
            "text": f"{order.number}：举报{unit.name}工作人员索要好处、不作为。",
        }
        desk.collect(Channel.BOARD, desk.lines("second.jsonl", [about]))
        desk.work()
        with reading(desk.house.engine):
            assert len(desk.all(WorkOrder)) == 2
        assert [m.order_id for m in desk.all(Message)].count(order.id) == 1


def test_the_page_says_whom_to_avoid_and_lets_the_supervisor_decide(desk: Desk, report: WorkOrder) -> None:
    enrol(desk.house)
    path = f"/console/orders/{report.number}"
    with serving(desk.house) as address, visiting(address, "shen") as moderator, visiting(address, "du") as supervisor:
        assert "不得交其主办、协办、会商或知会" in moderator.get(path).text
        refused = moderator.post(f"{path}/dispatch", lead="housing_bureau")
        assert refused.status_code == 403
        assert "回避" in refused.text
        assert moderator.post(f"{path}/clear-unit", unit="housing_bureau", reason="x").status_code == 403
        assert "回避核实" in supervisor.get(path).text
        assert supervisor.post(f"{path}/clear-unit", unit="housing_bureau", reason="请其查处").status_code == 200
        assert moderator.post(f"{path}/dispatch", lead="housing_bureau").status_code == 200
    assert desk.one(WorkOrder, id=report.id).lead_unit == "housing_bureau"
