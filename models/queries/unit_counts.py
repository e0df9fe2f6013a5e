"""Which orders and limits the units' figures count, said once: for figures, rates, lists behind them, and pages."""

from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, or_
from sqlmodel import col

from models.tables.clocks import Clock
from models.tables.orders import Assignment, WorkOrder
from models.vocabulary import Stage

HANDLING = (Stage.HANDLE.value, Stage.OPINION_FIRST.value)


def counted() -> tuple[Any, ...]:
    """Not what was excluded on review (剔除), nor a 重复件 that was told an earlier answer: no unit handled it."""
    return col(WorkOrder.sealed).is_(False), col(WorkOrder.excluded).is_(False), col(WorkOrder.told_from).is_(None)


def running_late(now: datetime) -> Any:  # noqa: ANN401  (a SQL expression)
    """A clock that ran at `now` and had passed its limit."""
    stopped, paused = col(Clock.stopped_at), col(Clock.paused_at)
    return and_(or_(stopped.is_(None), stopped > now), or_(paused.is_(None), paused > now), col(Clock.due_at) < now)


def moved_on() -> Any:  # noqa: ANN401  (a SQL expression)
    """An Assignment took its Clock along: the order went elsewhere in time, so nobody met the limit or passed it."""
    return and_(
        col(Assignment.order_id) == col(Clock.order_id), col(Assignment.unit) == col(Clock.unit),
        col(Assignment.ended_at) == col(Clock.stopped_at), col(Clock.stopped_at) <= col(Clock.due_at),
    )  # fmt: skip


def late_at_unit(now: datetime) -> Any:  # noqa: ANN401  (a SQL expression)
    """The limit of handling has passed; a reply that was handed in late in this round is late too."""
    handed_in_late = and_(
        col(Clock.stopped_at) > col(Clock.due_at), col(Clock.stopped_at) <= now,
        col(Clock.cycle) == col(WorkOrder.cycle),
    )  # fmt: skip
    return exists().where(
        col(Clock.order_id) == col(WorkOrder.id), col(Clock.subject) == "order", col(Clock.stage).in_(HANDLING),
        or_(running_late(now), handed_in_late),
    )  # fmt: skip
