"""New texts of a plan's tasks that wait for a person, and those that were decided."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.tables.ledger import Promise
from models.tables.plan_revisions import PlanRevision
from models.tables.promise_steps import PromiseChange, WorkPlan

_DECIDED = 50


@dataclass(frozen=True, slots=True)
class RevisionLine:
    """`granted` of the change that was asked for: None while it waits, or where none was needed."""

    row: PlanRevision
    promise: Promise
    plan: WorkPlan | None
    granted: bool | None


def revision_lines(session: Session, *, waiting: bool, promise: int | None = None) -> list[RevisionLine]:
    """Those that wait, in the plan's order; or the last that were decided, newest first."""
    order = col(PlanRevision.id).asc() if waiting else col(PlanRevision.decided_at).desc()
    chosen: list[Any] = [col(PlanRevision.decision).is_(None) if waiting else col(PlanRevision.decision).is_not(None)]
    if promise is not None:
        chosen.append(col(PlanRevision.promise_id) == promise)
    rows = session.exec(
        select(PlanRevision, Promise, WorkPlan, PromiseChange)
        .join(Promise, col(Promise.id) == col(PlanRevision.promise_id))
        .join(WorkPlan, col(WorkPlan.id) == col(Promise.plan_id), isouter=True)
        .join(PromiseChange, col(PromiseChange.id) == col(PlanRevision.change_id), isouter=True)
        .where(*chosen).order_by(order).limit(None if waiting else _DECIDED)
    ).all()  # fmt: skip
    return [RevisionLine(row, task, plan, change.granted if change else None) for row, task, plan, change in rows]


def waiting_revisions(session: Session) -> int:
    return session.exec(select(func.count()).where(col(PlanRevision.decision).is_(None))).one()
