"""Every table of the record; importing this package fills SQLModel.metadata."""

from models.tables import (
    calls,
    clocks,
    editions,
    follow_ups,
    intake,
    ledger,
    links,
    messages,
    notices,
    orders,
    people,
    phone_lines,
    promise_steps,
    queueing,
    record,
    supervision,
)

__all__ = [
    "calls",
    "clocks",
    "editions",
    "follow_ups",
    "intake",
    "ledger",
    "links",
    "messages",
    "notices",
    "orders",
    "people",
    "phone_lines",
    "promise_steps",
    "queueing",
    "record",
    "supervision",
]
