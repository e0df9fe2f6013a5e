"""Calls owed (回电): what is due, for whom, how often it was tried. Calls of sealed orders are in no list."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.actors import Actor
from models.calling_words import AttemptResult, CallbackStatus
from models.errors import NotFound
from models.reckoning import Reckoner
from models.retrying import still_to_try
from models.tables.clocks import Clock
from models.tables.ledger import Callback, CallbackAttempt
from models.tables.messages import Message
from models.tables.orders import WorkOrder
from models.vocabulary import Role

PAGE = 100


@dataclass(frozen=True, slots=True)
class CallbackLine:
    """A call with its order, whom to ring and the tries so far. Several may have called about one order.

    `missing`: what the retry plan still asks for before it may be closed with a reason.
    """

    callback: Callback
    order: WorkOrder
    caller: Message | None
    attempts: list[CallbackAttempt]
    missing: str = ""


def list_callbacks(
    session: Session, reckoner: Reckoner, actor: Actor, *, status: str | None, now: datetime, overdue: bool = False
) -> list[CallbackLine]:
    """The most pressing first; a unit sees its own."""
    conditions: list[Any] = [col(WorkOrder.sealed).is_(False), *_own(actor)]
    if status:
        conditions.append(col(Callback.status) == status)
    if overdue:
        conditions += [col(Callback.status) == CallbackStatus.DUE.value, col(Callback.due_at) < now]
    newest = col(Callback.due_at).desc() if status == CallbackStatus.DONE else col(Callback.due_at)
    rows = session.exec(
        select(Callback, WorkOrder)
        .join(WorkOrder, col(WorkOrder.id) == col(Callback.order_id))
        .where(*conditions)
        .order_by(newest, col(Callback.id))
        .limit(PAGE)
    ).all()
    return _lines(session, reckoner, [(callback, order) for callback, order in rows])


def find_callback(session: Session, actor: Actor, callback_id: int) -> Callback:
    """NotFound also for another unit's call and for a sealed order's."""
    found = session.exec(
        select(Callback)
        .join(WorkOrder, col(WorkOrder.id) == col(Callback.order_id))
        .where(Callback.id == callback_id, col(WorkOrder.sealed).is_(False), *_own(actor))
    ).first()
    if found is None:
        raise NotFound("没有找到这项回电。")
    return found


def callback_counts(session: Session, actor: Actor) -> Counter[str]:
    """Status → how many."""
    statement = (
        select(Callback.status, func.count())
        .join(WorkOrder, col(WorkOrder.id) == col(Callback.order_id))
        .where(col(WorkOrder.sealed).is_(False), *_own(actor))
        .group_by(col(Callback.status))
    )
    return Counter(dict(session.exec(statement).all()))


def _own(actor: Actor) -> list[Any]:
    return [col(Callback.unit) == actor.unit] if actor.role is Role.UNIT else []


def _lines(session: Session, reckoner: Reckoner, rows: list[tuple[Callback, WorkOrder]]) -> list[CallbackLine]:
    orders = [order.id for _, order in rows]
    messages = session.exec(
        select(Message)
        .where(col(Message.order_id).in_(orders), col(Message.phone).is_not(None))
        .order_by(col(Message.received_at).desc())
    ).all()
    first = {m.order_id: m for m in messages}  # the first caller is written last
    ids = [callback.id for callback, _ in rows]
    called = call_moments(session, ids)
    own = {c.id: m for c, _ in rows for m in messages
           if m.order_id == c.order_id and m.received_at == called.get(c.id or 0)}  # fmt: skip
    tries: dict[int, list[CallbackAttempt]] = {}
    statement = select(CallbackAttempt).where(col(CallbackAttempt.callback_id).in_(ids))
    for attempt in session.exec(statement.order_by(col(CallbackAttempt.id))).all():
        tries.setdefault(attempt.callback_id, []).append(attempt)
    return [
        CallbackLine(
            c, order, own.get(c.id) or first.get(order.id), made := tries.get(c.id or 0, []), _missing(reckoner, made)
        )
        for c, order in rows
    ]


def call_moments(session: Session, callbacks: Sequence[int | None]) -> dict[int, datetime]:
    """Callback → when its call came in, which is when its clock began."""
    statement = select(Clock.subject_id, Clock.started_at).where(
        Clock.subject == "callback", col(Clock.subject_id).in_(callbacks)
    )
    return {subject: started for subject, started in session.exec(statement).all()}  # noqa: C416  (rows are no pairs)


def _missing(reckoner: Reckoner, made: list[CallbackAttempt]) -> str:
    vain = [(a.at, AttemptResult(a.result)) for a in made if a.result != AttemptResult.ANSWERED.value]
    return still_to_try(reckoner.profile.callback_retry, vain, reckoner.zone)
