"""How an order ends, and how it comes back: 办结, 评价, 重办, 不予受理, 分流, 并单, 撤回, 作废."""

from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from models.actions.clocks import start_order_clock, stop_clocks
from models.actions.handling import tell_units
from models.actions.replying import tell_citizens
from models.actions.step import locked, move, note
from models.actors import Actor
from models.errors import BadInput, Conflict
from models.reckoning import Reckoner
from models.tables.ledger import Callback
from models.tables.messages import Message
from models.tables.orders import Assignment, Rating, Reply, WorkOrder
from models.vocabulary import CallbackStatus, OrderStatus, Outcome, Role, Satisfaction, Stage
from models.workflow import OPEN, Action


def close(session: Session, order_id: int, actor: Actor, now: datetime) -> WorkOrder:
    """办结: answered, and nobody came back dissatisfied."""
    actor.must_be(Role.MODERATOR, Role.SUPERVISOR)
    order = locked(session, order_id)
    move(session, order, Action.CLOSE, actor, now, outcome=order.outcome)
    order.closed_at = now
    stop_clocks(session, "order", order_id, now)
    return order


def rate(
    session: Session, reckoner: Reckoner, order_id: int, satisfaction: Satisfaction, comment: str | None,
    actor: Actor, now: datetime,
) -> WorkOrder:  # fmt: skip
    """评价, once a round. Dissatisfied: the order is reopened with a new clock, and its unit is told."""
    order = locked(session, order_id)
    if OrderStatus(order.status) not in {OrderStatus.REPLIED, OrderStatus.CLOSED}:
        raise Conflict("答复之后才能评价。")
    known = select(Rating).where(Rating.order_id == order_id, Rating.cycle == order.cycle)
    if session.exec(known).first():
        raise Conflict("这次答复已经评价过了。")
    session.add(Rating(order_id=order_id, cycle=order.cycle, satisfaction=satisfaction.value,
                       comment=comment, rated_at=now))  # fmt: skip
    note(session, "order", str(order_id), "rate", actor, now, detail={"satisfaction": satisfaction.value})
    if satisfaction is Satisfaction.DISSATISFIED and order.lead_unit:
        _reopen(session, reckoner, order, actor, now)
    return order


def reopen(session: Session, reckoner: Reckoner, order_id: int, grounds: str, actor: Actor, now: datetime) -> WorkOrder:
    """重办, ordered by a moderator or supervisor."""
    actor.must_be(Role.MODERATOR, Role.SUPERVISOR)
    if not grounds.strip():
        raise BadInput("重办须写明理由。")
    order = locked(session, order_id)
    if order.lead_unit is None:
        raise Conflict(f"工单 {order.number} 没有承办单位，请先派单。")
    _reopen(session, reckoner, order, actor, now)
    return order


def _reopen(session: Session, reckoner: Reckoner, order: WorkOrder, actor: Actor, now: datetime) -> None:
    move(session, order, Action.REOPEN, actor, now, unit=order.lead_unit)
    assert order.id is not None and order.lead_unit is not None  # noqa: S101, PT018
    order.cycle += 1
    order.outcome = order.closed_at = order.replied_at = None
    order.dispatched_at = now
    for stage in (Stage.HANDLE, Stage.ACKNOWLEDGE):
        start_order_clock(session, reckoner, order, stage, order.lead_unit, now)
    tell_units(session, reckoner.profile, order, [("lead", order.lead_unit)], now)


def decline(
    session: Session,
    order_id: int,
    reason: str,
    ground: str,
    proper_channel: str,
    actor: Actor,
    now: datetime,
) -> WorkOrder:
    """不予受理 gets an answer too: reason, ground, and where to turn instead."""
    return _turn_away(session, order_id, Action.DECLINE, (reason, ground, proper_channel), actor, now)


def divert(
    session: Session,
    order_id: int,
    reason: str,
    ground: str,
    proper_channel: str,
    actor: Actor,
    now: datetime,
) -> WorkOrder:
    """分流 to another procedure's own system (信访、12315、110 …); recorded here, answered there."""
    return _turn_away(session, order_id, Action.DIVERT, (reason, ground, proper_channel), actor, now)


