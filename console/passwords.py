"""Passwords: argon2, the profile's rules, their age, and which may not come back."""

import secrets
import string
from datetime import datetime
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete
from sqlmodel import Session, col, select

from models.actions.step import note
from models.actors import Actor
from models.errors import BadInput
from models.profile_security import SecurityRules
from models.tables.people import User, WebSession
from models.tables.sign_ins import OldPassword, PasswordReset, SignInTry

_hasher = PasswordHasher()
# Verified when there is no such account, so that the answer takes as long.
NOBODY = _hasher.hash(secrets.token_urlsafe(16))
_KINDS = {"大写字母": str.isupper, "小写字母": str.islower, "数字": str.isdigit}
_OTHERS = "符号"
_RANDOM = string.ascii_letters + string.digits + "-_"


def hashed(password: str) -> str:
    return _hasher.hash(password)


def matches(kept: str, password: str) -> bool:
    try:
        return _hasher.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


def weakness(password: str, rules: SecurityRules) -> str | None:
    """What the password lacks, as a sentence for its owner; None where it will do."""
    if len(password) < rules.password_length:
        return f"口令至少 {rules.password_length} 位。"
    found = {next((kind for kind, is_one in _KINDS.items() if is_one(sign)), _OTHERS) for sign in password}
    if len(found) < rules.password_classes:
        kinds = "、".join([*_KINDS, _OTHERS])
        return f"口令须含{kinds}中的至少 {rules.password_classes} 种，现在只有{'、'.join(sorted(found))}。"
    return None


def must_be_strong(password: str, rules: SecurityRules) -> None:
    """BadInput says what is missing."""
    if lack := weakness(password, rules):
        raise BadInput(lack)


def wording(rules: SecurityRules) -> str:
    """The rules for whoever chooses a password."""
    return (
        f"至少 {rules.password_length} 位，含大写字母、小写字母、数字、符号中的 {rules.password_classes} 种；"
        f"{rules.password_days} 天内须更换"
        + (f"，不得与最近 {rules.password_history} 个用过的口令相同。" if rules.password_history else "。")
    )


def random_password(rules: SecurityRules) -> str:
    """One that keeps the rules."""
    while True:
        password = "".join(secrets.choice(_RANDOM) for _ in range(max(12, rules.password_length)))
        if weakness(password, rules) is None:
            return password


def must_be_changed(user: User, rules: SecurityRules, now: datetime) -> bool:
    """Whether it was set by somebody else, is too weak by today's rules, or too old."""
    return user.password_set_at is None or now - user.password_set_at > rules.password_age


def must_have_one(user: User) -> None:
    """BadInput for an account that only the identity provider vouches for."""
    if not user.password_hash:
        raise BadInput(
            f"账号 {user.login} 只用统一身份认证登录，没有口令，不能设置或修改；忘了口令的，请到统一身份认证找回。"
        )


def set_password(
    session: Session, login: str, password: str, rules: SecurityRules, actor: Actor, now: datetime
) -> None:  # fmt: skip
    """Somebody else's password, set on the machine itself: a lasting one. On the pages see `password_resets`."""
    must_be_strong(password, rules)
    put_password(session, login, hashed(password), rules, actor, now, lasting=True)


def put_password(
    session: Session, login: str, password_hash: str, rules: SecurityRules, actor: Actor, now: datetime, *,
    lasting: bool, detail: dict[str, Any] | None = None,
) -> None:  # fmt: skip
    """It ends a lockout and every session. Unless `lasting`, its owner changes it at the next sign-in."""
    user = session.exec(select(User).where(User.login == login).with_for_update()).first()
    if user is None:
        raise BadInput(f"没有账号 {login}。")
    must_have_one(user)
    _take(session, user, password_hash, rules)
    user.password_set_at = now if lasting else None
    session.add(SignInTry(user_id=user.id, address="", way="reset", result="ok", at=now))
    note(session, "user", login, "set_password", actor, now, detail=detail)


def change_own(
    session: Session, user_id: int, old: str, new: str, rules: SecurityRules, now: datetime
) -> User:  # fmt: skip
    """One's own new password, in exchange for the old one; every session of the account ends."""
    user = session.exec(select(User).where(User.id == user_id).with_for_update()).one()
    must_have_one(user)
    if not matches(user.password_hash, old):
        raise BadInput("原口令不对。")
    must_be_strong(new, rules)
    earlier = select(OldPassword).where(OldPassword.user_id == user_id).order_by(col(OldPassword.id).desc())
    kept = [row.password_hash for row in session.exec(earlier.limit(max(rules.password_history - 1, 0))).all()]
    if any(matches(one, new) for one in [user.password_hash, *kept][: max(rules.password_history, 1)]):
        raise BadInput("新口令与最近用过的口令相同，请换一个。")
    _take(session, user, hashed(new), rules)
    user.password_set_at = now
    note(session, "user", user.login, "change_password", Actor(user.login), now)
    return user


def _take(session: Session, user: User, password_hash: str, rules: SecurityRules) -> None:
    """Whatever waited for a second person is settled: the owner knows a password, or has been given one."""
    if user.password_hash:
        session.add(OldPassword(user_id=user.id or 0, password_hash=user.password_hash))
    user.password_hash = password_hash
    session.add(user)
    session.execute(delete(PasswordReset).where(col(PasswordReset.login) == user.login))
    session.flush()
    kept = select(OldPassword.id).where(OldPassword.user_id == user.id).order_by(col(OldPassword.id).desc())
    latest = session.exec(kept.limit(rules.password_history)).all()
    old = delete(OldPassword).where(col(OldPassword.user_id) == user.id, col(OldPassword.id).not_in(latest))
    session.execute(old)
    session.execute(delete(WebSession).where(col(WebSession.user_id) == user.id))
