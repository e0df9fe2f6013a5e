"""Promises against the calendar: none that runs is without a clock, and the overdue are counted."""

from datetime import datetime
from typing import Any

from sqlmodel import col, select

from flows.house import House
from models.actions.clocks import start_promise_clock
from models.actions.promise_rounds import open_rounds
from models.actions.sweeps import succeeded
from models.database import writing
from models.tables.clocks import Clock
from models.tables.ledger import Promise
from models.vocabulary import PromiseState

_RUNNING = [PromiseState.RUNNING.value, PromiseState.TO_VERIFY.value, PromiseState.CHANGED.value]


def check_promises(house: House, now: datetime) -> dict[str, Any]:
    """{"running", "overdue", "to_confirm", "undated", "clocks", "rounds"}.

    `clocks` were missing and are started; `rounds` are recurring tasks that came again; `undated` run without a date.
    """
    today = now.astimezone(house.settings.zone).date()
    with writing(house.engine) as session:
        rounds = open_rounds(session, house.reckoner, today, now)
        running = session.exec(select(Promise).where(col(Promise.state).in_(_RUNNING))).all()
        timed = set(
            session.exec(
                select(Clock.subject_id).where(Clock.subject == "promise", col(Clock.stopped_at).is_(None))
            ).all()
        )
        missing = [p for p in running if p.due and p.id is not None and p.id not in timed]
        for promise in missing:
            assert promise.id is not None and promise.due is not None  # noqa: S101, PT018
            start_promise_clock(session, house.reckoner, promise.id, promise.order_id, promise.unit, promise.due, now)
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
