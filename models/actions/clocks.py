"""Starting, stopping and handing over clocks. Timers survive return and re-dispatch: only the holder changes."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from models.bulk import insert_new
from models.deadlines import Deadline
from models.profile import ClockRule
from models.reckoning import Reckoned, Reckoner, basis_row, rung_at
from models.tables.clocks import Clock, DeadlineBasis
from models.tables.orders import WorkOrder
from models.vocabulary import LimitUnit, Stage

_OF_THE_DESK = (Stage.SCREEN, Stage.DISPATCH, Stage.CONSULT, Stage.REVIEW, Stage.REPLY, Stage.HANGING)


def order_rule(reckoner: Reckoner, order: WorkOrder, stage: Stage) -> ClockRule | None:
    """The profile's limit for this stage of this order."""
    return reckoner.profile.clock(
        stage, channel=order.channel, kind=order.kind, procedure=order.procedure, case_type=order.case_type,
        urgency=order.urgency,
    )  # fmt: skip


def start_order_clock(
    session: Session, reckoner: Reckoner, order: WorkOrder, stage: Stage, unit: str, started_at: datetime
) -> Clock | None:
    """A stage's clock by the profile's rule; None where the profile sets no limit for it."""
    rule = order_rule(reckoner, order, stage)
    if rule is None:
        return None
    return start_reckoned(session, order, stage, unit, started_at, reckoner.reckon(rule, started_at))


def start_reckoned(
    session: Session, order: WorkOrder, stage: Stage, unit: str, started_at: datetime, reckoned: Reckoned
) -> Clock:
    """The same with an end that is known already."""
    assert order.id is not None  # noqa: S101  (a stored row has its id)
    return _start(session, "order", order.id, order.id, stage, unit, order.cycle, started_at, reckoned)


def start_co_clocks(
    session: Session, reckoner: Reckoner, order: WorkOrder, units: Iterable[str], started_at: datetime
) -> None:
    """Each co-unit's own limit (协办时限): it stays with the unit whatever becomes of the lead."""
    rule = order_rule(reckoner, order, Stage.CO_HANDLE)
    if rule is None or order.id is None:
        return
    reckoned = reckoner.reckon(rule, started_at)
    for unit in units:
        _start(session, "co_unit", order.id, order.id, Stage.CO_HANDLE, unit, order.cycle, started_at, reckoned)


def stop_co_clock(session: Session, order_id: int, unit: str, now: datetime) -> None:
    session.execute(
        update(Clock)
        .where(*_running("co_unit", order_id), col(Clock.unit) == unit)
        .values(stopped_at=now, next_chase_at=None)
    )


def start_callback_clock(
    session: Session, reckoner: Reckoner, order: WorkOrder, callback_id: int, unit: str, started_at: datetime
) -> Clock | None:
    rule = reckoner.profile.clock(Stage.CALLBACK, channel=order.channel)
    if rule is None:
        return None
    reckoned = reckoner.reckon(rule, started_at)
    return _start(session, "callback", callback_id, order.id, Stage.CALLBACK, unit, order.cycle, started_at, reckoned)


def start_promise_clock(
    session: Session,
    reckoner: Reckoner,
    promise_id: int,
    order_id: int | None,
    unit: str,
    due: date,
    now: datetime,
) -> Clock:
    """A promise runs to the close of the day that it names; the basis is the promise itself."""
    due_at = datetime.combine(due, time(23, 59, 59), reckoner.zone)
    reckoned = _named(reckoner, Stage.PROMISE, "承诺或任务写明的期限", due_at)
    return _start(session, "promise", promise_id, order_id, Stage.PROMISE, unit, 1, now, reckoned)


def start_review_clock(
    session: Session, reckoner: Reckoner, promise_id: int, order_id: int | None, unit: str, now: datetime
) -> Clock:
    """核对期限 of a promise that names no day: nothing open is without a clock."""
    days = reckoner.profile.limits.promise_review_days
    rule = ClockRule(
        code=Stage.PROMISE_REVIEW.value, stage=Stage.PROMISE_REVIEW, limit=days, unit=LimitUnit.DAYS,
        source=f"没有写明期限的承诺，每 {days} 日核对一次（推定，待本地确认）",
    )  # fmt: skip
    return start_subject_clock(session, reckoner, "promise", promise_id, rule, unit, now, order_id=order_id)


def start_recheck_clock(
    session: Session, reckoner: Reckoner, check_id: int, unit: str, due: date, now: datetime
) -> Clock:
    """回头看 is the supervising office's own duty, and chased like everything else."""
    due_at = datetime.combine(due, time(23, 59, 59), reckoner.zone)
    reckoned = _named(reckoner, Stage.RECHECK, "回头看的期限由督办员确定", due_at)
    return _start(session, "recheck", check_id, None, Stage.RECHECK, unit, 1, now, reckoned)


