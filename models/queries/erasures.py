"""What has outlived its 保管期限, and what has been erased."""

from datetime import datetime
from typing import Any

from sqlalchemy import exists, func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from models.tables.clocks import Clock
from models.tables.erasures import Erasure
from models.tables.messages import Message
from models.tables.orders import WorkOrder
from models.workflow import OPEN_STATUSES


def ended_before(cutoff: datetime) -> list[Any]:
    """Orders of which nothing is open any more, ended before `cutoff` and not yet erased.

    One that was merged goes with the order it joined; a promise, a callback or anything else that still runs
    keeps its order.
    """
    root = aliased(WorkOrder)
    last = func.coalesce(col(WorkOrder.closed_at), col(WorkOrder.replied_at), col(WorkOrder.received_at))
    running = exists().where(col(Clock.order_id) == col(WorkOrder.id), col(Clock.stopped_at).is_(None))
    joined_open = exists().where(
        col(root.id) == col(WorkOrder.merged_into),
        col(root.status).in_(OPEN_STATUSES)
        | (func.coalesce(root.closed_at, root.replied_at, root.received_at) >= cutoff),
    )
    told = exists().where(col(Message.order_id) == col(WorkOrder.id), col(Message.erased_at).is_(None))
    return [col(WorkOrder.status).not_in(OPEN_STATUSES), last < cutoff, ~running, ~joined_open, told]


def orders_to_erase(session: Session, cutoff: datetime, most: int) -> list[int]:
    statement = select(WorkOrder.id).where(*ended_before(cutoff)).order_by(col(WorkOrder.id)).limit(most)
    return [order for order in session.exec(statement).all() if order is not None]


def machine_mail_to_erase(session: Session, cutoff: datetime, most: int) -> list[Any]:
    """Bounces and automatic answers belong to no order."""
    statement = select(Message.id).where(
        col(Message.order_id).is_(None), col(Message.registered_at) < cutoff, col(Message.erased_at).is_(None)
    )
    return list(session.exec(statement.order_by(col(Message.registered_at)).limit(most)).all())


def count_to_erase(session: Session, cutoff: datetime) -> int:
    return session.exec(select(func.count()).select_from(WorkOrder).where(*ended_before(cutoff))).one()


def list_erasures(session: Session) -> list[Erasure]:
    """Newest first."""
    return list(session.exec(select(Erasure).order_by(col(Erasure.id).desc())).all())
