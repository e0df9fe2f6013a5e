"""The limits of an order whose urgency, or 紧急转接, was corrected: each by the profile's rule for what it is now."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import Session, col, select

from models.actions.clock_changes import changes_of, movable_clocks
from models.actions.clocks import order_rule, running, start_order_clock
from models.bulk import insert_new
from models.profile import ClockRule
from models.reckoning import Reckoner, rung_at
from models.tables.clocks import Clock, ClockChange, DeadlineBasis
from models.tables.orders import WorkOrder
from models.vocabulary import OrderStatus, Stage, Urgency

KIND = "urgency"
_GRAVITY = {urgency.value: rank for rank, urgency in enumerate(reversed(Urgency))}
# What begins where only the new urgency has a limit for it.
_BEGINS = {OrderStatus.TRIAGE.value: Stage.DISPATCH, OrderStatus.DISPATCHED.value: Stage.ACKNOWLEDGE}
Before = dict[str, Any]  # clock, due, basis, waited (until when time did not count), stopped: what a clock was


def follow_urgency(
    session: Session, reckoner: Reckoner, order: WorkOrder, urgency: str, procedure: str, now: datetime
) -> list[Before]:
    """Give the order its urgency, and every clock that runs by a rule for the old one the rule for the new.

    A shorter limit counts from now on, for nobody knew of it before, and never ends later than the one it replaces;
    a longer one counts from where the clock began. A limit that came with the order or that a person set stays.
    Returns what each touched clock was, for `restore_limits`.
    """
    assert order.id is not None  # noqa: S101  (a stored row has its id)
    found = {clock.id: clock for clock in (*running(session, order.id), *movable_clocks(session, order.id))}
    clocks = [clock for clock in found.values() if clock.subject in {"order", "co_unit"}]
    rules = {clock.stage: order_rule(reckoner, order, Stage(clock.stage)) for clock in clocks}
    first = _BEGINS.get(order.status)
    begins = first is not None and order_rule(reckoner, order, first) is None
    graver = _GRAVITY[urgency] > _GRAVITY[order.urgency]
    order.urgency, order.procedure = urgency, procedure
    codes, touched = _rules_of(session, clocks), []
    for clock in clocks:
        before, after = rules[clock.stage], order_rule(reckoner, order, Stage(clock.stage))
        if before is None or before == after or codes[clock.id] != before.code:
            continue
        was = _before(session, clock)
        if after is None:
            clock.stopped_at, clock.next_chase_at = clock.stopped_at or now, None
            session.add(clock)
        elif not _reckon(session, reckoner, clock, after, now, graver=graver):
            continue
        touched.append(was)
    if first is not None and begins:
        unit = order.lead_unit or reckoner.profile.centre
        if begun := start_order_clock(session, reckoner, order, first, unit, now):
            session.flush()
            touched.append({"clock": begun.id, "begun": True})
    return touched


def restore_limits(session: Session, reckoner: Reckoner, touched: Sequence[Mapping[str, Any]], now: datetime) -> None:
    """What `follow_urgency` did to the clocks is taken back, while nothing else has moved them."""
    for was in touched:
        clock = session.get_one(Clock, int(was["clock"]))
        if was.get("begun"):
            clock.stopped_at, clock.next_chase_at = clock.stopped_at or now, None
            session.add(clock)
            continue
        clock.due_at, clock.basis_id = datetime.fromisoformat(was["due"]), UUID(was["basis"])
        clock.stopped_at = None if was["running"] else clock.stopped_at
        waited = datetime.fromisoformat(was["waited"]) if was["waited"] else None
        _keep(session, clock, waited)
        _anew(session, clock, rung_at(reckoner.profile.ladder, 0, clock.due_at, reckoner.calendar, reckoner.zone))


def _rules_of(session: Session, clocks: Sequence[Clock]) -> dict[int | None, str]:
    """Clock → the code of the rule that its end was reckoned by."""
    wanted = {clock.basis_id for clock in clocks}
    codes = {b.id: b.rule for b in session.exec(select(DeadlineBasis).where(col(DeadlineBasis.id).in_(wanted)))}
    return {clock.id: codes[clock.basis_id] for clock in clocks}


def _before(session: Session, clock: Clock) -> Before:
    waited = [change.paused_to for change in changes_of(session, [clock.id])[clock.id] if change.kind == KIND]
    return {
        "clock": clock.id, "due": clock.due_at.isoformat(), "basis": str(clock.basis_id),
        "waited": waited[-1].isoformat() if waited and waited[-1] else None, "running": clock.stopped_at is None,
    }  # fmt: skip


def _reckon(
    session: Session, reckoner: Reckoner, clock: Clock, rule: ClockRule, now: datetime, *, graver: bool
) -> bool:
    """Whether the clock moved. The time that passed before a graver word is kept as time that does not count."""
    granted = [change for change in changes_of(session, [clock.id])[clock.id] if change.kind != KIND]
    waited = [_waited(clock, now)] if graver else []
    reckoned = reckoner.reckon_changed(rule, clock.started_at, [*waited, *granted])
    if graver and reckoned.due_at >= clock.due_at:
        return False
    _keep(session, clock, now if graver else None)
    insert_new(session, DeadlineBasis, [reckoned.basis])
    clock.due_at, clock.basis_id = reckoned.due_at, reckoned.basis_id
    _anew(session, clock, reckoned.next_chase_at)
    return True


def _waited(clock: Clock, until: datetime) -> ClockChange:
    return ClockChange(clock_id=clock.id or 0, kind=KIND, paused_from=clock.started_at, paused_to=until,
                       was_due_at=clock.due_at, at=until)  # fmt: skip


def _keep(session: Session, clock: Clock, until: datetime | None) -> None:
    """At most one such time stands in a clock's changes: a later word replaces an earlier one's."""
    session.execute(delete(ClockChange).where(col(ClockChange.clock_id) == clock.id, col(ClockChange.kind) == KIND))
    if until is not None:
        session.add(_waited(clock, until))


def _anew(session: Session, clock: Clock, next_look: datetime | None) -> None:
    """A new generation of the clock: its ladder begins anew from the new end."""
    clock.next_chase_at = next_look if clock.stopped_at is None and clock.paused_at is None else None
    clock.changes, clock.rung, clock.rung_at = clock.changes + 1, 0, None
    session.add(clock)
