"""Contacts of many senders, asked for by one person and granted by another."""

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from models.tables.base import BigId, Json, Utc


class ContactRequest(SQLModel, table=True):
    """导出联系方式: of which orders (by number), never the contacts themselves. One download, by who asked.

    `unit`: whose request it is; None for the office's. `rows`: senders, as counted when asked and again when taken.
    """

    __tablename__ = "contact_request"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    unit: str | None = Field(default=None, max_length=60)
    numbers: list[str] = Field(default_factory=list, sa_type=Json)
    rows: int = 0
    why: str = Field(sa_type=Text)
    asked_by: str = Field(max_length=60, index=True)
    asked_at: datetime = Field(sa_type=Utc)
    decide_by: datetime = Field(sa_type=Utc)
    agreed: bool | None = None
    decided_by: str | None = Field(default=None, max_length=60)
    decided_at: datetime | None = Field(default=None, sa_type=Utc)
    note: str | None = Field(default=None, sa_type=Text)
    take_by: datetime | None = Field(default=None, sa_type=Utc)
    taken_at: datetime | None = Field(default=None, sa_type=Utc)
