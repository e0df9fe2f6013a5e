"""Signed links that were used, the duty roster's ringing, and who is who in a chat."""

import uuid
from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from models.tables.base import BigId, Utc

_RINGING = text("ended_at IS NULL")


class UsedLink(SQLModel, table=True):
    """A link's one action is done: the digest of the link, never the link itself."""

    __tablename__ = "used_link"

    digest: str = Field(primary_key=True, max_length=64)
    order_id: int | None = Field(default=None, foreign_key="work_order.id", sa_type=BigId)
    holder: str = Field(max_length=60)
    action: str = Field(max_length=20)
    by: str = Field(max_length=80)
    used_at: datetime = Field(sa_type=Utc)


class Ringing(SQLModel, table=True):
    """The duty roster is rung, post after post, until a person confirms. It begins with a notice to the roster.

    `rung`: posts rung so far, as the sweep knows; `next_at` is the sweep's index.
    """

    __tablename__ = "ringing"
    __table_args__ = (Index("ix_ringing_next", "next_at", postgresql_where=_RINGING, sqlite_where=_RINGING),)

    notice_id: uuid.UUID = Field(foreign_key="notice.id", primary_key=True)
    order_id: int = Field(foreign_key="work_order.id", index=True, sa_type=BigId)
    began_at: datetime = Field(sa_type=Utc)
    next_at: datetime = Field(sa_type=Utc)
    rung: int = 0
    ended_at: datetime | None = Field(default=None, sa_type=Utc)
    confirmed_by: str | None = Field(default=None, max_length=80)


class ChatPerson(SQLModel, table=True):
    """Whose account a person of a chat (Slack) acts by."""

    __tablename__ = "chat_person"

    chat_user: str = Field(primary_key=True, max_length=40)
    login: str = Field(foreign_key="user_account.login", max_length=60)
    added_at: datetime = Field(sa_type=Utc)
