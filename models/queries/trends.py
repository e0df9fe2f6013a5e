"""What came and what was answered: day by day, and by domain. Sealed orders are in no figure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import case, func
from sqlmodel import Session, col, select

from models.queries.figures import late_orders
from models.tables.orders import WorkOrder
from models.tables.supervision import Instruction
from models.vocabulary import OrderStatus
from models.workflow import OPEN_STATUSES

_ANSWERED = [OrderStatus.REPLIED.value, OrderStatus.CLOSED.value]


@dataclass(frozen=True, slots=True)
class DayFigures:
    """`received` that day, `answered` that day, and how many of those received are answered by now."""

    day: date
    received: int
    answered: int
    answered_since: int


@dataclass(frozen=True, slots=True)
class DomainFigures:
    """Of a domain: open now and overdue among them, received in the period and how many of those are answered."""

    domain: str
    open: int
    overdue: int
    received: int
    answered: int


def by_day(session: Session, last: date, days: int, zone: ZoneInfo) -> list[DayFigures]:
    """The days up to `last`, in the office's own time, the earliest first."""
    wanted = [last - timedelta(days=n) for n in reversed(range(days))]
    received = _counts(session, col(WorkOrder.received_at), wanted, zone)
    answered = _counts(session, col(WorkOrder.replied_at), wanted, zone)
    since = _counts(session, col(WorkOrder.received_at), wanted, zone, col(WorkOrder.status).in_(_ANSWERED))
    return [DayFigures(*row) for row in zip(wanted, received, answered, since, strict=True)]


def by_domain(session: Session, since: datetime, now: datetime) -> list[DomainFigures]:
    """Every domain with anything to count, the most open first."""
    is_open, recent = col(WorkOrder.status).in_(OPEN_STATUSES), col(WorkOrder.received_at) >= since
    late, answered = col(WorkOrder.id).in_(late_orders(now)), col(WorkOrder.status).in_(_ANSWERED)
    sums = [func.sum(case((which, 1), else_=0)) for which in (is_open, is_open & late, recent, recent & answered)]
    statement = (
        select(WorkOrder.domain, *sums)
        .where(col(WorkOrder.sealed).is_(False), is_open | recent)
        .group_by(WorkOrder.domain)
    )
    rows = session.execute(statement).all()
    found = [DomainFigures(domain, *(int(count) for count in counts)) for domain, *counts in rows]
    return sorted(found, key=lambda each: (-each.open, -each.received, each.domain))


def orders_of_day(
    session: Session, day: date, zone: ZoneInfo, *, answered: bool, most: int | None = None
) -> list[WorkOrder]:
    """The rows behind a day's figure; `most`: no more than so many."""
    statement = select(WorkOrder).where(*_of_day(day, zone, answered=answered))
    return list(session.exec(statement.order_by(col(WorkOrder.id)).limit(most)).all())


def count_of_day(session: Session, day: date, zone: ZoneInfo, *, answered: bool) -> int:
    """How many rows there are in all."""
    statement = select(func.count()).select_from(WorkOrder).where(*_of_day(day, zone, answered=answered))
    return session.exec(statement).one()


def _of_day(day: date, zone: ZoneInfo, *, answered: bool) -> tuple[Any, ...]:
    moment = col(WorkOrder.replied_at) if answered else col(WorkOrder.received_at)
    first, after = _bounds(day, zone)
    return col(WorkOrder.sealed).is_(False), moment >= first, moment < after


def signed_by_kind(session: Session, since: datetime) -> dict[str, int]:
    """督办文书 signed since then, cards among them, by kind."""
    statement = (
        select(Instruction.kind, func.count()).where(col(Instruction.signed_at) >= since).group_by(Instruction.kind)
    )
    return dict(session.exec(statement).all())


def _counts(session: Session, moment: Any, days: Sequence[date], zone: ZoneInfo, *where: Any) -> list[int]:  # noqa: ANN401
    """How many fall on each day, in one question."""
    bounds = [_bounds(day, zone) for day in days]
    sums = [func.sum(case(((moment >= first) & (moment < after), 1), else_=0)) for first, after in bounds]
    statement = select(*sums).where(
        col(WorkOrder.sealed).is_(False), moment >= bounds[0][0], moment < bounds[-1][1], *where
    )
    return [int(count or 0) for count in session.execute(statement).one()]


def _bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    return datetime.combine(day, time(), zone), datetime.combine(day + timedelta(days=1), time(), zone)
