"""Work orders as lists and as one whole. Sealed orders exist only for the inspector."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, exists, func
from sqlmodel import Session, col, select

from models.actors import Actor
from models.errors import NotFound
from models.queries.unit_counts import counted, late_at_unit, moved_on
from models.tables.clocks import Clock, ClockRequest, DeadlineBasis
from models.tables.follow_ups import Reopening
from models.tables.ledger import Callback, CallbackAttempt, Promise
from models.tables.messages import Message, MessageRevision
from models.tables.orders import Assignment, Consultation, Rating, Reply, ReturnRequest, WorkOrder
from models.tables.record import History
from models.vocabulary import OrderStatus, Role
from models.workflow import OPEN

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

PAGE = 50
COUNTED, FOUND = 10_000, 1_000  # a list says «以上» beyond, and a search sooner: nobody reads on so far
TRIAGE_PAGE = 100


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """What a list shows; None means any. `found`: the condition of a search. `before`: the last id of the page above.

    `counted`: only what the units' figures count; overdue is then what is late at its unit.
    """

    statuses: Sequence[str] = ()
    domain: str | None = None
    unit: str | None = None
    overdue: bool = False
    counted: bool = False
    case_type: str | None = None
    found: "ColumnElement[bool] | None" = None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One row of a list: the order and the clock that runs out first."""

    order: WorkOrder
    due_at: datetime | None
    stage: str | None


def visible(actor: Actor) -> list[Any]:
    """The rows that exist for this person."""
    wanted: list[Any] = []
    if actor.role is not Role.INSPECTOR:
        wanted.append(col(WorkOrder.sealed).is_(False))
    if actor.role is Role.UNIT:
        mine = exists().where(
            col(Assignment.order_id) == col(WorkOrder.id),
            col(Assignment.unit) == actor.unit,
            (col(Assignment.ended_at).is_(None)) | (col(WorkOrder.lead_unit) == actor.unit),
        )
        wanted.append(mine)
    return wanted


def list_orders(session: Session, actor: Actor, wanted: OrderFilter, now: datetime) -> list[OrderLine]:
    """Newest first, a page at a time (by id, so that the hundredth page costs what the first does)."""
    statement = select(WorkOrder).where(*visible(actor), *_conditions(wanted, now))
    orders = session.exec(statement.order_by(col(WorkOrder.id).desc()).limit(PAGE)).all()
    return with_clocks(session, orders)


def order_numbers(session: Session, actor: Actor, wanted: OrderFilter, now: datetime, most: int) -> list[str]:
    """The numbers of all that a list shows, newest first; at most `most` and one more."""
    statement = select(WorkOrder.number).where(*visible(actor), *_conditions(wanted, now))
    return list(session.exec(statement.order_by(col(WorkOrder.id).desc()).limit(most + 1)).all())


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
        conditions.append(wanted.found)
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


@dataclass(frozen=True, slots=True)
class OrderWhole:
    """Everything about one order. `moved`: clocks that an assignment's end took along, by id, and what ended it."""

    order: WorkOrder
    messages: list[Message]
    revisions: list[MessageRevision]
    assignments: list[Assignment]
    clocks: list[tuple[Clock, DeadlineBasis | None]]
    replies: list[Reply]
    promises: list[Promise]
    callbacks: list[tuple[Callback, list[CallbackAttempt]]]
    history: list[History]
    returns: list[ReturnRequest]
    requests: list[ClockRequest]
    consultations: list[Consultation]
    ratings: list[Rating]
    reopenings: list[Reopening]
    merged: list[WorkOrder] = field(default_factory=list)
    moved: dict[int | None, str] = field(default_factory=dict)


def find_order(session: Session, actor: Actor, number: str) -> WorkOrder:
    """By its number; NotFound also for what this person may not see."""
    statement = select(WorkOrder).where(WorkOrder.number == number, *visible(actor))
    found = session.exec(statement).first()
    if found is None:
        raise NotFound(f"没有找到工单 {number}。")
    return found


