"""Every table of the record; importing this package fills SQLModel.metadata."""

from models.tables import (
    clocks,
    editions,
    intake,
    ledger,
    links,
    messages,
    notices,
    orders,
    people,
    promise_steps,
    queueing,
    record,
    supervision,
)

__all__ = [
    "clocks",
    "editions",
    "intake",
    "ledger",
    "links",
    "messages",
    "notices",
    "orders",
    "people",
    "promise_steps",
    "queueing",
    "record",
    "supervision",
]
