"""The history as the auditor reads it: what was done to anything, by whom, when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, case, cast
from sqlmodel import Session, col, select

from models.tables.orders import WorkOrder
from models.tables.record import History

PAGE = 100


@dataclass(frozen=True, slots=True)
class HistoryFilter:
    """Empty means any. `number`: of a work order; `until`: not included."""

    subject: str = ""
    actor: str = ""
    actions: tuple[str, ...] = ()
    number: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class HistoryLine:
    row: History
    number: str | None


def list_history(session: Session, wanted: HistoryFilter, most: int = PAGE) -> list[HistoryLine]:
    """Newest first. Rows of sealed orders are in no list; the chain's check counts them all the same."""
    # Cast on the history's side, and of orders only: the join goes by the order's key, and a week is no number.
    order_id = case((col(History.subject) == "order", cast(col(History.subject_id), BigInteger)))
    rows = session.exec(
        select(History, WorkOrder.number)
        .join(WorkOrder, col(WorkOrder.id) == order_id, isouter=True)
        .where(col(WorkOrder.sealed).is_not(True), *_conditions(session, wanted))
        .order_by(col(History.id).desc())
        .limit(most)
    ).all()
    return [HistoryLine(row, number) for row, number in rows]


def _conditions(session: Session, wanted: HistoryFilter) -> list[Any]:
    conditions: list[Any] = []
    if wanted.subject:
        conditions.append(col(History.subject) == wanted.subject)
    if wanted.actor:
        conditions.append(col(History.actor) == wanted.actor)
    if wanted.actions:
        conditions.append(col(History.action).in_(wanted.actions))
    if wanted.number:
        order_id = session.exec(select(WorkOrder.id).where(WorkOrder.number == wanted.number)).first()
        conditions += [col(History.subject) == "order", col(History.subject_id) == str(order_id)]
    if wanted.since is not None:
        conditions.append(col(History.at) >= wanted.since)
    if wanted.until is not None:
        conditions.append(col(History.at) < wanted.until)
    if wanted.before is not None:
        conditions.append(col(History.id) < wanted.before)
    return conditions
