"""Lateness as it is charged: by order, and by unit over a period."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from models.holding import Hold, charged
from models.reckoning import Reckoner
from models.tables.clocks import Clock
from models.tables.orders import Assignment, WorkOrder
from models.vocabulary import Stage

_HANDLING = (Stage.HANDLE.value, Stage.OPINION_FIRST.value)


def order_lateness(session: Session, reckoner: Reckoner, order_id: int, now: datetime) -> dict[str, int]:
    """Unit → workdays beyond the limits of handling, in every round of the order."""
    clocks = session.exec(select(Clock).where(Clock.order_id == order_id, col(Clock.stage).in_(_HANDLING))).all()
    return dict(_charged(session, reckoner, clocks, now))


def unit_lateness(session: Session, reckoner: Reckoner, since: datetime, now: datetime) -> dict[str, int]:
    """Unit → workdays, over the orders that are late now or ended late since then; what is excluded counts not."""
    ended = (col(Clock.stopped_at) >= since) & (col(Clock.stopped_at) > col(Clock.due_at))
    running = col(Clock.stopped_at).is_(None) & col(Clock.paused_at).is_(None) & (col(Clock.due_at) < now)
    clocks = session.exec(
        select(Clock)
        .join(WorkOrder, col(WorkOrder.id) == col(Clock.order_id))
        .where(
            Clock.subject == "order", col(Clock.stage).in_(_HANDLING), ended | running,
            col(WorkOrder.sealed).is_(False), col(WorkOrder.excluded).is_(False),
        )
    ).all()  # fmt: skip
    return dict(_charged(session, reckoner, clocks, now))


def _charged(session: Session, reckoner: Reckoner, clocks: Sequence[Clock], now: datetime) -> Counter[str]:
    late: Counter[str] = Counter()
    holds = _holds(session, {clock.order_id for clock in clocks if clock.order_id is not None})
    for clock in clocks:
        ended = clock.stopped_at or clock.paused_at or now
        late += Counter(charged(
            holds.get(clock.order_id or 0, []), clock.due_at, ended, reckoner.profile.centre, reckoner.calendar,
            reckoner.zone,
        ))  # fmt: skip
    return late


def _holds(session: Session, orders: set[int]) -> dict[int, list[Hold]]:
    found: dict[int, list[Hold]] = {}
    statement = select(Assignment).where(Assignment.part == "lead", col(Assignment.order_id).in_(orders))
    for part in session.exec(statement.order_by(col(Assignment.id))).all():
        found.setdefault(part.order_id, []).append(Hold(part.unit, part.assigned_at, part.ended_at))
    return found
