"""The weekly edition (选登): items, reviews, what was published."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.tables.base import BigId, Json, Utc
from models.vocabulary import EditionStatus


class Edition(SQLModel, table=True):
    __tablename__ = "edition"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    week: str = Field(max_length=10, unique=True)
    year: int
    issue: int | None = None
    title: str = Field(max_length=200)
    publisher: str = Field(max_length=200)
    first_day: date
    last_day: date
    status: str = Field(default=EditionStatus.DRAFT.value, max_length=12)
    compiled_at: datetime = Field(sa_type=Utc)
    compiled_by: str = Field(max_length=60)
    published_at: datetime | None = Field(default=None, sa_type=Utc)
    digests: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    note: str | None = Field(default=None, sa_type=Text)
    version: int = 1


class EditionItem(SQLModel, table=True):
    """One representative message (代表性留言): the five columns of C 二(三)16."""

    __tablename__ = "edition_item"
    __table_args__ = (UniqueConstraint("edition_id", "order_id"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    edition_id: int = Field(foreign_key="edition.id", index=True, sa_type=BigId)
    order_id: int = Field(foreign_key="work_order.id", sa_type=BigId)
    position: int
    chosen: bool = True
    why: str = Field(default="", sa_type=Text)
    summary: str = Field(sa_type=Text)
    accepted_on: date
    replied_on: date
    unit: str = Field(max_length=200)
    answer: str = Field(sa_type=Text)
    outcome: str = Field(max_length=20)
    masked: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)


class EditionReview(SQLModel, table=True):
    """保密审查 and 初审、复审、终审, each by a different person."""

    __tablename__ = "edition_review"
    __table_args__ = (UniqueConstraint("edition_id", "step", "edition_version"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    edition_id: int = Field(foreign_key="edition.id", index=True, sa_type=BigId)
    edition_version: int
    step: str = Field(max_length=12)
    reviewer: str = Field(max_length=60)
    approved: bool
    note: str | None = Field(default=None, sa_type=Text)
    at: datetime = Field(sa_type=Utc)
