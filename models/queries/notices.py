"""What a letter is made from: its notices, running deadlines, the addressee's own message and answer."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, select

from models.tables.clocks import Clock
from models.tables.messages import Message
from models.tables.notices import DeliveryNotice, Notice
from models.tables.orders import Rating, Reply, WorkOrder


def told_by(session: Session, delivery: uuid.UUID) -> list[Notice]:
    """The notices that a delivery carries: of an order that was sealed meanwhile a receipt at most."""
    statement = (
        select(Notice)
        .join(DeliveryNotice, col(DeliveryNotice.notice_id) == col(Notice.id))
        .join(WorkOrder, col(WorkOrder.id) == col(Notice.order_id), isouter=True)
        .where(
            DeliveryNotice.delivery_id == delivery, col(WorkOrder.sealed).is_not(True) | (Notice.kind == "receipt")
        )
    )  # fmt: skip
    return list(session.exec(statement.order_by(col(Notice.created_at), col(Notice.id))).all())


def running_due(session: Session, orders: Sequence[int]) -> dict[int, dict[str, datetime]]:
    """Order → stage → deadline of its running clocks."""
    found: dict[int, dict[str, datetime]] = defaultdict(dict)
    if orders:
        rows = session.exec(
            select(Clock.order_id, Clock.stage, Clock.due_at).where(
                col(Clock.order_id).in_(orders), col(Clock.stopped_at).is_(None), Clock.subject != "opinion"
            )
        ).all()
        for order, stage, due_at in rows:
            found[order or 0][stage] = due_at
    return found


def order_of(session: Session, order_id: int | None) -> WorkOrder | None:
    return session.get(WorkOrder, order_id) if order_id is not None else None


def is_rated(session: Session, order: WorkOrder) -> bool:
    known = select(Rating.id).where(Rating.order_id == order.id, Rating.cycle == order.cycle)
    return session.exec(known).first() is not None


def citizen_message(session: Session, order: WorkOrder | None, target: str, *, receipt: bool = False) -> Message | None:
    """The addressee's own message in this order, or in one merged into it; None where it wrote none of them.

    Of a sealed order there is only a `receipt`.
    """
    if order is None or (order.sealed and not receipt):
        return None
    way, _, address = target.partition(":")
    own = col(Message.email) == address if way == "mailto" else _digits(col(Message.phone)) == address
    merged = select(WorkOrder.id).where(WorkOrder.merged_into == order.id)
    rows = session.exec(
        select(Message)
        .join(WorkOrder, col(WorkOrder.id) == col(Message.order_id))
        .where(
            (col(Message.order_id) == order.id) | col(Message.order_id).in_(merged),
            own, col(WorkOrder.sealed).is_(False) | (col(WorkOrder.id) == order.id),
            col(Message.erased_at).is_(None),
        )
        .order_by(col(Message.registered_at), col(Message.id))
    )  # fmt: skip
    return rows.first()


def _digits(typed: Mapped[str | None]) -> ColumnElement[Any]:
    """As it is dialled: readers keep what was typed."""
    phone: ColumnElement[Any] = func.coalesce(typed, "")
    for sign in ("-", " ", "+86"):
        phone = func.replace(phone, sign, "")
    return phone


def citizen_answer(session: Session, order_id: int | None, cycle: int) -> Reply | None:
    """The reply that was sent in that round."""
    return session.exec(
        select(Reply)
        .where(Reply.order_id == order_id, Reply.cycle == cycle, col(Reply.sent_at).is_not(None))
        .order_by(col(Reply.id).desc())
    ).first()
