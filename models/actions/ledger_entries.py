"""Entries that no reply made: from a work plan or from another ledger's file. Entering one twice changes nothing."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date, datetime

from sqlmodel import Session, col, select

from models.actions.plan_texts import note_revision
from models.actions.step import note
from models.actors import Actor
from models.promise_words import PromiseState
from models.tables.ledger import Promise
from models.tables.orders import WorkOrder
from models.tables.plan_revisions import PlanRevision
from models.tables.promise_steps import PromiseUnit, WorkPlan

WORK_PLAN = "work_plan"
# What another ledger had closed stays closed; everything else waits for a person here (待确认).
KEPT_STATES = frozenset({PromiseState.KEPT, PromiseState.PARTLY, PromiseState.FAILED, PromiseState.STRUCK})


@dataclass(frozen=True, slots=True)
class EntryUnit:
    """A unit as the plan writes it; `unit` is its code where the profile knows it, `part` lead or co."""

    name: str
    unit: str | None
    part: str
    is_group: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One line to enter. `where` names it to the person who imports; `order_number` is None for a plan's task.

    `choices`: what a damaged date may have been. `every` and `times` are a recurring task's (Rhythm).
    """

    where: str
    source: str
    source_ref: str
    unit: str
    text: str
    level: str
    due: date | None
    due_expr: str | None
    made_at: datetime
    order_number: str | None = None
    state: PromiseState = PromiseState.TO_CONFIRM
    reason: str | None = None
    task: str | None = None
    choices: tuple[date, ...] = ()
    every: str | None = None
    times: int = 1
    units: tuple[EntryUnit, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanHead:
    """What an imported plan is: `name` is its file's, the same plan read again is the same plan."""

    name: str
    title: str
    year: int | None
    made_on: date | None


@dataclass(slots=True)
class Entered:
    """`changed`: lines whose reference is known with other words: a person decides which stand.

    `gone`: tasks of the plan that the file no longer has.
    """

    entered: int = 0
    duplicates: int = 0
    changed: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)


def enter_plan(session: Session, head: PlanHead, actor: Actor, now: datetime) -> int:
    """The plan's row, made once."""
    known = session.exec(select(WorkPlan.id).where(WorkPlan.name == head.name)).first()
    if known is not None:
        return known
    row = WorkPlan(
        name=head.name, title=head.title[:300], year=head.year, made_on=head.made_on, imported_at=now,
        imported_by=actor.login,
    )  # fmt: skip
    session.add(row)
    session.flush()
    assert row.id is not None  # noqa: S101  (flushed)
    return row.id


def enter_entries(
    session: Session, entries: Iterable[Entry], actor: Actor, now: datetime, *, plan_id: int | None = None
) -> Entered:
    """Enter what is new by (source, reference, order, text); the caller commits."""
    done = Entered()
    for entry in entries:
        order_id = _order(session, entry.order_number)
        known = _known(session, entry, order_id)
        if any(row.text == entry.text for row in known):
            done.duplicates += 1
        elif known and entry.source == WORK_PLAN:
            done.duplicates += 1
            if note_revision(session, known[-1], _revision(known[-1], entry, actor, now), actor, now):
                done.changed.append(entry.where)
        else:
            _enter(session, entry, order_id, plan_id, actor, now)
            done.entered += 1
    return done


def _known(session: Session, entry: Entry, order_id: int | None) -> list[Promise]:
    statement = select(Promise).where(Promise.source == entry.source, Promise.source_ref == entry.source_ref)
    if order_id is not None:
        statement = statement.where(Promise.order_id == order_id)
    elif entry.source != WORK_PLAN:
        statement = statement.where(Promise.text == entry.text, Promise.made_at == entry.made_at)
    return list(session.exec(statement.order_by(col(Promise.id))).all())


def _revision(promise: Promise, entry: Entry, actor: Actor, now: datetime) -> PlanRevision:
    """What stands in the ledger beside what the file now says."""
    return PlanRevision(
        promise_id=promise.id or 0, old_text=promise.text, old_due=promise.due, old_unit=promise.unit,
        text=entry.text, due=entry.due, due_expr=entry.due_expr, unit=entry.unit,
        choices=[str(day) for day in entry.choices] or None, found_by=actor.login, found_at=now,
        units=[{**asdict(named), "name": named.name[:120]} for named in entry.units],
    )  # fmt: skip


def _order(session: Session, number: str | None) -> int | None:
    if number is None:
        return None
    return session.exec(select(WorkOrder.id).where(col(WorkOrder.number) == number)).first()


def _enter(
    session: Session, entry: Entry, order_id: int | None, plan_id: int | None, actor: Actor, now: datetime
) -> None:
    state = entry.state if entry.state in KEPT_STATES else PromiseState.TO_CONFIRM
    row = Promise(
        order_id=order_id, source=entry.source, source_ref=entry.source_ref, unit=entry.unit, text=entry.text,
        level=entry.level, due=entry.due, due_expr=entry.due_expr, made_at=entry.made_at, state=state.value,
        reason=entry.reason, plan_id=plan_id, task=entry.task, every=entry.every, times=entry.times,
        choices=[str(day) for day in entry.choices] or None,
    )  # fmt: skip
    session.add(row)
    session.flush()
    for named in entry.units:
        session.add(PromiseUnit(promise_id=row.id or 0, name=named.name[:120], unit=named.unit, part=named.part,
                                is_group=named.is_group))  # fmt: skip
    detail = {"source": entry.source, "ref": entry.source_ref}
    note(session, "promise", str(row.id), "import", actor, now, to_status=row.state, detail=detail)
