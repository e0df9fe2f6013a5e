"""The promise ledger (承诺台账) as a list and as one entry. Overdue is computed from the date and today."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import func
from sqlmodel import Session, SQLModel, col, select

from models.actions.promise_progress import times_done
from models.actors import Actor
from models.errors import NotFound
from models.promise_words import PromiseState
from models.queries.orders import history_of
from models.tables.clocks import Clock, DeadlineBasis
from models.tables.ledger import Promise
from models.tables.orders import Reply, WorkOrder
from models.tables.plan_revisions import PlanRevision
from models.tables.promise_steps import (
    PromiseChange,
    PromiseCheck,
    PromiseEvidence,
    PromiseProgress,
    PromiseUnit,
    WorkPlan,
)
from models.tables.record import History
from models.vocabulary import Role

PAGE = 50
_MOST_PUBLIC = 200
_Row = TypeVar("_Row", bound=SQLModel)
UNKEPT = (
    PromiseState.TO_CONFIRM.value, PromiseState.RUNNING.value, PromiseState.TO_VERIFY.value,
    PromiseState.CHANGED.value,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PromiseFilter:
    """None or empty means any. `overdue_on`: unkept and due before that day; `undated`: at work without a date.

    `year`: of the plan, with what was carried over into it; `asked`: with a change that waits to be decided.
    """

    states: Sequence[str] = ()
    unit: str | None = None
    overdue_on: date | None = None
    before: int | None = None
    source: str | None = None
    plan: int | None = None
    year: int | None = None
    undated: bool = False
    asked: bool = False


@dataclass(frozen=True, slots=True)
class PromiseLine:
    promise: Promise
    number: str | None


@dataclass(frozen=True, slots=True)
class PromiseWhole:
    """An entry with the reply or plan that it stands in, its units, its clock and what became of it."""

    promise: Promise
    order: WorkOrder | None
    reply: Reply | None
    plan: WorkPlan | None
    clock: tuple[Clock, DeadlineBasis | None] | None
    history: list[History]
    units: list[PromiseUnit]
    progress: list[tuple[PromiseProgress, list[PromiseEvidence]]]
    changes: list[PromiseChange]
    revisions: list[PlanRevision]
    checks: list[PromiseCheck]
    times: int


def list_promises(session: Session, actor: Actor, wanted: PromiseFilter) -> list[PromiseLine]:
    """Newest first, a page at a time."""
    conditions = [*_visible(actor), *conditions_of(wanted)]
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


def count_promises(session: Session, actor: Actor, wanted: PromiseFilter) -> int:
    """How many a list of these would hold."""
    statement = (
        select(func.count())
        .select_from(Promise)
        .join(WorkOrder, col(WorkOrder.id) == col(Promise.order_id), isouter=True)
        .where(*_visible(actor), *conditions_of(wanted))
    )
    return session.exec(statement).one()


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
        plan=session.get(WorkPlan, promise.plan_id) if promise.plan_id else None,
        clock=_clock(session, promise_id),
        history=history_of(session, "promise", str(promise_id)),
        units=_of(session, PromiseUnit, promise_id),
        progress=progress_of(session, promise_id),
        changes=_of(session, PromiseChange, promise_id),
        revisions=_of(session, PlanRevision, promise_id),
        checks=_of(session, PromiseCheck, promise_id),
        times=times_done(session, promise_id),
    )


def progress_of(session: Session, promise_id: int) -> list[tuple[PromiseProgress, list[PromiseEvidence]]]:
    """What was done, oldest first, each with its files."""
    files = _of(session, PromiseEvidence, promise_id)
    return [(row, [f for f in files if f.progress_id == row.id]) for row in _of(session, PromiseProgress, promise_id)]


def evidence_file(session: Session, actor: Actor, promise_id: int, evidence_id: int) -> PromiseEvidence:
    """NotFound also for another unit's."""
    whole_promise(session, actor, promise_id)
    row = session.get(PromiseEvidence, evidence_id)
    if row is None or row.promise_id != promise_id:
        raise NotFound("没有找到这份佐证。")
    return row


