"""Notices (通知) and their deliveries."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Index, Text, text
from sqlmodel import Field, SQLModel

from models.tables.base import BigId, Json, Utc

_CHASING = text("clock_id IS NOT NULL")
_OPEN = text("state IN ('waiting', 'leased')")


class Notice(SQLModel, table=True):
    """Something to be told once: the primary key is made of (kind, unit, subject, cycle, trigger)."""

    __tablename__ = "notice"
    __table_args__ = (Index("ix_notice_clock", "clock_id", postgresql_where=_CHASING, sqlite_where=_CHASING),)

    id: uuid.UUID = Field(primary_key=True)
    kind: str = Field(max_length=40)
    unit: str = Field(max_length=60, index=True)
    order_id: int | None = Field(default=None, index=True, sa_type=BigId)
    clock_id: int | None = Field(default=None, sa_type=BigId)
    cycle: int = 1
    trigger: str = Field(default="", max_length=80)
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    created_at: datetime = Field(sa_type=Utc)


class Delivery(SQLModel, table=True):
    """One sending of one or more notices over one transport; the same key however often it is tried.

    State: waiting, leased, sent, failed; merged into another letter of the same moment; moot where what it would
    say is no longer so.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        Index("ix_delivery_next_try", "next_try_at", postgresql_where=_OPEN, sqlite_where=_OPEN),
        Index("ix_delivery_target", "target", "next_try_at", postgresql_where=_OPEN, sqlite_where=_OPEN),
    )

    id: uuid.UUID = Field(primary_key=True)
    transport: str = Field(max_length=12)
    target: str = Field(sa_type=Text)
    state: str = Field(default="waiting", max_length=10)
    attempts: int = 0
    next_try_at: datetime = Field(sa_type=Utc)
    leased_until: datetime | None = Field(default=None, sa_type=Utc)
    created_at: datetime = Field(sa_type=Utc)
    sent_at: datetime | None = Field(default=None, sa_type=Utc)
    receipt: str | None = Field(default=None, sa_type=Text)
    error: str | None = Field(default=None, sa_type=Text)


class DeliveryNotice(SQLModel, table=True):
    """Which notices a delivery carries (a digest carries several)."""

    __tablename__ = "delivery_notice"

    delivery_id: uuid.UUID = Field(foreign_key="delivery.id", primary_key=True)
    notice_id: uuid.UUID = Field(foreign_key="notice.id", primary_key=True, index=True)
