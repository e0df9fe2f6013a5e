"""Attempts are stored before the work, so that a record that kills its worker is known when it comes again."""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from models.bulk import BY_NUMBER, insert_new
from models.tables.intake import DeadLetter, RecordAttempt

MOST_ATTEMPTS = 5


def begin(session: Session, ids: Sequence[uuid.UUID], now: datetime) -> dict[uuid.UUID, int]:
    """Note the records as begun; returns those that were begun before, with how often they failed alone."""
    known = session.exec(
        select(RecordAttempt.intake_id, RecordAttempt.attempts).where(col(RecordAttempt.intake_id).in_(ids))
    ).all()
    before = dict(known)
    fresh = sorted(set(ids) - before.keys(), key=BY_NUMBER)  # in one order everywhere, against deadlocks
    insert_new(session, RecordAttempt, [{"intake_id": i, "attempts": 0, "tried_at": now} for i in fresh])
    return before


def count_one(session: Session, record: uuid.UUID, now: datetime) -> None:
    """One more try of a record alone."""
    session.execute(
        update(RecordAttempt)
        .where(col(RecordAttempt.intake_id) == record)
        .values(attempts=RecordAttempt.attempts + 1, tried_at=now)
    )


def finish(session: Session, ids: Collection[uuid.UUID]) -> None:
    session.execute(delete(RecordAttempt).where(col(RecordAttempt.intake_id).in_(ids)))


def buried(session: Session, messages: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Those of the messages that wait in the dead letters (a message's record bears the message's own id)."""
    waiting = select(DeadLetter.id).where(col(DeadLetter.id).in_(messages), col(DeadLetter.replayed_at).is_(None))
    return set(session.exec(waiting).all())


def bury(session: Session, record: uuid.UUID, key: str, payload: str, error: str, now: datetime) -> None:
    """Five failures alone: kept in the dead letters, for replay; its neighbours go on."""
    insert_new(session, DeadLetter, [{
        "id": record, "queue_key": key, "payload": payload, "error": error[:2000], "attempts": MOST_ATTEMPTS,
        "created_at": now,
    }])  # fmt: skip
    session.execute(update(DeadLetter).where(col(DeadLetter.id) == record).values(error=error[:2000], replayed_at=None))
    finish(session, [record])
