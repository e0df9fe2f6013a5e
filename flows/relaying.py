"""Carry intake rows to the queue, and events to whoever follows. Waits out a broker that is away."""

import json
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import takewhile

from sqlalchemy import exists, func, or_, update
from sqlmodel import Session, col, select

from flows.alone import alone
from flows.heartbeat import beat
from flows.house import House
from models.database import reading, writing
from models.tables.intake import Carried, Intake, IntakeRevision
from models.tables.record import Outbox
from queues.port import Queue, Record, Topic

BATCH = 500
BATCH_CHARACTERS = 8_000_000  # large records make small batches: the memory is bounded
FLOOD_RECORDS = 200  # from one sender within the hour before; more overflow to a topic of their own
FLOOD_WINDOW = timedelta(hours=1)
_UNSEEN = {"synchronize_session": False}  # nobody holds these rows as objects
_TABLES: tuple[type[Carried], ...] = (Intake, IntakeRevision)


def relay(house: House, queue: Queue, now: datetime, *, batches: int = 1_000_000) -> dict[str, int]:
    """Everything that waits: messages, then revisions (so that a revision comes after its message), then events.

    `batches`: of each at most, for whoever has other things to do.
    """
    carried = {"records": 0, "events": 0}
    if _anything_waits(house):
        # Two relays would put everything twice, and events out of their order.
        with alone(house, "relay"):
            for table in _TABLES:
                carried["records"] += _until_none(batches, partial(_relay_batch, house, queue, table, now))
            carried["events"] += _until_none(batches, partial(_publish_batch, house, queue, now))
    beat(house, "relay", now, carried)
    return carried


def _until_none(batches: int, carry: Callable[[], int]) -> int:
    counts = takewhile(bool, (carry() for _ in range(batches)))
    return sum(counts)


def _anything_waits(house: House) -> bool:
    """Asked every second by every worker: without a lock."""
    waits = [exists().where(col(table.relayed_at).is_(None)) for table in _TABLES]
    with reading(house.engine) as session:
        return bool(session.scalar(select(or_(*waits, exists().where(col(Outbox.published_at).is_(None))))))


def _relay_batch(house: House, queue: Queue, table: type[Carried], now: datetime) -> int:
    with reading(house.engine) as session:
        rows = _waiting(session, table)
        flooding = _flooding(session, {row.queue_key for row in rows}, now)
    by_topic: dict[Topic, list[Record]] = {Topic.MESSAGES: [], Topic.OVERFLOW: []}
    for row in rows:
        record = Record(row.queue_key, row.payload.encode("utf-8", errors="surrogatepass"))
        by_topic[Topic.OVERFLOW if row.queue_key in flooding else Topic.MESSAGES].append(record)
    for topic, records in by_topic.items():
        if records:
            queue.put(topic, records)
    # Durable on the queue first, then marked: a crash between puts them twice, and the inbox key absorbs it.
    _mark(house, table, [row.id for row in rows], now)
    return len(rows)


def _waiting(session: Session, table: type[Carried]) -> Sequence[Carried]:
    """In the order of their arrival, as many as fit."""
    line = select(table).where(col(table.relayed_at).is_(None)).order_by(col(table.taken_in_at))
    rows: list[Carried] = []
    size = 0
    for row in session.exec(line.limit(BATCH).execution_options(yield_per=64)):
        rows.append(row)
        size += len(row.payload)
        if size > BATCH_CHARACTERS:
            break
    return rows


def _flooding(session: Session, keys: set[str], now: datetime) -> set[str]:
    counted = (
        select(Intake.queue_key)
        .where(col(Intake.queue_key).in_(keys), col(Intake.taken_in_at) > now - FLOOD_WINDOW)
        .group_by(col(Intake.queue_key))
        .having(func.count() > FLOOD_RECORDS)
    )
    return set(session.exec(counted).all()) if keys else set()


def _mark(house: House, table: type[Carried], ids: list[uuid.UUID], now: datetime) -> None:
    if not ids:
        return
    with writing(house.engine) as session:
        session.execute(update(table).where(col(table.id).in_(ids)).values(relayed_at=now), execution_options=_UNSEEN)


def _publish_batch(house: House, queue: Queue, now: datetime) -> int:
    with reading(house.engine) as session:
        rows = session.exec(
            select(Outbox).where(col(Outbox.published_at).is_(None)).order_by(col(Outbox.id)).limit(BATCH)
        ).all()
    if rows:
        queue.put(Topic.EVENTS, [event_record(row) for row in rows])
        with writing(house.engine) as session:
            ids = [row.id for row in rows]
            session.execute(
                update(Outbox).where(col(Outbox.id).in_(ids)).values(published_at=now), execution_options=_UNSEEN
            )
    return len(rows)


def event_record(row: Outbox) -> Record:
    """An event for other systems: ids, codes and times; the id is in a header so that a repeat is seen."""
    body = {"type": row.type, "at": row.created_at.isoformat(), **row.payload}
    value = json.dumps(body, ensure_ascii=False).encode()
    return Record(row.order_number or "", value, (("event-id", str(row.event_id)),))
