"""The queue in the application's own database (SQLite or PostgreSQL): no broker to run.

A lease is on the key, so a sender's later records wait until the earlier ones are done, whoever takes them.
Records are only ever inserted and deleted; the lease is a narrow row beside them.
"""

import json
import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection, Engine, and_, delete, func, insert, select, text, update
from sqlmodel import SQLModel

from models.database import DATABASE_AWAY
from models.errors import Unavailable
from models.tables.queueing import QueueLease, QueueRecord
from queues.port import WORK, Depth, Record, Taken, Topic, check_sizes

LEASE_SECONDS: Final = 15.0
_BATCH_BYTES: Final = 16 * 1024 * 1024  # large records make small batches: the worker's memory is bounded
_ROWS_AT_A_TIME: Final = 64
_FIRST_PAUSE, _LONGEST_PAUSE = 0.02, 0.25
_TAKING: Final = 0x68756979696E  # PostgreSQL's advisory lock of those who take: «huiyin»

_records = SQLModel.metadata.tables[str(QueueRecord.__tablename__)]
_leases = SQLModel.metadata.tables[str(QueueLease.__tablename__)]
_lease = text(
    "INSERT INTO queue_lease (key, holder, until_ms, taken) VALUES (:key, :holder, :until_ms, :taken)"
    " ON CONFLICT (key) DO UPDATE SET"
    " holder = excluded.holder, until_ms = excluded.until_ms, taken = excluded.taken"
)


