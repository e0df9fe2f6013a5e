"""撤销: one's own last step is taken back as long as nobody has acted since; the history keeps both."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from support.desk import CLERK, MODERATOR, REVIEWER, Desk, at, open_desk

from models.actions.handling import acknowledge, dispatch, reclassify
from models.actions.merging import merge
from models.actions.undoing import undo
from models.actors import Actor
from models.errors import Conflict
from models.registration import Plan
from models.tables.orders import Assignment, Correction, WorkOrder
from models.tables.record import History, Outbox
from models.vocabulary import OrderStatus, Stage

CAME = at("2026-03-02 09:00")
LATER = CAME + timedelta(minutes=20)
SOON = LATER + timedelta(minutes=1)
UNIT = "housing_bureau"
WAITS = Plan(domain="housing", kind="complaint", procedure="ordinary", urgency="normal", status=OrderStatus.TRIAGE)


@pytest.fixture
def desk(tmp_path: Path, database_url: str) -> Iterator[Desk]:
    with open_desk(tmp_path, database_url=database_url) as found:
        yield found


def _waiting(desk: Desk) -> WorkOrder:
    """A message that a person has to look at."""
    return desk.take(CAME, plan=WAITS)


def _send(desk: Desk, order: WorkOrder) -> None:
    with desk.writing() as session:
        dispatch(session, desk.house.reckoner, order.id or 0, UNIT, MODERATOR, LATER)


def _undo(desk: Desk, order: WorkOrder, who: Actor = MODERATOR) -> str:
    with desk.writing() as session:
        return undo(session, desk.house.reckoner, order.id or 0, who, SOON)


def test_a_dispatch_taken_back_leaves_the_order_at_the_desk_with_its_clocks_running(desk: Desk) -> None:
    order = _waiting(desk)
    before = desk.clock(order, Stage.DISPATCH)
    _send(desk, order)
    assert _undo(desk, order) == "dispatch"
    after = desk.one(WorkOrder, id=order.id)
    assert (after.status, after.lead_unit, after.dispatched_at, after.accepted_at) == ("triage", None, None, None)
    clock = desk.clock(order, Stage.DISPATCH)
    assert (clock.id, clock.due_at, clock.stopped_at) == (before.id, before.due_at, None)
    assert clock.next_chase_at is not None
    assert desk.clock(order, Stage.ACKNOWLEDGE).stopped_at is not None
    assert all(part.ended_at is not None for part in desk.all(Assignment, order_id=order.id))
    actions = [row.action for row in desk.all(History, subject="order", subject_id=str(order.id))]
    assert actions[-2:] == ["dispatch", "undo_dispatch"]
    assert "order.undo_dispatch" in [event.type for event in desk.all(Outbox, order_number=order.number)]


def test_it_may_be_dispatched_again_after_it_was_taken_back(desk: Desk) -> None:
    order = _waiting(desk)
    _send(desk, order)
    _undo(desk, order)
    with desk.writing() as session:
        dispatch(session, desk.house.reckoner, order.id or 0, "transport_bureau", MODERATOR, SOON)
    assert desk.one(WorkOrder, id=order.id).lead_unit == "transport_bureau"


def test_what_the_unit_has_acknowledged_is_not_taken_back(desk: Desk) -> None:
    order = _waiting(desk)
    _send(desk, order)
    with desk.writing() as session:
        acknowledge(session, order.id or 0, CLERK, SOON)
    with pytest.raises(Conflict, match="已有变动"):
        _undo(desk, order)
    assert desk.one(WorkOrder, id=order.id).status == "handling"


def test_nobody_takes_back_what_another_did(desk: Desk) -> None:
    order = _waiting(desk)
    _send(desk, order)
    with pytest.raises(Conflict):
        _undo(desk, order, REVIEWER)
    assert desk.one(WorkOrder, id=order.id).status == "dispatched"


def test_a_step_is_taken_back_once(desk: Desk) -> None:
    order = _waiting(desk)
    _send(desk, order)
    _undo(desk, order)
    with pytest.raises(Conflict):
        _undo(desk, order)


def test_a_second_dispatch_is_corrected_by_a_third_and_not_taken_back(desk: Desk) -> None:
    order = desk.take(CAME)
    with desk.writing() as session:
        dispatch(session, desk.house.reckoner, order.id or 0, "transport_bureau", MODERATOR, LATER)
    with pytest.raises(Conflict, match="改派"):
        _undo(desk, order)


def test_a_correction_taken_back_teaches_the_machine_nothing(desk: Desk) -> None:
    order = _waiting(desk)
    with desk.writing() as session:
        reclassify(session, desk.house.profile, order.id or 0, MODERATOR, LATER, domain="transport")
    assert len(desk.all(Correction)) == 1
    assert _undo(desk, order) == "reclassify"
    assert desk.one(WorkOrder, id=order.id).domain == "housing"
    assert desk.all(Correction) == []


def test_a_merge_taken_back_gives_the_order_its_own_clocks_again(desk: Desk) -> None:
    main, order = desk.take(CAME), _waiting(desk)
    with desk.writing() as session:
        merge(session, desk.house.profile, order.id or 0, main.id or 0, MODERATOR, LATER)
    assert _undo(desk, order) == "merge"
    after = desk.one(WorkOrder, id=order.id)
    assert (after.status, after.merged_into) == ("triage", None)
