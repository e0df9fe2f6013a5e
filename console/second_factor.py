"""动态码 (TOTP, RFC 6238) and 恢复码. Secrets are derived from the house's own: none lies in the record."""

import base64
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col, func, select

from console.signing_in import CodeRefused, code_locked, record
from console.web.typed import plain_code
from models.actions.step import note
from models.actors import SYSTEM, Actor
from models.errors import Conflict, NotAllowed
from models.profile_security import SecurityRules
from models.tables.people import User, WebSession
from models.tables.sign_ins import FactorReset, RecoveryCode, SecondFactor
from models.vocabulary import Role

CODES = 10
_STEP_SECONDS = 30
_DRIFT = 1  # steps that a telephone's clock may be off, either way (RFC 6238 5.2)
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # none is mistaken for another on paper
_HALF = 5


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What is put into an authenticator: shown until confirmed, and never again."""

    nonce: str
    secret: str
    address: str


def new_nonce() -> str:
    return secrets.token_urlsafe(18)


def enrolment(house_secret: bytes, user_id: int, login: str, nonce: str, issuer: str) -> Enrolment:
    """The same for the same nonce, so that a mistyped code starts nothing anew."""
    import pyotp

    secret = _secret(house_secret, user_id, nonce)
    return Enrolment(nonce, secret, pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=issuer))


def qr_code(enrolled: Enrolment) -> str:
    """The picture as a `data:` address (SVG); black on white in either theme, or no camera reads it."""
    import segno

    picture: str = segno.make(enrolled.address, error="m").svg_data_uri(scale=4, border=4, light="white")
    return picture


def enrol(session: Session, house_secret: bytes, user_id: int, nonce: str, code: str, now: datetime) -> list[str]:
    """The first code proves that the secret arrived: it is live from now on. The recovery codes, for this once."""
    user = _locked_user(session, user_id)
    if session.get(SecondFactor, user_id) is not None:
        raise Conflict("动态码已经启用。要换一部手机，请先停用再启用。")
    step = _fitting(_secret(house_secret, user_id, nonce), code, -1, now)
    if step is None:
        raise CodeRefused("动态码不对。请核对手机的时间是否自动校准，再输入现在显示的六位数字。")
    session.add(SecondFactor(user_id=user_id, nonce=nonce, since=now, last_step=step))
    session.execute(delete(WebSession).where(col(WebSession.user_id) == user_id))
    note(session, "user", user.login, "enrol_factor", Actor(user.login), now)
    return _new_codes(session, house_secret, user_id)


def give_code(
    session: Session, house_secret: bytes, user_id: int, code: str, address: str, rules: SecurityRules, now: datetime
) -> bool:
    """Whether the code is right and not used before. The caller commits either way: a failed try must be counted."""
    user = _locked_user(session, user_id)
    factor = session.get(SecondFactor, user_id)
    if factor is None or not user.active:
        return False
    if code_locked(session, user, rules, now):
        record(session, user, address, "code", "refused", rules, now)
        return False
    plain = plain_code(code).lower()
    if not plain.isdecimal() or len(plain) != 6:  # noqa: PLR2004  (the digits of a code)
        return _give_recovery(session, house_secret, user, plain, address, rules, now)
    step = _fitting(_secret(house_secret, user_id, factor.nonce), plain, factor.last_step, now)
    record(session, user, address, "code", "wrong" if step is None else "ok", rules, now)
    if step is None:
        _tell_of_lock(session, user, rules, now)
        return False
    factor.last_step = step
    session.add(factor)
    return True


def renew_codes(session: Session, house_secret: bytes, user_id: int, now: datetime) -> list[str]:
    """Ten new ones; the old ones are worth nothing any more."""
    user = _locked_user(session, user_id)
    note(session, "user", user.login, "renew_recovery", Actor(user.login), now)
    return _new_codes(session, house_secret, user_id)


def drop_own(session: Session, user_id: int, rules: SecurityRules, now: datetime) -> None:
    """Without a second factor again, where the role may be."""
    user = _locked_user(session, user_id)
    if Role(user.role) in rules.second_factor:
        raise NotAllowed(f"{Role(user.role).label}须使用动态码，不能停用。要换手机，请系统管理员重置。")
    _forget(session, user_id)
    note(session, "user", user.login, "drop_factor", Actor(user.login), now)


def reset(session: Session, login: str, actor: Actor, now: datetime, detail: dict[str, Any] | None = None) -> None:
    """Taken away by others: the account signs in without it, and enrols anew where its role must."""
    user = session.exec(select(User).where(User.login == login).with_for_update()).first()
    if user is None or session.get(SecondFactor, user.id) is None:
        raise Conflict(f"账号 {login} 没有启用动态码。")
    _forget(session, user.id or 0)
    session.execute(delete(FactorReset).where(col(FactorReset.login) == login))
    session.execute(delete(WebSession).where(col(WebSession.user_id) == user.id))
    note(session, "user", login, "reset_factor", actor, now, detail=detail)


def codes_left(session: Session, user_id: int) -> int:
    statement = select(func.count()).select_from(RecoveryCode)
    return session.exec(statement.where(RecoveryCode.user_id == user_id, col(RecoveryCode.used_at).is_(None))).one()


def _give_recovery(
    session: Session, house_secret: bytes, user: User, code: str, address: str, rules: SecurityRules, now: datetime
) -> bool:
    kept = session.get(RecoveryCode, _digest(house_secret, user.id or 0, code), with_for_update=True)
    right = kept is not None and kept.user_id == user.id and kept.used_at is None
    record(session, user, address, "recovery", "ok" if right else "wrong", rules, now)
    if kept is None or not right:
        _tell_of_lock(session, user, rules, now)
        return False
    kept.used_at = now
    session.add(kept)
    note(session, "user", user.login, "use_recovery", Actor(user.login), now)
    return True


def _tell_of_lock(session: Session, user: User, rules: SecurityRules, now: datetime) -> None:
    if code_locked(session, user, rules, now):
        note(session, "user", user.login, "locked", SYSTEM, now, detail={"way": "code"})


def _fitting(secret: str, code: str, after: int, now: datetime) -> int | None:
    """The step whose code this is, if it comes after the last one that was used."""
    import pyotp

    totp, present = pyotp.TOTP(secret), int(now.timestamp()) // _STEP_SECONDS
    for step in range(present - _DRIFT, present + _DRIFT + 1):
        right = totp.generate_otp(step)
        if hmac.compare_digest(right.encode(), plain_code(code).encode()) and step > after:
            return step
    return None


def _secret(house_secret: bytes, user_id: int, nonce: str) -> str:
    """20 bytes, as RFC 4226 recommends, in the base 32 that authenticators read."""
    return base64.b32encode(hmac.digest(house_secret, f"totp|{user_id}|{nonce}".encode(), "sha256")[:20]).decode()


def _digest(house_secret: bytes, user_id: int, code: str) -> str:
    return hmac.digest(house_secret, f"recovery|{user_id}|{code}".encode(), "sha256").hex()


def _new_codes(session: Session, house_secret: bytes, user_id: int) -> list[str]:
    session.execute(delete(RecoveryCode).where(col(RecoveryCode.user_id) == user_id))
    plain = ["".join(secrets.choice(_LETTERS) for _ in range(2 * _HALF)) for _ in range(CODES)]
    session.add_all(RecoveryCode(digest=_digest(house_secret, user_id, code), user_id=user_id) for code in plain)
    return [f"{code[:_HALF]}-{code[_HALF:]}" for code in plain]


def _forget(session: Session, user_id: int) -> None:
    session.execute(delete(SecondFactor).where(col(SecondFactor.user_id) == user_id))
    session.execute(delete(RecoveryCode).where(col(RecoveryCode.user_id) == user_id))


def _locked_user(session: Session, user_id: int) -> User:
    return session.exec(select(User).where(User.id == user_id).with_for_update()).one()
