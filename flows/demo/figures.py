"""What the month came to, counted from the record."""

from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from flows.house import House
from models.database import reading
from models.promise_words import PromiseSource, PromiseState
from models.queries.status import overdue_orders
from models.tables.clocks import Clock
from models.tables.ledger import Callback, Promise
from models.tables.messages import Message
from models.tables.orders import WorkOrder


def figures(house: House, now: datetime) -> dict[str, Any]:
    with reading(house.engine) as session:
        return {
            "messages": _count(session, Message),
            "work_orders": _count(session, WorkOrder),
            "dispatched": _count(session, WorkOrder, col(WorkOrder.dispatched_at).is_not(None)),
            "replied": _count(session, WorkOrder, col(WorkOrder.replied_at).is_not(None)),
            "promises": _count(
                session,
                Promise,
                col(Promise.state) != PromiseState.STRUCK.value,
                col(Promise.source) == PromiseSource.REPLY.value,
            ),
            "public_promises": _count(session, Promise, col(Promise.public_ok_at).is_not(None)),
            "callbacks": _count(session, Callback),
            "overdue": _count(
                session,
                Clock,
                col(Clock.stopped_at).is_(None),
                col(Clock.paused_at).is_(None),
                col(Clock.due_at) < now,
            ),
            "overdue_orders": overdue_orders(session, now),
            "overdue_sealed": overdue_orders(session, now, col(WorkOrder.sealed).is_(True)),
        }


def _count(session: Session, table: type[Any], *where: Any) -> int:  # noqa: ANN401  (SQL expressions)
    return session.exec(select(func.count()).select_from(table).where(*where)).one()