def start_follow_up_clock(
    session: Session, reckoner: Reckoner, follow_up_id: int, unit: str, due_at: datetime, now: datetime
) -> Clock:
    """回访 is the centre's own duty. The clock names no order: what hangs on an order is seen by its unit."""
    reckoned = _named(reckoner, Stage.FOLLOW_UP, "回访须在抽取后的规定工作日内完成", due_at)
    return _start(session, "follow_up", follow_up_id, None, Stage.FOLLOW_UP, unit, 1, now, reckoned)


def start_dated_clock(
    session: Session, reckoner: Reckoner, order: WorkOrder, stage: Stage, unit: str, due_at: datetime, now: datetime
) -> Clock:
    """A clock of an order whose end a person set."""
    reckoned = _named(reckoner, stage, f"{stage.label}日期由督办员确定", due_at)
    assert order.id is not None  # noqa: S101  (a stored row has its id)
    return _start(session, "order", order.id, order.id, stage, unit, order.cycle, now, reckoned)


def start_instruction_clock(
    session: Session, reckoner: Reckoner, instruction_id: int, unit: str, due_at: datetime, now: datetime
) -> Clock:
    """督办反馈: chased like everything else."""
    reckoned = _named(reckoner, Stage.FEEDBACK, "督办通知单的反馈时限", due_at)
    return _start(session, "instruct", instruction_id, None, Stage.FEEDBACK, unit, 1, now, reckoned)


def start_subject_clock(
    session: Session, reckoner: Reckoner, subject: str, subject_id: int, rule: ClockRule, unit: str,
    started_at: datetime, *, order_id: int | None = None,
) -> Clock:  # fmt: skip
    """A limit of what is no order itself: an opinion case, a policy's interpretation."""
    reckoned = reckoner.reckon(rule, started_at)
    return _start(session, subject, subject_id, order_id, rule.stage, unit, 1, started_at, reckoned)


def start_agreed_clock(
    session: Session, reckoner: Reckoner, subject: str, subject_id: int, stage: Stage, unit: str, source: str,
    due_at: datetime, now: datetime,
) -> Clock:  # fmt: skip
    """The same with a day that a person named."""
    return _start(session, subject, subject_id, None, stage, unit, 1, now, _named(reckoner, stage, source, due_at))


def _named(reckoner: Reckoner, stage: Stage, source: str, due_at: datetime) -> Reckoned:
    """A day that was named and not reckoned."""
    rule = ClockRule(code=stage.value, stage=stage, limit=0, unit=LimitUnit.DAYS, source=source)
    version = reckoner.calendar.version
    basis = basis_row(rule, Deadline(due_at, False, (), rule.code, rule.source, rule.unit, version), version)
    first = rung_at(reckoner.profile.ladder, 0, due_at, reckoner.calendar, reckoner.zone)
    return Reckoned(due_at, provisional=False, basis_id=basis["id"], basis=basis, next_chase_at=first)


def _start(
    session: Session, subject: str, subject_id: int, order_id: int | None, stage: Stage, unit: str, cycle: int,
    started_at: datetime, reckoned: Reckoned,
) -> Clock:  # fmt: skip
    insert_new(session, DeadlineBasis, [reckoned.basis])
    clock = Clock(
        order_id=order_id, subject=subject, subject_id=subject_id, stage=stage.value, cycle=cycle, unit=unit,
        basis_id=reckoned.basis_id, started_at=started_at, due_at=reckoned.due_at,
        next_chase_at=reckoned.next_chase_at,
    )  # fmt: skip
    session.add(clock)
    return clock


def stop_clocks(
    session: Session, subject: str, subject_id: int, now: datetime, stages: Collection[Stage] | None = None
) -> None:
    """Stop a subject's running clocks: of these stages, or all of them."""
    wanted = _running(subject, subject_id)
    if stages is not None:
        wanted.append(col(Clock.stage).in_([s.value for s in stages]))
    session.execute(update(Clock).where(*wanted).values(stopped_at=now, next_chase_at=None))


def _running(subject: str, subject_id: int) -> list[Any]:
    return [col(Clock.subject) == subject, col(Clock.subject_id) == subject_id, col(Clock.stopped_at).is_(None)]


def hand_over(session: Session, order_id: int, unit: str) -> None:
    """Running clocks of the order go to a new holder, who is charged with lateness from now on.

    Those of the desk's own stages stay where they are, whoever has the order.
    """
    session.execute(
        update(Clock)
        .where(
            col(Clock.order_id) == order_id,
            col(Clock.stopped_at).is_(None),
            col(Clock.subject).in_(["order", "callback"]),
            col(Clock.stage).not_in([stage.value for stage in _OF_THE_DESK]),
        )
        .values(unit=unit)
    )


def running(session: Session, order_id: int) -> list[Clock]:
    statement = select(Clock).where(Clock.order_id == order_id, col(Clock.stopped_at).is_(None))
    return list(session.exec(statement.order_by(col(Clock.due_at))).all())
