"""The queue port: what carries records from intake to the worker. At least once, in order per key."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class Topic(StrEnum):
    MESSAGES = "huiyin.messages"
    OVERFLOW = "huiyin.messages.overflow"  # a flooding sender, so that others keep their place
    DEAD_LETTERS = "huiyin.dead-letters"
    EVENTS = "huiyin.events"


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
    """Records not yet done: `queued` wait, `leased` are out for work somewhere."""

    queued: int
    leased: int


class Queue(Protocol):
    """Implementations: embedded (application database), Kafka, in-memory. One contract test binds them."""

    def put(self, topic: Topic, records: Sequence[Record]) -> None:
        """Durable when it returns; raises Unavailable when the carrier is away."""
        ...

    def take(self, limit: int, wait_seconds: float) -> list[Taken]:
        """Up to `limit` records of MESSAGES and OVERFLOW, in order per key; empty after `wait_seconds`."""
        ...

    def done(self, taken: Sequence[Taken]) -> None:
        """The whole last batch is durable elsewhere: never deliver it again."""
        ...

    def give_back(self, taken: Sequence[Taken]) -> None:
        """Not handled: deliver again, first in line."""
        ...

    def keep(self, taken: Sequence[Taken]) -> None:
        """Still at work: renew the lease (or heartbeat)."""
        ...

    def depth(self) -> Depth: ...

    def close(self) -> None: ...
