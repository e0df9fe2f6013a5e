"""Who signs for a unit: its 审签人, and whom they name to stand in for them (AB岗)."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from models.actions.step import note
from models.actors import Actor
from models.errors import BadInput, NotAllowed, NotFound
from models.tables.people import User
from models.tables.record import History
from models.vocabulary import Role

_LONGEST = timedelta(days=31)


def set_signing(session: Session, login: str, signs: bool, actor: Actor, now: datetime) -> User:
    """Make somebody of a unit 审签人, or 承办人 again."""
    actor.must_be(Role.OPERATOR)
    user = _colleague(session, login)
    if signs:
        _must_not_have_its_password(session, login, actor)
    user.signs = signs
    session.add(user)
    note(session, "user", login, "may_sign" if signs else "may_not_sign", actor, now)
    return user


def name_deputy(session: Session, login: str, until: date, zone: ZoneInfo, actor: Actor, now: datetime) -> User:
    """指定 B 岗: a colleague of the same unit signs until the close of that day; a day gone by ends it at once."""
    actor.must_be(Role.UNIT)
    user = _colleague(session, login)
    if user.unit != actor.unit:
        raise NotFound(f"本单位没有账号 {login}。")
    actor.must_differ(login, "指定 B 岗")
    own = session.exec(select(User).where(User.login == actor.login)).one()
    if not own.signs:
        raise NotAllowed("只有本单位审签人才能指定 B 岗。")
    if until - now.astimezone(zone).date() > _LONGEST:
        raise BadInput(f"代签期限一次不超过 {_LONGEST.days} 天。")
    user.deputy_until = datetime.combine(until, time(23, 59, 59), zone)
    session.add(user)
    note(session, "user", login, "deputise", actor, now, detail={"until": until.isoformat()})
    return user


def _must_not_have_its_password(session: Session, login: str, actor: Actor) -> None:
    """Who gave a 承办人 a password by himself would else sign for the unit by two presses."""
    given = select(History).where(History.subject == "user", History.subject_id == login)
    last = session.exec(given.where(History.action == "set_password").order_by(col(History.id).desc())).first()
    if last is not None and last.actor == actor.login and "proposed_by" not in last.detail:
        raise NotAllowed(f"账号 {login} 的口令是由您一人重设的，改为审签人须由另一位系统管理员办理。")


def _colleague(session: Session, login: str) -> User:
    user = session.exec(select(User).where(User.login == login)).first()
    if user is None or user.unit is None or not user.active:
        raise NotFound(f"没有这个承办单位账号：{login}。")
    return user
