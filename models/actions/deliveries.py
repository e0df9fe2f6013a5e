"""Deliveries: leased, then sent, then recorded, each in its own transaction and under one key.

`next_try_at` is the sweep's index: of a waiting row when it is to be tried, of a leased one when the lease ends.
"""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Uuid, literal, tuple_, update
from sqlmodel import Session, col, select

from models.actions.step import note
from models.actors import Actor
from models.errors import Conflict, NotFound
from models.tables.base import Utc
from models.tables.notices import Delivery, DeliveryNotice, Notice
from models.vocabulary import Urgency

OPEN = ("waiting", "leased")
_MOST_ABSORBED = 200


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


def postpone(session: Session, leased: Leased, until: datetime) -> None:
    """Not tried at all: its time has not come."""
    _finish(session, leased, state="waiting", next_try_at=until, attempts=leased.attempt - 1)


def record_moot(session: Session, leased: Leased, why: str) -> None:
    """What it would say is no longer so, or nobody wants to be told."""
    _finish(session, leased, state="moot", error=why[:1000])


def resend(session: Session, delivery: uuid.UUID, actor: Actor, now: datetime) -> None:
    """Once more after it was given up, under the same key: a receiver that has it knows it again."""
    row = session.exec(select(Delivery).where(Delivery.id == delivery).with_for_update()).first()
    if row is None:
        raise NotFound("没有这封通知。")
    if row.state != "failed":
        raise Conflict("这封通知不在“未送达”之列，可能已有人重新发送，请刷新查看。")
    row.state, row.next_try_at, row.error = "waiting", now, None
    row.attempts = min(row.attempts, 1)  # an earlier try may have arrived: it is looked up before it is sent again
    session.add(row)
    note(session, "delivery", str(delivery), "resend", actor, now)


def absorb(session: Session, leased: Leased, now: datetime, kinds: Collection[str]) -> int:
    """Take what else is due to the same unit and target into this letter, before its first try; how many letters.

    The key stays: nobody has seen the letter yet. Emergencies and kinds outside `kinds` go alone.
    """
    own = _told(session, [leased.id]).get(leased.id, [])
    if leased.attempt > 1 or not own or not _shares(own, kinds):
        return 0
    others = session.exec(
        select(Delivery.id)
        .where(
            Delivery.target == leased.target, Delivery.state == "waiting", Delivery.attempts == 0,
            col(Delivery.next_try_at) <= now, Delivery.id != leased.id,
        )
        .order_by(col(Delivery.next_try_at), col(Delivery.id))
        .limit(_MOST_ABSORBED)
    ).all()  # fmt: skip
    told = _told(session, others)
    alike = [i for i in others if told.get(i) and told[i][0].unit == own[0].unit and _shares(told[i], kinds)]
    return sum(_take(session, leased, other) for other in alike)


def _take(session: Session, leased: Leased, other: uuid.UUID) -> bool:
    won = session.execute(
        update(Delivery)
        .where(col(Delivery.id) == other, col(Delivery.state) == "waiting", col(Delivery.attempts) == 0)
        .values(state="merged", receipt=f"merged:{leased.id.hex}")
        .execution_options(synchronize_session=False)
    )
    if not won.rowcount:  # type: ignore[attr-defined]
        return False
    session.execute(
        update(DeliveryNotice)
        .where(col(DeliveryNotice.delivery_id) == other)
        .values(delivery_id=leased.id)
        .execution_options(synchronize_session=False)
    )
    return True


def _told(session: Session, letters: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[Notice]]:
    rows = session.exec(
        select(DeliveryNotice.delivery_id, Notice)
        .join(Notice, col(Notice.id) == col(DeliveryNotice.notice_id))
        .where(col(DeliveryNotice.delivery_id).in_(letters))
    ).all()
    found: dict[uuid.UUID, list[Notice]] = {}
    for letter, notice in rows:
        found.setdefault(letter, []).append(notice)
    return found


def _shares(notices: Sequence[Notice], kinds: Collection[str]) -> bool:
    return all(n.kind in kinds and n.facts.get("urgency") != Urgency.EMERGENCY.value for n in notices)


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
