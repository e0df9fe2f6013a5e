"""兑现率 by unit, from records alone. Each rate says what it is divided by; what is open and overdue counts.

应兑现 = entries that were confirmed and whose date has come or that are closed (not those struck or unconfirmed).
兑现率 = 已兑现 ÷ 应兑现; 按期兑现率 = 已兑现 whose report came by its date ÷ 应兑现.
Kept late, partly kept, failed, and overdue while still open all stand in the denominator. A change that was
approved moves the date, and is counted apart.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from models.promise_words import PromiseState
from models.queries.ledger import UNKEPT, PromiseFilter, conditions_of
from models.tables.ledger import Promise
from models.tables.orders import WorkOrder
from models.tables.promise_steps import PromiseChange

FORMULAS = (
    ("应兑现", "已确认、且期限已到或已销号的承诺（不含待确认和不列为承诺的）"),
    ("兑现率", "已兑现 ÷ 应兑现"),
    ("按期兑现率", "在期限内上报并核验为已兑现的 ÷ 应兑现"),
)
_UNCOUNTED = (PromiseState.TO_CONFIRM.value, PromiseState.STRUCK.value)


@dataclass(slots=True)
class Rates:
    """One unit's figures; `confirmed` is all, `owed` the denominator of both rates."""

    unit: str
    confirmed: int = 0
    owed: int = 0
    kept: int = 0
    on_time: int = 0
    partly: int = 0
    failed: int = 0
    overdue: int = 0
    changed: int = 0

    @property
    def kept_rate(self) -> float | None:
        return self.kept / self.owed if self.owed else None

    @property
    def on_time_rate(self) -> float | None:
        return self.on_time / self.owed if self.owed else None


def unit_rates(session: Session, today: date, zone: ZoneInfo, wanted: PromiseFilter | None = None) -> list[Rates]:
    """Units with at least one confirmed entry, most entries first."""
    statement = (
        select(Promise)
        .join(WorkOrder, col(WorkOrder.id) == col(Promise.order_id), isouter=True)
        .where(col(Promise.state).not_in(_UNCOUNTED), col(WorkOrder.sealed).is_not(True))
    )
    for condition in conditions_of(wanted or PromiseFilter()):
        statement = statement.where(condition)
    moved = set(session.exec(select(PromiseChange.promise_id).where(col(PromiseChange.granted).is_(True))).all())
    return count_rates(session.exec(statement).all(), moved, today, zone)


def count_rates(promises: Iterable[Promise], moved: set[int], today: date, zone: ZoneInfo) -> list[Rates]:
    rates: dict[str, Rates] = {}
    for promise in promises:
        row = rates.setdefault(promise.unit, Rates(promise.unit))
        _add(row, promise, today, zone)
        row.changed += promise.id in moved
    return sorted(rates.values(), key=lambda row: (-row.confirmed, row.unit))


def _add(row: Rates, promise: Promise, today: date, zone: ZoneInfo) -> None:
    state = PromiseState(promise.state)
    still = state.value in UNKEPT
    late = still and promise.due is not None and promise.due < today
    row.confirmed += 1
    row.owed += not still or late
    row.overdue += late
    row.kept += state is PromiseState.KEPT
    row.partly += state is PromiseState.PARTLY
    row.failed += state is PromiseState.FAILED
    reported = promise.reported_at or promise.closed_at
    in_time = promise.due is None or (reported is not None and reported.astimezone(zone).date() <= promise.due)
    row.on_time += state is PromiseState.KEPT and in_time
