"""Repeats (重复件) of an order's matter: candidates with evidence, for a moderator to merge or to leave."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlmodel import Session

from flows.house import House
from models.actions import repeating, sweeps
from models.actions.telling_again import may_be_told_of
from models.database import reading, writing
from models.queries.alike import alike, first_message
from models.tables.messages import Message
from models.tables.orders import WorkOrder
from models.tables.record import Sweep
from models.workflow import OPEN

if TYPE_CHECKING:
    from classifiers.likeness import Told

SHOWN = 5
_MOST = 200  # orders of one sweep
_OVERLAP = timedelta(minutes=10)  # what another worker committed late
_FIRST = timedelta(days=2)


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


def find_repeats(house: House, now: datetime) -> dict[str, int]:
    """What a machine dispatched since the last time, against all that came before it: {"repeats": newly marked}.

    It marks and does nothing else: a moderator merges, or tells the earlier answer (§ machines suggest).
    """
    with reading(house.engine) as session:
        last = session.get(Sweep, "repeats")
        since = last.succeeded_at - _OVERLAP if last and last.succeeded_at else now - _FIRST
        sent = repeating.sent_by_rule(session, since, _MOST)
        found = {order: of for order in sent if (of := _earlier(session, order))}
    with writing(house.engine) as session:
        marked = sum(repeating.mark_repeat(session, order, of, now) for order, of in found.items())
        sweeps.succeeded(session, "repeats", now, {"repeats": marked})
    return {"repeats": marked}


def _earlier(session: Session, order_id: int) -> int | None:
    """The likeliest order before it whose matter is the same: still open, or answered so that it may be told."""
    for each in repeats(session, order_id):
        stands = each.order.status in OPEN or may_be_told_of(session, each.order)
        if each.repeats and stands and each.order.id is not None and each.order.id < order_id:
            return each.order.id
    return None


def _told(message: Message) -> "Told":
    from classifiers.likeness import Told

    return Told(
        message.title, message.text or "", message.findings.get("places", ()), message.received_at, message.sender_hash
    )
