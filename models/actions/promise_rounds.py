"""Recurring tasks come again: when a period is over, the next one's entry stands in the ledger with its clock."""

from datetime import date, datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.actions.promise_step import locked, run_clock, turn
from models.actors import SYSTEM
from models.promise_words import PromiseState
from models.reckoning import Reckoner
from models.rhythms import Rhythm, period_end
from models.tables.ledger import Promise
from models.tables.promise_steps import PromiseUnit

_ENDED_BEFORE = (PromiseState.TO_CONFIRM.value, PromiseState.STRUCK.value)


def open_rounds(session: Session, reckoner: Reckoner, today: date, now: datetime) -> int:
    """One entry for the present period of each series whose last one is over.

    Periods that passed meanwhile (an outage, a plan of years ago) are not made up for.
    """
    last = select(func.max(col(Promise.id))).where(col(Promise.series).is_not(None)).group_by(col(Promise.series))
    wanted = select(Promise.id).where(
        col(Promise.id).in_(last), col(Promise.every).is_not(None), col(Promise.state).not_in(_ENDED_BEFORE)
    )
    return sum(_next(session, reckoner, i, today, now) for i in session.exec(wanted).all() if i is not None)


def _next(session: Session, reckoner: Reckoner, promise_id: int, today: date, now: datetime) -> bool:
    earlier = locked(session, promise_id)
    every = Rhythm(str(earlier.every))
    if earlier.due is None or period_end(every, earlier.due) >= today:
        return False
    due = period_end(every, today)
    row = Promise(
        order_id=earlier.order_id, source=earlier.source, source_ref=earlier.source_ref, unit=earlier.unit,
        text=earlier.text, level=earlier.level, due=due, due_expr=earlier.due_expr, first_due=due,
        plan_id=earlier.plan_id, task=earlier.task, every=every.value, times=earlier.times, series=earlier.series,
        round=earlier.round + 1, made_at=earlier.made_at, confirmed_by=earlier.confirmed_by,
        published_at=earlier.published_at, published_url=earlier.published_url,
        published_where=earlier.published_where,
    )  # fmt: skip
    session.add(row)
    session.flush()
    for unit in session.exec(select(PromiseUnit).where(PromiseUnit.promise_id == promise_id)).all():
        session.add(PromiseUnit(promise_id=row.id or 0, name=unit.name, unit=unit.unit, part=unit.part,
                                is_group=unit.is_group))  # fmt: skip
    turn(session, row, PromiseState.RUNNING, "round", SYSTEM, now, series=row.series, due=due.isoformat())
    run_clock(session, reckoner, row, now)
    return True
