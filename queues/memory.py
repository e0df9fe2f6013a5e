"""The queue for tests: same promises as the others, kept in this process only."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count, islice

from queues.port import WORK, Depth, Record, Taken, Topic, check_sizes


@dataclass
class MemoryStore:
    """What several in-memory queues share, as consumers share a broker."""

    records: dict[int, tuple[Topic, Record]] = field(default_factory=dict)
    leases: dict[str, tuple[object, float]] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    changed: threading.Condition = field(default_factory=threading.Condition)


class MemoryQueue:
    """A lease is on the key, as in the embedded queue; `clock` gives seconds."""

    def __init__(
        self,
        store: MemoryStore | None = None,
        *,
        lease_seconds: float = 15,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store or MemoryStore()
        self._lease_seconds = lease_seconds
        self._clock = clock
        self._holder = object()

    def put(self, topic: Topic, records: Sequence[Record]) -> None:
        check_sizes(records)
        with self._store.changed:
            for record in records:
                self._store.records[next(self._store.numbers)] = (topic, record)
            self._store.changed.notify_all()

    def take(self, limit: int, wait_seconds: float) -> list[Taken]:
        with self._store.changed:
            self._store.changed.wait_for(self._ready, wait_seconds)
            chosen = self._choose(limit)
            until = self._clock() + self._lease_seconds
            for taken in chosen:
                self._store.leases[taken.record.key] = (self._holder, until)
            return chosen

    def done(self, taken: Sequence[Taken]) -> None:
        with self._store.changed:
            for each in taken:
                self._store.records.pop(int(each.position), None)
            self._release(taken)

    def give_back(self, taken: Sequence[Taken]) -> None:
        with self._store.changed:
            self._release(taken)

    def keep(self, taken: Sequence[Taken]) -> None:
        with self._store.changed:
            until = self._clock() + self._lease_seconds
            for key in self._held(taken):
                self._store.leases[key] = (self._holder, until)

    def depth(self) -> Depth:
        with self._store.changed:
            waiting = [record.key for topic, record in self._store.records.values() if topic in WORK]
            leased = sum(self._leased(key) for key in waiting)
            return Depth(queued=len(waiting) - leased, leased=leased)

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""

    def contents(self, topic: Topic) -> list[Record]:
        """List what stands on a topic, in order; for tests."""
        with self._store.changed:
            return [record for on, record in self._store.records.values() if on is topic]

    def _choose(self, limit: int) -> list[Taken]:
        overflow = list(islice(self._line(Topic.OVERFLOW), limit))
        share = min(len(overflow), max(1, limit // 8))
        messages = list(islice(self._line(Topic.MESSAGES), limit - share))
        return messages + overflow[: limit - len(messages)]

    def _line(self, topic: Topic) -> list[Taken]:
        return [
            Taken(record, on, str(number))
            for number, (on, record) in self._store.records.items()
            if on is topic and not self._leased(record.key)
        ]

    def _ready(self) -> bool:
        return any(on in WORK and not self._leased(r.key) for on, r in self._store.records.values())

    def _leased(self, key: str) -> bool:
        return key in self._store.leases and self._store.leases[key][1] > self._clock()

    def _held(self, taken: Sequence[Taken]) -> set[str]:
        keys = {each.record.key for each in taken}
        return {key for key in keys if self._store.leases.get(key, (None, 0))[0] is self._holder}

    def _release(self, taken: Sequence[Taken]) -> None:
        for key in self._held(taken):
            del self._store.leases[key]
        self._store.changed.notify_all()
