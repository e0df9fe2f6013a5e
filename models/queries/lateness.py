"""Lateness as it is charged: by order, and by unit over a period."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, exists, func
from sqlmodel import Session, col, select

from models.holding import Hold, charged
from models.queries.unit_counts import moved_on
from models.reckoning import Reckoner
from models.tables.clocks import Clock
from models.tables.orders import Assignment, Reply, ReturnRequest, WorkOrder
from models.vocabulary import Stage

_HANDLING = (Stage.HANDLE.value, Stage.OPINION_FIRST.value)


def order_lateness(session: Session, reckoner: Reckoner, order_id: int, now: datetime) -> dict[str, int]:
    """Unit → workdays beyond the limits of handling, in every round of the order."""
    wanted = (Clock.subject == "order", Clock.order_id == order_id, col(Clock.stage).in_(_HANDLING))
    clocks = session.exec(select(Clock).where(*wanted)).all()
    return dict(_charged(session, reckoner, clocks, now))


def unit_lateness(session: Session, reckoner: Reckoner, since: datetime, now: datetime) -> dict[str, int]:
    """Unit → workdays, over the orders that are late now or ended late since then; what is excluded counts not."""
    ended = (col(Clock.stopped_at) >= since) & (col(Clock.stopped_at) > col(Clock.due_at))
    running = col(Clock.stopped_at).is_(None) & col(Clock.paused_at).is_(None) & (col(Clock.due_at) < now)
    clocks = session.exec(
        select(Clock)
        .join(WorkOrder, col(WorkOrder.id) == col(Clock.order_id))
        .where(
            Clock.subject == "order", col(Clock.stage).in_(_HANDLING), ended | running,
            col(WorkOrder.sealed).is_(False), col(WorkOrder.excluded).is_(False),
        )
    ).all()  # fmt: skip
    return dict(_charged(session, reckoner, clocks, now))


def _charged(session: Session, reckoner: Reckoner, clocks: Sequence[Clock], now: datetime) -> Counter[str]:
    late: Counter[str] = Counter()
    holds = _holds(session, reckoner, {clock.order_id for clock in clocks if clock.order_id is not None})
    for clock in clocks:
        ended = clock.stopped_at or clock.paused_at or now
        late += Counter(charged(
            holds.get(clock.order_id or 0, []), clock.due_at, ended, reckoner.profile.centre, reckoner.calendar,
            reckoner.zone,
        ))  # fmt: skip
    return late


@dataclass(frozen=True, slots=True)
class StageFigure:
    """Of `of` limits of a stage that ended or ran out, `late` were passed by who held them."""

    unit: str
    stage: str
    late: int
    of: int


def stage_lateness(session: Session, since: datetime, now: datetime) -> list[StageFigure]:
    """Per holder and stage, the desk's own included: limits that ended since then, and those that are passed now."""
    late = func.coalesce(col(Clock.stopped_at), now) > col(Clock.due_at)
    over = (col(Clock.stopped_at) >= since) | (col(Clock.stopped_at).is_(None) & late)
    statement = (
        select(Clock.unit, Clock.stage, func.sum(case((late, 1), else_=0)), func.count())
        .join(WorkOrder, col(WorkOrder.id) == col(Clock.order_id))
        .where(
            over, col(Clock.subject).in_(["order", "co_unit"]), col(Clock.paused_at).is_(None),
            col(WorkOrder.sealed).is_(False), col(WorkOrder.excluded).is_(False), ~exists().where(moved_on()),
        )
        .group_by(col(Clock.unit), col(Clock.stage))
        .order_by(col(Clock.unit), col(Clock.stage))
    )  # fmt: skip
    return [StageFigure(unit, stage, int(passed or 0), of) for unit, stage, passed, of in session.exec(statement)]


def _holds(session: Session, reckoner: Reckoner, orders: set[int]) -> dict[int, list[Hold]]:
    """Who had the order when; while we decide on a return that we grant, or review a reply, it is with us."""
    found = _at_desk(session, reckoner, orders)
    statement = select(Assignment).where(Assignment.part == "lead", col(Assignment.order_id).in_(orders))
    for part in session.exec(statement.order_by(col(Assignment.id))).all():
        found.setdefault(part.order_id, []).append(Hold(part.unit, part.assigned_at, part.ended_at))
    return found


def _at_desk(session: Session, reckoner: Reckoner, orders: set[int]) -> dict[int, list[Hold]]:
    found: dict[int, list[Hold]] = {}
    returned = select(ReturnRequest).where(
        col(ReturnRequest.order_id).in_(orders), col(ReturnRequest.granted).is_(True)
    )
    for request in session.exec(returned).all():
        held = Hold(reckoner.profile.centre, request.asked_at, request.decided_at)
        found.setdefault(request.order_id, []).append(held)
    handed_in = select(Reply).where(col(Reply.order_id).in_(orders), col(Reply.signed_at).is_not(None))
    for reply in session.exec(handed_in).all():
        if reply.signed_at is not None:
            held = Hold(reckoner.profile.centre, reply.signed_at, reply.reviewed_at)
            found.setdefault(reply.order_id, []).append(held)
    return found