def _turn_away(
    session: Session, order_id: int, action: Action, said: tuple[str, str, str], actor: Actor, now: datetime
) -> WorkOrder:
    actor.must_be(Role.MODERATOR, Role.INSPECTOR)
    reason, ground, proper_channel = (part.strip().rstrip("。") for part in said)
    if not (reason and ground and proper_channel):
        raise BadInput("须写明理由、依据和应向何处提出，三项缺一不可。")
    order = locked(session, order_id)
    move(session, order, action, actor, now)
    order.accepted_at = order.replied_at = now
    order.outcome = Outcome.EXPLAINED.value
    verb = "不予受理" if action is Action.DECLINE else "已转其他渠道办理"
    text = f"您反映的事项{verb}。理由：{reason}。依据：{ground}。您可以向以下单位或渠道提出：{proper_channel}。"
    session.add(Reply(order_id=order_id, cycle=order.cycle, unit="", text=text, outcome=Outcome.EXPLAINED.value,
                      writer=actor.login, written_at=now, approved=True, sent_at=now))  # fmt: skip
    tell_citizens(session, order, now)
    _end(session, order_id, now)
    return order


def merge(session: Session, order_id: int, into: int, actor: Actor, now: datetime) -> WorkOrder:
    """并单: every complainant is kept, and hears the one answer. Can be undone."""
    actor.must_be(Role.MODERATOR)
    if order_id == into:
        raise BadInput("不能把工单并入它自己。")
    first, second = sorted((order_id, into))
    rows = {first: locked(session, first), second: locked(session, second)}
    order, main = rows[order_id], rows[into]
    if order.sealed or main.sealed:
        raise BadInput("检举控告件不得并单。")
    if OrderStatus(main.status) not in OPEN:
        raise Conflict(f"工单 {main.number} 已结束，不能再并入。")
    move(session, order, Action.MERGE, actor, now, into=main.number)
    order.merged_into = main.id
    for message in session.exec(select(Message).where(Message.order_id == order_id)).all():
        joined = {"from": order.number, "message": str(message.id)}
        note(session, "order", str(into), Action.JOIN.value, actor, now, detail=joined)
    _end(session, order_id, now)
    return order


def unmerge(session: Session, reckoner: Reckoner, order_id: int, actor: Actor, now: datetime) -> WorkOrder:
    """撤销并单: back to triage with clocks of its own, reckoned from the day it came."""
    actor.must_be(Role.MODERATOR)
    order = locked(session, order_id)
    move(session, order, Action.UNMERGE, actor, now)
    order.merged_into = None
    order.lead_unit = None
    centre = reckoner.profile.centre
    start_order_clock(session, reckoner, order, Stage.HANDLE, centre, order.received_at)
    start_order_clock(session, reckoner, order, Stage.SCREEN, centre, now)
    return order


def withdraw(session: Session, order_id: int, actor: Actor, now: datetime) -> WorkOrder:
    """撤回, at the citizen's own wish."""
    order = locked(session, order_id)
    move(session, order, Action.WITHDRAW, actor, now)
    order.closed_at = now
    _end(session, order_id, now)
    return order


def void(session: Session, order_id: int, reason: str, actor: Actor, now: datetime) -> WorkOrder:
    """作废 of what says nothing (骚扰、测试): with a reason, and never silently."""
    actor.must_be(Role.MODERATOR)
    if not reason.strip():
        raise BadInput("作废须写明理由。")
    order = locked(session, order_id)
    move(session, order, Action.VOID, actor, now)
    order.closed_at = now
    session.add(Reply(order_id=order_id, cycle=order.cycle, unit="", text=f"作废：{reason.strip()}",
                      outcome=Outcome.EXPLAINED.value, writer=actor.login, written_at=now, approved=True,
                      sent_at=now))  # fmt: skip
    _end(session, order_id, now)
    return order


def _end(session: Session, order_id: int, now: datetime) -> None:
    """Clocks stop, assignments end, open callbacks stay: a caller is still owed a call."""
    stop_clocks(session, "order", order_id, now)
    session.execute(
        update(Assignment)
        .where(col(Assignment.order_id) == order_id, col(Assignment.ended_at).is_(None))
        .values(ended_at=now, end_reason="结束")
    )
    open_calls = select(Callback).where(Callback.order_id == order_id, Callback.status == CallbackStatus.DUE.value)
    for callback in session.exec(open_calls).all():
        note(session, "callback", str(callback.id), "order_ended", Actor("system"), now)
