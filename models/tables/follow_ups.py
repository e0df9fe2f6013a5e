"""回访: who was drawn and how it can be checked, what the citizens said, and why an order was handled again."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.calling_words import FollowUpStatus
from models.tables.base import BigId, Json, Utc


class FollowUpDraw(SQLModel, table=True):
    """One draw: everybody who could be drawn, the seed and the rate, so that anybody may draw again and compare.

    `rounds`: [order id, round, number, unit, why it is always asked or null] of each answer given in
    [since, until). No unit sees a draw.
    """

    __tablename__ = "follow_up_draw"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    since: datetime = Field(sa_type=Utc)
    until: datetime = Field(unique=True, sa_type=Utc)
    drawn_at: datetime = Field(sa_type=Utc)
    rate: float
    seed: str = Field(max_length=64)
    rounds: list[list[Any]] = Field(default_factory=list, sa_type=Json)
    drawn: int = 0


class FollowUp(SQLModel, table=True):
    """One citizen to be asked about one answer; `unit`: who gave it. Its history stands under its own number."""

    __tablename__ = "follow_up"
    __table_args__ = (UniqueConstraint("order_id", "cycle"), Index("ix_follow_up_status", "status", "due_at"))

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    draw_id: int = Field(foreign_key="follow_up_draw.id", sa_type=BigId)
    order_id: int = Field(foreign_key="work_order.id", sa_type=BigId)
    cycle: int
    unit: str = Field(max_length=60)
    why: str = Field(max_length=14)
    status: str = Field(default=FollowUpStatus.DUE.value, max_length=12)
    due_at: datetime = Field(sa_type=Utc)
    next_at: datetime | None = Field(default=None, sa_type=Utc)
    mailed_at: datetime | None = Field(default=None, sa_type=Utc)
    way: str | None = Field(default=None, max_length=8)
    contacted: bool | None = None
    resolved: bool | None = None
    satisfaction: str | None = Field(default=None, max_length=20)
    reasons: list[str] = Field(default_factory=list, sa_type=Json)
    words: str | None = Field(default=None, sa_type=Text)
    by: str | None = Field(default=None, max_length=60)
    done_at: datetime | None = Field(default=None, sa_type=Utc)
    closed_reason: str | None = Field(default=None, sa_type=Text)
    version: int = 1


class FollowUpAttempt(SQLModel, table=True):
    """One try to reach somebody who was drawn."""

    __tablename__ = "follow_up_attempt"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    follow_up_id: int = Field(foreign_key="follow_up.id", index=True, sa_type=BigId)
    at: datetime = Field(sa_type=Utc)
    by: str = Field(max_length=60)
    result: str = Field(max_length=20)
    note: str | None = Field(default=None, sa_type=Text)


class Reopening(SQLModel, table=True):
    """Why a round began (重办): for the unit to read. It does not say how the citizen was heard."""

    __tablename__ = "reopening"
    __table_args__ = (UniqueConstraint("order_id", "cycle"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    order_id: int = Field(foreign_key="work_order.id", sa_type=BigId)
    cycle: int
    at: datetime = Field(sa_type=Utc)
    reasons: list[str] = Field(default_factory=list, sa_type=Json)
    words: str | None = Field(default=None, sa_type=Text)
