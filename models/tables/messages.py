"""Messages (来件) as the public wrote them."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, LargeBinary, Text
from sqlmodel import Field, SQLModel

from models.tables.base import BigId, Json, Utc


class Message(SQLModel, table=True):
    """One message; `order_id` is null for machine mail alone. `findings` hold what the judgement said."""

    __tablename__ = "message"

    id: uuid.UUID = Field(primary_key=True)
    order_id: int | None = Field(default=None, foreign_key="work_order.id", index=True, sa_type=BigId)
    channel: str = Field(max_length=20)
    external_id: str = Field(max_length=400)
    query_code: str = Field(max_length=16, unique=True)
    received_at: datetime = Field(sa_type=Utc)
    registered_at: datetime = Field(sa_type=Utc)
    title: str | None = Field(default=None, sa_type=Text)
    text: str | None = Field(default=None, sa_type=Text)
    sender_name: str | None = Field(default=None, max_length=200)
    phone: str | None = Field(default=None, max_length=60)
    email: str | None = Field(default=None, max_length=320)
    sender_hash: str | None = Field(default=None, max_length=32, index=True)
    region_hint: str | None = Field(default=None, max_length=200)
    machine: str | None = Field(default=None, max_length=20)
    confidential: bool = False
    may_publish: bool = False
    likes: int | None = None
    dislikes: int | None = None
    agent: str | None = Field(default=None, max_length=60)
    source_name: str | None = Field(default=None, max_length=200)
    url: str | None = Field(default=None, sa_type=Text)
    in_reply_to: str | None = Field(default=None, max_length=400)
    attachments: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    findings: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    model_version: str | None = Field(default=None, max_length=64)
    signature: bytes | None = Field(default=None, sa_type=LargeBinary)
    raw_blob: str | None = Field(default=None, max_length=64)
    erased_at: datetime | None = Field(default=None, sa_type=Utc)


class MatterKey(SQLModel, table=True):
    """Where orders that may tell the same matter meet: the keys of unsealed messages, newest order last."""

    __tablename__ = "matter_key"
    __table_args__ = ({"sqlite_with_rowid": False},)

    key: int = Field(primary_key=True, sa_type=BigInteger)
    order_id: int = Field(primary_key=True, foreign_key="work_order.id", sa_type=BigInteger)


class MessageRevision(SQLModel, table=True):
    """A later version of the same source item, with the fields that differ."""

    __tablename__ = "message_revision"

    id: uuid.UUID = Field(primary_key=True)
    message_id: uuid.UUID = Field(foreign_key="message.id", index=True)
    received_at: datetime = Field(sa_type=Utc)
    title: str | None = Field(default=None, sa_type=Text)
    text: str | None = Field(default=None, sa_type=Text)
    changed: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    raw_blob: str | None = Field(default=None, max_length=64)
