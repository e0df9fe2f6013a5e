"""Imported work plans and how far each is (完成情况)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, TypeVar

from sqlmodel import Session, col, select

from models.errors import NotFound
from models.promise_words import PromiseState
from models.queries.ledger import UNKEPT, carried_into
from models.tables.ledger import Promise
from models.tables.promise_steps import PromiseChange, PromiseProgress, PromiseUnit, WorkPlan

_Row = TypeVar("_Row", PromiseUnit, PromiseProgress, PromiseChange)


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A task of a plan with its units and the last that is known of it. `carried`: from an earlier year.

    A recurring task is one line, its present round; `before` are the rounds that passed.
    """

    promise: Promise
    units: tuple[PromiseUnit, ...]
    progress: str | None
    changes: tuple[PromiseChange, ...]
    carried: bool
    before: tuple[Promise, ...] = ()

    @property
    def unfinished(self) -> bool:
        return self.promise.state in UNKEPT


@dataclass(frozen=True, slots=True)
class PlanState:
    """`struck` tasks stand in no count."""

    plan: WorkPlan
    lines: list[PlanLine]

    def count(self, *states: PromiseState) -> int:
        return sum(line.promise.state in {s.value for s in states} for line in self.lines)

    def overdue(self, today: date) -> int:
        return sum(line.unfinished and line.promise.due is not None and line.promise.due < today for line in self.lines)


def list_plans(session: Session) -> list[WorkPlan]:
    return list(session.exec(select(WorkPlan).order_by(col(WorkPlan.year).desc(), col(WorkPlan.id).desc())).all())


def find_plan(session: Session, wanted: str) -> WorkPlan:
    """By its number, file name or title."""
    for plan in list_plans(session):
        if wanted in {str(plan.id), plan.name, plan.title, plan.name.rpartition(".")[0]}:
            return plan
    raise NotFound(f"没有找到工作要点“{wanted}”，请核对编号、文件名或标题。")


def plan_state(session: Session, plan: WorkPlan) -> PlanState:
    """The plan's tasks in its order, then what was carried over into its year."""
    own = session.exec(select(Promise).where(Promise.plan_id == plan.id, _stands()).order_by(col(Promise.id))).all()
    carried: Sequence[Promise] = ()
    if plan.year is not None:
        into = carried_into(plan.year)
        statement = select(Promise).where(into, _stands(), col(Promise.plan_id).is_distinct_from(plan.id))
        carried = session.exec(statement.order_by(col(Promise.id))).all()
    return PlanState(plan, _lines(session, own, carried=False) + _lines(session, carried, carried=True))


def _stands() -> Any:  # noqa: ANN401  (a SQL condition)
    return col(Promise.state) != PromiseState.STRUCK.value


def _lines(session: Session, promises: Sequence[Promise], *, carried: bool) -> list[PlanLine]:
    rounds: dict[int | None, list[Promise]] = {}
    for promise in promises:
        rounds.setdefault(promise.series or promise.id, []).append(promise)
    ids = [group[-1].id for group in rounds.values() if group[-1].id is not None]
    units = _by_promise(session, PromiseUnit, ids)
    steps = _by_promise(session, PromiseProgress, ids)
    changes = _by_promise(session, PromiseChange, ids)
    return [
        PlanLine(
            promise=p, units=tuple(units.get(p.id or 0, ())), carried=carried, before=tuple(earlier),
            progress=p.progress or next((s.text for s in reversed(steps.get(p.id or 0, []))), None),
            changes=tuple(c for c in changes.get(p.id or 0, ()) if c.granted),
        )
        for *earlier, p in rounds.values()
    ]  # fmt: skip


def _by_promise(session: Session, table: type[_Row], ids: Sequence[int]) -> dict[int, list[_Row]]:
    rows = session.exec(
        select(table).where(col(table.promise_id).in_(ids)).order_by(col(table.promise_id), col(table.id))
    ).all()
    return {promise: list(group) for promise, group in groupby(rows, key=lambda row: row.promise_id)}


def tasks_missing_from(session: Session, plan: str, said: Collection[str]) -> list[str]:
    """Numbers of the tasks of the plan of this name that have no reference in `said` and are still to be done."""
    rows = session.exec(
        select(Promise.task, Promise.source_ref)
        .join(WorkPlan, col(WorkPlan.id) == col(Promise.plan_id))
        .where(WorkPlan.name == plan, col(Promise.state).in_(UNKEPT))
        .order_by(col(Promise.id))
    ).all()
    return list(dict.fromkeys(task or ref for task, ref in rows if ref not in said))
