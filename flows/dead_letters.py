"""Dead letters: what failed five times alone, and its way back onto the queue. Replaying twice does no harm."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col, select

from flows.house import House
from models.actions.step import note
from models.actors import SYSTEM, Actor
from models.database import reading, writing
from models.tables.intake import DeadLetter
from queues.port import Queue, Record, Topic


def waiting(house: House) -> list[DeadLetter]:
    with reading(house.engine) as session:
        return list(
            session.exec(
                select(DeadLetter).where(col(DeadLetter.replayed_at).is_(None)).order_by(col(DeadLetter.created_at))
            ).all()
        )


def replay(
    house: House, ids: Sequence[uuid.UUID], now: datetime, queue: Queue | None = None, *, actor: Actor = SYSTEM
) -> int:
    """Put the named letters (all, if none is named) back on the queue; the inbox key absorbs what was done."""
    letters = [letter for letter in waiting(house) if not ids or letter.id in ids]
    if not letters:
        return 0
    queue = queue or house.queue("replay")
    queue.put(Topic.MESSAGES, [Record(each.queue_key, each.payload.encode()) for each in letters])
    with writing(house.engine) as session:
        for letter in letters:
            letter.replayed_at = now
            session.merge(letter)
            note(session, "dead_letter", str(letter.id), "replay", actor, now)
    return len(letters)
