"""会商: whose matter it is, or how it can be settled, decided by several units together."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session, col, select

from models.actions.avoiding import must_not_reach
from models.actions.clocks import start_order_clock, stop_clocks
from models.actions.co_handling import active_parts
from models.actions.handling import dispatch
from models.actions.notice_rows import Telling, tell
from models.actions.stage_clocks import looked_at
from models.actions.step import locked, move
from models.actors import SYSTEM, Actor
from models.errors import BadInput, Conflict, NotAllowed
from models.reckoning import Reckoner
from models.tables.orders import Assignment, Consultation, WorkOrder
from models.vocabulary import OrderStatus, Role, Stage
from models.workflow import MOVES, Action


def convene(
    session: Session, reckoner: Reckoner, order_id: int, question: str, units: Sequence[str], actor: Actor,
    now: datetime, *, meets_on: date | None = None,
) -> Consultation:  # fmt: skip
    """发起会商: the units see the order, are told, and may each say their opinion before the meeting."""
    actor.must_be(Role.MODERATOR, Role.SUPERVISOR)
    if not question.strip():
        raise BadInput("会商须写明要议定的问题。")
    invited = list(dict.fromkeys(units))
    if len(invited) < 2:  # noqa: PLR2004  (nobody consults with oneself)
        raise BadInput("会商至少要有两个单位。")
    if meets_on is not None and meets_on < now.astimezone(reckoner.zone).date():
        raise BadInput(f"会商日期 {meets_on} 已过。")
    for unit in invited:
        reckoner.profile.unit(unit)
    order = locked(session, order_id)
    if order.sealed:
        raise NotAllowed(f"检举控告件 {order.number} 不得会商。")
    must_not_reach(session, reckoner.profile, order, invited)
    if open_consultation(session, order_id):
        raise Conflict(f"工单 {order.number} 已有会商在进行。")
    move(session, order, Action.CONVENE, actor, now, units=invited)
    held = Consultation(
        order_id=order_id, cycle=order.cycle, question=question.strip(), units=invited,
        meets_on=meets_on.isoformat() if meets_on else None, called_by=actor.login, called_at=now,
    )  # fmt: skip
    session.add(held)
    _invite(session, reckoner, order, invited, actor, now)
    looked_at(session, order_id, now)
    start_order_clock(session, reckoner, order, Stage.CONSULT, reckoner.profile.centre, now)
    return held


def _invite(
    session: Session, reckoner: Reckoner, order: WorkOrder, units: Sequence[str], actor: Actor, now: datetime
) -> None:
    for unit in units:
        session.add(Assignment(order_id=order.id or 0, unit=unit, part="consulted", rule="会商",
                               assigned_by=actor.login, assigned_at=now))  # fmt: skip
        telling = Telling(
            kind="consulted", unit=unit, subject=f"order:{order.id}", order_id=order.id, cycle=order.cycle,
            trigger=f"v{order.version}",
            facts={"number": order.number, "domain": order.domain, "urgency": order.urgency},
        )  # fmt: skip
        tell(session, reckoner.profile, telling, now)


def conclude(
    session: Session, reckoner: Reckoner, order_id: int, outcome: str, actor: Actor, now: datetime, *,
    lead: str | None = None, co_units: Sequence[str] = (),
) -> Consultation:  # fmt: skip
    """会商结论; where it names a lead unit, the order goes there, whatever the limit on returns says."""
    actor.must_be(Role.MODERATOR, Role.SUPERVISOR)
    if not outcome.strip():
        raise BadInput("请写明会商结论。")
    order = locked(session, order_id)
    held = open_consultation(session, order_id)
    if held is None:
        raise Conflict(f"工单 {order.number} 没有进行中的会商，可能已有人处理，请刷新查看。")
    move(session, order, Action.CONCLUDE, actor, now, unit=lead)
    held.outcome, held.lead, held.concluded_by, held.concluded_at = outcome.strip(), lead, actor.login, now
    session.add(held)
    stop_clocks(session, "order", order_id, now, [Stage.CONSULT])
    for part in active_parts(session, order_id, ("consulted",)):
        part.ended_at, part.end_reason = now, "会商结束"
        session.add(part)
    if lead is not None and lead != order.lead_unit:
        _hand_to(session, reckoner, order, lead, co_units, now)
    return held


def _hand_to(
    session: Session, reckoner: Reckoner, order: WorkOrder, lead: str, co_units: Sequence[str], now: datetime
) -> None:
    if OrderStatus(order.status) not in MOVES[Action.DISPATCH].starts:
        raise Conflict(
            f"工单 {order.number} 现为“{OrderStatus(order.status).label}”，不能改派，结论中请不要另定主办单位。"
        )
    helping = [unit for unit in dict.fromkeys(co_units) if unit != lead]
    dispatch(session, reckoner, order.id or 0, lead, SYSTEM, now, co_units=helping, rule="会商结论", ruled=True)


def open_consultation(session: Session, order_id: int) -> Consultation | None:
    statement = select(Consultation).where(Consultation.order_id == order_id, col(Consultation.concluded_at).is_(None))
    return session.exec(statement).first()
