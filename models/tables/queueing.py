"""The embedded queue: records that wait, and the keys that a consumer has out for work."""

from sqlalchemy import BigInteger, Index, LargeBinary, Text
from sqlmodel import Field, SQLModel

from models.tables.base import BigId


class QueueRecord(SQLModel, table=True):
    """One record on a topic, written once and deleted when done; `id` is its position and place in line."""

    __tablename__ = "queue_record"
    # AUTOINCREMENT: SQLite otherwise hands out the numbers of deleted rows again, and a position is for ever.
    __table_args__ = (Index("ix_queue_record_line", "topic", "id"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    topic: str = Field(max_length=40)
    key: str = Field(sa_type=Text)
    value: bytes = Field(sa_type=LargeBinary)
    headers: str | None = Field(default=None, sa_type=Text)


class QueueLease(SQLModel, table=True):
    """A key that is out for work. The lease is on the key, not the record, so that its later records wait.

    `until_ms`: milliseconds since 1970; `taken`: how many records went out under it.
    """

    __tablename__ = "queue_lease"

    key: str = Field(primary_key=True, sa_type=Text)
    holder: str = Field(max_length=100)
    until_ms: int = Field(sa_type=BigInteger)
    taken: int
