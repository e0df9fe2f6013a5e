"""重复件 found after a machine had dispatched them: marked for a moderator, who merges, tells again, or leaves them."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from models.actions.step import locked, note
from models.actors import SYSTEM, Actor
from models.errors import Conflict
from models.tables.orders import Assignment, WorkOrder
from models.tables.record import History
from models.vocabulary import Role
from models.workflow import AT_UNIT

_FOUND, _NONE = "likely_repeat", "no_repeat"


def sent_by_rule(session: Session, since: datetime, most: int) -> Sequence[int]:
    """Orders that no person has looked at: dispatched by rule since then, still with the unit, not marked yet."""
    statement = (
        select(WorkOrder.id)
        .join(Assignment, col(Assignment.order_id) == col(WorkOrder.id))
        .where(
            Assignment.part == "lead", Assignment.assigned_by == SYSTEM.login, col(Assignment.ended_at).is_(None),
            col(Assignment.assigned_at) >= since, col(WorkOrder.status).in_(AT_UNIT),
            col(WorkOrder.sealed).is_(False), col(WorkOrder.repeats).is_(None),
        )
        .order_by(col(WorkOrder.id).desc())
        .limit(most)
    )  # fmt: skip
    return [order for order in session.exec(statement).all() if order is not None]


def mark_repeat(session: Session, order_id: int, of: int, now: datetime) -> bool:
    """Once for each order; where somebody acted meanwhile, or said that it is none, nothing is marked."""
    order = locked(session, order_id)
    if order.status not in AT_UNIT or order.sealed or order.repeats is not None or _told_before(session, order_id):
        return False
    order.repeats = of
    order.version += 1
    session.add(order)
    number = session.get_one(WorkOrder, of).number
    note(session, "order", str(order_id), _FOUND, SYSTEM, now, detail={"of": number})
    return True


def no_repeat(session: Session, order_id: int, actor: Actor, now: datetime) -> WorkOrder:
    """不是重复件: it stays with its unit, and is not marked again."""
    actor.must_be(Role.MODERATOR)
    order = locked(session, order_id)
    if order.repeats is None:
        raise Conflict(f"工单 {order.number} 没有待核对的疑似重复件，可能已有人处理，请刷新查看。")
    order.repeats = None
    order.version += 1
    session.add(order)
    note(session, "order", str(order_id), _NONE, actor, now)
    return order


def _told_before(session: Session, order_id: int) -> bool:
    known = select(History.id).where(
        History.subject == "order", History.subject_id == str(order_id), col(History.action).in_([_FOUND, _NONE])
    )
    return session.exec(known).first() is not None
