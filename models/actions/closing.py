"""How an answered order ends, and how it comes back: 办结, 评价, 重办."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, select

from models.actions.avoiding import avoided
from models.actions.clocks import start_order_clock, stop_clocks
from models.actions.handling import back_to_desk, tell_units
from models.actions.stage_clocks import begin_at_unit
from models.actions.step import locked, move, note
from models.actors import Actor
from models.errors import BadInput, Conflict
from models.reckoning import Reckoner
from models.tables.follow_ups import Reopening
from models.tables.orders import Rating, WorkOrder
from models.vocabulary import OrderStatus, Role, Satisfaction, Stage
from models.workflow import Action


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
        _reopen(session, reckoner, order, actor, now, comment)
    return order


def reopen(
    session: Session, reckoner: Reckoner, order_id: int, grounds: str, actor: Actor, now: datetime,
    *, reasons: Sequence[str] = (),
) -> WorkOrder:  # fmt: skip
    """重办, ordered by a moderator or supervisor; `reasons`: the citizen's, as codes of Discontent."""
    actor.must_be(Role.MODERATOR, Role.SUPERVISOR)
    if not grounds.strip():
        raise BadInput("重办须写明理由。")
    order = locked(session, order_id)
    if order.lead_unit is None:
        raise Conflict(f"工单 {order.number} 没有承办单位，请先派单。")
    _reopen(session, reckoner, order, actor, now, grounds.strip(), reasons)
    return order


def ask_again(
    session: Session, reckoner: Reckoner, order_id: int, words: str, actor: Actor, now: datetime
) -> WorkOrder:
    """再次反映: the citizen has the answer and finds it not done, whatever was rated before."""
    order = locked(session, order_id)
    if order.lead_unit is None or order.sealed:
        raise Conflict("这件工单不能重办。")
    _reopen(session, reckoner, order, actor, now, words)
    return order


def _reopen(
    session: Session, reckoner: Reckoner, order: WorkOrder, actor: Actor, now: datetime, words: str | None,
    reasons: Sequence[str] = (),
) -> None:  # fmt: skip
    """A new round with a new clock; why it began is kept for the unit to read.

    The unit that it has turned out to be about (回避) reads none of it: the desk sends it elsewhere.
    """
    assert order.id is not None and order.lead_unit is not None  # noqa: S101, PT018
    unit = order.lead_unit
    barred = unit in avoided(session, reckoner.profile, order)
    move(session, order, Action.REOPEN_AT_DESK if barred else Action.REOPEN, actor, now, unit=unit)
    order.cycle += 1
    session.add(Reopening(order_id=order.id, cycle=order.cycle, at=now, reasons=list(reasons), words=words))
    order.outcome = order.closed_at = order.replied_at = order.told_from = None
    if barred:
        name = reckoner.profile.unit(unit).name
        order.triage_reasons = [*order.triage_reasons, f"重办：来件涉及原承办单位{name}，按回避规定须另派"]
        start_order_clock(session, reckoner, order, Stage.HANDLE, reckoner.profile.centre, now)
        back_to_desk(session, reckoner, order, now, "重办回避")
        return
    order.dispatched_at = now
    start_order_clock(session, reckoner, order, Stage.HANDLE, unit, now)
    begin_at_unit(session, reckoner, order, unit, now)
    tell_units(session, reckoner.profile, order, [("lead", unit)], now)
