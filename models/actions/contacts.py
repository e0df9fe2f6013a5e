"""Unmasking in bulk needs four eyes (DESIGN §4): one person asks, another grants, the asker takes the file once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlmodel import Session, select

from models.actions.step import note
from models.actors import Actor
from models.contact_words import ContactState, state_of
from models.errors import BadInput, Conflict, NotFound
from models.queries.contacts import ContactLine, contact_lines, undecided_requests
from models.reckoning import Reckoner
from models.tables.contacts import ContactRequest
from models.tables.people import User
from models.vocabulary import Role

ASKERS: Final = (Role.MODERATOR, Role.SUPERVISOR, Role.UNIT)
DECIDERS: Final = (Role.SUPERVISOR, Role.AUDITOR)
EXPORT: Final = "export_contacts"
_NOT_READY: Final = {
    ContactState.WAITING: "申请还没有审批，不能下载。",
    ContactState.UNDECIDED: "申请逾期没有审批，已失效；仍需要的，请重新申请。",
    ContactState.REFUSED: "申请未获批准，不能下载。",
    ContactState.UNTAKEN: "已过下载期限；仍需要的，请重新申请。",
    ContactState.TAKEN: "已经下载过，只能下载一次；仍需要的，请重新申请。",
}


class AlreadyAsked(Conflict):
    """这些工单的联系方式您已申请过，正在等待审批，没有重复提出。"""


def ask(
    session: Session, reckoner: Reckoner, numbers: Sequence[str], why: str, actor: Actor, now: datetime
) -> ContactRequest:
    """Nothing is shown yet. Orders without a contact that may leave the house are left out and never named.

    AlreadyAsked where the same person's request for the same orders still waits: who decides reads each request once.
    """
    actor.must_be(*ASKERS)
    rules = reckoner.profile.security
    if not why.strip():
        raise BadInput("请写明用途：为什么要用这些联系方式，怎样使用。")
    if len(numbers) > rules.contacts_most:
        raise BadInput(f"一次最多申请 {rules.contacts_most} 件工单的联系方式，请缩小范围。")
    lines = contact_lines(session, actor, numbers)
    if not lines:
        raise BadInput("所选工单没有可以导出的联系方式（要求保密的来件和检举控告件不能导出）。")
    if len(lines) > rules.contacts_most:
        raise BadInput(f"一次最多导出 {rules.contacts_most} 条联系方式，现有 {len(lines)} 条，请缩小范围。")
    wanted = _numbers(lines)
    session.exec(
        select(User.id).where(User.login == actor.login).with_for_update()
    ).first()  # of a double click one asks
    if any(sorted(row.numbers) == sorted(wanted) for row in undecided_requests(session, actor, now)):
        raise AlreadyAsked
    row = ContactRequest(
        unit=actor.unit, numbers=wanted, rows=len(lines), why=why.strip(), asked_by=actor.login, asked_at=now,
        decide_by=reckoner.workdays_on(now, rules.contacts_decide_workdays),
    )  # fmt: skip
    session.add(row)
    session.flush()
    _note(session, row, "ask_contacts", row.numbers, actor, now)
    return row


def decide(
    session: Session, reckoner: Reckoner, request: int, agreed: bool, text: str, actor: Actor, now: datetime
) -> ContactRequest:
    """Agreed: who asked may take the file, once, until the end of the workday that the profile says."""
    actor.must_be(*DECIDERS)
    row = _locked(session, request)
    actor.must_differ(row.asked_by, "导出联系方式的申请与审批")
    state = state_of(row, now)
    if state is ContactState.UNDECIDED:
        raise Conflict("这项申请逾期没有审批，已失效，请申请人重新提出。")
    if state is not ContactState.WAITING:
        raise Conflict("这项申请已经审批。")
    if not agreed and not text.strip():
        raise BadInput("不批准须写明意见。")
    row.agreed, row.decided_by, row.decided_at, row.note = agreed, actor.login, now, text.strip() or None
    if agreed:
        row.take_by = reckoner.workdays_on(now, reckoner.profile.security.contacts_take_workdays)
    session.add(row)
    _note(session, row, "grant_contacts" if agreed else "refuse_contacts", row.numbers, actor, now)
    return row


def take(session: Session, request: int, actor: Actor, now: datetime) -> list[ContactLine]:
    """The contacts, this once. What has been sealed, made confidential or given to another unit since is left out."""
    actor.must_be(*ASKERS)
    row = _locked(session, request)
    if (row.asked_by, row.unit) != (actor.login, actor.unit):
        raise NotFound("没有这项申请，或不是您提出的。")
    if (state := state_of(row, now)) is not ContactState.READY:
        raise Conflict(_NOT_READY[state])
    lines = contact_lines(session, actor, row.numbers)
    row.taken_at, row.rows = now, len(lines)
    session.add(row)
    _note(session, row, "take_contacts", _numbers(lines), actor, now)
    for order in dict.fromkeys(line.order.id for line in lines):
        note(session, "order", str(order), EXPORT, actor, now, detail={"request": row.id})
    return lines


def _numbers(lines: Sequence[ContactLine]) -> list[str]:
    return list(dict.fromkeys(line.order.number for line in lines))


def _note(session: Session, row: ContactRequest, action: str, numbers: list[str], actor: Actor, now: datetime) -> None:
    """How many senders and of which orders; the history holds no contact."""
    note(session, "contacts", str(row.id), action, actor, now, detail={"rows": row.rows, "orders": numbers})


def _locked(session: Session, request: int) -> ContactRequest:
    row = session.exec(select(ContactRequest).where(ContactRequest.id == request).with_for_update()).first()
    if row is None:
        raise NotFound("没有这项申请。")
    return row