def whole_order(session: Session, actor: Actor, number: str) -> OrderWhole:
    order = find_order(session, actor, number)
    merged = list(session.exec(select(WorkOrder).where(WorkOrder.merged_into == order.id)).all())
    ids = [order.id, *(m.id for m in merged)]
    messages = session.exec(
        select(Message).where(col(Message.order_id).in_(ids)).order_by(col(Message.received_at))
    ).all()
    revisions = session.exec(
        select(MessageRevision).where(col(MessageRevision.message_id).in_([m.id for m in messages]))
    ).all()
    return OrderWhole(
        order=order,
        messages=list(messages),
        revisions=list(revisions),
        assignments=_of(session, Assignment, order.id),
        clocks=_clocks(session, order.id),
        replies=_of(session, Reply, order.id),
        promises=_of(session, Promise, order.id),
        callbacks=_callbacks(session, order.id),
        history=history_of(session, "order", str(order.id)),
        returns=_of(session, ReturnRequest, order.id),
        requests=_of(session, ClockRequest, order.id),
        consultations=_of(session, Consultation, order.id),
        ratings=_of(session, Rating, order.id),
        reopenings=_of(session, Reopening, order.id),
        merged=merged,
        moved=_moved(session, order.id),
    )


def history_of(session: Session, subject: str, subject_id: str) -> list[History]:
    statement = select(History).where(History.subject == subject, History.subject_id == subject_id)
    return list(session.exec(statement.order_by(col(History.id))).all())


def _of(session: Session, table: type[Any], order_id: int | None) -> list[Any]:
    return list(session.exec(select(table).where(table.order_id == order_id).order_by(table.id)).all())


def _clocks(session: Session, order_id: int | None) -> list[tuple[Clock, DeadlineBasis | None]]:
    statement = (
        select(Clock, DeadlineBasis)
        .join(DeadlineBasis, col(DeadlineBasis.id) == col(Clock.basis_id), isouter=True)
        .where(Clock.order_id == order_id, Clock.subject != "opinion")  # named roles see those, on the case's page
    )
    return [(clock, basis) for clock, basis in session.exec(statement.order_by(col(Clock.id))).all()]


def _moved(session: Session, order_id: int | None) -> dict[int | None, str]:
    statement = select(Clock.id, Assignment.end_reason).where(Clock.order_id == order_id, moved_on())
    return {clock: reason or "" for clock, reason in session.exec(statement).all()}


def _callbacks(session: Session, order_id: int | None) -> list[tuple[Callback, list[CallbackAttempt]]]:
    found = session.exec(select(Callback).where(Callback.order_id == order_id)).all()
    return [
        (c, list(session.exec(select(CallbackAttempt).where(CallbackAttempt.callback_id == c.id)).all())) for c in found
    ]


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
    """What the desk looks at; None means any. `found`: the condition of a search."""

    domain: str | None = None
    channel: str | None = None
    urgency: str | None = None
    found: "ColumnElement[bool] | None" = None


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
        conditions.append(wanted.found)
    return conditions


def first_messages(session: Session, orders: Sequence[int | None]) -> dict[int | None, Message]:
    """Order → the message that it was made for."""
    messages = session.exec(
        select(Message).where(col(Message.order_id).in_(orders)).order_by(col(Message.received_at).desc())
    ).all()
    return {m.order_id: m for m in messages}  # the first is written last


def others_of_sender(session: Session, actor: Actor, whole: OrderWhole) -> list[WorkOrder]:
    """What the same people wrote beside this, newest first; empty for a sealed order."""
    hashes = [m.sender_hash for m in whole.messages if m.sender_hash]
    if whole.order.sealed or not hashes:
        return []
    theirs = select(Message.order_id).where(col(Message.sender_hash).in_(hashes))
    # No DISTINCT over whole orders: PostgreSQL can't compare JSON.
    statement = select(WorkOrder).where(
        col(WorkOrder.id).in_(theirs), WorkOrder.id != whole.order.id, *visible(actor), col(WorkOrder.sealed).is_(False)
    )
    return list(session.exec(statement.order_by(col(WorkOrder.id).desc()).limit(10)).all())


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


OPEN_STATUSES = tuple(sorted(s.value for s in OPEN))
