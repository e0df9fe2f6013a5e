"""What the supervising office writes to a unit: 督办通知单, 通报, 约谈通知书, and what the unit answers."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Index, Text
from sqlmodel import Field, SQLModel

from models.tables.base import BigId, Json, Utc


class Appeal(SQLModel, table=True):
    """不合理诉求剔除 or 考核申诉: asked for by a unit, decided on review, with its figures before and after."""

    __tablename__ = "appeal"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    order_id: int = Field(foreign_key="work_order.id", index=True, sa_type=BigId)
    unit: str = Field(max_length=60)
    grounds: str = Field(sa_type=Text)
    asked_by: str = Field(max_length=60)
    asked_at: datetime = Field(sa_type=Utc)
    granted: bool | None = None
    decided_by: str | None = Field(default=None, max_length=60)
    decided_at: datetime | None = Field(default=None, sa_type=Utc)
    note: str | None = Field(default=None, sa_type=Text)
    before: dict[str, Any] | None = Field(default=None, sa_type=Json)
    after: dict[str, Any] | None = Field(default=None, sa_type=Json)


class Instruction(SQLModel, table=True):
    """Drafted by the ladder or by a person, signed by a leader, answered by the unit, checked by the office.

    `number` (文号) is given at signing. `cause`: the ladder's reminder that drafted it, so that it drafts once.
    """

    __tablename__ = "instruction"
    __table_args__ = (Index("ix_instruction_status", "status"), Index("ix_instruction_unit", "unit", "status"))

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    cause: uuid.UUID = Field(unique=True)
    kind: str = Field(max_length=12)
    status: str = Field(max_length=10)
    unit: str = Field(max_length=60)
    order_id: int | None = Field(default=None, index=True, foreign_key="work_order.id", sa_type=BigId)
    number: str | None = Field(default=None, max_length=60, unique=True)
    stage: str | None = Field(default=None, max_length=20)
    due_at: datetime | None = Field(default=None, sa_type=Utc)
    overdue: int | None = None
    matter: str = Field(sa_type=Text)
    demand: str = Field(sa_type=Text)
    feedback_due: str | None = Field(default=None, max_length=10)
    contact: str | None = Field(default=None, max_length=60)
    meeting: str | None = Field(default=None, max_length=200)  # 约谈时间、地点
    drafted_by: str = Field(max_length=60)
    drafted_at: datetime = Field(sa_type=Utc)
    signed_by: str | None = Field(default=None, max_length=60)
    signed_at: datetime | None = Field(default=None, sa_type=Utc)
    dropped_why: str | None = Field(default=None, sa_type=Text)
    feedback: str | None = Field(default=None, sa_type=Text)
    feedback_by: str | None = Field(default=None, max_length=60)
    feedback_at: datetime | None = Field(default=None, sa_type=Utc)
    verdict: str | None = Field(default=None, sa_type=Text)
    verified_by: str | None = Field(default=None, max_length=60)
    verified_at: datetime | None = Field(default=None, sa_type=Utc)
