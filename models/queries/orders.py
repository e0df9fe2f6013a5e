"""A work order: for whom it exists, and whole with all that hangs on it. Sealed ones exist only for the inspector."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import exists
from sqlmodel import Session, col, select

from models.actors import Actor
from models.errors import NotFound
from models.queries.unit_counts import moved_on
from models.tables.clocks import Clock, ClockRequest, DeadlineBasis
from models.tables.follow_ups import Reopening
from models.tables.ledger import Callback, CallbackAttempt, Promise
from models.tables.messages import Message, MessageRevision
from models.tables.orders import Assignment, Consultation, Rating, Reply, ReturnRequest, WorkOrder
from models.tables.record import History
from models.vocabulary import Role


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
