"""The append-only record, the outbox, and what keeps the house."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Index, Text, text
from sqlmodel import Field, SQLModel

from models.tables.base import BigId, Json, Utc

_UNSEALED = text("seal IS NULL")
_UNPUBLISHED = text("published_at IS NULL")


class History(SQLModel, table=True):
    """What was done, by whom, when. Appended, never changed; holds no text of a citizen. Sealed in a hash chain."""

    __tablename__ = "history"
    __table_args__ = (
        Index("ix_history_subject", "subject", "subject_id"),
        Index("ix_history_unsealed", "id", postgresql_where=_UNSEALED, sqlite_where=_UNSEALED),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    subject: str = Field(max_length=12)
    subject_id: str = Field(max_length=60)
    at: datetime = Field(sa_type=Utc)
    actor: str = Field(max_length=60)
    action: str = Field(max_length=40)
    from_status: str | None = Field(default=None, max_length=20)
    to_status: str | None = Field(default=None, max_length=20)
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    seal: int | None = Field(default=None, unique=True, sa_type=BigId)
    hash: str | None = Field(default=None, max_length=64)


class Outbox(SQLModel, table=True):
    """An event on its way to `huiyin.events`; written with the change that it tells of."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_unpublished", "id", postgresql_where=_UNPUBLISHED, sqlite_where=_UNPUBLISHED),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    event_id: uuid.UUID
    type: str = Field(max_length=40)
    order_number: str | None = Field(default=None, max_length=40)
    payload: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    created_at: datetime = Field(sa_type=Utc)
    published_at: datetime | None = Field(default=None, sa_type=Utc)


class Sweep(SQLModel, table=True):
    """When a sweep last succeeded: the next works out what is due since then."""

    __tablename__ = "sweep"

    name: str = Field(primary_key=True, max_length=40)
    started_at: datetime | None = Field(default=None, sa_type=Utc)
    succeeded_at: datetime | None = Field(default=None, sa_type=Utc)
    result: dict[str, Any] = Field(default_factory=dict, sa_type=Json)


class Tally(SQLModel, table=True):
    """Totals for `/metrics` that no row of the record tells: how the workers got on since the installation."""

    __tablename__ = "tally"

    name: str = Field(primary_key=True, max_length=40)
    total: float = 0.0


class Counter(SQLModel, table=True):
    """Blocks of numbers; gaps are allowed, repeats are not."""

    __tablename__ = "counter"

    name: str = Field(primary_key=True, max_length=40)
    value: int = Field(default=0, sa_type=BigId)


class RoutingVersion(SQLModel, table=True):
    """A routing matrix (its rows as YAML) and the moment from which messages were routed by it."""

    __tablename__ = "routing_version"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    digest: str = Field(max_length=16)
    matrix: str = Field(sa_type=Text)
    since: datetime = Field(sa_type=Utc)


class Meta(SQLModel, table=True):
    """Facts about this installation: profile, demonstration, …"""

    __tablename__ = "meta"

    key: str = Field(primary_key=True, max_length=40)
    value: str = Field(sa_type=Text)


class ModelVersion(SQLModel, table=True):
    """A version of the judgement; one is live, the last three are kept."""

    __tablename__ = "model_version"

    version: str = Field(primary_key=True, max_length=64)
    path: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=Utc)
    metrics: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    live: bool = False
    promoted_at: datetime | None = Field(default=None, sa_type=Utc)
