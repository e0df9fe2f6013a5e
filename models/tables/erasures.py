"""保管期限: what was proposed for erasure, by whom approved, and the receipt of what was erased."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.tables.base import BigId, Utc


class Erasure(SQLModel, table=True):
    """Everything that ended before `cutoff`; proposed by one person, approved by another, carried out by a sweep.

    `digest`: SHA-256 over the order numbers in their order, so that the receipt can be held against a list.
    """

    __tablename__ = "erasure"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    cutoff: datetime = Field(sa_type=Utc)
    proposed_by: str = Field(max_length=60)
    proposed_at: datetime = Field(sa_type=Utc)
    approved_by: str | None = Field(default=None, max_length=60)
    approved_at: datetime | None = Field(default=None, sa_type=Utc)
    done_at: datetime | None = Field(default=None, sa_type=Utc)
    orders: int = 0
    messages: int = 0
    blobs: int = 0
    digest: str | None = Field(default=None, max_length=64)
