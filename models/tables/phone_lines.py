"""对外联系电话: the published lines, the calls that check them, and what was found wrong (C 二(三)17)."""

from datetime import datetime

from sqlalchemy import Index, Text
from sqlmodel import Field, SQLModel

from models.calling_words import LineFaultStatus
from models.tables.base import BigId, Utc


class PhoneLine(SQLModel, table=True):
    """A number that the public is told; without `hours` of its own it answers in office hours (作息时间)."""

    __tablename__ = "phone_line"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    number: str = Field(max_length=30, unique=True)
    unit: str = Field(max_length=60, index=True)
    purpose: str = Field(default="", max_length=100)
    hours: str | None = Field(default=None, max_length=60)
    answered_by: str = Field(default="", max_length=60)
    published_at: str = Field(default="", max_length=200)
    active: bool = True
    entered_by: str = Field(max_length=60)
    entered_at: datetime = Field(sa_type=Utc)
    checked_at: datetime | None = Field(default=None, sa_type=Utc)
    last_result: str | None = Field(default=None, max_length=12)
    version: int = 1


class LineCheck(SQLModel, table=True):
    """A call to a line: planned for a moment in its hours, made by somebody of the supervising office."""

    __tablename__ = "line_check"
    __table_args__ = (Index("ix_line_check_planned", "planned_at"), Index("ix_line_check_line", "line_id"))

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    line_id: int = Field(foreign_key="phone_line.id", sa_type=BigId)
    planned_at: datetime = Field(sa_type=Utc)
    made_at: datetime | None = Field(default=None, sa_type=Utc)
    by: str | None = Field(default=None, max_length=60)
    result: str | None = Field(default=None, max_length=12)
    note: str | None = Field(default=None, sa_type=Text)
    dropped_at: datetime | None = Field(default=None, sa_type=Utc)  # its day went by


class LineFault(SQLModel, table=True):
    """整改: a line that did not answer; chased until a check gets through."""

    __tablename__ = "line_fault"
    __table_args__ = (Index("ix_line_fault_line", "line_id", "status"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    line_id: int = Field(foreign_key="phone_line.id", sa_type=BigId)
    check_id: int = Field(foreign_key="line_check.id", sa_type=BigId)
    unit: str = Field(max_length=60, index=True)
    status: str = Field(default=LineFaultStatus.OPEN.value, max_length=10)
    opened_at: datetime = Field(sa_type=Utc)
    due_at: datetime = Field(sa_type=Utc)
    remedy: str | None = Field(default=None, sa_type=Text)
    reported_by: str | None = Field(default=None, max_length=60)
    reported_at: datetime | None = Field(default=None, sa_type=Utc)
    closed_at: datetime | None = Field(default=None, sa_type=Utc)
    version: int = 1
