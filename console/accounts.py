"""Accounts: argon2 passwords, lockout, sessions kept on the server."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete
from sqlmodel import Session, col, select

from models.actions.role_changes import must_have_a_role, propose
from models.actions.step import note
from models.actors import SYSTEM, Actor
from models.errors import BadInput, Conflict, NotAllowed
from models.tables.people import User, WebSession
from models.vocabulary import Role

FAILURES = 5
LOCKED = timedelta(minutes=15)
IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
SHORTEST_PASSWORD = 8

_hasher = PasswordHasher()
# Verified when there is no such account, so that the answer takes as long.
_NOBODY = _hasher.hash(secrets.token_urlsafe(16))


class LoginRefused(NotAllowed):
    """账号或口令有误，或账号已暂时锁定。"""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who a session belongs to, and the token that its forms must carry."""

    user_id: int
    login: str
    name: str
    role: Role
    unit: str | None
    csrf: str
    signs: bool = True

    @property
    def actor(self) -> Actor:
        return Actor(self.login, self.role, self.unit, self.signs)


def create_user(
    session: Session,
    *,
    login: str,
    name: str,
    role: Role,
    unit: str | None,
    password: str | None,
    actor: Actor,
    now: datetime,
) -> User:
    """A new account. People of a unit have its code; nobody else has one. Without a password nobody signs in by it."""
    if password is not None and len(password) < SHORTEST_PASSWORD:
        raise BadInput(f"口令至少 {SHORTEST_PASSWORD} 位。")
    if (role is Role.UNIT) != (unit is not None):
        raise BadInput("承办单位的账号须指定单位，其他角色不得指定单位。")
    if session.exec(select(User).where(User.login == login)).first():
        raise Conflict(f"账号 {login} 已经存在。")
    user = User(login=login, name=name, role=role.value, unit=unit,
                password_hash=_hasher.hash(password) if password is not None else "")  # fmt: skip
    session.add(user)
    note(session, "user", login, "create", actor, now, to_status=role.value)
    return user


def create_proposed(
    session: Session, *, login: str, name: str, role: Role, unit: str | None, password: str, why: str, actor: Actor,
    now: datetime,
) -> User:  # fmt: skip
    """A new account that nobody can sign in to until its role is confirmed by somebody else."""
    user = create_user(session, login=login, name=name, role=role, unit=unit, password=password, actor=actor, now=now)
    user.active = False
    session.flush()
    propose(session, login, role, unit, why, actor, now, first=True)
    return user


def set_password(session: Session, login: str, password: str, actor: Actor, now: datetime) -> None:
    """A new password ends every session of the account."""
    if len(password) < SHORTEST_PASSWORD:
        raise BadInput(f"口令至少 {SHORTEST_PASSWORD} 位。")
    user = session.exec(select(User).where(User.login == login)).first()
    if user is None:
        raise BadInput(f"没有账号 {login}。")
    user.password_hash, user.failures, user.locked_until = _hasher.hash(password), 0, None
    session.add(user)
    session.execute(delete(WebSession).where(col(WebSession.user_id) == user.id))
    note(session, "user", login, "set_password", actor, now)


def set_active(session: Session, login: str, active: bool, actor: Actor, now: datetime) -> None:
    """An account that is switched off is signed out at once; nobody switches off their own."""
    actor.must_differ(login, "停用或启用账号")
    user = session.exec(select(User).where(User.login == login)).first()
    if user is None:
        raise BadInput(f"没有账号 {login}。")
    if active:
        must_have_a_role(session, login)
    user.active = active
    session.add(user)
    session.execute(delete(WebSession).where(col(WebSession.user_id) == user.id))
    note(session, "user", login, "activate" if active else "deactivate", actor, now)


def check_password(session: Session, login: str, password: str, now: datetime) -> User | None:
    """The account, or None. Five failures lock it for a quarter of an hour; the caller commits either way."""
    user = session.exec(select(User).where(User.login == login).with_for_update()).first()
    known = _matches(user.password_hash if user else _NOBODY, password)
    if user is None or not user.active:
        return None
    if user.locked_until and user.locked_until > now:
        return None
    if not known:
        user.failures += 1
        if user.failures >= FAILURES:
            user.failures, user.locked_until = 0, now + LOCKED
            note(session, "user", login, "locked", SYSTEM, now)
        session.add(user)
        return None
    user.failures, user.locked_until = 0, None
    session.add(user)
    note(session, "user", login, "sign_in", Actor(login), now)
    return user


def open_session(session: Session, user: User, now: datetime) -> str:
    """A fresh token at every login (no session survives from before it); only its digest is kept."""
    token = secrets.token_urlsafe(32)
    assert user.id is not None  # noqa: S101  (a stored row has its id)
    session.add(WebSession(token_digest=_digest(token), user_id=user.id, csrf=secrets.token_urlsafe(24),
                           created_at=now, seen_at=now))  # fmt: skip
    return token


def signed_in(session: Session, token: str | None, now: datetime) -> SignedIn | None:
    """Whose token it is, if the session is neither idle too long nor too old; its last sight moves on."""
    if not token:
        return None
    row = session.get(WebSession, _digest(token))
    if row is None:
        return None
    user = session.get(User, row.user_id)
    if now - row.seen_at > IDLE or now - row.created_at > LONGEST or user is None or not user.active:
        session.delete(row)
        return None
    if now - row.seen_at > timedelta(minutes=1):
        row.seen_at = now
        session.add(row)
    assert user.id is not None  # noqa: S101
    signs = user.signs or (user.deputy_until is not None and now <= user.deputy_until)
    return SignedIn(user.id, user.login, user.name, Role(user.role), user.unit, row.csrf, signs)


def close_session(session: Session, token: str | None) -> None:
    if token:
        session.execute(delete(WebSession).where(col(WebSession.token_digest) == _digest(token)))


def _matches(kept: str, password: str) -> bool:
    try:
        return _hasher.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
