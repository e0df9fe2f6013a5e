"""Who follows the house's events (订阅), and each event's way to them."""

import uuid
from datetime import datetime

from sqlalchemy import Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.tables.base import BigId, Json, Utc

_OPEN = text("state IN ('waiting', 'leased')")


class Webhook(SQLModel, table=True):
    """A subscription. Its secret is derived from the house's own and `generation`; no secret lies in the record.

    `subjects`: the first parts of event types (order, promise, …). `settled`: the outbox row up to which every
    event was looked at.
    """

    __tablename__ = "webhook"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    name: str = Field(max_length=60)
    url: str = Field(sa_type=Text)
    subjects: list[str] = Field(default_factory=list, sa_type=Json)
    generation: int = 1
    active: bool = True
    settled: int = Field(default=0, sa_type=BigId)
    created_by: str = Field(max_length=60)
    created_at: datetime = Field(sa_type=Utc)


class WebhookDelivery(SQLModel, table=True):
    """One event for one subscription. State: waiting, leased, sent, failed; moot where it may no longer be told.

    `next_try_at` is the sweep's index: of a waiting row when it is to be tried, of a leased one when the lease ends.
    """

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        UniqueConstraint("webhook_id", "event_id"),
        Index("ix_webhook_delivery_next", "next_try_at", postgresql_where=_OPEN, sqlite_where=_OPEN),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    webhook_id: int = Field(foreign_key="webhook.id", sa_type=BigId)
    event_id: uuid.UUID
    outbox_id: int = Field(foreign_key="outbox.id", sa_type=BigId)
    type: str = Field(max_length=40)
    order_number: str | None = Field(default=None, max_length=40)
    state: str = Field(default="waiting", max_length=10)
    attempts: int = 0
    next_try_at: datetime = Field(sa_type=Utc)
    sent_at: datetime | None = Field(default=None, sa_type=Utc)
    error: str | None = Field(default=None, sa_type=Text)
