"""The promise ledger (承诺台账) as a list and as one entry. Overdue is computed from the date and today."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.actors import Actor
from models.errors import NotFound
from models.queries.orders import history_of
from models.tables.clocks import Clock, DeadlineBasis
from models.tables.ledger import Promise
from models.tables.orders import Reply, WorkOrder
from models.tables.record import History
from models.vocabulary import PromiseState, Role

PAGE = 50
UNKEPT = (
    PromiseState.TO_CONFIRM.value, PromiseState.RUNNING.value, PromiseState.TO_VERIFY.value,
    PromiseState.CHANGED.value,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PromiseFilter:
    """None or empty means any. `overdue_on`: unkept and due before that day."""

    states: Sequence[str] = ()
    unit: str | None = None
    overdue_on: date | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class PromiseLine:
    promise: Promise
    number: str | None


@dataclass(frozen=True, slots=True)
class PromiseWhole:
    """A promise with the reply that it stands in, its clock and what became of it."""

    promise: Promise
    order: WorkOrder | None
    reply: Reply | None
    clock: tuple[Clock, DeadlineBasis | None] | None
    history: list[History]


def list_promises(session: Session, actor: Actor, wanted: PromiseFilter) -> list[PromiseLine]:
    """Newest first, a page at a time."""
    conditions = [*_visible(actor), *_conditions(wanted)]
    rows = session.exec(
        select(Promise, WorkOrder.number)
        .join(WorkOrder, col(WorkOrder.id) == col(Promise.order_id), isouter=True)
        .where(*conditions)
        .order_by(col(Promise.id).desc())
        .limit(PAGE)
    ).all()
    return [PromiseLine(promise, number) for promise, number in rows]


def promise_counts(session: Session, actor: Actor) -> Counter[str]:
    """State → how many."""
    statement = (
        select(Promise.state, func.count())
        .join(WorkOrder, col(WorkOrder.id) == col(Promise.order_id), isouter=True)
        .where(*_visible(actor))
        .group_by(col(Promise.state))
    )
    return Counter(dict(session.exec(statement).all()))


def whole_promise(session: Session, actor: Actor, promise_id: int) -> PromiseWhole:
    """NotFound also for what this person may not see."""
    row = session.exec(
        select(Promise, WorkOrder)
        .join(WorkOrder, col(WorkOrder.id) == col(Promise.order_id), isouter=True)
        .where(Promise.id == promise_id, *_visible(actor))
    ).first()
    if row is None:
        raise NotFound(f"没有找到承诺（编号 {promise_id}）。")
    promise, order = row
    return PromiseWhole(
        promise=promise,
        order=order,
        reply=session.get(Reply, promise.reply_id) if promise.reply_id else None,
        clock=_clock(session, promise_id),
        history=history_of(session, "promise", str(promise_id)),
    )


def _clock(session: Session, promise_id: int) -> tuple[Clock, DeadlineBasis | None] | None:
    clock = session.exec(
        select(Clock).where(Clock.subject == "promise", Clock.subject_id == promise_id).order_by(col(Clock.id).desc())
    ).first()
    return (clock, session.get(DeadlineBasis, clock.basis_id)) if clock else None


def _visible(actor: Actor) -> list[Any]:
    """Entries of a work plan have no order; a sealed order's are in no list."""
    wanted: list[Any] = [col(WorkOrder.sealed).is_not(True)]
    if actor.role is Role.UNIT:
        wanted += [col(Promise.unit) == actor.unit, col(Promise.state) != PromiseState.STRUCK.value]
    return wanted


def _conditions(wanted: PromiseFilter) -> list[Any]:
    conditions: list[Any] = []
    if wanted.states:
        conditions.append(col(Promise.state).in_(wanted.states))
    if wanted.unit:
        conditions.append(col(Promise.unit) == wanted.unit)
    if wanted.overdue_on is not None:
        conditions += [col(Promise.due) < wanted.overdue_on, col(Promise.state).in_(UNKEPT)]
    if wanted.before is not None:
        conditions.append(col(Promise.id) < wanted.before)
    return conditions
