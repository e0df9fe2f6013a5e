"""Which order an incoming message already belongs to."""

import re
import uuid
from collections.abc import Sequence

from sqlmodel import Session, col, select

from models.tables.messages import Message
from models.tables.notices import DeliveryNotice, Notice
from models.tables.orders import WorkOrder
from models.workflow import OPEN_STATUSES

_OUR_MAIL = re.compile(r"<?([0-9a-f]{32})@")


def orders_answered(session: Session, references: Sequence[str]) -> dict[str, int]:
    """Mail references (our own Message-IDs are made from delivery keys) → the order that was written about."""
    keys = {r: uuid.UUID(hex=m[1]) for r in references if (m := _OUR_MAIL.match(r.strip()))}
    if not keys:
        return {}
    told = session.exec(
        select(DeliveryNotice.delivery_id, Notice.order_id)
        .join(Notice, col(Notice.id) == col(DeliveryNotice.notice_id))
        .where(col(DeliveryNotice.delivery_id).in_(keys.values()))
    ).all()
    orders = dict(told)
    return {r: order for r, key in keys.items() if (order := orders.get(key)) is not None}


def open_orders_of(session: Session, sender_hashes: Sequence[str]) -> dict[str, list[WorkOrder]]:
    """Senders → their open, unsealed orders, newest first."""
    found: dict[str, list[WorkOrder]] = {}
    if not sender_hashes:
        return found
    rows = session.exec(
        select(Message.sender_hash, WorkOrder)
        .join(WorkOrder, col(WorkOrder.id) == col(Message.order_id))
        .where(
            col(Message.sender_hash).in_(sender_hashes),
            col(WorkOrder.status).in_(OPEN_STATUSES),
            col(WorkOrder.sealed).is_(False),
        )
        .order_by(col(WorkOrder.id).desc())
    ).all()
    for sender, order in rows:
        orders = found.setdefault(sender or "", [])
        if order not in orders:
            orders.append(order)
    return found