def public_promises(session: Session) -> list[Promise]:
    """What citizens may read: approved, in the approved words, and of no order that was sealed since."""
    statement = (
        select(Promise)
        .join(WorkOrder, col(WorkOrder.id) == col(Promise.order_id), isouter=True)
        .where(
            col(Promise.public_ok_at).is_not(None), col(Promise.public_text).is_not(None),
            col(WorkOrder.sealed).is_not(True), col(Promise.state) != PromiseState.STRUCK.value,
        )
        .order_by(col(Promise.public_ok_at).desc(), col(Promise.id).desc())
        .limit(_MOST_PUBLIC)
    )  # fmt: skip
    return list(session.exec(statement).all())


def order_promises(session: Session, order_id: int) -> list[Promise]:
    """What the office promised in its answers to this order, for its own citizen: confirmed ones alone."""
    hidden = (PromiseState.TO_CONFIRM.value, PromiseState.STRUCK.value)
    statement = (
        select(Promise)
        .join(WorkOrder, col(WorkOrder.id) == col(Promise.order_id))
        .where(Promise.order_id == order_id, col(Promise.state).not_in(hidden), col(WorkOrder.sealed).is_(False))
        .order_by(col(Promise.id))
    )
    return list(session.exec(statement).all())


def _of(session: Session, table: type[_Row], promise_id: int) -> list[_Row]:
    rows = session.exec(select(table).filter_by(promise_id=promise_id).order_by("id"))
    return list(rows.all())


def _clock(session: Session, promise_id: int) -> tuple[Clock, DeadlineBasis | None] | None:
    clock = session.exec(
        select(Clock).where(Clock.subject == "promise", Clock.subject_id == promise_id).order_by(col(Clock.id).desc())
    ).first()
    return (clock, session.get(DeadlineBasis, clock.basis_id)) if clock else None


def _visible(actor: Actor) -> list[Any]:
    """Entries of a work plan have no order; a sealed order's are in no list. A unit sees what it holds or shares."""
    wanted: list[Any] = [col(WorkOrder.sealed).is_not(True)]
    if actor.role is Role.UNIT:
        beside = select(PromiseUnit.promise_id).where(PromiseUnit.unit == actor.unit)
        mine = (col(Promise.unit) == actor.unit) | col(Promise.id).in_(beside)
        wanted += [mine, col(Promise.state).not_in([PromiseState.STRUCK.value])]
    return wanted


def conditions_of(wanted: PromiseFilter) -> list[Any]:
    conditions: list[Any] = []
    if wanted.states:
        conditions.append(col(Promise.state).in_(wanted.states))
    if wanted.unit:
        conditions.append(col(Promise.unit) == wanted.unit)
    if wanted.overdue_on is not None:
        conditions += [col(Promise.due) < wanted.overdue_on, col(Promise.state).in_(UNKEPT)]
    if wanted.source:
        conditions.append(col(Promise.source) == wanted.source)
    if wanted.plan is not None:
        conditions.append(col(Promise.plan_id) == wanted.plan)
    if wanted.year is not None:
        conditions.append(of_year(wanted.year))
    if wanted.undated:
        conditions += [col(Promise.due).is_(None), col(Promise.state).in_(UNKEPT[1:])]
    if wanted.asked:
        asked = select(PromiseChange.promise_id).where(col(PromiseChange.granted).is_(None))
        conditions.append(col(Promise.id).in_(asked))
    if wanted.before is not None:
        conditions.append(col(Promise.id) < wanted.before)
    return conditions


def of_year(year: int) -> Any:  # noqa: ANN401  (a SQL condition)
    """Tasks of the year's plans, and what was carried over into it."""
    plans = select(WorkPlan.id).where(WorkPlan.year == year)
    return col(Promise.plan_id).in_(plans) | carried_into(year)


def carried_into(year: int) -> Any:  # noqa: ANN401  (a SQL condition)
    carried = select(PromiseChange.promise_id).where(
        PromiseChange.carries == year, col(PromiseChange.granted).is_(True)
    )
    return col(Promise.id).in_(carried)
