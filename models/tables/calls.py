"""来电登记表: what a unit notes of a call beside the message itself."""

import uuid
from datetime import datetime

from sqlalchemy import Index, Text
from sqlmodel import Field, SQLModel

from models.tables.base import BigId, Utc


class CallEntry(SQLModel, table=True):
    """One line of a unit's register; `message_id` is the message that the call becomes when it is registered."""

    __tablename__ = "call_entry"
    __table_args__ = (Index("ix_call_entry_unit", "unit", "at"),)

    message_id: uuid.UUID = Field(primary_key=True)
    unit: str = Field(max_length=60)
    at: datetime = Field(sa_type=Utc)
    about_unit: str | None = Field(default=None, max_length=100)
    repeated: bool = False
    section: str | None = Field(default=None, max_length=60)
    proposal: str | None = Field(default=None, sa_type=Text)
    remark: str | None = Field(default=None, sa_type=Text)
    taken_by: str = Field(max_length=60)
    version: int = 1


class CallEntryChange(SQLModel, table=True):
    """What a field of a line said before somebody filled it in or corrected it; appended, blanked with its message."""

    __tablename__ = "call_entry_change"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    message_id: uuid.UUID = Field(index=True)
    field: str = Field(max_length=20)
    was: str | None = Field(default=None, sa_type=Text)
    became: str | None = Field(default=None, sa_type=Text)
    by: str = Field(max_length=60)
    at: datetime = Field(sa_type=Utc)
