"""Units' figures of a month, as they were put forward and approved for everybody to read."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from models.tables.base import BigId, Json, Utc


class PublicFigures(SQLModel, table=True):
    """A month's rates as they were: {unit: {rate: [count, of]}}. Public once `approved_by`, somebody else, agreed.

    `month` is like 2026-02. Withdrawn ones keep who approved them and when they went.
    """

    __tablename__ = "public_figures"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    month: str = Field(max_length=7, unique=True)
    rates: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    proposed_by: str = Field(max_length=60)
    proposed_at: datetime = Field(sa_type=Utc)
    approved_by: str | None = Field(default=None, max_length=60)
    approved_at: datetime | None = Field(default=None, sa_type=Utc)
    withdrawn_at: datetime | None = Field(default=None, sa_type=Utc)
