"""What came in, before anything is made of it."""

import uuid
from datetime import datetime

from sqlalchemy import Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.tables.base import BigId, Utc
from models.vocabulary import Channel


class Carried(SQLModel):
    """What a relay carries to the queue. `payload` is the record (JSON text), a blob reference beyond 256 kB."""

    id: uuid.UUID = Field(primary_key=True)
    digest: str = Field(max_length=64)
    raw_blob: str | None = Field(default=None, max_length=64)
    queue_key: str = Field(max_length=64)
    payload: str = Field(sa_type=Text)
    taken_in_at: datetime = Field(sa_type=Utc)
    relayed_at: datetime | None = Field(default=None, sa_type=Utc)


class Intake(Carried, table=True):
    """One source item, taken in once."""

    __tablename__ = "intake"
    __table_args__ = (
        UniqueConstraint("channel", "external_id"),
        Index("ix_intake_sender", "queue_key", "taken_in_at"),
        Index(
            "ix_intake_unrelayed",
            "taken_in_at",
            postgresql_where=text("relayed_at IS NULL"),
            sqlite_where=text("relayed_at IS NULL"),
        ),
    )

    channel: str = Field(max_length=20)
    external_id: str = Field(max_length=400)
    source_where: str = Field(default="", sa_type=Text)
    query_code: str = Field(max_length=16, index=True)


class IntakeRevision(Carried, table=True):
    """The same source item read again with changed content: recorded, never dropped."""

    __tablename__ = "intake_revision"
    __table_args__ = (
        Index(
            "ix_intake_revision_unrelayed",
            "taken_in_at",
            postgresql_where=text("relayed_at IS NULL"),
            sqlite_where=text("relayed_at IS NULL"),
        ),
    )

    intake_id: uuid.UUID = Field(foreign_key="intake.id", index=True)


class Inbox(SQLModel, table=True):
    """What the worker has made into messages; `batch` tells which batch owns the row's children."""

    __tablename__ = "inbox"

    id: uuid.UUID = Field(primary_key=True)
    batch: str = Field(max_length=32, index=True)


class Quarantine(SQLModel, table=True):
    """Bytes that could not be read, with the place and the reason."""

    __tablename__ = "quarantine"
    __table_args__ = (UniqueConstraint("channel", "where_digest", "digest"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    channel: Channel = Field(sa_type=Text)
    source_where: str = Field(sa_type=Text)
    where_digest: str = Field(max_length=64)
    digest: str = Field(max_length=64)
    raw_blob: str = Field(max_length=64)
    reason: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=Utc)
    resolved_at: datetime | None = Field(default=None, sa_type=Utc)
    resolved_by: str | None = Field(default=None, max_length=60)
    resolution: str | None = Field(default=None, sa_type=Text)


class RecordAttempt(SQLModel, table=True):
    """How often a record was tried alone; written before the work, so that a death counts."""

    __tablename__ = "record_attempt"

    intake_id: uuid.UUID = Field(primary_key=True)
    attempts: int = 0
    last_error: str | None = Field(default=None, sa_type=Text)
    tried_at: datetime = Field(sa_type=Utc)


class DeadLetter(SQLModel, table=True):
    """A record that failed five times alone, kept for replay."""

    __tablename__ = "dead_letter"

    id: uuid.UUID = Field(primary_key=True)
    queue_key: str = Field(max_length=64)
    payload: str = Field(sa_type=Text)
    error: str = Field(sa_type=Text)
    attempts: int
    created_at: datetime = Field(sa_type=Utc)
    replayed_at: datetime | None = Field(default=None, sa_type=Utc)


class MailboxState(SQLModel, table=True):
    """Where a mailbox was read to: UIDVALIDITY and last UID."""

    __tablename__ = "mailbox_state"

    source: str = Field(primary_key=True, max_length=400)
    state: str = Field(sa_type=Text)
