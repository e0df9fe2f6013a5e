"""Messages that a routing matrix decides on."""

from sqlmodel import Session, col, select

from models.tables.messages import Message
from models.tables.orders import WorkOrder
from models.vocabulary import Channel


def recent_routed(session: Session, most: int) -> list[tuple[Message, WorkOrder]]:
    """The newest orders, each with its first message; none that is sealed, or that a unit took on its own line."""
    newest = (
        select(WorkOrder.id)
        .where(col(WorkOrder.sealed).is_(False), WorkOrder.channel != Channel.REGISTER.value)
        .order_by(col(WorkOrder.id).desc())
        .limit(most)
    )
    rows = session.exec(
        select(Message, WorkOrder)
        .join(WorkOrder, col(WorkOrder.id) == col(Message.order_id))
        .where(col(WorkOrder.id).in_(newest))
        .order_by(col(WorkOrder.id).desc(), col(Message.registered_at).desc(), col(Message.id).desc())
    ).all()
    first = {order.id: (message, order) for message, order in rows}  # the last one written of each: its first message
    return list(first.values())
