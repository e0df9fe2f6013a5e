"""重复件: what was answered already is told, not redone. The earlier unit's answer goes to this citizen too."""

from datetime import datetime

from sqlmodel import Session, select

from models.actions.clocks import stop_clocks
from models.actions.ending import end_parts
from models.actions.replying import tell_citizens
from models.actions.step import locked, move
from models.actors import Actor
from models.errors import BadInput, Conflict
from models.queries.answered import sent_reply
from models.tables.orders import Assignment, Rating, Reply, WorkOrder
from models.vocabulary import OrderStatus, Procedure, Role, Satisfaction, Urgency
from models.workflow import Action

ANSWERED = frozenset({OrderStatus.REPLIED.value, OrderStatus.CLOSED.value})


def may_be_told(order: WorkOrder) -> bool:
    """An ordinary matter that waits for a person, or that was marked after a machine had dispatched it.

    An emergency is acted upon, other procedures have their own ways.
    """
    marked = order.status == OrderStatus.DISPATCHED.value and order.repeats is not None
    return (
        (order.status == OrderStatus.TRIAGE.value or marked)
        and not order.sealed
        and order.procedure == Procedure.ORDINARY.value
        and order.urgency != Urgency.EMERGENCY.value
    )


def may_be_told_of(session: Session, earlier: WorkOrder) -> bool:
    """A unit answered it, in this round, and nobody was dissatisfied with that answer."""
    if (
        earlier.sealed
        or earlier.status not in ANSWERED
        or earlier.lead_unit is None
        or sent_reply(session, earlier) is None
    ):
        return False
    unhappy = select(Rating.id).where(
        Rating.order_id == earlier.id,
        Rating.cycle == earlier.cycle,
        Rating.satisfaction == Satisfaction.DISSATISFIED.value,
    )
    return session.exec(unhappy).first() is None


def tell_again(session: Session, order_id: int, earlier_id: int, text: str, actor: Actor, now: datetime) -> WorkOrder:
    """Answer an order with the answer to an earlier one. Who is not satisfied with it has the order reopened (重办).

    `text`: the earlier answer as this citizen may read it. The unit whose answer it was holds the order.
    """
    actor.must_be(Role.MODERATOR)
    if order_id == earlier_id:
        raise BadInput("不能用工单自己的答复来答复它。")
    rows = {each: locked(session, each) for each in sorted((order_id, earlier_id))}
    order, earlier = rows[order_id], rows[earlier_id]
    reply = sent_reply(session, earlier)
    if reply is None or not may_be_told_of(session, earlier):
        raise Conflict(f"工单 {earlier.number} 没有可以沿用的答复（未答复、来件人不满意，或为密封件）。")
    if not may_be_told(order):
        raise Conflict(f"工单 {order.number} 不是待审看（或标为疑似重复件、尚未签收）的普通诉求，不能沿用以前的答复。")
    order.lead_unit, order.outcome, order.told_from = earlier.lead_unit, reply.outcome, earlier.id
    move(session, order, Action.ANSWER_AT_ONCE, actor, now, unit=order.lead_unit, earlier=earlier.number)
    order.accepted_at, order.replied_at, order.repeats = order.accepted_at or now, now, None
    end_parts(session, order_id, now, "重复件，沿用以前的答复")
    session.add(Assignment(
        order_id=order_id, unit=earlier.lead_unit or "", part="lead", rule=f"重复件，沿用 {earlier.number} 的答复",
        assigned_by=actor.login, assigned_at=now, acknowledged_at=now,
    ))  # fmt: skip
    session.add(Reply(
        order_id=order_id, cycle=order.cycle, unit=earlier.lead_unit or "", text=text, outcome=reply.outcome,
        writer=actor.login, written_at=now, approved=True, sent_at=now,
    ))  # fmt: skip
    stop_clocks(session, "order", order_id, now)
    stop_clocks(session, "co_unit", order_id, now)
    tell_citizens(session, order, now)
    return order
