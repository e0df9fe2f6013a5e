"""What every end of an order has in common."""

from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from models.actions.clocks import stop_clocks
from models.actions.step import note
from models.actors import SYSTEM
from models.calling_words import CallbackStatus
from models.tables.ledger import Callback
from models.tables.orders import Assignment


def end_order(session: Session, order_id: int, now: datetime) -> None:
    """Clocks stop, assignments end, open callbacks stay: a caller is still owed a call."""
    stop_clocks(session, "order", order_id, now)
    stop_clocks(session, "co_unit", order_id, now)
    end_parts(session, order_id, now, "结束")
    open_calls = select(Callback).where(Callback.order_id == order_id, Callback.status == CallbackStatus.DUE.value)
    for callback in session.exec(open_calls).all():
        note(session, "callback", str(callback.id), "order_ended", SYSTEM, now)


def end_parts(session: Session, order_id: int, now: datetime, reason: str) -> None:
    """Nobody has a part in the order any more."""
    session.execute(
        update(Assignment)
        .where(col(Assignment.order_id) == order_id, col(Assignment.ended_at).is_(None))
        .values(ended_at=now, end_reason=reason)
    )
