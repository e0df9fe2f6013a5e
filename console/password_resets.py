"""A forgotten password: an operator proposes a new one with his reason, another or an auditor confirms.

Could an operator set it alone, he could be anybody, and read alone what takes two people to open. Only a unit's 承办人,
who sees the unit's own orders and signs nothing, is helped at once.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session, select

from console.passwords import hashed, must_be_strong, must_have_one, put_password
from models.actions.as_seen import must_be_as_shown
from models.actions.role_changes import DECIDERS, locked_user
from models.actions.step import note
from models.actors import Actor
from models.errors import BadInput, Conflict, NotFound
from models.profile_security import SecurityRules
from models.tables.people import User
from models.tables.sign_ins import FactorReset, PasswordReset
from models.vocabulary import Role

ASKED = ("propose_password", "refuse_password", "withdraw_password")


def needs_another(user: User, now: datetime) -> bool:
    """Whether this account's password takes two people: everybody's but that of a unit's 承办人."""
    stands_in = user.deputy_until is not None and now <= user.deputy_until
    return user.role != Role.UNIT.value or user.signs or stands_in


def propose(
    session: Session, login: str, password: str, why: str, rules: SecurityRules, actor: Actor, now: datetime
) -> bool:
    """Whether it waits for somebody else; until then the old password holds."""
    actor.must_be(Role.OPERATOR)
    actor.must_differ(login, "重设口令")
    user = locked_user(session, login)
    must_have_one(user)
    must_be_strong(password, rules)
    if not why.strip():
        raise BadInput("请写明重设理由，以及怎样核实了是本人提出的。")
    if not needs_another(user, now):
        told = {"why": why.strip()}
        put_password(session, login, hashed(password), rules, actor, now, lasting=False, detail=told)
        return False
    if session.exec(select(PasswordReset).where(PasswordReset.login == login)).first() is not None:
        raise Conflict(f"账号 {login} 的口令重设已在等待复核。")
    session.add(PasswordReset(login=login, password_hash=hashed(password), why=why.strip(), proposed_by=actor.login,
                              proposed_at=now))  # fmt: skip
    note(session, "user", login, "propose_password", actor, now, detail={"why": why.strip()})
    return True


def decide(
    session: Session, reset: int, agreed: bool, rules: SecurityRules, actor: Actor, now: datetime, *,
    text: str = "", seen: int | None = None,
) -> str:  # fmt: skip
    """Whose it was. Agreed: the new password holds, once, and the account's sessions end. Who asked may withdraw.

    `seen`: the last of the ASKED steps on the page; SQLite gives a refused proposal's number to the next one.
    """
    actor.must_be(*DECIDERS)
    row = session.exec(select(PasswordReset).where(PasswordReset.id == reset).with_for_update()).first()
    if row is None:
        raise NotFound("没有这项口令重设，可能已经复核，或本人已自己改了口令。")
    login, told = row.login, {"why": row.why, "proposed_by": row.proposed_by}
    must_be_as_shown(session, "user", login, seen, actor, ASKED)
    if agreed:
        actor.must_differ(row.proposed_by, "口令重设的提出与复核")
        actor.must_differ(login, "复核口令重设")
        put_password(session, login, row.password_hash, rules, actor, now, lasting=False, detail=told)
    else:
        refuse(session, row, "password", text, actor, now, told)
    return login


def refuse(
    session: Session, row: PasswordReset | FactorReset, what: str, text: str, actor: Actor, now: datetime,
    told: Mapping[str, str],
) -> None:  # fmt: skip
    """退回, with the reason, by somebody else; 撤回 by who asked."""
    withdrawn = actor.login == row.proposed_by
    if not withdrawn:
        actor.must_differ(row.login, "复核本人账号的重设")
        if not text.strip():
            raise BadInput("不同意须写明意见。")
    session.delete(row)
    note(session, "user", row.login, f"{'withdraw' if withdrawn else 'refuse'}_{what}", actor, now,
         detail={**told, "note": text.strip()})  # fmt: skip
