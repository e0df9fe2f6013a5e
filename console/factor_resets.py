"""A lost telephone: an operator proposes that a second factor be taken away, another or an auditor confirms.

As with passwords (`password_resets`): could an operator do it alone, he could be anybody.
"""

from datetime import datetime

from sqlmodel import Session, select

from console.password_resets import refuse
from console.second_factor import reset
from models.actions.as_seen import must_be_as_shown
from models.actions.role_changes import DECIDERS, locked_user
from models.actions.step import note
from models.actors import Actor
from models.errors import BadInput, Conflict, NotFound
from models.tables.sign_ins import FactorReset, SecondFactor
from models.vocabulary import Role

ASKED = ("propose_reset", "refuse_reset", "withdraw_reset")


def propose(session: Session, login: str, why: str, actor: Actor, now: datetime) -> None:
    """Nothing changes until somebody else agrees."""
    actor.must_be(Role.OPERATOR)
    actor.must_differ(login, "提出重置动态码")
    user = locked_user(session, login)
    if session.get(SecondFactor, user.id) is None:
        raise Conflict(f"账号 {login} 没有启用动态码。")
    if session.get(FactorReset, login) is not None:
        raise Conflict(f"账号 {login} 的动态码重置已在等待复核。")
    if not why.strip():
        raise BadInput("请写明重置理由，以及怎样核实了是本人提出的。")
    session.add(FactorReset(login=login, why=why.strip(), proposed_by=actor.login, proposed_at=now))
    note(session, "user", login, "propose_reset", actor, now, detail={"why": why.strip()})


def decide(
    session: Session, login: str, agreed: bool, actor: Actor, now: datetime, *, text: str = "", seen: int | None = None
) -> None:
    """Agreed: the account signs in by its password alone, once, and enrols anew where its role must.

    `seen`: the last of the ASKED steps on the page; what was refused may have been proposed again for another reason.
    """
    actor.must_be(*DECIDERS)
    row = session.exec(select(FactorReset).where(FactorReset.login == login).with_for_update()).first()
    if row is None:
        raise NotFound("没有这项动态码重置，可能已经复核。")
    must_be_as_shown(session, "user", login, seen, actor, ASKED)
    told = {"why": row.why, "proposed_by": row.proposed_by}
    if not agreed:
        refuse(session, row, "reset", text, actor, now, told)
        return
    actor.must_differ(row.proposed_by, "动态码重置的提出与复核")
    actor.must_differ(login, "复核动态码重置")
    reset(session, login, actor, now, told)
