"""The queue port: what carries records from intake to the worker. At least once, in order per key."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol

from models.errors import BadInput

MAX_VALUE_BYTES: Final = 256 * 1024


class Topic(StrEnum):
    MESSAGES = "huiyin.messages"
    OVERFLOW = "huiyin.messages.overflow"  # a flooding sender, so that others keep their place
    DEAD_LETTERS = "huiyin.dead-letters"
    EVENTS = "huiyin.events"


WORK: Final = (Topic.MESSAGES, Topic.OVERFLOW)
"""What `take` hands out and `depth` counts; the other topics are there for others to read."""


class RecordTooLarge(BadInput):
    """队列记录超过 256 kB，应改存引用。"""


@dataclass(frozen=True, slots=True)
class Record:
    """`value` is at most 256 kB of JSON; `key` keeps records of one sender in order."""

    key: str
    value: bytes
    headers: tuple[tuple[str, str], ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Taken:
    """A record out for work. `position` names it for ever: topic, partition, offset (or the embedded id)."""

    record: Record
    topic: Topic
    position: str


@dataclass(frozen=True, slots=True)
class Depth:
    """Records not yet done: `queued` wait, `leased` are out for work somewhere.

    Kafka knows only this consumer's own `leased`; other consumers' count as queued there. The sum holds.
    """

    queued: int
    leased: int

    @property
    def empty(self) -> bool:
        return not (self.queued or self.leased)


class Queue(Protocol):
    """Implementations: embedded (application database), Kafka, in-memory. One contract test binds them.

    `put` may be called from any thread; the rest belongs to one worker, `keep` excepted.
    """

    def put(self, topic: Topic, records: Sequence[Record]) -> None:
        """Return when all are durable; Unavailable when the carrier is away, RecordTooLarge before any."""
        ...

    def take(self, limit: int, wait_seconds: float) -> list[Taken]:
        """Hand out up to `limit` records of MESSAGES and OVERFLOW, in order per key and topic.

        Empty after `wait_seconds`. A backlog on MESSAGES leaves OVERFLOW a share.
        """
        ...

    def done(self, taken: Sequence[Taken]) -> None:
        """Never deliver them again (unless they had gone to another already): they are durable elsewhere."""
        ...

    def give_back(self, taken: Sequence[Taken]) -> None:
        """Deliver again, first in line: they were not handled."""
        ...

    def keep(self, taken: Sequence[Taken]) -> None:
        """Renew the lease (or heartbeat): still at work."""
        ...

    def depth(self) -> Depth: ...

    def close(self) -> None:
        """Let go of connections; what is out goes to another once its lease (session) has run out."""
        ...


def check_sizes(records: Sequence[Record]) -> None:
    """Every carrier refuses the same records, so that none works on one machine and fails on another."""
    for record in records:
        if len(record.value) > MAX_VALUE_BYTES:
            raise RecordTooLarge(f"队列记录有 {len(record.value)} 字节，超过 {MAX_VALUE_BYTES} 字节的上限，应改存引用")
