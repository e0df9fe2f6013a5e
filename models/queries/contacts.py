"""Which senders' contacts may leave the record in a file, and who has asked for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from models.actors import Actor
from models.queries.orders import visible
from models.tables.contacts import ContactRequest
from models.tables.messages import Message
from models.tables.orders import WorkOrder
from models.vocabulary import Procedure, Role

_SHOWN = 50


@dataclass(frozen=True, slots=True)
class ContactLine:
    """One sender: of `order`, or of an order that was merged into it."""

    order: WorkOrder
    message: Message


def contact_lines(session: Session, actor: Actor, numbers: Sequence[str]) -> list[ContactLine]:
    """Senders with a telephone or address, by order, a sender once for each.

    Never of an accusation or a sealed order, not even the inspector's; nothing of an order in which anybody asked to
    stay unnamed (要求保密); a unit gets those of the orders that it leads.
    """
    orders = {order.id: order for order in session.exec(select(WorkOrder).where(*_open_to(actor, numbers))).all()}
    joined = {
        order_id: orders[into]
        for order_id, into in session.exec(
            select(WorkOrder.id, WorkOrder.merged_into).where(col(WorkOrder.merged_into).in_(list(orders)))
        ).all()
    }
    root = orders | joined
    messages = session.exec(
        select(Message).where(col(Message.order_id).in_(list(root))).order_by(col(Message.received_at))
    ).all()
    unnamed = {root[m.order_id].id for m in messages if m.confidential}
    lines: dict[tuple[str, str | None, str | None], ContactLine] = {}
    for m in messages:
        order = root[m.order_id]
        if (m.phone or m.email) and order.id not in unnamed:
            lines.setdefault((order.number, m.phone, m.email), ContactLine(order, m))
    return sorted(lines.values(), key=lambda line: line.order.number)


def _open_to(actor: Actor, numbers: Sequence[str]) -> list[Any]:
    wanted = [
        col(WorkOrder.number).in_(numbers), *visible(actor), col(WorkOrder.sealed).is_(False),
        col(WorkOrder.procedure) != Procedure.ACCUSATION.value,
    ]  # fmt: skip
    return [*wanted, col(WorkOrder.lead_unit) == actor.unit] if actor.role is Role.UNIT else wanted


def own_contact_requests(session: Session, actor: Actor) -> list[ContactRequest]:
    """What this person asked for, the newest first."""
    mine = select(ContactRequest).where(*_own(actor))
    return list(session.exec(mine.order_by(col(ContactRequest.id).desc()).limit(_SHOWN)).all())


def undecided_requests(session: Session, actor: Actor, now: datetime) -> list[ContactRequest]:
    """What this person asked for and still waits for."""
    waiting = (col(ContactRequest.agreed).is_(None), col(ContactRequest.decide_by) >= now)
    return list(session.exec(select(ContactRequest).where(*_own(actor), *waiting)).all())


def _own(actor: Actor) -> list[Any]:
    return [ContactRequest.asked_by == actor.login, col(ContactRequest.unit).is_not_distinct_from(actor.unit)]


def all_contact_requests(session: Session) -> list[ContactRequest]:
    """Everybody's, for those who decide: what is undecided first, then the latest."""
    waiting = select(ContactRequest).where(col(ContactRequest.agreed).is_(None)).order_by(col(ContactRequest.id).desc())
    decided = select(ContactRequest).where(col(ContactRequest.agreed).is_not(None))
    latest = decided.order_by(col(ContactRequest.id).desc())
    return [*session.exec(waiting.limit(_SHOWN)).all(), *session.exec(latest.limit(_SHOWN)).all()]
