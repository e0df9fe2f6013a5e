"""Who tried to sign in, earlier passwords, second factors, and ways to another provider that somebody is on."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from models.tables.base import BigId, Utc


class SignInTry(SQLModel, table=True):
    """One try (网络日志), kept as long as the profile says. `way`: password, code, recovery, oidc, reset.

    `result`: ok; wrong; refused, which was not even looked at. Without `user_id` the account is unknown: what was
    typed is not kept, since it may be a password in the wrong field. A `reset` has no address and ends a lockout.
    """

    __tablename__ = "sign_in_try"
    __table_args__ = (Index("ix_sign_in_try_user", "user_id", "at"), Index("ix_sign_in_try_at", "at"))

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    user_id: int | None = Field(default=None, foreign_key="user_account.id", sa_type=BigId)
    address: str = Field(max_length=64)
    way: str = Field(max_length=10)
    result: str = Field(max_length=10)
    at: datetime = Field(sa_type=Utc)


class OldPassword(SQLModel, table=True):
    """A password that may not be taken again yet."""

    __tablename__ = "old_password"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    user_id: int = Field(foreign_key="user_account.id", index=True, sa_type=BigId)
    password_hash: str = Field(max_length=200)


class SecondFactor(SQLModel, table=True):
    """动态码 of an account. The secret is derived from the house's own and `nonce`; no secret lies in the record.

    `last_step`: the half-minute whose code was used last; that one and earlier ones are worth nothing any more.
    """

    __tablename__ = "second_factor"

    user_id: int = Field(foreign_key="user_account.id", primary_key=True, sa_type=BigId)
    nonce: str = Field(max_length=40)
    since: datetime = Field(sa_type=Utc)
    last_step: int = Field(sa_type=BigId)


class RecoveryCode(SQLModel, table=True):
    """恢复码, good once, kept as a keyed digest."""

    __tablename__ = "recovery_code"

    digest: str = Field(primary_key=True, max_length=64)
    user_id: int = Field(foreign_key="user_account.id", index=True, sa_type=BigId)
    used_at: datetime | None = Field(default=None, sa_type=Utc)


class FactorReset(SQLModel, table=True):
    """Taking somebody's second factor away: one person proposes, another confirms (four eyes)."""

    __tablename__ = "factor_reset"

    login: str = Field(foreign_key="user_account.login", primary_key=True, max_length=60)
    why: str = Field(max_length=500)
    proposed_by: str = Field(max_length=60)
    proposed_at: datetime = Field(sa_type=Utc)


class PasswordReset(SQLModel, table=True):
    """A password that one person set for another; it holds once somebody else agrees (four eyes)."""

    __tablename__ = "password_reset"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    login: str = Field(foreign_key="user_account.login", unique=True, max_length=60)
    password_hash: str = Field(max_length=200)
    why: str = Field(max_length=500)
    proposed_by: str = Field(max_length=60)
    proposed_at: datetime = Field(sa_type=Utc)


class OidcStart(SQLModel, table=True):
    """Somebody went to the city's identity provider and is not back yet; good once, for some minutes."""

    __tablename__ = "oidc_start"

    state_digest: str = Field(primary_key=True, max_length=64)
    nonce: str = Field(max_length=64)
    verifier: str = Field(max_length=128)
    began_at: datetime = Field(sa_type=Utc)
