"""Deliveries: leased, then sent, then recorded, each in its own transaction and under one key.

`next_try_at` is the sweep's index: of a waiting row when it is to be tried, of a leased one when the lease ends.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Uuid, literal, tuple_, update
from sqlmodel import Session, col, select

from models.tables.base import Utc
from models.tables.notices import Delivery

OPEN = ("waiting", "leased")


@dataclass(frozen=True, slots=True)
class Leased:
    """A delivery in hand. `attempt` counts from 1; it is also what proves that the lease is still ours."""

    id: uuid.UUID
    transport: str
    target: str
    attempt: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Due:
    """A delivery that may be tried; also the place from which the next page goes on."""

    id: uuid.UUID
    transport: str
    next_try_at: datetime


def due(session: Session, now: datetime, most: int, after: Due | None = None) -> list[Due]:
    """What may be tried now, longest waiting first."""
    statement = (
        select(Delivery.id, Delivery.transport, Delivery.next_try_at)
        .where(col(Delivery.state).in_(OPEN), col(Delivery.next_try_at) <= now)
        .order_by(col(Delivery.next_try_at), col(Delivery.id))
        .limit(most)
    )
    if after is not None:
        place = tuple_(col(Delivery.next_try_at), col(Delivery.id))
        statement = statement.where(place > tuple_(literal(after.next_try_at, Utc()), literal(after.id, Uuid())))
    return [Due(*row) for row in session.exec(statement).all()]


def lease(session: Session, delivery: uuid.UUID, now: datetime, length: timedelta) -> Leased | None:
    """Claim it: the row count of one conditional update says whether this process won."""
    until = now + length
    won = session.execute(
        update(Delivery)
        .where(col(Delivery.id) == delivery, col(Delivery.state).in_(OPEN), col(Delivery.next_try_at) <= now)
        .values(state="leased", leased_until=until, next_try_at=until, attempts=Delivery.attempts + 1)
        .execution_options(synchronize_session=False)
    )
    if not won.rowcount:  # type: ignore[attr-defined]
        return None
    row = session.exec(select(Delivery).where(Delivery.id == delivery)).one()
    return Leased(row.id, row.transport, row.target, row.attempts, row.created_at)


def record_sent(session: Session, leased: Leased, receipt: str, now: datetime) -> None:
    _finish(session, leased, state="sent", sent_at=now, receipt=receipt, error=None)


def record_retry(session: Session, leased: Leased, error: str, next_try_at: datetime) -> None:
    _finish(session, leased, state="waiting", error=error[:1000], next_try_at=next_try_at)


def record_failed(session: Session, leased: Leased, error: str) -> None:
    """For the failed-delivery list; nobody tries it again by himself."""
    _finish(session, leased, state="failed", error=error[:1000])


def _finish(session: Session, leased: Leased, **values: Any) -> None:  # noqa: ANN401  (columns)
    """Only while the lease is ours: who took it over writes its own result."""
    session.execute(
        update(Delivery)
        .where(col(Delivery.id) == leased.id, col(Delivery.state) == "leased", col(Delivery.attempts) == leased.attempt)
        .values(leased_until=None, **values)
    )
