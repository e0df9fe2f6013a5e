"""A reply's way: written, signed off inside the unit, reviewed by somebody else, sent."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from models.actions.clock_requests import running_pause
from models.actions.clocks import stop_clocks
from models.actions.co_handling import silent_co_units
from models.actions.notice_rows import CITIZEN, Telling, addressee, citizen_target, telling_rows, write_rows
from models.actions.stage_clocks import hand_in, take_back
from models.actions.step import locked, move
from models.actors import Actor
from models.errors import BadInput, Conflict, NotAllowed
from models.reckoning import Reckoner
from models.tables.messages import Message
from models.tables.orders import Reply, WorkOrder
from models.vocabulary import OrderStatus, Outcome, Role
from models.workflow import Action


def write_reply(
    session: Session, order_id: int, text: str, outcome: Outcome, actor: Actor, now: datetime, *,
    co_note: str | None = None,
) -> Reply:  # fmt: skip
    """拟写答复 by the handling unit, for all co-units too; it waits for the unit's sign-off.

    `co_note`: why it is written although a co-unit has not been heard; without one that is refused.
    """
    actor.must_be(Role.UNIT)
    if not text.strip():
        raise BadInput("答复内容不能为空。")
    order = locked(session, order_id)
    actor.must_hold(order.lead_unit)
    if running_pause(session, order_id):
        raise Conflict(f"工单 {order.number} 正在暂停计时，请先恢复计时，再写答复。")
    if (silent := silent_co_units(session, order_id)) and not (co_note or "").strip():
        raise NotAllowed(f"还有 {len(silent)} 个协办单位没有反馈意见，请催促其反馈，或写明不再等待的理由。")
    move(session, order, Action.WRITE_REPLY, actor, now, unit=order.lead_unit)
    reply = Reply(
        order_id=order_id, cycle=order.cycle, unit=order.lead_unit or "", text=text.strip(),
        outcome=outcome.value, writer=actor.login, written_at=now, co_note=(co_note or "").strip() or None,
    )  # fmt: skip
    session.add(reply)
    session.flush()
    return reply


def waiting_reply(session: Session, order: WorkOrder) -> Reply:
    """The reply of this round that is on its way."""
    found = session.exec(
        select(Reply)
        .where(Reply.order_id == order.id, Reply.cycle == order.cycle, col(Reply.sent_at).is_(None))
        .order_by(col(Reply.id).desc())
    ).first()
    if found is None:
        raise Conflict(f"工单 {order.number} 没有待处理的答复。")
    return found


def sign_off(
    session: Session,
    reckoner: Reckoner,
    order_id: int,
    gate: Sequence[dict[str, Any]],
    actor: Actor,
    now: datetime,
) -> Reply:
    """单位审签, by another person of the same unit. `gate`: the checks that the reviewer will see."""
    actor.must_be(Role.UNIT)
    actor.must_sign()
    order = locked(session, order_id)
    actor.must_hold(order.lead_unit)
    reply = waiting_reply(session, order)
    actor.must_differ(reply.writer, "答复的拟写与审签")
    move(session, order, Action.SIGN_OFF, actor, now, unit=order.lead_unit)
    reply.signed_by, reply.signed_at = actor.login, now
    reply.gate = list(gate)
    reply.gate_passed = all(check["passed"] for check in gate if check["needed"])
    session.add(reply)
    hand_in(session, reckoner, order, now)
    return reply


def refuse_sign_off(session: Session, order_id: int, note: str, actor: Actor, now: datetime) -> Reply:
    actor.must_be(Role.UNIT)
    actor.must_sign()
    order = locked(session, order_id)
    actor.must_hold(order.lead_unit)
    reply = waiting_reply(session, order)
    actor.must_differ(reply.writer, "答复的拟写与审签")
    move(session, order, Action.REFUSE_SIGN_OFF, actor, now, unit=order.lead_unit)
    reply.approved, reply.review_note = False, _reason(note)
    session.add(reply)
    return reply


def approve_reply(
    session: Session, order_id: int, actor: Actor, now: datetime, *, override_note: str | None = None
) -> Reply:
    """审核通过并答复. What the gate found must be mended, or overridden with a stated reason."""
    actor.must_be(Role.MODERATOR, Role.SUPERVISOR)
    order = locked(session, order_id)
    reply = waiting_reply(session, order)
    actor.must_differ(reply.writer, "答复的拟写与审核")
    actor.must_differ(reply.signed_by, "答复的审签与审核")
    if reply.gate_passed is False and not (override_note or "").strip():
        failed = "；".join(str(c["why"]) for c in reply.gate if c["needed"] and not c["passed"])
        raise NotAllowed(f"答复未通过质量检查：{failed}。请退回修改，或写明仍予答复的理由。")
    move(session, order, Action.APPROVE_REPLY, actor, now, unit=order.lead_unit, outcome=reply.outcome)
    reply.approved, reply.reviewer, reply.reviewed_at = True, actor.login, now
    reply.sent_at, reply.override_note = now, override_note
    order.replied_at, order.outcome = now, reply.outcome
    session.add(reply)
    stop_clocks(session, "order", order_id, now)
    stop_clocks(session, "co_unit", order_id, now)
    tell_citizens(session, order, now)
    return reply


def refuse_reply(session: Session, order_id: int, note: str, actor: Actor, now: datetime) -> Reply:
    """审核退回: back to the unit with a reason; its clock runs on."""
    actor.must_be(Role.MODERATOR, Role.SUPERVISOR)
    order = locked(session, order_id)
    reply = waiting_reply(session, order)
    actor.must_differ(reply.writer, "答复的拟写与审核")
    move(session, order, Action.REFUSE_REPLY, actor, now, unit=order.lead_unit)
    reply.approved, reply.reviewer, reply.reviewed_at, reply.review_note = (
        False,
        actor.login,
        now,
        _reason(note),
    )
    session.add(reply)
    take_back(session, order, now)
    return reply


def tell_citizens(session: Session, order: WorkOrder, now: datetime) -> None:
    """Everyone whose message belongs to the order, or to one merged into it, and who left an address hears it once."""
    if order.sealed:
        return  # of a sealed order its sender hears the receipt and no more
    merged = select(WorkOrder.id).where(WorkOrder.merged_into == order.id)
    theirs = (col(Message.order_id) == order.id) | col(Message.order_id).in_(merged)
    senders = session.exec(select(Message.email, Message.phone).where(theirs, col(Message.machine).is_(None))).all()
    kinds = ("reply", "survey") if order.status == OrderStatus.REPLIED.value else ("reply",)
    for target in sorted({found for sender in senders if (found := citizen_target(*sender))}):
        for kind in kinds:
            telling = Telling(
                kind=kind, unit=CITIZEN, subject=f"order:{order.id}", order_id=order.id, cycle=order.cycle,
                trigger=addressee(target), facts={}, targets=(target,),
            )  # fmt: skip
            write_rows(session, telling_rows(telling, now))


def _reason(note: str) -> str:
    if not note.strip():
        raise BadInput("退回须写明理由。")
    return note.strip()
