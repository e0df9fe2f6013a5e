"""The orders of a period as the order ledger (工单台账) lists them. Sealed orders are the inspector's alone."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from models.actors import Actor
from models.queries.orders import visible
from models.tables.clocks import Clock
from models.tables.orders import Rating, WorkOrder
from models.vocabulary import Stage

_HANDLING = (Stage.HANDLE.value, Stage.OPINION_FIRST.value)
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """An order, the limit of its last round of handling, whether it was or is beyond it, its last rating."""

    order: WorkOrder
    due_at: datetime | None
    late: bool
    satisfaction: str | None


def ledger_lines(
    session: Session, actor: Actor, since: datetime, until: datetime, now: datetime, *, most: int
) -> list[LedgerLine]:
    """Those received in [since, until), the oldest first, at most `most` and one more."""
    orders = session.exec(
        select(WorkOrder)
        .where(*visible(actor), col(WorkOrder.received_at) >= since, col(WorkOrder.received_at) < until)
        .where(col(WorkOrder.sealed).is_(False))
        .order_by(col(WorkOrder.received_at), col(WorkOrder.id))
        .limit(most + 1)
    ).all()
    ids = [order.id or 0 for order in orders]
    clocks = _handling(session, ids)
    ratings = {r.order_id: r.satisfaction for r in _ratings(session, ids)}
    lines = []
    for order in orders:
        clock = clocks.get(order.id or 0)
        late = clock is not None and (clock.stopped_at or clock.paused_at or now) > clock.due_at
        lines.append(LedgerLine(order, clock.due_at if clock else None, late, ratings.get(order.id or 0)))
    return lines


def _handling(session: Session, ids: list[int]) -> dict[int | None, Clock]:
    found: dict[int | None, Clock] = {}
    for start in range(0, len(ids), _CHUNK):
        statement = select(Clock).where(
            Clock.subject == "order", col(Clock.order_id).in_(ids[start : start + _CHUNK]),
            col(Clock.stage).in_(_HANDLING),
        )  # fmt: skip
        # The last round's is written last.
        found |= {clock.order_id: clock for clock in session.exec(statement.order_by(col(Clock.id))).all()}
    return found


def _ratings(session: Session, ids: list[int]) -> list[Rating]:
    found: list[Rating] = []
    for start in range(0, len(ids), _CHUNK):
        wanted = col(Rating.order_id).in_(ids[start : start + _CHUNK])
        found += session.exec(select(Rating).where(wanted).order_by(col(Rating.cycle))).all()
    return found
