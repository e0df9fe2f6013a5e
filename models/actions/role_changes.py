"""Role changes need four eyes (DESIGN §4): an operator proposes, another operator or an auditor confirms."""

from datetime import datetime

from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from models.actions.step import note
from models.actors import Actor
from models.errors import BadInput, Conflict, NotAllowed, NotFound
from models.tables.people import RoleChange, User, WebSession
from models.vocabulary import Role

DECIDERS = (Role.OPERATOR, Role.AUDITOR)
_OF_UNITS = "承办单位的账号须指定单位，其他角色不得指定单位。"


def propose(
    session: Session,
    login: str,
    to_role: Role,
    to_unit: str | None,
    why: str,
    actor: Actor,
    now: datetime,
    *,
    first: bool = False,
) -> RoleChange:
    """Nothing changes yet: the account keeps its role until somebody else agrees. `first`: of a new account."""
    actor.must_be(Role.OPERATOR)
    actor.must_differ(login, "提出角色变更")
    user = locked_user(session, login)
    if (to_role is Role.UNIT) != (to_unit is not None):
        raise BadInput(_OF_UNITS)
    if not why.strip():
        raise BadInput("请写明变更理由。")
    new = first or _never_confirmed(session, login)
    if not new and (user.role, user.unit) == (to_role.value, to_unit):
        raise BadInput(f"账号 {login} 现在就是这个角色。")
    if waiting_for(session, login) is not None:
        raise Conflict(f"账号 {login} 已有一项角色变更待复核。")
    row = RoleChange(
        login=login, from_role="" if new else user.role, from_unit=user.unit, to_role=to_role.value,
        to_unit=to_unit, why=why.strip(), proposed_by=actor.login, proposed_at=now,
    )  # fmt: skip
    session.add(row)
    note(session, "user", login, "propose_role", actor, now, user.role, to_role.value, {"unit": to_unit})
    return row


def decide(session: Session, change: int, agreed: bool, text: str, actor: Actor, now: datetime) -> RoleChange:
    """Agreed: the role holds from now on, an account that waited for it opens, and its sessions end.

    Who proposed it may withdraw it.
    """
    actor.must_be(*DECIDERS)
    row = session.exec(select(RoleChange).where(RoleChange.id == change).with_for_update()).first()
    if row is None:
        raise NotFound("没有这项角色变更。")
    if row.agreed is not None:
        raise Conflict("这项角色变更已经复核。")
    withdrawn = not agreed and actor.login == row.proposed_by
    if not withdrawn:
        actor.must_differ(row.proposed_by, "角色变更的提出与复核")
        actor.must_differ(row.login, "复核角色变更")
        if not agreed and not text.strip():
            raise BadInput("不同意须写明意见。")
    row.agreed, row.decided_by, row.decided_at, row.note = agreed, actor.login, now, text.strip() or None
    session.add(row)
    if agreed:
        _take(session, row)
    done = "agree_role" if agreed else "withdraw_role" if withdrawn else "refuse_role"
    note(session, "user", row.login, done, actor, now, row.from_role or None,
         row.to_role if agreed else row.from_role or None, {"unit": row.to_unit, "proposal": row.id})  # fmt: skip
    return row


def waiting_for(session: Session, login: str) -> RoleChange | None:
    return session.exec(select(RoleChange).where(RoleChange.login == login, col(RoleChange.agreed).is_(None))).first()


def must_have_a_role(session: Session, login: str) -> None:
    """An account whose first role nobody confirmed opens by that confirmation alone."""
    if _never_confirmed(session, login):
        raise NotAllowed(f"账号 {login} 的角色还没有经另一人复核，不能启用。")


def _never_confirmed(session: Session, login: str) -> bool:
    first = select(RoleChange.agreed).where(RoleChange.login == login, RoleChange.from_role == "")
    decisions = session.exec(first).all()
    return bool(decisions) and True not in decisions


def _take(session: Session, row: RoleChange) -> None:
    user = locked_user(session, row.login)
    if user.active and user.role == Role.OPERATOR.value and row.to_role != user.role:
        _must_not_be_the_last(session, row.login)
    user.role, user.unit = row.to_role, row.to_unit
    user.deputy_until = None
    user.active = user.active or not row.from_role
    session.add(user)
    session.execute(delete(WebSession).where(col(WebSession.user_id) == user.id))


def _must_not_be_the_last(session: Session, login: str) -> None:
    others = select(func.count()).select_from(User).where(
        User.role == Role.OPERATOR.value, col(User.active).is_(True), User.login != login
    )  # fmt: skip
    if not session.exec(others).one():
        raise Conflict("这是最后一个系统管理员账号，不能改作他用。")


def locked_user(session: Session, login: str) -> User:
    """The account, held until the transaction ends: of two proposals at one instant the later finds the earlier."""
    user = session.exec(select(User).where(User.login == login).with_for_update()).first()
    if user is None:
        raise NotFound(f"没有账号 {login}。")
    return user
