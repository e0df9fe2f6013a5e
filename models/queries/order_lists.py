"""Work orders as lists: all, those that wait for a person, and how many there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, exists, func
from sqlmodel import Session, col, select

from models.actors import Actor
from models.queries.orders import first_messages, visible
from models.queries.search import Found
from models.queries.unit_counts import counted, late_at_unit
from models.tables.clocks import Clock, ClockRequest
from models.tables.messages import Message
from models.tables.orders import Reply, ReturnRequest, WorkOrder
from models.vocabulary import OrderStatus
from models.workflow import OPEN_STATUSES

if TYPE_CHECKING:
    from sqlalchemy import UnaryExpression


PAGE = 50
COUNTED, FOUND = 2_000, 500  # a list says «以上» beyond, and a search sooner: nobody reads on so far
TRIAGE_PAGE = 100


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """What a list shows; None means any. `found`: what a search means. `before`: the last id of the page above.

    `counted`: only what the units' figures count; overdue is then what is late at its unit.
    """

    statuses: Sequence[str] = ()
    domain: str | None = None
    unit: str | None = None
    overdue: bool = False
    counted: bool = False
    case_type: str | None = None
    found: Found | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One row of a list: the order and the clock that runs out first."""

    order: WorkOrder
    due_at: datetime | None
    stage: str | None


def list_orders(session: Session, actor: Actor, wanted: OrderFilter, now: datetime) -> list[OrderLine]:
    """Newest first, a page at a time (by id, so that the hundredth page costs what the first does)."""
    statement = select(WorkOrder).where(*visible(actor), *_conditions(wanted, now))
    orders = session.exec(statement.order_by(_newest(wanted)).limit(PAGE)).all()
    return with_clocks(session, orders)


def order_numbers(session: Session, actor: Actor, wanted: OrderFilter, now: datetime, most: int) -> list[str]:
    """The numbers of all that a list shows, newest first; at most `most` and one more."""
    statement = select(WorkOrder.number).where(*visible(actor), *_conditions(wanted, now))
    return list(session.exec(statement.order_by(_newest(wanted)).limit(most + 1)).all())


def with_clocks(session: Session, orders: Sequence[WorkOrder]) -> list[OrderLine]:
    """A clock that is paused runs out for nobody, as in the counts of what is late."""
    ids = [order.id for order in orders]
    clocks = session.exec(
        select(Clock)
        .where(
            col(Clock.order_id).in_(ids),
            col(Clock.stopped_at).is_(None),
            col(Clock.paused_at).is_(None),
            Clock.subject == "order",
        )
        .order_by(col(Clock.due_at).desc())
    ).all()
    first = {clock.order_id: clock for clock in clocks}  # the earliest is written last
    return [OrderLine(o, first[o.id].due_at, first[o.id].stage) if o.id in first else OrderLine(o, None, None)
            for o in orders]  # fmt: skip


def _conditions(wanted: OrderFilter, now: datetime) -> list[Any]:
    conditions: list[Any] = []
    if wanted.statuses:
        conditions.append(col(WorkOrder.status).in_(wanted.statuses))
    if wanted.domain:
        conditions.append(col(WorkOrder.domain) == wanted.domain)
    if wanted.unit:
        conditions.append(col(WorkOrder.lead_unit) == wanted.unit)
    if wanted.case_type:
        conditions.append(col(WorkOrder.case_type) == wanted.case_type)
    if wanted.found is not None:
        conditions.append(wanted.found.condition)
    if wanted.before is not None:
        conditions.append(col(WorkOrder.id) < wanted.before)
    if wanted.counted:
        conditions += counted()
    if wanted.overdue and wanted.counted:
        conditions.append(late_at_unit(now))
    elif wanted.overdue:
        late = exists().where(
            col(Clock.order_id) == col(WorkOrder.id), col(Clock.stopped_at).is_(None), col(Clock.subject) != "opinion",
            col(Clock.paused_at).is_(None), col(Clock.due_at) < now,
        )  # fmt: skip
        conditions.append(late)
    return conditions


def _newest(wanted: OrderFilter) -> "UnaryExpression[Any]":
    return wanted.found.newest if wanted.found else col(WorkOrder.id).desc()


def counted_to(wanted: OrderFilter) -> int:
    return COUNTED if wanted.found is None else FOUND


