"""What a sweep asks before it acts."""

from datetime import datetime

from sqlmodel import Session, col, select

from models.calling_words import CallbackStatus
from models.tables.ledger import Callback
from models.tables.orders import Rating, WorkOrder
from models.vocabulary import OrderStatus, Satisfaction


def answered_until(session: Session, moment: datetime) -> list[int]:
    """Orders answered before `moment` with which nobody is dissatisfied, and whose callers were called back."""
    dissatisfied = (
        select(Rating.id)
        .where(
            Rating.order_id == WorkOrder.id, Rating.cycle == WorkOrder.cycle,
            Rating.satisfaction == Satisfaction.DISSATISFIED.value,
        )
        .exists()
    )  # fmt: skip
    owed = (
        select(Callback.id)
        .where(Callback.order_id == WorkOrder.id, Callback.status == CallbackStatus.DUE.value)
        .exists()
    )
    statement = (
        select(WorkOrder.id)
        .where(WorkOrder.status == OrderStatus.REPLIED.value, col(WorkOrder.replied_at) < moment, ~dissatisfied, ~owed)
        .order_by(col(WorkOrder.id))
    )
    return [i for i in session.exec(statement).all() if i is not None]
