"""协办, 会商, 挂账 and the limit on returns: one lead, several voices, nothing forgotten."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from support.desk import CLERK, MODERATOR, Desk, at, dispatched, open_desk, sealed

from flows.chasing import chase
from models.actions.clock_requests import ask_extension
from models.actions.co_handling import contribute
from models.actions.consulting import conclude, convene
from models.actions.handling import acknowledge, ask_return, decide_return, dispatch
from models.actions.hanging import ask_hanging, decide_hanging, review_hanging
from models.actions.replying import write_reply
from models.actors import Actor
from models.database import reading
from models.errors import BadInput, Conflict, NotAllowed, NotFound
from models.queries.orders import find_order
from models.tables.clocks import Clock, ClockRequest
from models.tables.notices import Notice
from models.tables.orders import Assignment, Reply, WorkOrder
from models.vocabulary import OrderStatus, Outcome, Role, Stage

CAME = at("2026-03-02T10:00")  # a Monday: five workdays end on 2026-03-09
CO = Actor("fang", Role.UNIT, "urban_bureau")
OTHER = Actor("qian", Role.UNIT, "transport_bureau")
SUPERVISOR = Actor("du", Role.SUPERVISOR)
DONE = "已更换灯具。"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path) as opened:
        yield opened


@pytest.fixture
def order(desk: Desk) -> WorkOrder:
    taken = desk.take(CAME, plan=dispatched(co_units=("urban_bureau",)))
    with desk.writing() as session:
        acknowledge(session, taken.id or 0, CLERK, CAME)
    return taken


def written(desk: Desk, order: WorkOrder, co_note: str | None = None) -> None:
    with desk.writing() as session:
        write_reply(session, order.id or 0, DONE, Outcome.RESOLVED, CLERK, at("2026-03-04T09:00"), co_note=co_note)


def said(desk: Desk, order: WorkOrder, actor: Actor) -> None:
    with desk.writing() as session:
        contribute(session, order.id or 0, "杆线已由我局移交。", actor, at("2026-03-03T09:00"))


def returned(desk: Desk, order: WorkOrder, actor: Actor, to: str) -> None:
    when = at("2026-03-02T11:00")
    with desk.writing() as session:
        ask_return(session, desk.house.reckoner, order.id or 0, "不属本单位职责", actor, when)
        decide_return(session, desk.house.reckoner, order.id or 0, MODERATOR, when, granted=True)
        dispatch(session, desk.house.reckoner, order.id or 0, to, MODERATOR, when)


def test_a_co_unit_has_a_limit_of_its_own_which_ends_when_it_is_heard(desk: Desk, order: WorkOrder) -> None:
    clock = desk.clock(order, Stage.CO_HANDLE)
    assert (clock.unit, clock.due_at) == ("urban_bureau", at("2026-03-05T23:59:59"))
    said(desk, order, CO)
    assert desk.clock(order, Stage.CO_HANDLE).stopped_at == at("2026-03-03T09:00")


def test_a_co_unit_that_says_nothing_is_reminded_itself(desk: Desk, order: WorkOrder) -> None:
    desk.keep_only(desk.clock(order, Stage.CO_HANDLE))
    chase(desk.house, at("2026-03-06T09:00"))
    [notice] = [n for n in desk.all(Notice) if n.clock_id]
    assert (notice.kind, notice.unit) == ("remind", "urban_bureau")


def test_the_lead_hears_its_co_units_or_says_why_not(desk: Desk, order: WorkOrder) -> None:
    with pytest.raises(NotAllowed, match="1 个协办单位没有反馈"):
        written(desk, order)
    written(desk, order, co_note="协办单位书面说明其无职责。")
    assert desk.one(Reply).co_note == "协办单位书面说明其无职责。"


def test_when_all_are_heard_the_lead_just_writes(desk: Desk, order: WorkOrder) -> None:
    said(desk, order, CO)
    written(desk, order)
    assert desk.one(Assignment, part="co").contribution == "杆线已由我局移交。"


def test_only_a_unit_that_helps_is_heard(desk: Desk, order: WorkOrder) -> None:
    for stranger in (OTHER, CLERK):
        with pytest.raises(NotFound):
            said(desk, order, stranger)


def test_after_the_last_return_the_first_unit_keeps_the_order(desk: Desk, order: WorkOrder) -> None:
    returned(desk, order, CLERK, "transport_bureau")
    with pytest.raises(NotAllowed, match="首派单位望溪市住房和城乡建设局"):
        returned(desk, order, OTHER, "urban_bureau")
    returned(desk, order, OTHER, "housing_bureau")
    with pytest.raises(NotAllowed, match="已退单 2 次"):
        returned(desk, order, CLERK, "transport_bureau")


def test_a_consultation_is_seen_by_its_units_and_ends_with_a_lead(desk: Desk, order: WorkOrder) -> None:
    reckoner, number = desk.house.reckoner, order.number
    with desk.writing() as session:
        convene(session, reckoner, order.id or 0, "杆线归谁管", ["transport_bureau", "housing_bureau"], MODERATOR,
                at("2026-03-03T09:00"), meets_on=date(2026, 3, 4))  # fmt: skip
    with reading(desk.house.engine) as session:
        assert find_order(session, OTHER, number).number == number
    said(desk, order, OTHER)
    assert {n.unit for n in desk.all(Notice, kind="consulted")} == {"transport_bureau", "housing_bureau"}
    assert desk.clock(order, Stage.CONSULT).stopped_at is None
    with desk.writing() as session:
        conclude(session, reckoner, order.id or 0, "由交通局牵头", SUPERVISOR, at("2026-03-04T16:00"),
                 lead="transport_bureau")  # fmt: skip
    now = desk.one(WorkOrder, id=order.id)
    assert (now.lead_unit, now.status) == ("transport_bureau", OrderStatus.DISPATCHED.value)
    assert desk.clock(order, Stage.CONSULT).stopped_at is not None
    assert desk.clock(order, Stage.HANDLE).due_at == at("2026-03-09T23:59:59")


def test_a_consultation_rules_even_when_returns_are_used_up(desk: Desk, order: WorkOrder) -> None:
    returned(desk, order, CLERK, "transport_bureau")
    returned(desk, order, OTHER, "housing_bureau")
    with desk.writing() as session:
        convene(
            session, desk.house.reckoner, order.id or 0, "归谁", ["urban_bureau", "housing_bureau"], MODERATOR, CAME
        )
        conclude(session, desk.house.reckoner, order.id or 0, "由城管局办理", MODERATOR, CAME, lead="urban_bureau")
    assert desk.one(WorkOrder, id=order.id).lead_unit == "urban_bureau"


def test_a_bad_consultation_is_named(desk: Desk, order: WorkOrder) -> None:
    hidden = desk.take(CAME, plan=sealed())
    both = ["transport_bureau", "housing_bureau"]

    def called(question: str, units: list[str], about: WorkOrder = order) -> None:
        with desk.writing() as session:
            convene(session, desk.house.reckoner, about.id or 0, question, units, MODERATOR, CAME)

    for question, units, why in ((" ", both, "议定的问题"), ("谁管", both[:1], "两个单位")):
        with pytest.raises(BadInput, match=why):
            called(question, units)
    with pytest.raises(NotFound, match="没有单位"):
        called("谁管", [*both, "nobody"])
    with pytest.raises(NotAllowed, match="检举控告件"):
        called("谁管", both, hidden)
    called("谁管", both)
    with pytest.raises(Conflict, match="已有会商"):
        called("谁管", both)


def hang(desk: Desk, order: WorkOrder, review_on: date = date(2026, 4, 1)) -> None:
    with desk.writing() as session:
        ask_hanging(
            session, desk.house.reckoner, order.id or 0, "等上级规划批复", review_on, CLERK, at("2026-03-04T09:00")
        )


def test_what_is_hung_stands_still_until_its_day_and_is_then_looked_at(desk: Desk, order: WorkOrder) -> None:
    said(desk, order, CO)
    hang(desk, order)
    with desk.writing() as session, pytest.raises(NotAllowed):
        decide_hanging(session, desk.house.reckoner, order.id or 0, MODERATOR, CAME, granted=True)
    with desk.writing() as session:
        decide_hanging(session, desk.house.reckoner, order.id or 0, SUPERVISOR, at("2026-03-04T15:00"), granted=True)
    assert desk.clock(order, Stage.HANDLE).paused_at is not None
    desk.keep_only(desk.clock(order, Stage.HANDLE), desk.clock(order, Stage.HANGING))
    assert chase(desk.house, at("2026-03-20T09:00"))["due"] == 0
    chase(desk.house, at("2026-04-02T09:00"))
    assert {n.unit for n in desk.all(Notice) if n.clock_id} == {desk.house.profile.supervisor}


def test_a_hung_case_goes_on_another_day_or_comes_off_with_what_was_left(desk: Desk, order: WorkOrder) -> None:
    hang(desk, order)
    reckoner = desk.house.reckoner
    with desk.writing() as session:
        decide_hanging(session, reckoner, order.id or 0, SUPERVISOR, at("2026-03-04T15:00"), granted=True)
        review_hanging(session, reckoner, order.id or 0, SUPERVISOR, at("2026-04-01T10:00"), note="批复未到",
                       review_on=date(2026, 5, 8))  # fmt: skip
    hanging = [c for c in desk.all(Clock, stage=Stage.HANGING.value) if c.stopped_at is None]
    assert [c.due_at for c in hanging] == [at("2026-05-08T23:59:59")]
    with desk.writing() as session:
        review_hanging(
            session, reckoner, order.id or 0, SUPERVISOR, at("2026-05-08T10:00"), note="批复已到", review_on=None
        )
    clock = desk.clock(order, Stage.HANDLE)
    # Three workdays (5, 6 and 9 March) were left: 9 May is worked, so 9, 11 and 12 May.
    assert (clock.paused_at, clock.due_at) == (None, at("2026-05-12T23:59:59"))
    assert desk.one(ClockRequest).ended_by == SUPERVISOR.login
    with desk.writing() as session, pytest.raises(Conflict, match="没有挂账"):
        review_hanging(session, reckoner, order.id or 0, SUPERVISOR, CAME, note="再看", review_on=None)


def test_a_hung_case_asks_for_nothing_else(desk: Desk, order: WorkOrder) -> None:
    with pytest.raises(BadInput, match="应在今天之后"):
        hang(desk, order, date(2026, 3, 4))
    hang(desk, order)
    with desk.writing() as session:
        decide_hanging(session, desk.house.reckoner, order.id or 0, SUPERVISOR, at("2026-03-04T15:00"), granted=True)
    with desk.writing() as session, pytest.raises(Conflict, match="已挂账"):
        ask_extension(session, desk.house.reckoner, order.id or 0, 1, "再等等", CLERK, at("2026-03-05T09:00"))
