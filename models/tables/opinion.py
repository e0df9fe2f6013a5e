"""Public opinion (舆情): cases, agreed lines, reports; and what policy is told or asked because of it.

About matters and answers, never about who posted: no row here names or counts a poster.
"""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.opinion_words import (
    LineStatus,
    OpinionStatus,
    PolicyStatus,
    ProblemStatus,
    ReportStatus,
    Truth,
)
from models.tables.base import BigId, Json, Utc


class OpinionCase(SQLModel, table=True):
    """One matter that the public talks about. `order_id`: the order of its first item, whose duty posts are rung.

    `title` and `summary` are an officer's words (the machine's until then). `first_posted_at` (首发时间) and
    `found_at` (发现时间) stand apart.
    """

    __tablename__ = "opinion_case"
    __table_args__ = (Index("ix_opinion_case_status", "status", "found_at"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    number: str = Field(max_length=40, unique=True)
    status: str = Field(default=OpinionStatus.FOUND.value, max_length=12)
    order_id: int = Field(foreign_key="work_order.id", index=True, sa_type=BigId)
    title: str = Field(sa_type=Text)
    summary: str = Field(default="", sa_type=Text)
    domain: str = Field(max_length=40)
    region: str | None = Field(default=None, max_length=60)
    why: list[str] = Field(default_factory=list, sa_type=Json)
    first_posted_at: datetime = Field(sa_type=Utc)
    found_at: datetime = Field(sa_type=Utc)
    opened_by: str = Field(max_length=60)
    grade: str | None = Field(default=None, max_length=16)
    priorities: list[str] = Field(default_factory=list, sa_type=Json)
    graded_by: str | None = Field(default=None, max_length=60)
    graded_at: datetime | None = Field(default=None, sa_type=Utc)
    lead_unit: str = Field(max_length=60)
    rule: str = Field(default="", sa_type=Text)
    truth: str = Field(default=Truth.UNJUDGED.value, max_length=12)
    doubt: str | None = Field(default=None, sa_type=Text)
    report_to: str | None = Field(default=None, max_length=60)
    liaison: str | None = Field(default=None, max_length=60)
    reported_at: datetime | None = Field(default=None, sa_type=Utc)
    reported_by: str | None = Field(default=None, max_length=60)
    report_note: str | None = Field(default=None, sa_type=Text)
    conference_at: datetime | None = Field(default=None, sa_type=Utc)
    conference: str | None = Field(default=None, sa_type=Text)
    conference_by: str | None = Field(default=None, max_length=60)
    closed_at: datetime | None = Field(default=None, sa_type=Utc)
    closed_by: str | None = Field(default=None, max_length=60)
    close_note: str | None = Field(default=None, sa_type=Text)
    evaluation: dict[str, Any] | None = Field(default=None, sa_type=Json)
    evaluated_by: str | None = Field(default=None, max_length=60)
    evaluated_at: datetime | None = Field(default=None, sa_type=Utc)
    version: int = 1


class OpinionItem(SQLModel, table=True):
    """A message of a case; each belongs to one case at most."""

    __tablename__ = "opinion_item"

    message_id: uuid.UUID = Field(foreign_key="message.id", primary_key=True)
    case_id: int = Field(foreign_key="opinion_case.id", index=True, sa_type=BigId)
    added_by: str = Field(max_length=60)
    added_at: datetime = Field(sa_type=Utc)


class OpinionUnit(SQLModel, table=True):
    """A unit's part: proposed by a rule or a person, standing once a person confirmed it."""

    __tablename__ = "opinion_unit"
    __table_args__ = (UniqueConstraint("case_id", "unit"), Index("ix_opinion_unit_unit", "unit"))

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    case_id: int = Field(foreign_key="opinion_case.id", index=True, sa_type=BigId)
    unit: str = Field(max_length=60)
    part: str = Field(max_length=10)
    rule: str = Field(default="", sa_type=Text)
    proposed_at: datetime = Field(sa_type=Utc)
    confirmed: bool | None = None
    confirmed_by: str | None = Field(default=None, max_length=60)
    confirmed_at: datetime | None = Field(default=None, sa_type=Utc)


class OpinionFinding(SQLModel, table=True):
    """What the competent authority found, with its evidence; it refutes only once somebody else has checked it."""

    __tablename__ = "opinion_finding"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    case_id: int = Field(foreign_key="opinion_case.id", index=True, sa_type=BigId)
    authority: str = Field(max_length=120)
    finding: str = Field(sa_type=Text)
    evidence: str = Field(sa_type=Text)
    found_on: str = Field(max_length=10)
    recorded_by: str = Field(max_length=60)
    recorded_at: datetime = Field(sa_type=Utc)
    checked_by: str | None = Field(default=None, max_length=60)
    checked_at: datetime | None = Field(default=None, sa_type=Utc)


class OpinionLine(SQLModel, table=True):
    """口径 and, once it is out, the release made of it. `serial` 1 is the first release, then 滚动发布."""

    __tablename__ = "opinion_line"
    __table_args__ = (UniqueConstraint("case_id", "serial"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    case_id: int = Field(foreign_key="opinion_case.id", index=True, sa_type=BigId)
    serial: int
    status: str = Field(default=LineStatus.DRAFT.value, max_length=12)
    facts: str = Field(sa_type=Text)
    measures: str = Field(sa_type=Text)
    result: str = Field(sa_type=Text)
    written_by: str = Field(max_length=60)
    written_at: datetime = Field(sa_type=Utc)
    gate: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    sent_back: str | None = Field(default=None, sa_type=Text)
    unheard: str | None = Field(default=None, sa_type=Text)  # why it went on before every unit was heard
    signed_by: str | None = Field(default=None, max_length=60)
    signed_at: datetime | None = Field(default=None, sa_type=Utc)
    released_at: datetime | None = Field(default=None, sa_type=Utc)
    released_by: str | None = Field(default=None, max_length=60)
    outlet: str | None = Field(default=None, max_length=200)
    url: str | None = Field(default=None, sa_type=Text)
    next_due: datetime | None = Field(default=None, sa_type=Utc)


class OpinionVoice(SQLModel, table=True):
    """会商: what a unit that was asked says about a line."""

    __tablename__ = "opinion_voice"
    __table_args__ = (UniqueConstraint("line_id", "unit"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    line_id: int = Field(foreign_key="opinion_line.id", index=True, sa_type=BigId)
    unit: str = Field(max_length=60)
    asked_by: str = Field(max_length=60)
    asked_at: datetime = Field(sa_type=Utc)
    agrees: bool | None = None
    text: str | None = Field(default=None, sa_type=Text)
    said_by: str | None = Field(default=None, max_length=60)
    said_at: datetime | None = Field(default=None, sa_type=Utc)


class OpinionReport(SQLModel, table=True):
    """舆情分析报告 (腾冲市 2019 一(一)2): 性质、走势、可能的风险、预控处置意见, and what was counted."""

    __tablename__ = "opinion_report"
    __table_args__ = (UniqueConstraint("case_id", "serial"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    case_id: int = Field(foreign_key="opinion_case.id", index=True, sa_type=BigId)
    serial: int
    status: str = Field(default=ReportStatus.DRAFT.value, max_length=12)
    nature: str = Field(sa_type=Text)
    trend: str = Field(sa_type=Text)
    risks: str = Field(sa_type=Text)
    advice: str = Field(sa_type=Text)
    figures: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    written_by: str = Field(max_length=60)
    written_at: datetime = Field(sa_type=Utc)
    confirmed_by: str | None = Field(default=None, max_length=60)
    confirmed_at: datetime | None = Field(default=None, sa_type=Utc)
    sent_to: str | None = Field(default=None, max_length=200)
    sent_by: str | None = Field(default=None, max_length=60)
    sent_at: datetime | None = Field(default=None, sa_type=Utc)


class PolicyPaper(SQLModel, table=True):
    """A policy: its opinion risk assessment before it issues (腾冲市 2019 一(一)2), its interpretation after."""

    __tablename__ = "policy_paper"
    __table_args__ = (Index("ix_policy_paper_unit", "unit", "status"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    title: str = Field(sa_type=Text)
    unit: str = Field(max_length=60)
    status: str = Field(default=PolicyStatus.ASSESSING.value, max_length=12)
    planned_on: str = Field(max_length=10)
    opened_by: str = Field(max_length=60)
    opened_at: datetime = Field(sa_type=Utc)
    affected: str | None = Field(default=None, sa_type=Text)
    risks: str | None = Field(default=None, sa_type=Text)
    level: str | None = Field(default=None, max_length=10)
    measures: str | None = Field(default=None, sa_type=Text)
    submitted_by: str | None = Field(default=None, max_length=60)
    submitted_at: datetime | None = Field(default=None, sa_type=Utc)
    verdict: str | None = Field(default=None, max_length=10)
    verdict_note: str | None = Field(default=None, sa_type=Text)
    assessed_by: str | None = Field(default=None, max_length=60)
    assessed_at: datetime | None = Field(default=None, sa_type=Utc)
    public_at: datetime | None = Field(default=None, sa_type=Utc)
    public_url: str | None = Field(default=None, sa_type=Text)
    against: str | None = Field(default=None, sa_type=Text)  # why it issued without, or against, the assessment
    interpreted_at: datetime | None = Field(default=None, sa_type=Utc)
    interpretation_url: str | None = Field(default=None, sa_type=Text)
    version: int = 1


class CommonProblem(SQLModel, table=True):
    """共性问题: what many ask for, laid before the unit whose policy it is, with a date, until it is settled."""

    __tablename__ = "common_problem"
    __table_args__ = (Index("ix_common_problem_unit", "unit", "status"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    case_id: int | None = Field(default=None, foreign_key="opinion_case.id", index=True, sa_type=BigId)
    unit: str = Field(max_length=60)
    status: str = Field(default=ProblemStatus.OPEN.value, max_length=10)
    problem: str = Field(sa_type=Text)
    basis: str = Field(sa_type=Text)
    demand: str = Field(sa_type=Text)
    due_on: str = Field(max_length=10)
    opened_by: str = Field(max_length=60)
    opened_at: datetime = Field(sa_type=Utc)
    answer: str | None = Field(default=None, sa_type=Text)
    adopted: bool | None = None
    answered_by: str | None = Field(default=None, max_length=60)
    answered_at: datetime | None = Field(default=None, sa_type=Utc)
    note: str | None = Field(default=None, sa_type=Text)
    closed_by: str | None = Field(default=None, max_length=60)
    closed_at: datetime | None = Field(default=None, sa_type=Utc)
    version: int = 1
