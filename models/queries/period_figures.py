"""Figures of a week, a month or a year, from the record alone. Sealed orders are in none, excluded ones in no unit's.

A moment belongs to a period when since <= moment < until. What is open or overdue is so at its end.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.calling_words import CallbackStatus
from models.promise_words import PromiseState
from models.tables.clocks import Clock
from models.tables.ledger import Callback, Promise
from models.tables.messages import Message
from models.tables.orders import WorkOrder
from models.tables.supervision import Instruction
from models.vocabulary import OrderStatus, Stage
from models.workflow import OPEN_STATUSES

_HANDLING = (Stage.HANDLE.value, Stage.OPINION_FIRST.value)
_UNSEALED = col(WorkOrder.sealed).is_(False)
_COUNTED = (_UNSEALED, col(WorkOrder.excluded).is_(False), col(WorkOrder.told_from).is_(None))
_NO_PROMISE = (PromiseState.STRUCK.value, PromiseState.TO_CONFIRM.value)


@dataclass(frozen=True, slots=True)
class Span:
    """`at`: the moment of which open and overdue are told, the period's end or the present before it."""

    since: datetime
    until: datetime
    at: datetime

    def holds(self, moment: Any) -> Any:  # noqa: ANN401  (a column and a SQL condition)
        return (col(moment) >= self.since) & (col(moment) < self.until)


@dataclass(frozen=True, slots=True)
class UnitPeriod:
    """Open and overdue at the period's end; what was answered in it, the rates count."""

    unit: str
    open: int = 0
    overdue: int = 0


def intake(session: Session, span: Span, by: str) -> Counter[str]:
    """Messages received, by `channel`, `domain` or `region`; machine mail has no order and is not counted."""
    column = {"channel": Message.channel, "domain": WorkOrder.domain, "region": WorkOrder.region}[by]
    statement = (
        select(col(column), func.count())
        .select_from(Message)
        .join(WorkOrder, col(WorkOrder.id) == col(Message.order_id))
        .where(_UNSEALED, span.holds(Message.received_at))
        .group_by(col(column))
    )
    return Counter({value or "": count for value, count in session.exec(statement).all()})


def outcomes(session: Session, span: Span) -> Counter[str]:
    """Orders received, by where they stand now."""
    statement = (
        select(WorkOrder.status, func.count())
        .where(_UNSEALED, span.holds(WorkOrder.received_at))
        .group_by(col(WorkOrder.status))
    )
    return Counter(dict(session.exec(statement).all()))


def unit_periods(session: Session, span: Span) -> list[UnitPeriod]:
    """Every unit that led an order of the period."""
    counts = {
        "open": _by_lead(session, _open_at(span)),
        "overdue": _overdue(session, span),
    }
    units = sorted({unit for counted in counts.values() for unit in counted if unit})
    return [UnitPeriod(unit, **{name: counted[unit] for name, counted in counts.items()}) for unit in units]


def _overdue(session: Session, span: Span) -> Counter[str]:
    late = select(Clock.order_id).where(
        Clock.subject == "order", col(Clock.stage).in_(_HANDLING), col(Clock.due_at) < span.at,
        col(Clock.stopped_at).is_(None) | (col(Clock.stopped_at) >= span.at),
        col(Clock.paused_at).is_(None) | (col(Clock.paused_at) >= span.at),
    )  # fmt: skip
    return _by_lead(session, _open_at(span) & col(WorkOrder.id).in_(late))


def _open_at(span: Span) -> Any:  # noqa: ANN401
    """Open then: received before, and open still or answered later."""
    later = col(WorkOrder.status).in_(OPEN_STATUSES) | (col(WorkOrder.replied_at) >= span.at)
    return (col(WorkOrder.received_at) < span.at) & later


def _by_lead(session: Session, *where: Any) -> Counter[str]:  # noqa: ANN401
    statement = select(WorkOrder.lead_unit, func.count()).where(*_COUNTED, *where).group_by(col(WorkOrder.lead_unit))
    return Counter({unit or "": count for unit, count in session.exec(statement).all()})


def calls_owed(session: Session, span: Span) -> tuple[int, int]:
    """Calls that fell due in the period, and those of them that nobody had been reached for by its end."""
    due = select(func.count()).select_from(Callback).join(WorkOrder, col(WorkOrder.id) == col(Callback.order_id))
    due = due.where(_UNSEALED, span.holds(Callback.due_at), col(Callback.due_at) < span.at)
    missed = due.where(
        (col(Callback.status) == CallbackStatus.DUE.value) | (col(Callback.done_at) > col(Callback.due_at))
    )
    return session.exec(due).one(), session.exec(missed).one()


def papers_signed(session: Session, span: Span) -> Counter[str]:
    """督办文书 by kind."""
    statement = (
        select(Instruction.kind, func.count())
        .join(WorkOrder, col(WorkOrder.id) == col(Instruction.order_id), isouter=True)
        .where(col(WorkOrder.sealed).is_not(True), span.holds(Instruction.signed_at))
        .group_by(col(Instruction.kind))
    )
    return Counter(dict(session.exec(statement).all()))


def promises_touched(session: Session, span: Span, first: date, last: date) -> tuple[Counter[str], Counter[str]]:
    """By unit: entries made in the period, and those that fell due in it. Struck and unconfirmed ones are none."""
    statement = (
        select(Promise.unit, Promise.made_at, col(Promise.due))
        .join(WorkOrder, col(WorkOrder.id) == col(Promise.order_id), isouter=True)
        .where(col(WorkOrder.sealed).is_not(True), col(Promise.state).not_in(_NO_PROMISE))
    )
    made: Counter[str] = Counter()
    due: Counter[str] = Counter()
    for unit, at, day in session.exec(statement).all():
        made[unit] += span.since <= at < span.until
        due[unit] += day is not None and first <= day <= last
    return made, due


TURNED_AWAY = (OrderStatus.DECLINED, OrderStatus.DIVERTED, OrderStatus.VOID)
