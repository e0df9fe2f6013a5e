"""Promises against the calendar: none that runs is without a clock, and the overdue are counted."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from flows.house import House
from models.actions.promise_rounds import open_rounds
from models.actions.promise_step import run_clock
from models.actions.sweeps import succeeded
from models.database import writing
from models.promise_words import PromiseState
from models.tables.clocks import Clock
from models.tables.ledger import Promise
from models.tables.promise_steps import PromiseProgress
from models.vocabulary import Stage

_RUNNING = [PromiseState.RUNNING.value, PromiseState.TO_VERIFY.value, PromiseState.CHANGED.value]


def check_promises(house: House, now: datetime) -> dict[str, Any]:
    """{"running", "overdue", "to_confirm", "undated", "clocks", "rounds"}.

    `clocks` are started: they were missing, or a review (核对期限) was met by a report of progress. `rounds` are
    recurring tasks that came again; `undated` run without a date.
    """
    today = house.day_of(now)
    with writing(house.engine) as session:
        rounds = open_rounds(session, house.reckoner, today, now)
        running = session.exec(select(Promise).where(col(Promise.state).in_(_RUNNING))).all()
        reviewed = _reviewed(session)
        timed = set(
            session.exec(
                select(Clock.subject_id).where(Clock.subject == "promise", col(Clock.stopped_at).is_(None))
            ).all()
        )
        missing = [p for p in running if p.id not in timed or p.id in reviewed]
        for promise in missing:
            run_clock(session, house.reckoner, promise, now)
        waiting = session.exec(select(Promise.id).where(Promise.state == PromiseState.TO_CONFIRM.value)).all()
        result = {
            "running": len(running),
            "overdue": sum(1 for p in running if p.due and p.due < today),
            "to_confirm": len(waiting),
            "undated": sum(1 for p in running if p.due is None),
            "clocks": len(missing),
            "rounds": rounds,
        }
        succeeded(session, "promises", now, result)
    return result


def _reviewed(session: Session) -> set[int]:
    """Entries without a date whose unit has reported since their review clock began: the next one begins."""
    return set(
        session.exec(
            select(Clock.subject_id)
            .join(PromiseProgress, col(PromiseProgress.promise_id) == col(Clock.subject_id))
            .where(
                Clock.subject == "promise", Clock.stage == Stage.PROMISE_REVIEW.value,
                col(Clock.stopped_at).is_(None), col(PromiseProgress.at) > col(Clock.started_at),
            )
        ).all()
    )  # fmt: skip
