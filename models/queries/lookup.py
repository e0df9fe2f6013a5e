"""A citizen's look-up: query code and the phone's last four digits, and nothing more than the answer."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from models.errors import NotFound
from models.tables.intake import Intake
from models.tables.messages import Message
from models.tables.orders import Rating, Reply, WorkOrder
from models.vocabulary import OrderStatus

_NOBODY = "没有找到这封来信。请核对查询码和手机号后四位。"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the sender may know. A sealed order says only that it was received (检举控告).

    `own`: the reply answers this very message; otherwise another's, into which it was merged, and is to be
    redacted before it is shown.
    """

    received_at: datetime
    title: str | None
    order_id: int | None
    number: str | None
    status: str
    unit: str | None
    accepted_at: datetime | None
    replied_at: datetime | None
    reply: str | None
    outcome: str | None
    sealed: bool
    may_rate: bool
    own: bool = True


def look_up(session: Session, code: str, last4: str) -> Answer:
    """The same NotFound for a wrong code and for wrong digits."""
    message = session.exec(select(Message).where(Message.query_code == code)).first()
    if message is None:
        return _taken_in(session, code, last4)
    _must_match(message.phone, last4)
    order = session.get(WorkOrder, message.order_id) if message.order_id else None
    while order is not None and order.merged_into is not None:
        order = session.get(WorkOrder, order.merged_into)
    if order is None or order.sealed:
        return _received(message.received_at, message.title, sealed=True)
    return _answer(session, message, order)


def _answer(session: Session, message: Message, order: WorkOrder) -> Answer:
    reply = session.exec(
        select(Reply)
        .where(Reply.order_id == order.id, col(Reply.sent_at).is_not(None), Reply.cycle == order.cycle)
        .order_by(col(Reply.id).desc())
    ).first()
    rated = session.exec(select(Rating.id).where(Rating.order_id == order.id, Rating.cycle == order.cycle)).first()
    answered = OrderStatus(order.status) in {OrderStatus.REPLIED, OrderStatus.CLOSED}
    return Answer(
        received_at=message.received_at, title=message.title, order_id=order.id, number=order.number,
        status=OrderStatus(order.status).label, unit=order.lead_unit, accepted_at=order.accepted_at,
        replied_at=order.replied_at, reply=reply.text if reply else None, outcome=order.outcome, sealed=False,
        may_rate=answered and rated is None, own=message.order_id == order.id,
    )  # fmt: skip


def _taken_in(session: Session, code: str, last4: str) -> Answer:
    """Received a moment ago and still on the queue."""
    row = session.exec(select(Intake).where(Intake.query_code == code)).first()
    if row is None:
        raise NotFound(_NOBODY)
    said = json.loads(row.payload).get("message", {})
    _must_match(said.get("phone"), last4)
    return _received(row.taken_in_at, said.get("title"), sealed=False)


def _received(at: datetime, title: str | None, *, sealed: bool) -> Answer:
    status = "已收到，正在依规办理" if sealed else "已收到"
    return Answer(
        received_at=at, title=title, order_id=None, number=None, status=status, unit=None, accepted_at=None,
        replied_at=None, reply=None, outcome=None, sealed=sealed, may_rate=False,
    )  # fmt: skip


def last4_of(phone: str | None) -> str | None:
    """The digits that a look-up asks for; None for who left no number and can look nothing up."""
    digits = "".join(c for c in phone or "" if c.isdigit())
    return digits[-4:] if len(digits) >= 4 else None  # noqa: PLR2004


def _must_match(phone: str | None, last4: str) -> None:
    if last4_of(phone) is None or last4_of(phone) != last4:
        raise NotFound(_NOBODY)
