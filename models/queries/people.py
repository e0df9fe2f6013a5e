"""Accounts."""

from collections.abc import Iterable

from sqlmodel import Session, col, select

from models.errors import NotFound
from models.tables.links import ChatPerson, UsedLink
from models.tables.people import RoleChange, User
from models.tables.record import History
from models.tables.sign_ins import FactorReset, PasswordReset, SecondFactor
from models.vocabulary import Role

_CHANGES = 50
_RESETS_DECIDED = (
    "set_password",
    "refuse_password",
    "withdraw_password",
    "reset_factor",
    "refuse_reset",
    "withdraw_reset",
)


def list_users(session: Session) -> list[User]:
    return list(session.exec(select(User).order_by(col(User.role), col(User.unit), col(User.login))).all())


def list_role_changes(session: Session) -> list[RoleChange]:
    """All that wait, and the latest that were decided."""
    waiting = select(RoleChange).where(col(RoleChange.agreed).is_(None)).order_by(col(RoleChange.id))
    decided = select(RoleChange).where(col(RoleChange.agreed).is_not(None)).order_by(col(RoleChange.id).desc())
    return [*session.exec(waiting).all(), *session.exec(decided.limit(_CHANGES)).all()]


def with_second_factor(session: Session) -> set[int]:
    """The accounts that sign in with 动态码."""
    return set(session.exec(select(SecondFactor.user_id)).all())


def list_factor_resets(session: Session) -> list[FactorReset]:
    """Second factors whose taking away waits for another person."""
    return list(session.exec(select(FactorReset).order_by(col(FactorReset.proposed_at))).all())


def list_password_resets(session: Session) -> list[PasswordReset]:
    """Passwords that an operator set for somebody else, and that wait for another person."""
    return list(session.exec(select(PasswordReset).order_by(col(PasswordReset.proposed_at))).all())


def decided_resets(session: Session) -> list[History]:
    """What became of the latest proposals to reset a password or a second factor, the latest first."""
    rows = (
        select(History)
        .where(History.subject == "user", col(History.action).in_(_RESETS_DECIDED))
        .order_by(col(History.id).desc())
        .limit(_CHANGES)
    )
    return [row for row in session.exec(rows).all() if "proposed_by" in row.detail]  # a 承办人's password asked nobody


def changed_by_others(session: Session, login: str, most: int) -> list[History]:
    """What other people did to the account, the latest first."""
    rows = select(History).where(History.subject == "user", History.subject_id == login, History.actor != login)
    return list(session.exec(rows.order_by(col(History.id).desc()).limit(most)).all())


def colleagues(session: Session, unit: str) -> list[User]:
    """The active accounts of a unit."""
    statement = select(User).where(User.unit == unit, col(User.active).is_(True))
    return list(session.exec(statement.order_by(col(User.login))).all())


def active_in(session: Session, roles: Iterable[Role]) -> list[User]:
    """The active accounts of these roles."""
    statement = select(User).where(col(User.role).in_([role.value for role in roles]), col(User.active).is_(True))
    return list(session.exec(statement.order_by(col(User.login))).all())


def units_with_accounts(session: Session, *, provider: bool) -> set[str]:
    """Where somebody can sign in; a unit without acts by signed links.

    `provider`: the city's identity provider is set, by which accounts without a password are signed in to.
    """
    active = select(User.unit).where(col(User.active).is_(True)).distinct()
    statement = active if provider else active.where(User.password_hash != "")
    return {unit for unit in session.exec(statement).all() if unit}


def chat_people(session: Session) -> list[ChatPerson]:
    return list(session.exec(select(ChatPerson).order_by(col(ChatPerson.login), col(ChatPerson.chat_user))).all())


def chat_account(session: Session, chat_user: str) -> User | None:
    """The account of a person in a chat, where one was entered for them."""
    statement = select(User).join(ChatPerson, col(ChatPerson.login) == col(User.login))
    return session.exec(statement.where(ChatPerson.chat_user == chat_user)).first()


def find_user(session: Session, login: str) -> User:
    found = session.exec(select(User).where(User.login == login)).first()
    if found is None:
        raise NotFound(f"没有账号 {login}。")
    return found


def names(session: Session) -> dict[str, str]:
    """Login → the person's name, for histories."""
    return dict(session.exec(select(User.login, User.name)).all())


def names_by_link(session: Session, order: int, actors: Iterable[str | None]) -> dict[str, str]:
    """Who acted on an order by a signed link: the link's holder → the names that were given with it.

    Nothing is asked of the record where no link acted.
    """
    given: dict[str, list[str]] = {actor: [] for actor in actors if actor and actor.startswith("link:")}
    if not given:
        return {}
    used = select(UsedLink.by).where(UsedLink.order_id == order).order_by(col(UsedLink.used_at))
    for by in session.exec(used).all():
        holder, _, name = by.partition(" ")
        if name and name not in given.setdefault(holder, []):
            given[holder].append(name)
    return {holder: f"{'、'.join(said)}（凭链接）" if said else "凭链接办理" for holder, said in given.items()}
