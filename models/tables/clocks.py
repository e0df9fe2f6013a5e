"""Clocks: what runs out when, and how the date was found."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Index, Text, text
from sqlmodel import Field, SQLModel

from models.tables.base import BigId, Json, Utc

_RUNNING = text("stopped_at IS NULL")
_PAUSED = text("until IS NOT NULL AND ended_at IS NULL")


class DeadlineBasis(SQLModel, table=True):
    """How a deadline was computed: rule, source, each day counted or skipped. Shared by clocks of one reckoning."""

    __tablename__ = "deadline_basis"

    id: uuid.UUID = Field(primary_key=True)
    rule: str = Field(max_length=60)
    source: str = Field(sa_type=Text)
    calendar_version: str = Field(max_length=64)
    provisional: bool = False
    steps: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)


class Clock(SQLModel, table=True):
    """A narrow row, so that sweeps stay flat: `next_chase_at` is only the sweep's index; overdue is computed."""

    __tablename__ = "clock"
    __table_args__ = (
        Index("ix_clock_next_chase", "next_chase_at", postgresql_where=_RUNNING, sqlite_where=_RUNNING),
        Index("ix_clock_subject", "subject", "subject_id"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    order_id: int | None = Field(default=None, index=True, sa_type=BigId)
    subject: str = Field(max_length=10)
    subject_id: int = Field(sa_type=BigId)
    stage: str = Field(max_length=20)
    cycle: int = 1
    unit: str = Field(max_length=60)
    basis_id: uuid.UUID
    started_at: datetime = Field(sa_type=Utc)
    due_at: datetime = Field(sa_type=Utc)
    next_chase_at: datetime | None = Field(default=None, sa_type=Utc)
    changes: int = 0  # its generation: granted extensions and pauses, each with a row in clock_change
    rung: int = 0  # how many of the ladder's rungs are done; `rung_at`: when the last of them was
    rung_at: datetime | None = Field(default=None, sa_type=Utc)
    stopped_at: datetime | None = Field(default=None, sa_type=Utc)
    paused_at: datetime | None = Field(default=None, sa_type=Utc)


class ClockRequest(SQLModel, table=True):
    """延期, 暂停计时 or 挂账: asked for by the unit with grounds, decided by somebody else.

    A granted pause ends when somebody ends it, at the latest at `until`; what is hung is looked at again on
    its `review_on`.
    """

    __tablename__ = "clock_request"
    __table_args__ = (Index("ix_clock_request_until", "until", postgresql_where=_PAUSED, sqlite_where=_PAUSED),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    order_id: int = Field(foreign_key="work_order.id", index=True, sa_type=BigId)
    cycle: int = 1
    kind: str = Field(max_length=12)
    unit: str = Field(max_length=60)
    grounds: str = Field(sa_type=Text)
    workdays: int | None = None
    asked_by: str = Field(max_length=60)
    asked_at: datetime = Field(sa_type=Utc)
    granted: bool | None = None
    decided_by: str | None = Field(default=None, max_length=60)
    decided_at: datetime | None = Field(default=None, sa_type=Utc)
    note: str | None = Field(default=None, sa_type=Text)
    until: datetime | None = Field(default=None, sa_type=Utc)
    review_on: str | None = Field(default=None, max_length=10)
    ended_at: datetime | None = Field(default=None, sa_type=Utc)
    ended_by: str | None = Field(default=None, max_length=60)


class ClockChange(SQLModel, table=True):
    """What moved a clock's end, in its order: a later calendar's recomputation goes through them again."""

    __tablename__ = "clock_change"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    clock_id: int = Field(foreign_key="clock.id", index=True, sa_type=BigId)
    kind: str = Field(max_length=12)
    workdays: int | None = None
    paused_from: datetime | None = Field(default=None, sa_type=Utc)
    paused_to: datetime | None = Field(default=None, sa_type=Utc)
    was_due_at: datetime = Field(sa_type=Utc)
    at: datetime = Field(sa_type=Utc)


class CalendarDay(SQLModel, table=True):
    """A day that an imported calendar makes free or worked."""

    __tablename__ = "calendar_day"

    day: str = Field(primary_key=True, max_length=10)
    kind: str = Field(max_length=4)
    name: str = Field(max_length=60)
    source: str = Field(max_length=200)
