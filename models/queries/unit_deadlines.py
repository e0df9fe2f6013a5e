"""What a unit has to do by when: the clocks that run against it."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from models.tables.clocks import Clock
from models.tables.orders import WorkOrder

_MOST = 1000


def unit_deadlines(session: Session, unit: str) -> Sequence[tuple[Clock, str]]:
    """Running clocks of a unit's unsealed orders with the orders' numbers, soonest first; none that is paused."""
    statement = (
        select(Clock, WorkOrder.number)
        .join(WorkOrder, col(WorkOrder.id) == col(Clock.order_id))
        .where(
            Clock.unit == unit, col(Clock.stopped_at).is_(None), col(Clock.paused_at).is_(None),
            col(WorkOrder.sealed).is_(False),
        )
        .order_by(col(Clock.due_at), col(Clock.id))
        .limit(_MOST)
    )  # fmt: skip
    return [(clock, number) for clock, number in session.exec(statement).all()]
