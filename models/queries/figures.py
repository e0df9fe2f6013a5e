"""Figures from the record, each with its denominator. Open and overdue orders are counted in; silence is apart."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import case, func
from sqlmodel import Session, col, select

from models.actors import SYSTEM
from models.calling_words import CallbackStatus
from models.promise_words import PromiseState
from models.queries.callbacks import callback_counts
from models.queries.ledger import promise_counts
from models.queries.rates import Share, unit_rates
from models.queries.unit_counts import counted, late_at_unit
from models.tables.clocks import Clock
from models.tables.orders import WorkOrder
from models.vocabulary import OrderStatus
from models.workflow import OPEN_STATUSES

_EVER = datetime(2000, 1, 1, tzinfo=UTC)  # before any record of ours
_ANSWERED = [OrderStatus.REPLIED.value, OrderStatus.CLOSED.value]


@dataclass(frozen=True, slots=True)
class Figure:
    """A count out of how many, and where its rows are."""

    name: str
    count: int
    of: int | None
    of_what: str
    link: str
    late: bool = False


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """What a unit has open, and the two sides of its 按期办结率 and 满意率 over the whole record."""

    unit: str
    open: int
    overdue: int
    answered: int
    in_time: Share
    satisfied: Share


def headline(session: Session, now: datetime) -> list[Figure]:
    """The house at a glance; sealed orders are in no figure."""
    orders = _count(session)
    open_orders = _count(session, col(WorkOrder.status).in_(OPEN_STATUSES))
    triage = _count(session, WorkOrder.status == OrderStatus.TRIAGE.value)
    answered = _count(session, col(WorkOrder.status).in_(_ANSWERED))
    overdue = _overdue(session, now)
    calls = callback_counts(session, SYSTEM)
    promises = promise_counts(session, SYSTEM)
    return [
        Figure("待审看", triage, open_orders, "在办工单", "/console/orders?status=triage"),
        Figure("在办", open_orders, orders, "全部工单", "/console/orders?status=open"),
        Figure("超期", overdue, open_orders, "在办工单", "/console/orders?overdue=1", late=overdue > 0),
        Figure("已答复", answered, orders, "全部工单", "/console/orders?status=answered"),
        Figure("待回电", calls[CallbackStatus.DUE], calls.total(), "应回电", "/console/callbacks"),
        Figure("待确认承诺", promises[PromiseState.TO_CONFIRM], promises.total() - promises[PromiseState.STRUCK],
               "登记承诺", "/console/ledger?state=to_confirm"),
    ]  # fmt: skip


def by_unit(session: Session, now: datetime) -> list[UnitFigures]:
    """Every unit that leads or led an order; what was excluded on review (剔除) counts for nobody."""
    is_open = col(WorkOrder.status).in_(OPEN_STATUSES)
    statement = (
        select(
            WorkOrder.lead_unit,
            func.sum(case((is_open, 1), else_=0)),
            func.sum(case((is_open & late_at_unit(now), 1), else_=0)),
            func.sum(case((col(WorkOrder.status).in_(_ANSWERED), 1), else_=0)),
        )
        .where(*counted(), col(WorkOrder.lead_unit).is_not(None))
        .group_by(col(WorkOrder.lead_unit))
        .order_by(col(WorkOrder.lead_unit))
    )
    rates = {rates.unit: rates.shares for rates in unit_rates(session, _EVER, now)}
    return [
        UnitFigures(
            unit or "", int(opened or 0), int(overdue or 0), int(answered or 0),
            *(rates[unit or ""][code] if unit in rates else Share() for code in ("in_time", "satisfied")),
        )
        for unit, opened, overdue, answered in session.exec(statement).all()
    ]  # fmt: skip


def late_orders(now: datetime) -> Any:  # noqa: ANN401  (a SQL expression)
    return select(Clock.order_id).where(
        Clock.subject == "order", col(Clock.stopped_at).is_(None), col(Clock.paused_at).is_(None),
        col(Clock.due_at) < now,
    )  # fmt: skip


def _overdue(session: Session, now: datetime) -> int:
    late = col(WorkOrder.id).in_(late_orders(now))
    return _count(session, col(WorkOrder.status).in_(OPEN_STATUSES), late)


def _count(session: Session, *where: Any) -> int:  # noqa: ANN401
    shown = col(WorkOrder.sealed).is_(False)
    return session.exec(select(func.count()).select_from(WorkOrder).where(shown, *where)).one()
