"""How much there is of everything: `huiyin status` and /metrics."""

from datetime import datetime
from typing import Any

from sqlalchemy import distinct, func
from sqlmodel import Session, col, select

from models.tables.clocks import Clock
from models.tables.intake import DeadLetter, Intake, IntakeRevision, Quarantine
from models.tables.ledger import Callback, Promise
from models.tables.messages import Message
from models.tables.notices import Delivery
from models.tables.orders import WorkOrder
from models.vocabulary import OrderStatus, PromiseState
from models.workflow import OPEN


def status_counts(session: Session, now: datetime) -> dict[str, int]:
    """`queued` here is what was taken in and not yet relayed; `undelivered` includes what failed for good.

    `overdue` counts matters (orders, callbacks, promises) with a running clock past its end, each once.
    """
    return {
        "messages": _count(session, Message),
        "work_orders": _count(session, WorkOrder),
        "triage": _count(session, WorkOrder, WorkOrder.status == OrderStatus.TRIAGE.value),
        "open": _count(session, WorkOrder, col(WorkOrder.status).in_([s.value for s in OPEN])),
        "overdue": _overdue(session, now),
        "promises": _count(session, Promise, col(Promise.state) != PromiseState.STRUCK.value),
        "callbacks": _count(session, Callback),
        "quarantined": _count(session, Quarantine, col(Quarantine.resolved_at).is_(None)),
        "dead_letters": _count(session, DeadLetter, col(DeadLetter.replayed_at).is_(None)),
        "queued": sum(_count(session, t, col(t.relayed_at).is_(None)) for t in (Intake, IntakeRevision)),
        "undelivered": _count(session, Delivery, col(Delivery.state) != "sent"),
    }


def _overdue(session: Session, now: datetime) -> int:
    late = (
        select(Clock.subject, func.count(distinct(col(Clock.subject_id))))
        .where(col(Clock.stopped_at).is_(None), col(Clock.due_at) < now)
        .group_by(col(Clock.subject))
    )
    return sum(count for _, count in session.exec(late).all())


def _count(session: Session, table: type[Any], *where: Any) -> int:  # noqa: ANN401  (SQL expressions)
    return session.exec(select(func.count()).select_from(table).where(*where)).one()
