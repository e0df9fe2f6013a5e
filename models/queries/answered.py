"""What was said of a matter before, and how often a person has written."""

from dataclasses import dataclass

from sqlalchemy import func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from models.actors import Actor
from models.queries.orders import visible
from models.tables.messages import Message
from models.tables.orders import Reply, WorkOrder
from models.workflow import AT_UNIT, OPEN

_MARKED = 100


@dataclass(frozen=True, slots=True)
class Sender:
    """`orders`: of the same phone or address, this one too; `open_ones` of them; `times`: messages in this order."""

    orders: int
    open_ones: int
    times: int


def sent_reply(session: Session, order: WorkOrder) -> Reply | None:
    """The answer of the order's present round."""
    return session.exec(
        select(Reply)
        .where(Reply.order_id == order.id, Reply.cycle == order.cycle, col(Reply.sent_at).is_not(None))
        .order_by(col(Reply.id).desc())
    ).first()


def sender_of(session: Session, actor: Actor, order: WorkOrder) -> Sender | None:
    """How often these people wrote, as far as this person may see; None for a sealed order or an unknown sender."""
    if order.sealed:
        return None
    own = select(Message.sender_hash).where(Message.order_id == order.id, col(Message.sender_hash).is_not(None))
    hashes = sorted({found for found in session.exec(own).all() if found})
    if not hashes:
        return None
    orders = (
        select(WorkOrder.id, WorkOrder.status)
        .join(Message, col(Message.order_id) == col(WorkOrder.id))
        .where(col(Message.sender_hash).in_(hashes), col(WorkOrder.sealed).is_(False), *visible(actor))
        .distinct()
    )
    states = [status for _, status in session.exec(orders).all()]
    times = session.exec(select(func.count()).select_from(Message).where(Message.order_id == order.id)).one()
    return Sender(len(states), sum(status in OPEN for status in states), times)


def marked_repeats(session: Session, actor: Actor) -> list[tuple[WorkOrder, WorkOrder]]:
    """Orders that were marked after a machine had dispatched them, each with the earlier one; newest first."""
    earlier = aliased(WorkOrder)
    statement = (
        select(WorkOrder, earlier)
        .join(earlier, col(earlier.id) == col(WorkOrder.repeats))
        .where(col(WorkOrder.repeats).is_not(None), col(WorkOrder.status).in_(AT_UNIT), *visible(actor))
        .order_by(col(WorkOrder.id).desc())
        .limit(_MARKED)
    )
    return list(session.exec(statement).all())
