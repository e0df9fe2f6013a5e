"""A task whose text was another when its plan was imported again."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from models.tables.base import BigId, Json, Utc


class PlanRevision(SQLModel, table=True):
    """The new text beside the old one, for a person; both stay whatever is decided.

    `units`: as the new text names them, [{"name","unit","part","is_group"}]. `change_id`: the change that was asked
    for because of it; None where nobody had confirmed the task yet.
    """

    __tablename__ = "plan_revision"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    promise_id: int = Field(foreign_key="promise.id", index=True, sa_type=BigId)
    old_text: str = Field(sa_type=Text)
    old_due: date | None = None
    old_unit: str = Field(max_length=60)
    text: str = Field(sa_type=Text)
    due: date | None = None
    due_expr: str | None = Field(default=None, max_length=60)
    choices: list[str] | None = Field(default=None, sa_type=Json)
    unit: str = Field(max_length=60)
    units: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    found_by: str = Field(max_length=60)
    found_at: datetime = Field(sa_type=Utc)
    decision: str | None = Field(default=None, max_length=12, index=True)
    decided_by: str | None = Field(default=None, max_length=60)
    decided_at: datetime | None = Field(default=None, sa_type=Utc)
    reason: str | None = Field(default=None, sa_type=Text)
    change_id: int | None = Field(default=None, foreign_key="promise_change.id", unique=True, sa_type=BigId)
