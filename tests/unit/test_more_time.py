"""延期 and 暂停计时: asked for with grounds and in time, decided by somebody else, capped, and explained day by day."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from support.desk import CLERK, HEAD, MODERATOR, REVIEWER, Desk, at, open_desk

from flows.calendars import import_days
from flows.chasing import chase
from models.actions.clock_requests import ask_extension, ask_pause, decide_request, resume
from models.actions.handling import acknowledge, ask_return, decide_return, dispatch
from models.actions.replying import write_reply
from models.actors import Actor
from models.errors import BadInput, Conflict, NotAllowed, NotFound
from models.tables.clocks import Clock, ClockRequest, DeadlineBasis
from models.tables.notices import Notice
from models.tables.orders import WorkOrder
from models.tables.record import History
from models.vocabulary import Outcome, Role, Stage

CAME = at("2026-03-02T10:00")  # a Monday: five workdays end on 2026-03-09
STRANGER = Actor("qian", Role.UNIT, "transport_bureau")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path) as opened:
        yield opened


@pytest.fixture
def order(desk: Desk) -> WorkOrder:
    taken = desk.take(CAME)
    with desk.writing() as session:
        acknowledge(session, taken.id or 0, CLERK, CAME)
    return taken


def ask(desk: Desk, order: WorkOrder, workdays: int, when: datetime, actor: Actor = CLERK) -> None:
    with desk.writing() as session:
        ask_extension(session, desk.house.reckoner, order.id or 0, workdays, "需跨部门核实产权", actor, when)


def pause(desk: Desk, order: WorkOrder, when: datetime) -> None:
    with desk.writing() as session:
        ask_pause(session, desk.house.reckoner, order.id or 0, "等检测报告", CLERK, when)


def decide(desk: Desk, order: WorkOrder, when: datetime, *, granted: bool = True, actor: Actor = MODERATOR) -> None:
    with desk.writing() as session:
        note = None if granted else "理由不足"
        decide_request(session, desk.house.reckoner, order.id or 0, actor, when, granted=granted, note=note)


def go_on(desk: Desk, order: WorkOrder, when: datetime) -> bool:
    with desk.writing() as session:
        return resume(session, desk.house.reckoner, order.id or 0, CLERK, when)


def due(desk: Desk, order: WorkOrder) -> str:
    clock = desk.clock(order, Stage.HANDLE)
    return clock.due_at.astimezone(CAME.tzinfo).strftime("%m-%d %H:%M")


def test_a_granted_extension_moves_the_limit_and_says_which_days_it_added(desk: Desk, order: WorkOrder) -> None:
    assert due(desk, order) == "03-09 23:59"
    ask(desk, order, 3, at("2026-03-06T09:00"))
    assert due(desk, order) == "03-09 23:59"
    decide(desk, order, at("2026-03-06T15:00"))
    assert due(desk, order) == "03-12 23:59"
    basis = desk.one(DeadlineBasis, id=desk.clock(order, Stage.HANDLE).basis_id)
    assert [step["date"] for step in basis.steps if step["reason"].startswith("延期")] == [
        "2026-03-10", "2026-03-11", "2026-03-12",
    ]  # fmt: skip
    assert [row.action for row in desk.all(History, subject="order")][-2:] == ["ask_extension", "grant_extension"]


def test_a_refused_extension_changes_nothing_and_gives_its_reason(desk: Desk, order: WorkOrder) -> None:
    ask(desk, order, 3, at("2026-03-06T09:00"))
    with pytest.raises(BadInput, match="驳回延期须写明理由"), desk.writing() as session:
        decide_request(session, desk.house.reckoner, order.id or 0, MODERATOR, CAME, granted=False, note=" ")
    decide(desk, order, at("2026-03-06T15:00"), granted=False)
    assert due(desk, order) == "03-09 23:59"
    assert desk.one(ClockRequest).note == "理由不足"


def test_who_asks_does_not_decide(desk: Desk, order: WorkOrder) -> None:
    ask(desk, order, 1, at("2026-03-06T09:00"))
    with pytest.raises(NotAllowed):
        decide(desk, order, at("2026-03-06T15:00"), actor=CLERK)
    with pytest.raises(NotAllowed, match="同一人"):
        decide(desk, order, at("2026-03-06T15:00"), actor=Actor(CLERK.login, Role.MODERATOR))


def test_another_unit_cannot_ask(desk: Desk, order: WorkOrder) -> None:
    with pytest.raises(NotFound):
        ask(desk, order, 1, at("2026-03-06T09:00"), STRANGER)


def test_after_the_limit_nothing_can_be_asked_for(desk: Desk, order: WorkOrder) -> None:
    with pytest.raises(NotAllowed, match="时限已过"):
        ask(desk, order, 1, at("2026-03-10T09:00"))
    with pytest.raises(NotAllowed, match="时限已过"):
        pause(desk, order, at("2026-03-10T09:00"))


def test_extensions_are_capped_in_length_and_in_number(desk: Desk, order: WorkOrder) -> None:
    with pytest.raises(BadInput, match="1 至 3"):
        ask(desk, order, 4, at("2026-03-06T09:00"))
    for _ in range(3):
        ask(desk, order, 1, at("2026-03-06T09:00"))
        decide(desk, order, at("2026-03-06T10:00"))
    with pytest.raises(NotAllowed, match="已延期 3 次"):
        ask(desk, order, 1, at("2026-03-06T11:00"))


def test_one_request_at_a_time_and_a_second_decision_is_told_so(desk: Desk, order: WorkOrder) -> None:
    ask(desk, order, 1, at("2026-03-06T09:00"))
    with pytest.raises(Conflict, match="待审核"):
        ask(desk, order, 1, at("2026-03-06T09:01"))
    decide(desk, order, at("2026-03-06T10:00"))
    with pytest.raises(Conflict, match="可能已有人处理"):
        decide(desk, order, at("2026-03-06T10:01"), actor=REVIEWER)
    assert due(desk, order) == "03-10 23:59"


def test_an_extended_limit_has_reminders_of_its_own(desk: Desk, order: WorkOrder) -> None:
    desk.keep_only(desk.clock(order, Stage.HANDLE))
    chase(desk.house, at("2026-03-06T09:00"))
    ask(desk, order, 3, at("2026-03-06T09:30"))
    decide(desk, order, at("2026-03-06T10:00"))
    assert chase(desk.house, at("2026-03-10T09:00"))["reminders"] == 0
    assert chase(desk.house, at("2026-03-11T09:00"))["reminders"] == 1
    kinds = [notice.kind for notice in desk.all(Notice) if notice.clock_id]
    assert kinds == ["due_soon", "due_soon"]


def test_a_paused_clock_is_chased_by_nobody_and_runs_on_with_what_was_left(desk: Desk, order: WorkOrder) -> None:
    desk.keep_only(desk.clock(order, Stage.HANDLE))
    pause(desk, order, at("2026-03-04T10:00"))
    decide(desk, order, at("2026-03-05T10:00"))
    assert chase(desk.house, at("2026-03-16T09:00"))["due"] == 0
    assert go_on(desk, order, at("2026-03-16T10:00"))
    # Three workdays (5, 6 and 9 March) were left on the day of asking.
    assert due(desk, order) == "03-19 23:59"
    basis = desk.one(DeadlineBasis, id=desk.clock(order, Stage.HANDLE).basis_id)
    assert {"date": "2026-03-06", "counted": False, "reason": "暂停计时"} in basis.steps
    assert not go_on(desk, order, at("2026-03-16T10:01"))


def test_a_pause_ends_by_itself_when_the_cap_is_reached_once(desk: Desk, order: WorkOrder) -> None:
    pause(desk, order, at("2026-03-04T10:00"))
    decide(desk, order, at("2026-03-04T11:00"))
    chase(desk.house, at("2026-04-02T09:00"))
    assert desk.one(ClockRequest).ended_at is None
    for _ in range(2):
        chase(desk.house, at("2026-04-07T09:00"))
    asked = desk.one(ClockRequest)
    assert asked.ended_at == at("2026-04-03T10:00")
    assert [row.action for row in desk.all(History, subject="order")].count("resume") == 1
    with pytest.raises(NotAllowed, match="已满 30 天"):
        pause(desk, order, at("2026-04-07T10:00"))


def test_no_reply_is_written_while_the_clock_stands(desk: Desk, order: WorkOrder) -> None:
    pause(desk, order, at("2026-03-04T10:00"))
    decide(desk, order, at("2026-03-04T11:00"))
    with pytest.raises(Conflict, match="恢复计时"), desk.writing() as session:
        write_reply(session, order.id or 0, "已更换。", Outcome.RESOLVED, CLERK, at("2026-03-05T09:00"))
    go_on(desk, order, at("2026-03-05T09:01"))
    with desk.writing() as session:
        write_reply(session, order.id or 0, "已更换。", Outcome.RESOLVED, CLERK, at("2026-03-05T09:02"))


def test_a_new_calendar_keeps_what_was_granted(desk: Desk, order: WorkOrder, tmp_path: Path) -> None:
    ask(desk, order, 3, at("2026-03-06T09:00"))
    decide(desk, order, at("2026-03-06T10:00"))
    file = tmp_path / "own-days.csv"
    file.write_text("日期,类型,名称\n2026-03-11,休,本地纪念日\n", encoding="utf-8")
    import_days(desk.house, file, at("2026-03-06T12:00"), dry_run=False)
    assert due(desk, order) == "03-13 23:59"


def test_more_time_survives_return_and_dispatch(desk: Desk, order: WorkOrder) -> None:
    ask(desk, order, 2, at("2026-03-02T11:00"))
    decide(desk, order, at("2026-03-02T12:00"))
    with desk.writing() as session:
        ask_return(session, desk.house.reckoner, order.id or 0, "职责在交通局", CLERK, at("2026-03-02T14:00"))
        decide_return(session, desk.house.reckoner, order.id or 0, MODERATOR, at("2026-03-02T15:00"), granted=True)
        dispatch(session, desk.house.reckoner, order.id or 0, "transport_bureau", MODERATOR, at("2026-03-03T09:00"))
    clock = desk.one(Clock, order_id=order.id, stage=Stage.HANDLE.value)
    assert (due(desk, order), clock.unit) == ("03-11 23:59", "transport_bureau")
    assert clock.stopped_at is None
    assert HEAD.unit != clock.unit
    assert clock.due_at - CAME > timedelta(days=9)


def test_two_who_decide_on_one_return_at_once_make_one_decision_and_a_named_conflict(desk: Desk) -> None:
    order = desk.take(at("2026-03-02T10:00"))
    reckoner, when = desk.house.reckoner, at("2026-03-02T11:00")
    with desk.writing() as session:
        ask_return(session, reckoner, order.id or 0, "不属本单位职责", CLERK, when)
    with pytest.raises(BadInput, match="理由"), desk.writing() as session:
        decide_return(session, reckoner, order.id or 0, MODERATOR, when, granted=False)
    with desk.writing() as session:
        decide_return(session, reckoner, order.id or 0, MODERATOR, when, granted=True)
    with pytest.raises(Conflict, match="可能已有人处理"), desk.writing() as session:
        decide_return(session, reckoner, order.id or 0, REVIEWER, when, granted=False, note="属于你单位")
