"""Repeats (重复件) of an order's matter: candidates with evidence, for a moderator to merge or to leave."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlmodel import Session

from models.queries.alike import alike, first_message
from models.tables.messages import Message
from models.tables.orders import WorkOrder

if TYPE_CHECKING:
    from classifiers.likeness import Told

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Candidate:
    """Another order. `repeats`: shown as 重复件, else as 相似件; the reasons hold words of both texts."""

    order: WorkOrder
    likelihood: float
    repeats: bool
    reasons: list[str]


def repeats(session: Session, order_id: int, most: int = SHOWN) -> list[Candidate]:
    """The likeliest first; none for a sealed order or one whose message was erased. Writes nothing, merges nothing."""
    from classifiers.likeness import evidence

    order, message = session.get(WorkOrder, order_id), first_message(session, order_id)
    if order is None or order.sealed or message is None or not message.text:
        return []
    mine = _told(message)
    found = []
    for other in alike(session, message):
        if other.message.text:
            seen = evidence(mine, _told(other.message))
            found.append(Candidate(other.order, seen.likelihood, seen.repeats, seen.reasons))
    return sorted(found, key=lambda each: (not each.repeats, -each.likelihood, -(each.order.id or 0)))[:most]


def _told(message: Message) -> "Told":
    from classifiers.likeness import Told

    return Told(
        message.title, message.text or "", message.findings.get("places", ()), message.received_at, message.sender_hash
    )