class EmbeddedQueue:
    """`engine`: from models.database.open_engine; `clock` gives seconds since 1970."""

    def __init__(
        self,
        engine: Engine,
        consumer: str,
        *,
        lease_seconds: float = LEASE_SECONDS,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._reader = engine
        self._writer = engine.execution_options(writing=True)
        # Not the name alone: a second process under one name must not count as the holder.
        self._holder = f"{consumer[:60]}:{uuid.uuid4().hex}"
        self._lease_ms = int(lease_seconds * 1000)
        self._clock = clock
        self._closed = threading.Event()
        self._out: defaultdict[str, set[int]] = defaultdict(set)

    def put(self, topic: Topic, records: Sequence[Record]) -> None:
        """Keep all but EVENTS: their outbox is in this same database, and nobody else reads here."""
        check_sizes(records)
        if not records or topic is Topic.EVENTS:
            return
        with self._writing() as connection:
            connection.execute(insert(_records), [_row(topic, record) for record in records])

    def take(self, limit: int, wait_seconds: float) -> list[Taken]:
        end = time.monotonic() + wait_seconds
        pause = _FIRST_PAUSE
        while True:
            if self._anything_free() and (chosen := self._claim(limit)):
                return chosen
            left = end - time.monotonic()
            if left <= 0 or self._closed.wait(min(pause, left)):
                return []
            pause = min(pause * 2, _LONGEST_PAUSE)

    def done(self, taken: Sequence[Taken]) -> None:
        ids = [int(each.position) for each in taken]
        finished = self._finish(taken)
        with self._writing() as connection:
            connection.execute(delete(_records).where(_records.c.id.in_(ids)))
            self._release(connection, finished)

    def give_back(self, taken: Sequence[Taken]) -> None:
        keys = {each.record.key for each in taken}
        for key in keys:
            self._out.pop(key, None)
        with self._writing() as connection:
            self._release(connection, keys)

    def keep(self, taken: Sequence[Taken]) -> None:
        keys = {each.record.key for each in taken}
        mine = and_(_leases.c.holder == self._holder, _leases.c.key.in_(keys))
        with self._writing() as connection:
            connection.execute(update(_leases).where(mine).values(until_ms=self._now() + self._lease_ms))

    def depth(self) -> Depth:
        waiting = select(func.count()).select_from(_records).where(_records.c.topic.in_(WORK))
        out = select(func.coalesce(func.sum(_leases.c.taken), 0)).where(self._live())
        with _database(), self._reader.connect() as connection:
            total, leased = connection.execute(select(waiting.scalar_subquery(), out.scalar_subquery())).one()
        return Depth(queued=max(0, total - leased), leased=min(int(leased), total))

    def close(self) -> None:
        """Stop waiting; the engine belongs to whoever made it."""
        self._closed.set()

    def _claim(self, limit: int) -> list[Taken]:
        with self._writing() as connection:
            if connection.dialect.name == "postgresql":  # SQLite's BEGIN IMMEDIATE does the same
                connection.execute(select(func.pg_advisory_xact_lock(_TAKING)))
            chosen = self._choose(connection, limit)
            if chosen:
                self._take_out(connection, chosen)
        return chosen

    def _choose(self, connection: Connection, limit: int) -> list[Taken]:
        overflow = self._line(connection, Topic.OVERFLOW, limit)
        share = min(len(overflow), max(1, limit // 8))
        messages = self._line(connection, Topic.MESSAGES, limit - share)
        return messages + overflow[: limit - len(messages)]

    def _line(self, connection: Connection, topic: Topic, limit: int) -> list[Taken]:
        line = select(_records).where(_records.c.topic == topic, self._free()).order_by(_records.c.id)
        rows = connection.execute(line.limit(limit).execution_options(yield_per=_ROWS_AT_A_TIME))
        chosen: list[Taken] = []
        size = 0
        for row in rows:
            size += len(row.value)
            if chosen and size > _BATCH_BYTES:
                rows.close()
                break
            chosen.append(_taken(row, topic))
        return chosen

    def _take_out(self, connection: Connection, chosen: Sequence[Taken]) -> None:
        for each in chosen:
            self._out[each.record.key].add(int(each.position))
        until = self._now() + self._lease_ms
        keys = sorted({each.record.key for each in chosen})
        connection.execute(
            _lease,
            [{"key": key, "holder": self._holder, "until_ms": until, "taken": len(self._out[key])} for key in keys],
        )

    def _finish(self, taken: Sequence[Taken]) -> set[str]:
        """Return the keys of which nothing is out any more."""
        for each in taken:
            self._out[each.record.key].discard(int(each.position))
        finished = {each.record.key for each in taken if not self._out[each.record.key]}
        for key in finished:
            del self._out[key]
        return finished

    def _release(self, connection: Connection, keys: set[str]) -> None:
        mine = and_(_leases.c.holder == self._holder, _leases.c.key.in_(keys))
        connection.execute(delete(_leases).where(mine))

    def _anything_free(self) -> bool:
        first = select(_records.c.id).where(_records.c.topic.in_(WORK), self._free()).limit(1)
        with _database(), self._reader.connect() as connection:
            return connection.execute(first).first() is not None

    def _free(self) -> Any:  # noqa: ANN401  (a SQL expression)
        return _records.c.key.not_in(select(_leases.c.key).where(self._live()))

    def _live(self) -> Any:  # noqa: ANN401  (a SQL expression)
        now = self._now()
        # What reaches further than a lease can was written before the clock was set back: it is over.
        return and_(_leases.c.until_ms > now, _leases.c.until_ms <= now + self._lease_ms)

    def _now(self) -> int:
        return int(self._clock() * 1000)

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with _database(), self._writer.begin() as connection:
            yield connection


@contextmanager
def _database() -> Iterator[None]:
    try:
        yield
    except DATABASE_AWAY as error:
        raise Unavailable(f"应用数据库里的队列暂时不可用，稍后会重试：{error.orig}") from error


def _row(topic: Topic, record: Record) -> dict[str, object]:
    headers = json.dumps(record.headers, ensure_ascii=False) if record.headers else None
    return {"topic": topic.value, "key": record.key, "value": record.value, "headers": headers}


def _taken(row: Any, topic: Topic) -> Taken:  # noqa: ANN401  (a row)
    headers = tuple((name, value) for name, value in json.loads(row.headers)) if row.headers else ()
    return Taken(Record(row.key, row.value, headers), topic, str(row.id))
