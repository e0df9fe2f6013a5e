"""来电登记表: a unit's calls with what became of each. Calls that were found to be accusations are in no list."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from models.actors import Actor
from models.calling_words import AttemptResult
from models.errors import NotFound
from models.queries.callbacks import call_moments
from models.tables.calls import CallEntry, CallEntryChange
from models.tables.ledger import Callback, CallbackAttempt
from models.tables.messages import Message
from models.tables.orders import Reply, WorkOrder
from models.vocabulary import Role

_MOST = 1000


@dataclass(frozen=True, slots=True)
class CallLine:
    """A line of the register. `message` is None while the call is still on the queue."""

    entry: CallEntry
    message: Message | None
    order: WorkOrder | None
    callback: Callback | None
    answered: CallbackAttempt | None
    spot: str | None
    joined: bool
    changes: list[CallEntryChange]

    @property
    def repeated(self) -> bool:
        """Said by whoever took it, or found: it joined an order that was there, or was merged."""
        return self.entry.repeated or self.joined


def list_calls(
    session: Session, actor: Actor, since: datetime, until: datetime, *, unit: str | None = None
) -> list[CallLine]:
    """In the order of the calls; a unit sees what it took itself."""
    wanted: list[Any] = [col(CallEntry.at) >= since, col(CallEntry.at) < until]
    if actor.role is not Role.UNIT and unit is not None:
        wanted.append(col(CallEntry.unit) == unit)
    return _found(session, actor, wanted)


def find_call(session: Session, actor: Actor, call: uuid.UUID) -> CallLine:
    """One line; NotFound for what this person may not see."""
    found = _found(session, actor, [col(CallEntry.message_id) == call])
    if not found:
        raise NotFound("没有找到这条来电登记，或不属于本单位。")
    return found[0]


def _found(session: Session, actor: Actor, wanted: list[Any]) -> list[CallLine]:
    if actor.role is Role.UNIT:
        wanted = [*wanted, col(CallEntry.unit) == actor.unit]
    rows = session.exec(
        select(CallEntry, Message, WorkOrder)
        .join(Message, col(Message.id) == col(CallEntry.message_id), isouter=True)
        .join(WorkOrder, col(WorkOrder.id) == col(Message.order_id), isouter=True)
        .where(*wanted, col(WorkOrder.sealed).is_not(True))
        .order_by(col(CallEntry.at), col(CallEntry.message_id))
        .limit(_MOST)
    ).all()
    return _lines(session, list(rows))


def _lines(session: Session, rows: Sequence[tuple[CallEntry, Message, WorkOrder]]) -> list[CallLine]:
    orders = [order.id for _, _, order in rows if order]
    owed = _of(session, Callback, col(Callback.order_id).in_(orders))
    ids = [c.id for c in owed]
    called = call_moments(session, ids)
    callbacks = {(c.order_id, called.get(c.id)): c for c in owed}
    answered = {
        a.callback_id: a
        for a in _of(session, CallbackAttempt, col(CallbackAttempt.callback_id).in_(ids))
        if a.result == AttemptResult.ANSWERED.value
    }
    changes: dict[uuid.UUID, list[CallEntryChange]] = {}
    for change in _of(
        session, CallEntryChange, col(CallEntryChange.message_id).in_([e.message_id for e, _, _ in rows])
    ):
        changes.setdefault(change.message_id, []).append(change)
    firsts = {m.order_id: m.id for m in reversed(_messages(session, orders))}
    return [
        CallLine(
            entry, message, order,
            call := callbacks.get((order.id, message.received_at)) if order else None,
            answered.get(call.id) if call else None, _spot(session, message, order),
            joined=bool(order and (order.merged_into or firsts.get(order.id) != message.id)),
            changes=changes.get(entry.message_id, []),
        )
        for entry, message, order in rows
    ]  # fmt: skip


def _of(session: Session, table: type[Any], where: Any) -> list[Any]:  # noqa: ANN401  (a SQL expression)
    return list(session.exec(select(table).where(where).order_by(table.id)).all())


def _messages(session: Session, orders: Sequence[int | None]) -> list[Message]:
    statement = select(Message).where(col(Message.order_id).in_(orders))
    return list(session.exec(statement.order_by(col(Message.received_at), col(Message.registered_at))).all())


def _spot(session: Session, message: Message | None, order: WorkOrder | None) -> str | None:
    """What was answered on the telephone: its order was answered when it came in."""
    if message is None or order is None or order.replied_at != message.received_at:
        return None
    statement = select(Reply.text).where(Reply.order_id == order.id, Reply.sent_at == order.replied_at)
    return session.exec(statement).first()
