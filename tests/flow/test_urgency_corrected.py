"""更正紧急程度: the limits follow the profile's rules, whoever must know is told, and it can be taken back."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from support.desk import CLERK, HEAD, MODERATOR, Desk, at, dispatched, open_desk, sealed

from models.actions import handling, replying
from models.actions.undoing import undo
from models.actions.urgency_changes import correct_urgency
from models.actors import Actor
from models.errors import BadInput, Conflict, NotAllowed
from models.registration import Plan
from models.tables.clocks import ClockChange
from models.tables.links import Ringing
from models.tables.notices import Notice
from models.tables.orders import Correction, WorkOrder
from models.tables.record import History, Outbox
from models.vocabulary import Channel, OrderStatus, Outcome, Role, Stage

CAME = at("2026-03-02T09:30")  # a Monday
LATER = CAME + timedelta(hours=1)
WAITS = Plan(domain="housing", kind="complaint", procedure="ordinary", urgency="normal", status=OrderStatus.TRIAGE)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path, now=CAME) as opened:
        yield opened


def _set(
    desk: Desk,
    order: WorkOrder,
    urgency: str,
    when: datetime = LATER,
    *,
    ground: str = "danger",
    who: Actor = MODERATOR,
) -> WorkOrder:
    with desk.writing() as session:
        correct_urgency(session, desk.house.reckoner, order.id or 0, who, when, urgency=urgency, grounds=[ground])
    return desk.one(WorkOrder, id=order.id)


def _undo(desk: Desk, order: WorkOrder, when: datetime = LATER + timedelta(minutes=1)) -> WorkOrder:
    with desk.writing() as session:
        assert undo(session, desk.house.reckoner, order.id or 0, MODERATOR, when) == "set_urgency"
    return desk.one(WorkOrder, id=order.id)


def test_a_correction_stands_in_history_and_outbox_with_its_grounds(desk: Desk) -> None:
    order = _set(desk, desk.take(CAME, plan=WAITS), "emergency")
    assert (order.urgency, order.status) == ("emergency", "triage")
    last = desk.all(History, subject="order", subject_id=str(order.id))[-1]
    assert (last.action, last.detail["was"], last.detail["urgency"], last.detail["grounds"]) == (
        "set_urgency", "normal", "emergency", ["danger"],
    )  # fmt: skip
    [event] = desk.all(Outbox, type="order.set_urgency")
    assert event.payload["urgency"] == "emergency"


def test_a_shorter_limit_counts_from_the_correction_on(desk: Desk) -> None:
    order = desk.take(CAME)
    when = CAME + timedelta(days=2)
    _set(desk, order, "emergency", when)
    assert desk.clock(order, Stage.HANDLE).due_at == when + timedelta(hours=24)
    assert desk.clock(order, Stage.ACKNOWLEDGE).next_chase_at is not None


def test_a_shorter_limit_never_ends_later_than_the_one_before(desk: Desk) -> None:
    order = desk.take(CAME)
    was = desk.clock(order, Stage.HANDLE).due_at
    _set(desk, order, "emergency", was - timedelta(hours=2))
    assert desk.clock(order, Stage.HANDLE).due_at == was


def test_a_longer_limit_counts_from_where_the_clock_began(desk: Desk) -> None:
    order, plain = desk.take(CAME, plan=dispatched(urgency="emergency")), desk.take(CAME)
    _set(desk, order, "normal", ground="none_said")
    for stage in (Stage.HANDLE, Stage.ACKNOWLEDGE):
        mine, usual = desk.clock(order, stage), desk.clock(plain, stage)
        assert (mine.due_at, mine.basis_id) == (usual.due_at, usual.basis_id)


def test_what_was_granted_stays_granted(desk: Desk) -> None:
    from models.actions.clock_changes import lengthen_clock
    from models.tables.clocks import Clock

    order, plain = desk.take(CAME), desk.take(CAME, plan=dispatched(urgency="urgent"))
    for each in (order, plain):
        with desk.writing() as session:
            clock = session.get_one(Clock, desk.clock(each, Stage.HANDLE).id)
            lengthen_clock(session, desk.house.reckoner, clock, 3, CAME)
    _set(desk, plain, "normal", ground="settled")
    assert desk.clock(plain, Stage.HANDLE).due_at == desk.clock(order, Stage.HANDLE).due_at


def test_taking_it_back_gives_every_limit_its_old_end(desk: Desk) -> None:
    order = desk.take(CAME)
    before = {stage: desk.clock(order, stage).due_at for stage in (Stage.HANDLE, Stage.ACKNOWLEDGE)}
    _set(desk, order, "urgent")
    urgent = desk.clock(order, Stage.HANDLE).due_at
    _set(desk, order, "emergency", LATER + timedelta(minutes=30))
    _undo(desk, order, LATER + timedelta(minutes=40))
    assert desk.clock(order, Stage.HANDLE).due_at == urgent
    assert desk.one(WorkOrder, id=order.id).urgency == "urgent"
    assert len(desk.all(ClockChange, clock_id=desk.clock(order, Stage.HANDLE).id)) == 1
    other = desk.take(CAME)
    _set(desk, other, "emergency")
    assert _undo(desk, other).urgency == "normal"
    assert {stage: desk.clock(other, stage).due_at for stage in before} == before
    assert desk.all(ClockChange, clock_id=desk.clock(other, Stage.HANDLE).id) == []


def test_nothing_is_taken_back_after_the_unit_has_acted(desk: Desk) -> None:
    order = _set(desk, desk.take(CAME), "urgent")
    with desk.writing() as session:
        handling.acknowledge(session, order.id or 0, CLERK, LATER)
    with pytest.raises(Conflict, match="已有变动"):
        _undo(desk, order)


def test_the_correction_is_kept_to_measure_by_and_a_slip_is_not(desk: Desk) -> None:
    order = _set(desk, desk.take(CAME, plan=WAITS), "urgent")
    [kept] = desk.all(Correction)
    assert (kept.field, kept.was, kept.corrected) == ("urgency", "normal", "urgent")
    _undo(desk, order)
    assert desk.all(Correction) == []


def test_nothing_is_learned_from_a_sealed_order_and_nobody_is_told(desk: Desk) -> None:
    order = desk.take(CAME, plan=sealed())
    _set(desk, order, "emergency", who=Actor("zhuan", Role.INSPECTOR))
    assert desk.all(Correction) == []
    assert desk.all(Notice, kind="emergency") == desk.all(Notice, kind="urgency_changed") == []
    assert desk.all(Outbox, type="order.set_urgency") == []


def test_an_emergency_rings_and_a_false_one_rings_no_more(desk: Desk) -> None:
    order = _set(desk, desk.take(CAME, plan=WAITS), "emergency")
    [ringing] = desk.all(Ringing, order_id=order.id)
    assert ringing.ended_at is None
    _set(desk, order, "normal", LATER + timedelta(minutes=1), ground="none_said")
    assert desk.one(Ringing, order_id=order.id).ended_at is not None


def test_the_lead_unit_is_told_that_its_limits_moved(desk: Desk) -> None:
    order = _set(desk, desk.take(CAME), "urgent")
    assert [n.unit for n in desk.all(Notice, kind="urgency_changed", order_id=order.id)] == ["housing_bureau"]


def test_what_is_no_emergency_is_no_emergency_procedure_either(desk: Desk) -> None:
    order = desk.take(CAME, plan=dispatched(urgency="emergency", procedure="emergency"))
    assert _set(desk, order, "urgent", ground="hazard").procedure == "ordinary"
    assert _undo(desk, order).procedure == "emergency"


def test_the_limit_of_a_reply_under_review_follows_when_it_is_refused(desk: Desk) -> None:
    order, plain = desk.take(CAME), desk.take(CAME)
    with desk.writing() as session:
        handling.acknowledge(session, order.id or 0, CLERK, CAME)
        replying.write_reply(session, order.id or 0, "已更换楼道灯，恢复照明。", Outcome.RESOLVED, CLERK, CAME)
        replying.sign_off(session, desk.house.reckoner, order.id or 0, [], HEAD, CAME)
    _set(desk, order, "urgent")
    with desk.writing() as session:
        replying.refuse_reply(session, order.id or 0, "请写明日期。", MODERATOR, LATER + timedelta(minutes=5))
    found = desk.clock(order, Stage.HANDLE)
    assert found.stopped_at is None
    assert found.due_at < desk.clock(plain, Stage.HANDLE).due_at


def test_what_does_not_exist_or_changes_nothing_is_refused(desk: Desk) -> None:
    order = desk.take(CAME, channel=Channel.BOARD, plan=WAITS)
    with pytest.raises(BadInput, match="没有紧急程度"):
        _set(desk, order, "grave")
    with pytest.raises(BadInput, match="没有更正理由"):
        _set(desk, order, "urgent", ground="weather")
    with pytest.raises(BadInput, match="已经是“一般”"):
        _set(desk, order, "normal")
    with pytest.raises(BadInput, match="至少选一项"), desk.writing() as session:
        correct_urgency(session, desk.house.reckoner, order.id or 0, MODERATOR, LATER, urgency="urgent", grounds=[])
    with pytest.raises(NotAllowed):
        _set(desk, order, "urgent", who=CLERK)
