"""来电登记表: what a unit notes of a call beside the message itself."""

import uuid
from datetime import datetime

from sqlalchemy import Index, Text
from sqlmodel import Field, SQLModel

from models.tables.base import Utc


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
    remark: str | None = Field(default=None, sa_type=Text)
    taken_by: str = Field(max_length=60)
