"""Accounts and sessions of the people who work here."""

from datetime import datetime

from sqlalchemy import Index, Text, text
from sqlmodel import Field, SQLModel

from models.tables.base import BigId, Utc


class User(SQLModel, table=True):
    """Within a unit, who `signs` is 审签人, the others 承办人; a deputy (B岗) signs until its last moment.

    Without `password_set_at` the password is somebody else's choice or too weak, and is changed at the next sign-in.
    """

    __tablename__ = "user_account"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    login: str = Field(max_length=60, unique=True)
    name: str = Field(max_length=60)
    role: str = Field(max_length=20)
    unit: str | None = Field(default=None, max_length=60)
    password_hash: str = Field(max_length=200)
    active: bool = True
    signs: bool = True
    deputy_until: datetime | None = Field(default=None, sa_type=Utc)
    password_set_at: datetime | None = Field(default=None, sa_type=Utc)


class WebSession(SQLModel, table=True):
    """A signed-in browser; the cookie's token is kept only as a digest.

    `step`: what is still to be proved before the session is anybody's. `way`: by password, or oidc.
    """

    __tablename__ = "web_session"

    token_digest: str = Field(primary_key=True, max_length=64)
    user_id: int = Field(foreign_key="user_account.id", index=True, sa_type=BigId)
    csrf: str = Field(max_length=64)
    step: str = Field(default="", max_length=10)
    way: str = Field(default="password", max_length=10)
    created_at: datetime = Field(sa_type=Utc)
    seen_at: datetime = Field(sa_type=Utc)


class RoleChange(SQLModel, table=True):
    """A role that one person proposed and another confirms; until then nothing changes (four eyes).

    `from_role` is empty for a new account. `agreed` is None while it waits; at most one waits for an account.
    """

    __tablename__ = "role_change"
    __table_args__ = (
        Index("ux_role_change_waiting", "login", unique=True, sqlite_where=text("agreed IS NULL"),
              postgresql_where=text("agreed IS NULL")),
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    login: str = Field(max_length=60, index=True)
    from_role: str = Field(default="", max_length=20)
    from_unit: str | None = Field(default=None, max_length=60)
    to_role: str = Field(max_length=20)
    to_unit: str | None = Field(default=None, max_length=60)
    why: str = Field(sa_type=Text)
    proposed_by: str = Field(max_length=60)
    proposed_at: datetime = Field(sa_type=Utc)
    agreed: bool | None = None
    decided_by: str | None = Field(default=None, max_length=60)
    decided_at: datetime | None = Field(default=None, sa_type=Utc)
    note: str | None = Field(default=None, sa_type=Text)
