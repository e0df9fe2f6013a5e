"""The knowledge base (问答库, C 二(二)7), what became of consultations (征集意见, S 19), counts from elsewhere."""

import uuid
from datetime import date, datetime

from sqlalchemy import Index, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.tables.base import BigId, Utc
from models.vocabulary import KnowledgeState


class KnowledgeEntry(SQLModel, table=True):
    """One question with its agreed answer (统一答复口径). `live` is the version that is suggested and published."""

    __tablename__ = "knowledge_entry"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    unit: str = Field(max_length=60, index=True)
    live: int | None = None
    latest: int = 1
    reply_id: int | None = Field(default=None, foreign_key="reply.id", unique=True, sa_type=BigId)
    retired_at: datetime | None = Field(default=None, sa_type=Utc)
    retired_by: str | None = Field(default=None, max_length=60)
    retired_why: str | None = Field(default=None, sa_type=Text)


class KnowledgeVersion(SQLModel, table=True):
    """What an entry says, as one person wrote and another approved it; never changed afterwards."""

    __tablename__ = "knowledge_version"
    __table_args__ = (
        UniqueConstraint("entry_id", "version"),
        Index("ix_knowledge_version_state", "state", "valid_until"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    entry_id: int = Field(foreign_key="knowledge_entry.id", index=True, sa_type=BigId)
    version: int
    question: str = Field(sa_type=Text)
    answer: str = Field(sa_type=Text)
    unit: str = Field(max_length=60)
    domain: str = Field(max_length=40)
    policy: str = Field(sa_type=Text)
    valid_until: date
    public: bool = False
    signature: bytes = Field(sa_type=LargeBinary)
    state: str = Field(default=KnowledgeState.PROPOSED.value, max_length=12)
    written_by: str = Field(max_length=60)
    written_at: datetime = Field(sa_type=Utc)
    decided_by: str | None = Field(default=None, max_length=60)
    decided_at: datetime | None = Field(default=None, sa_type=Utc)
    note: str | None = Field(default=None, sa_type=Text)


class Solicitation(SQLModel, table=True):
    """征集意见: a draft on which the public was asked, and what came of it (总体情况)."""

    __tablename__ = "solicitation"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    title: str = Field(max_length=200)
    unit: str = Field(max_length=60, index=True)
    about: str = Field(sa_type=Text)
    opens_on: date
    closes_on: date
    overall: str = Field(default="", sa_type=Text)
    written_by: str = Field(max_length=60)
    written_at: datetime = Field(sa_type=Utc)
    published_by: str | None = Field(default=None, max_length=60)
    published_at: datetime | None = Field(default=None, sa_type=Utc)
    version: int = 1


class SolicitedOpinion(SQLModel, table=True):
    """One opinion that came in, in the office's words, and what became of it; `heard` people said so."""

    __tablename__ = "solicited_opinion"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    solicitation_id: int = Field(foreign_key="solicitation.id", index=True, sa_type=BigId)
    opinion: str = Field(sa_type=Text)
    heard: int = 1
    adoption: str | None = Field(default=None, max_length=12)
    reason: str = Field(default="", sa_type=Text)
    entered_by: str = Field(max_length=60)
    entered_at: datetime = Field(sa_type=Utc)


class SolicitedMessage(SQLModel, table=True):
    """A citizen's message and the solicitation that it answers; `opinion_id`: what the office made of it.

    Without a solicitation it waits for a person, or a person found that it belongs to none (`how`: models.solicited).
    """

    __tablename__ = "solicited_message"

    message_id: uuid.UUID = Field(primary_key=True, foreign_key="message.id")
    solicitation_id: int | None = Field(default=None, foreign_key="solicitation.id", index=True, sa_type=BigId)
    how: str = Field(max_length=10, index=True)
    by: str = Field(max_length=60)
    at: datetime = Field(sa_type=Utc)
    opinion_id: int | None = Field(default=None, foreign_key="solicited_opinion.id", sa_type=BigId)


class HallCount(SQLModel, table=True):
    """办件 of a service hall in a month: another count than messages, never added to them (T 一)."""

    __tablename__ = "hall_count"
    __table_args__ = (UniqueConstraint("year", "month", "unit"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    year: int
    month: int
    unit: str = Field(max_length=60)
    handled: int
    entered_by: str = Field(max_length=60)
    entered_at: datetime = Field(sa_type=Utc)
