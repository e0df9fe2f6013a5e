"""What happens to a ledger entry: the plan it came in, its units, progress, evidence, changes, re-checks."""

from datetime import date, datetime

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from models.tables.base import BigId, Utc


class WorkPlan(SQLModel, table=True):
    """One imported plan (工作要点、任务分解). `year`: whose tasks these are; None where the title names none."""

    __tablename__ = "work_plan"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    name: str = Field(max_length=200, unique=True)
    title: str = Field(max_length=300)
    year: int | None = Field(default=None, index=True)
    made_on: date | None = None
    imported_at: datetime = Field(sa_type=Utc)
    imported_by: str = Field(max_length=60)


class PromiseUnit(SQLModel, table=True):
    """A unit as the plan names it. `unit` is None for a group (各部门) or a name that the profile does not know.

    `group_id`: the group that a person expanded into this unit.
    """

    __tablename__ = "promise_unit"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    promise_id: int = Field(foreign_key="promise.id", index=True, sa_type=BigId)
    name: str = Field(max_length=120)
    unit: str | None = Field(default=None, max_length=60, index=True)
    part: str = Field(max_length=8)
    is_group: bool = False
    group_id: int | None = Field(default=None, sa_type=BigId)


class PromiseProgress(SQLModel, table=True):
    """进展: what the unit did, in its own words. `counts`: one of the times that a recurring task asks for."""

    __tablename__ = "promise_progress"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    promise_id: int = Field(foreign_key="promise.id", index=True, sa_type=BigId)
    at: datetime = Field(sa_type=Utc)
    by: str = Field(max_length=60)
    unit: str = Field(max_length=60)
    text: str = Field(sa_type=Text)
    counts: bool = False


class PromiseEvidence(SQLModel, table=True):
    """佐证: a file in the blob store under its SHA-256."""

    __tablename__ = "promise_evidence"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    promise_id: int = Field(foreign_key="promise.id", index=True, sa_type=BigId)
    progress_id: int = Field(foreign_key="promise_progress.id", sa_type=BigId)
    name: str = Field(max_length=200)
    media: str = Field(max_length=100)
    size: int
    blob: str = Field(max_length=64)


class PromiseChange(SQLModel, table=True):
    """A change of date: asked for, decided by somebody else; `old_due` is kept. `carries`: 结转 into that year.

    `new_due` is None where only the words change (a plan came in again) and there was no date.
    """

    __tablename__ = "promise_change"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    promise_id: int = Field(foreign_key="promise.id", index=True, sa_type=BigId)
    old_due: date | None = None
    new_due: date | None = None
    reason: str = Field(sa_type=Text)
    carries: int | None = None
    asked_by: str = Field(max_length=60)
    asked_at: datetime = Field(sa_type=Utc)
    granted: bool | None = None
    decided_by: str | None = Field(default=None, max_length=60)
    decided_at: datetime | None = Field(default=None, sa_type=Utc)
    note: str | None = Field(default=None, sa_type=Text)


class PromiseCheck(SQLModel, table=True):
    """回头看: a closed entry is looked at again, by somebody else than who closed it."""

    __tablename__ = "promise_check"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    promise_id: int = Field(foreign_key="promise.id", index=True, sa_type=BigId)
    due: date
    ordered_by: str = Field(max_length=60)
    ordered_at: datetime = Field(sa_type=Utc)
    holds: bool | None = None
    note: str | None = Field(default=None, sa_type=Text)
    done_by: str | None = Field(default=None, max_length=60)
    done_at: datetime | None = Field(default=None, sa_type=Utc)
