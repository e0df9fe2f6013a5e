"""The counts of `huiyin status` and of the metrics. Whole counts for operators: sealed orders are in them."""

from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.actions.contacts import DECIDERS
from models.actors import Actor
from models.promise_words import PromiseState
from models.tables.clocks import Clock
from models.tables.contacts import ContactRequest
from models.tables.intake import DeadLetter, Intake, Quarantine
from models.tables.ledger import Callback, Promise
from models.tables.messages import Message
from models.tables.notices import Delivery
from models.tables.orders import WorkOrder
from models.tables.people import RoleChange
from models.tables.record import Sweep
from models.tables.sign_ins import FactorReset, PasswordReset
from models.vocabulary import OrderStatus
from models.workflow import OPEN_STATUSES


def status_counts(session: Session, now: datetime) -> dict[str, int]:
    """Everything but `queued`, which the queue knows.

    quarantined and dead_letters: what still waits for a person; undelivered: waiting, under way or given up.
    """
    by_status = orders_by_status(session)
    return {
        "messages": _count(session, Message),
        "work_orders": sum(by_status.values()),
        "triage": by_status.get(OrderStatus.TRIAGE.value, 0),
        "open": sum(by_status.get(status, 0) for status in OPEN_STATUSES),
        "overdue": overdue_orders(session, now),
        "promises": _count(session, Promise, Promise.state != PromiseState.STRUCK.value),
        "callbacks": _count(session, Callback),
        "quarantined": _count(session, Quarantine, col(Quarantine.resolved_at).is_(None)),
        "dead_letters": _count(session, DeadLetter, col(DeadLetter.replayed_at).is_(None)),
        "undelivered": _count(session, Delivery, col(Delivery.state).in_(("waiting", "leased", "failed"))),
    }


def waiting_counts(session: Session, actor: Actor, now: datetime) -> dict[str, int]:
    """What went wrong, or waits for a second person, by the room where it is mended; only what there is.

    Nobody decides on their own account, or on what they proposed themselves.
    """
    login = actor.login
    others = [
        _count(session, table, *waits, col(table.proposed_by) != login, col(table.login) != login)
        for table, waits in ((RoleChange, [col(RoleChange.agreed).is_(None)]), (FactorReset, []), (PasswordReset, []))
    ]
    found = {
        "/console/quarantine": _count(session, Quarantine, col(Quarantine.resolved_at).is_(None)),
        "/console/dead-letters": _count(session, DeadLetter, col(DeadLetter.replayed_at).is_(None)),
        "/console/deliveries": _count(session, Delivery, col(Delivery.state) == "failed"),
        "/console/roles": sum(others),
    }
    if actor.role in DECIDERS:
        undecided = (col(ContactRequest.agreed).is_(None), col(ContactRequest.decide_by) > now)
        found["/console/contacts"] = _count(session, ContactRequest, *undecided, col(ContactRequest.asked_by) != login)
    return {room: count for room, count in found.items() if count}


def orders_by_status(session: Session) -> dict[str, int]:
    statement = select(WorkOrder.status, func.count()).group_by(WorkOrder.status)
    return {status: int(count) for status, count in session.exec(statement).all()}


def deliveries_by_state(session: Session) -> dict[str, int]:
    statement = select(Delivery.state, func.count()).group_by(Delivery.state)
    return {state: int(count) for state, count in session.exec(statement).all()}


def waiting_intake(session: Session) -> tuple[int, datetime | None]:
    """How many items wait for the relay, and since when the oldest does."""
    waiting = select(func.count(), func.min(Intake.taken_in_at)).where(col(Intake.relayed_at).is_(None))
    count, oldest = session.exec(waiting).one()
    return int(count), oldest


def sweeps_succeeded(session: Session) -> dict[str, datetime]:
    """Sweep → when it last succeeded; one that never did is missing."""
    rows = session.exec(select(Sweep.name, Sweep.succeeded_at)).all()
    return {name: at for name, at in rows if at is not None}


def overdue_orders(session: Session, now: datetime, *where: Any) -> int:  # noqa: ANN401  (SQL expressions)
    """Open orders with a clock that ran out, however many of theirs did."""
    statement = (
        select(func.count(func.distinct(col(Clock.order_id))))
        .join(WorkOrder, col(WorkOrder.id) == col(Clock.order_id))
        .where(
            Clock.subject == "order", col(Clock.stopped_at).is_(None), col(Clock.paused_at).is_(None),
            col(Clock.due_at) < now, col(WorkOrder.status).in_(OPEN_STATUSES), *where,
        )
    )  # fmt: skip
    return session.exec(statement).one()


def _count(session: Session, table: type[Any], *where: Any) -> int:  # noqa: ANN401  (a SQL expression)
    return int(session.exec(select(func.count()).select_from(table).where(*where)).one())
