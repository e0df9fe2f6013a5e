"""Moving a running clock's end by what was granted, 延期 or 暂停计时. Each change is kept for a later recomputation."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session, col, select

from models.bulk import insert_new
from models.errors import Conflict
from models.given_dates import rule_of
from models.reckoning import Reckoner
from models.tables.clocks import Clock, ClockChange, DeadlineBasis
from models.tables.orders import WorkOrder
from models.vocabulary import ClockRequestKind, OrderStatus, Stage

# The limits of handling; 签收, 审核 and 回电 run on whatever the unit waits for.
MOVABLE = (Stage.HANDLE, Stage.REPLY)


def changes_of(session: Session, clocks: Iterable[int | None]) -> dict[int | None, list[ClockChange]]:
    """Clock → what was granted to it, in that order."""
    found: dict[int | None, list[ClockChange]] = defaultdict(list)
    wanted = list(clocks)
    if wanted:
        statement = select(ClockChange).where(col(ClockChange.clock_id).in_(wanted)).order_by(col(ClockChange.id))
        for change in session.exec(statement).all():
            found[change.clock_id].append(change)
    return found


def movable_clocks(session: Session, order_id: int) -> list[Clock]:
    """The order's limits that time may be added to: those that run, and 办理 while the reply is reviewed."""
    in_review = (
        select(WorkOrder.id)
        .where(
            WorkOrder.id == order_id, WorkOrder.cycle == Clock.cycle, WorkOrder.status == OrderStatus.REVIEWING.value
        )
        .exists()
    )
    statement = select(Clock).where(
        Clock.subject == "order", Clock.subject_id == order_id,
        col(Clock.stopped_at).is_(None) | (in_review & (col(Clock.stage) == Stage.HANDLE.value)),
        col(Clock.stage).in_([stage.value for stage in MOVABLE]),
    )  # fmt: skip
    return list(session.exec(statement.order_by(col(Clock.due_at))).all())


def lengthen_clock(session: Session, reckoner: Reckoner, clock: Clock, workdays: int, now: datetime) -> None:
    kind = ClockRequestKind.EXTENSION.value
    change = ClockChange(clock_id=clock.id or 0, kind=kind, workdays=workdays, was_due_at=clock.due_at, at=now)
    _apply(session, reckoner, clock, change)


def hold_clock(session: Session, clock: Clock, since: datetime) -> None:
    """A clock that stands still is looked at by no sweep."""
    clock.paused_at, clock.next_chase_at = since, None
    session.add(clock)


def release_clock(session: Session, reckoner: Reckoner, clock: Clock, now: datetime) -> None:
    """What was left when it was held runs on from now."""
    change = ClockChange(
        clock_id=clock.id or 0, kind=ClockRequestKind.PAUSE.value, paused_from=clock.paused_at, paused_to=now,
        was_due_at=clock.due_at, at=now,
    )  # fmt: skip
    clock.paused_at = None
    _apply(session, reckoner, clock, change)


def _apply(session: Session, reckoner: Reckoner, clock: Clock, change: ClockChange) -> None:
    """A new generation of the clock: its ladder begins anew from the new end."""
    session.add(change)
    session.flush()
    code = session.exec(select(DeadlineBasis.rule).where(DeadlineBasis.id == clock.basis_id)).one()
    rule = rule_of(reckoner.profile, code, clock.stage)
    if rule is None:
        raise Conflict(f"时限规则“{code}”已不在辖区配置中，不能调整按它计算的期限。请在 clocks 中恢复这条规则。")
    reckoned = reckoner.reckon_changed(rule, clock.started_at, changes_of(session, [clock.id])[clock.id])
    insert_new(session, DeadlineBasis, [reckoned.basis])
    clock.due_at, clock.basis_id = reckoned.due_at, reckoned.basis_id
    clock.next_chase_at = reckoned.next_chase_at if clock.stopped_at is None else None
    clock.changes, clock.rung, clock.rung_at = clock.changes + 1, 0, None
    session.add(clock)
