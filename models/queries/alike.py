"""Orders that may tell the same matter: by shared keys, or by the same sender. The work is bounded at any size."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import log2

from sqlalchemy import Select, literal, union_all
from sqlmodel import Session, col, select

from models.matter import keys_of
from models.tables.messages import MatterKey, Message
from models.tables.orders import WorkOrder

_LOOKED_AT = 200  # newest orders of each key; a key that more share tells little
_SENDERS = 20  # newest orders of the same sender
_COMPARED = 40


@dataclass(frozen=True, slots=True)
class Alike:
    """An order with one message of it."""

    order: WorkOrder
    message: Message


def first_message(session: Session, order_id: int) -> Message | None:
    return session.exec(
        select(Message).where(Message.order_id == order_id).order_by(col(Message.received_at), col(Message.id))
    ).first()


def alike(session: Session, message: Message) -> list[Alike]:
    """Unsealed orders other than the message's own, those that share the rarest and most keys first."""
    shared = _sharing(session, keys_of(message.signature), message.order_id)
    ranked = sorted(shared, key=lambda order: (-shared[order], -order))[:_COMPARED]
    theirs = [order for order in _of_sender(session, message) if order not in ranked]
    ids = [*ranked, *theirs]
    rows = session.exec(
        select(WorkOrder, Message)
        .join(Message, col(Message.order_id) == col(WorkOrder.id))
        .where(col(WorkOrder.id).in_(ids), col(WorkOrder.sealed).is_(False))
        .order_by(col(Message.received_at).desc(), col(Message.id))
    ).all()
    found = {order.id: Alike(order, told) for order, told in rows}  # the first message of each
    return [found[order] for order in ids if order in found]


def _sharing(session: Session, keys: Sequence[int], own: int | None) -> dict[int, float]:
    """Orders and how much their keys in common tell."""
    if not keys:
        return {}
    rows = session.execute(union_all(*(_of_key(key) for key in keys))).all()
    met: dict[int, list[int]] = defaultdict(list)
    for key, order in rows:
        met[key].append(order)
    scores: dict[int, float] = defaultdict(float)
    for orders in met.values():
        for order in orders:
            if order != own:
                scores[order] += 1 / log2(1 + len(orders))
    return scores


def _of_key(key: int) -> Select[tuple[int, int]]:
    newest = (
        select(col(MatterKey.order_id))
        .where(MatterKey.key == key)
        .order_by(col(MatterKey.order_id).desc())
        .limit(_LOOKED_AT)
        .subquery()
    )
    return select(literal(key), newest.c.order_id)


def _of_sender(session: Session, message: Message) -> list[int]:
    if message.sender_hash is None:
        return []
    orders = session.exec(
        select(Message.order_id)
        .where(Message.sender_hash == message.sender_hash, col(Message.order_id) != message.order_id)
        .order_by(col(Message.order_id).desc())
        .limit(_SENDERS)
    ).all()
    return [order for order in dict.fromkeys(orders) if order is not None]
