"""Accounts, and sessions kept on the server."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import Session, col, select

from console.logins import must_be_login, must_be_new
from console.passwords import hashed, must_be_strong
from models.actions.role_changes import must_have_a_role, propose
from models.actions.step import note
from models.actors import Actor
from models.errors import BadInput
from models.profile_security import SecurityRules
from models.tables.people import User, WebSession
from models.vocabulary import Role

# How long somebody may take over the second step of signing in.
_HALF_WAY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who a session belongs to, and the token that its forms must carry. With a `step` to go it is nobody's yet."""

    user_id: int
    login: str
    name: str
    role: Role
    unit: str | None
    csrf: str
    signs: bool = True
    step: str = ""
    way: str = "password"

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
    rules: SecurityRules = SecurityRules(),  # noqa: B008  (frozen)
    lasting: bool = True,
) -> User:
    """A new account. People of a unit have its code; nobody else has one.

    Without a password it is signed in to through the identity provider alone.

    Unless `lasting`, the password is changed at the first sign-in.
    """
    must_be_login(login)
    if not name.strip():
        raise BadInput("请填写姓名。")
    if password is not None:
        must_be_strong(password, rules)
    if (role is Role.UNIT) != (unit is not None):
        raise BadInput("承办单位的账号须指定单位，其他角色不得指定单位。")
    must_be_new(session, login)
    user = User(login=login, name=name, role=role.value, unit=unit,
                password_hash=hashed(password) if password is not None else "",
                password_set_at=now if lasting else None)  # fmt: skip
    session.add(user)
    way = {"way": "password" if password is not None else "oidc"}
    note(session, "user", login, "create", actor, now, to_status=role.value, detail=way)
    return user


def create_proposed(
    session: Session, *, login: str, name: str, role: Role, unit: str | None, password: str | None, why: str,
    actor: Actor,
    now: datetime, rules: SecurityRules,
) -> User:  # fmt: skip
    """A new account that nobody can sign in to until its role is confirmed by somebody else."""
    user = create_user(session, login=login, name=name, role=role, unit=unit, password=password, actor=actor, now=now,
                       rules=rules, lasting=False)  # fmt: skip
    user.active = False
    session.flush()
    propose(session, login, role, unit, why, actor, now, first=True)
    return user


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


def open_session(session: Session, user: User, now: datetime, *, step: str = "", way: str = "password") -> str:
    """A fresh token at every login and every step of it; only its digest is kept."""
    token = secrets.token_urlsafe(32)
    assert user.id is not None  # noqa: S101  (a stored row has its id)
    session.add(WebSession(token_digest=_digest(token), user_id=user.id, csrf=secrets.token_urlsafe(24), step=step,
                           way=way, created_at=now, seen_at=now))  # fmt: skip
    return token


def signed_in(session: Session, token: str | None, rules: SecurityRules, now: datetime) -> SignedIn | None:
    """Whose token it is, if the session is neither idle too long nor too old; its last sight moves on."""
    if not token:
        return None
    row = session.get(WebSession, _digest(token))
    if row is None:
        return None
    user = session.get(User, row.user_id)
    if _over(row, rules, now) or user is None or not user.active:
        session.delete(row)
        return None
    if now - row.seen_at > timedelta(minutes=1):
        row.seen_at = now
        session.add(row)
    assert user.id is not None  # noqa: S101
    signs = user.signs or (user.deputy_until is not None and now <= user.deputy_until)
    return SignedIn(user.id, user.login, user.name, Role(user.role), user.unit, row.csrf, signs, row.step, row.way)


def _over(row: WebSession, rules: SecurityRules, now: datetime) -> bool:
    return (
        now - row.seen_at > rules.idle
        or now - row.created_at > rules.longest
        or (row.step != "" and now - row.created_at > _HALF_WAY)
    )


def forget_old_sessions(session: Session, rules: SecurityRules, now: datetime) -> None:
    """Those that nobody came back to."""
    session.execute(delete(WebSession).where(col(WebSession.seen_at) < now - rules.idle))


def close_session(session: Session, token: str | None) -> None:
    """The token is worth nothing any more."""
    if token:
        session.execute(delete(WebSession).where(col(WebSession.token_digest) == _digest(token)))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
