"""Proving who one is: tries are counted where they come from, so that nobody is kept out by a stranger."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete
from sqlmodel import Session, col, func, select

from console.passwords import NOBODY, matches, must_be_changed, weakness
from models.actions.step import note
from models.actors import SYSTEM, Actor
from models.errors import NotAllowed
from models.profile_security import SecurityRules
from models.tables.people import User
from models.tables.sign_ins import SecondFactor, SignInTry
from models.vocabulary import Role

# So many times the profile's tries, from everywhere together, shut an account to addresses it never came from.
_EVERYWHERE = 10


class Step(StrEnum):
    """What a session still lacks before it is anybody's."""

    NONE = ""
    CODE = "code"
    ENROL = "enrol"
    PASSWORD = "password"  # noqa: S105  (the name of a step)


class CodeRefused(NotAllowed):
    """动态码不对、已经用过，或已过时。请等手机上换出下一个再输；用恢复码的，每个只能用一次。"""


def check_password(
    session: Session, login: str, password: str, address: str, rules: SecurityRules, now: datetime
) -> User | None:
    """The account, or None. The caller commits either way: a failed try must be counted."""
    user = session.exec(select(User).where(User.login == login).with_for_update()).first()
    known = matches((user and user.password_hash) or NOBODY, password)
    if user is None or not user.active:
        record(session, user, address, "password", "wrong", rules, now)
        return None
    if locked_out(session, user, address, rules, now):
        record(session, user, address, "password", "refused", rules, now)
        return None
    if not known:
        record(session, user, address, "password", "wrong", rules, now)
        if locked_out(session, user, address, rules, now):
            note(session, "user", login, "locked", SYSTEM, now)
        return None
    if weakness(password, rules) is not None:
        user.password_set_at = None
        session.add(user)
    record(session, user, address, "password", "ok", rules, now)
    return user


def next_step(session: Session, user: User, way: str, rules: SecurityRules, now: datetime, *, code: bool) -> Step:
    """What comes after a proof; `code`: the second factor is given already. A provider's sign-in needs no password."""
    if not code and session.get(SecondFactor, user.id) is not None:
        return Step.CODE
    if not code and Role(user.role) in rules.second_factor:
        return Step.ENROL
    if way == "password" and must_be_changed(user, rules, now):
        return Step.PASSWORD
    return Step.NONE


def record(
    session: Session, user: User | None, address: str, way: str, result: str, rules: SecurityRules, now: datetime
) -> None:
    """Keep the try; what is older than the profile keeps its logs goes."""
    session.add(SignInTry(user_id=user.id if user else None, address=address, way=way, result=result, at=now))
    session.flush()
    session.execute(delete(SignInTry).where(col(SignInTry.at) < now - timedelta(days=rules.log_days)))


def welcome(session: Session, user: User, way: str, now: datetime) -> None:
    """Somebody is in: the history has it."""
    note(session, "user", user.login, "sign_in", Actor(user.login), now, detail={"way": way})


def locked_out(session: Session, user: User, address: str, rules: SecurityRules, now: datetime) -> bool:
    """From this address; or from any that the account never came from, while it is tried from everywhere."""
    here = select(SignInTry).where(
        SignInTry.user_id == user.id, col(SignInTry.address).in_((address, "")), SignInTry.result != "refused",
        col(SignInTry.way).in_(("password", "oidc", "reset")),
    )  # fmt: skip
    latest = session.exec(here.order_by(col(SignInTry.id).desc()).limit(rules.tries)).all()
    return _in_a_row(latest, rules, now) or (
        not _came_from(session, user, address) and _tried_everywhere(session, user, rules, now)
    )


def code_locked(session: Session, user: User, rules: SecurityRules, now: datetime) -> bool:
    """Wrong codes count for the account from wherever they come: who gives one has the password already."""
    codes = select(SignInTry).where(SignInTry.user_id == user.id, SignInTry.result != "refused")
    codes = codes.where(col(SignInTry.way).in_(("code", "recovery", "reset")))
    return _in_a_row(session.exec(codes.order_by(col(SignInTry.id).desc()).limit(rules.tries)).all(), rules, now)


def locked_accounts(session: Session, rules: SecurityRules, now: datetime) -> set[str]:
    """Logins that are locked at this moment from at least one address, or for codes."""
    recent = select(SignInTry.user_id, SignInTry.address).where(
        SignInTry.result == "wrong", SignInTry.at > now - rules.locked_for, col(SignInTry.user_id).is_not(None)
    )  # fmt: skip
    found = set()
    for user_id, address in session.exec(recent.distinct()).all():
        user = session.get(User, user_id)
        if user and (locked_out(session, user, address, rules, now) or code_locked(session, user, rules, now)):
            found.add(user.login)
    return found


def latest_tries(session: Session, user_id: int, most: int) -> Sequence[SignInTry]:
    """What an account's owner should look at now and then."""
    statement = select(SignInTry).where(SignInTry.user_id == user_id, SignInTry.way != "reset")
    return session.exec(statement.order_by(col(SignInTry.id).desc()).limit(most)).all()


def _in_a_row(latest: Sequence[SignInTry], rules: SecurityRules, now: datetime) -> bool:
    """As many wrong tries as allowed, one after another and together within the time that a lock lasts."""
    if len(latest) < rules.tries or any(row.result != "wrong" for row in latest):
        return False
    last, first = latest[0].at, latest[-1].at
    return last - first < rules.locked_for and now - last < rules.locked_for


def _came_from(session: Session, user: User, address: str) -> bool:
    statement = select(SignInTry.id).where(
        SignInTry.user_id == user.id, SignInTry.address == address, SignInTry.result == "ok"
    )  # fmt: skip
    return session.exec(statement.limit(1)).first() is not None


def _tried_everywhere(session: Session, user: User, rules: SecurityRules, now: datetime) -> bool:
    statement = select(func.count()).select_from(SignInTry).where(
        SignInTry.user_id == user.id, SignInTry.result == "wrong", SignInTry.at > now - rules.locked_for,
    )  # fmt: skip
    return session.exec(statement).one() >= _EVERYWHERE * rules.tries