def count_orders(session: Session, actor: Actor, wanted: OrderFilter, now: datetime) -> int:
    """How many there are; one more than `counted_to` where there are more: a long list costs no more to head."""
    found = select(WorkOrder.id).where(*visible(actor), *_conditions(wanted, now)).limit(counted_to(wanted) + 1)
    return session.exec(select(func.count()).select_from(found.subquery())).one()


@dataclass(frozen=True, slots=True)
class TriageLine:
    """An order that waits for a person, its first message and the clock that runs out first."""

    order: WorkOrder
    message: Message | None
    due_at: datetime | None
    stage: str | None


@dataclass(frozen=True, slots=True)
class TriageFilter:
    """What the desk looks at; None means any. `found`: what a search means."""

    domain: str | None = None
    channel: str | None = None
    urgency: str | None = None
    found: Found | None = None


def triage_lines(session: Session, actor: Actor, wanted: TriageFilter | None = None) -> list[TriageLine]:
    """The most urgent first, then the longest waiting; a hundred at a time."""
    urgency = case((col(WorkOrder.urgency) == "emergency", 0), (col(WorkOrder.urgency) == "urgent", 1), else_=2)
    orders = session.exec(
        select(WorkOrder).where(*_at_desk(actor, wanted)).order_by(urgency, col(WorkOrder.id)).limit(TRIAGE_PAGE)
    ).all()
    lines = with_clocks(session, orders)
    firsts = first_messages(session, [order.id for order in orders])
    return [TriageLine(line.order, firsts.get(line.order.id), line.due_at, line.stage) for line in lines]


def count_triage(session: Session, actor: Actor, wanted: TriageFilter | None = None) -> int:
    return session.exec(select(func.count()).select_from(WorkOrder).where(*_at_desk(actor, wanted))).one()


def _at_desk(actor: Actor, wanted: TriageFilter | None) -> list[Any]:
    conditions = [col(WorkOrder.status) == OrderStatus.TRIAGE.value, *visible(actor)]
    if wanted is None:
        return conditions
    chosen = ((WorkOrder.domain, wanted.domain), (WorkOrder.channel, wanted.channel),
              (WorkOrder.urgency, wanted.urgency))  # fmt: skip
    conditions += [col(column) == value for column, value in chosen if value is not None]
    if wanted.found is not None:
        conditions.append(wanted.found.condition)
    return conditions


def waiting_reviews(session: Session, now: datetime) -> list[tuple[OrderLine, Reply]]:
    """Replies that their units signed off, longest waiting first."""
    statement = select(WorkOrder).where(
        WorkOrder.status == OrderStatus.REVIEWING.value, col(WorkOrder.sealed).is_(False)
    )
    lines = with_clocks(session, session.exec(statement.order_by(col(WorkOrder.id)).limit(TRIAGE_PAGE)).all())
    replies = session.exec(
        select(Reply)
        .where(col(Reply.order_id).in_([line.order.id for line in lines]), col(Reply.approved).is_(None))
        .order_by(col(Reply.id))
    ).all()
    last = {reply.order_id: reply for reply in replies}
    found = [(line, last[line.order.id]) for line in lines if line.order.id in last]
    return sorted(found, key=lambda pair: pair[0].due_at or now)


def waiting_returns(session: Session) -> list[tuple[ReturnRequest, WorkOrder]]:
    statement = (
        select(ReturnRequest, WorkOrder)
        .join(WorkOrder, col(WorkOrder.id) == col(ReturnRequest.order_id))
        .where(
            col(ReturnRequest.granted).is_(None), WorkOrder.status == OrderStatus.RETURNING.value,
            col(WorkOrder.sealed).is_(False),
        )
    )  # fmt: skip
    return [(request, order) for request, order in session.exec(statement).all()]


def waiting_requests(session: Session) -> list[tuple[ClockRequest, WorkOrder]]:
    """延期 and 暂停计时 that nobody has decided yet, longest waiting first."""
    statement = (
        select(ClockRequest, WorkOrder)
        .join(WorkOrder, col(WorkOrder.id) == col(ClockRequest.order_id))
        .where(
            col(ClockRequest.granted).is_(None), col(WorkOrder.status).in_(OPEN_STATUSES),
            col(WorkOrder.sealed).is_(False),
        )
        .order_by(col(ClockRequest.id))
    )  # fmt: skip
    return [(request, order) for request, order in session.exec(statement).all()]
