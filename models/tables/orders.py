"""Work orders (工单), who has them, and what was answered."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.tables.base import BigId, Json, Utc
from models.vocabulary import CaseType, Disclosure, OrderStatus, Urgency

_MARKED = text("repeats IS NOT NULL")


class WorkOrder(SQLModel, table=True):
    """One matter. `cycle` counts clock generations: it grows when the order is reopened, never on a return."""

    __tablename__ = "work_order"
    __table_args__ = (
        Index("ix_work_order_status", "status", "received_at"),
        Index("ix_work_order_unit", "lead_unit", "status", "received_at"),
        Index("ix_work_order_received", "received_at"),
        Index("ix_work_order_replied", "replied_at"),
        Index("ix_work_order_repeats", "repeats", postgresql_where=_MARKED, sqlite_where=_MARKED),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    number: str = Field(max_length=40, unique=True)
    case_type: str = Field(default=CaseType.ORDER.value, max_length=12)
    status: str = Field(default=OrderStatus.TRIAGE.value, max_length=12)
    channel: str = Field(max_length=20)
    title: str = Field(default="", sa_type=Text)
    domain: str = Field(max_length=40)
    kind: str = Field(max_length=20)
    procedure: str = Field(max_length=20)
    urgency: str = Field(default=Urgency.NORMAL.value, max_length=12)
    region: str | None = Field(default=None, max_length=60)
    lead_unit: str | None = Field(default=None, max_length=60)
    sealed: bool = False
    triage_reasons: list[str] = Field(default_factory=list, sa_type=Json)
    received_at: datetime = Field(sa_type=Utc)
    accepted_at: datetime | None = Field(default=None, sa_type=Utc)
    dispatched_at: datetime | None = Field(default=None, sa_type=Utc)
    replied_at: datetime | None = Field(default=None, sa_type=Utc)
    closed_at: datetime | None = Field(default=None, sa_type=Utc)
    outcome: str | None = Field(default=None, max_length=20)
    disclosure: str = Field(default=Disclosure.CLOSED.value, max_length=20)
    cycle: int = 1
    returns: int = 0
    excluded: bool = False  # 剔除: granted on review, it counts in no unit's figures
    # What another system (信访、12315 …) calls a matter that was diverted to it: it is answered there, and known here
    # by this number alone.
    outside_number: str | None = Field(default=None, max_length=60)
    merged_into: int | None = Field(default=None, foreign_key="work_order.id", index=True, sa_type=BigId)
    # 重复件: told the answer of an earlier order, handled by nobody; it counts in no unit's figures until reopened.
    told_from: int | None = Field(default=None, foreign_key="work_order.id", sa_type=BigId)
    # Found after an automatic dispatch: the order of which this one is likely a repeat, until somebody has looked.
    repeats: int | None = Field(default=None, foreign_key="work_order.id", sa_type=BigId)
    version: int = 1


class Assignment(SQLModel, table=True):
    """A unit's part in an order: lead (主办), co (协办), consulted (会商) or informed (知会), and under which rule."""

    __tablename__ = "assignment"
    __table_args__ = (Index("ix_assignment_unit", "unit", "ended_at"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    order_id: int = Field(foreign_key="work_order.id", index=True, sa_type=BigId)
    unit: str = Field(max_length=60)
    part: str = Field(max_length=10)
    rule: str = Field(default="", sa_type=Text)
    presumed: bool = False
    assigned_by: str = Field(max_length=60)
    assigned_at: datetime = Field(sa_type=Utc)
    acknowledged_at: datetime | None = Field(default=None, sa_type=Utc)
    contribution: str | None = Field(default=None, sa_type=Text)
    contributed_by: str | None = Field(default=None, max_length=60)
    contributed_at: datetime | None = Field(default=None, sa_type=Utc)
    ended_at: datetime | None = Field(default=None, sa_type=Utc)
    end_reason: str | None = Field(default=None, sa_type=Text)


class Consultation(SQLModel, table=True):
    """会商: a question that several units settle together, and what came of it."""

    __tablename__ = "consultation"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    order_id: int = Field(foreign_key="work_order.id", index=True, sa_type=BigId)
    cycle: int = 1
    question: str = Field(sa_type=Text)
    units: list[str] = Field(default_factory=list, sa_type=Json)
    meets_on: str | None = Field(default=None, max_length=10)
    called_by: str = Field(max_length=60)
    called_at: datetime = Field(sa_type=Utc)
    outcome: str | None = Field(default=None, sa_type=Text)
    lead: str | None = Field(default=None, max_length=60)
    concluded_by: str | None = Field(default=None, max_length=60)
    concluded_at: datetime | None = Field(default=None, sa_type=Utc)


class ReturnRequest(SQLModel, table=True):
    """退单: asked for by a unit with grounds, decided by somebody else."""

    __tablename__ = "return_request"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    order_id: int = Field(foreign_key="work_order.id", index=True, sa_type=BigId)
    unit: str = Field(max_length=60)
    grounds: str = Field(sa_type=Text)
    suggested_unit: str | None = Field(default=None, max_length=60)
    asked_by: str = Field(max_length=60)
    asked_at: datetime = Field(sa_type=Utc)
    granted: bool | None = None
    decided_by: str | None = Field(default=None, max_length=60)
    decided_at: datetime | None = Field(default=None, sa_type=Utc)
    note: str | None = Field(default=None, sa_type=Text)


class Reply(SQLModel, table=True):
    """An answer on its way: written, signed off inside the unit, reviewed by somebody else, sent."""

    __tablename__ = "reply"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    order_id: int = Field(foreign_key="work_order.id", index=True, sa_type=BigId)
    cycle: int = 1
    unit: str = Field(max_length=60)
    text: str = Field(sa_type=Text)
    outcome: str = Field(max_length=20)
    writer: str = Field(max_length=60)
    written_at: datetime = Field(sa_type=Utc)
    signed_by: str | None = Field(default=None, max_length=60)
    signed_at: datetime | None = Field(default=None, sa_type=Utc)
    gate: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    gate_passed: bool | None = None
    override_note: str | None = Field(default=None, sa_type=Text)
    co_note: str | None = Field(default=None, sa_type=Text)  # why it was written before every co-unit had answered
    reviewer: str | None = Field(default=None, max_length=60)
    reviewed_at: datetime | None = Field(default=None, sa_type=Utc)
    approved: bool | None = None
    review_note: str | None = Field(default=None, sa_type=Text)
    sent_at: datetime | None = Field(default=None, sa_type=Utc)


class Rating(SQLModel, table=True):
    """评价: one by the citizen for each round of the order."""

    __tablename__ = "rating"
    __table_args__ = (UniqueConstraint("order_id", "cycle"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    order_id: int = Field(foreign_key="work_order.id", sa_type=BigId)
    cycle: int
    satisfaction: str = Field(max_length=20)
    comment: str | None = Field(default=None, sa_type=Text)
    rated_at: datetime = Field(sa_type=Utc)


class Correction(SQLModel, table=True):
    """A moderator's correction of the machine: training data. Never made from sealed orders."""

    __tablename__ = "correction"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    message_id: uuid.UUID = Field(foreign_key="message.id", index=True)
    field: str = Field(max_length=20)
    was: str = Field(max_length=40)
    corrected: str = Field(max_length=40)
    by: str = Field(max_length=60)
    at: datetime = Field(sa_type=Utc)
    model_version: str | None = Field(default=None, max_length=64)
