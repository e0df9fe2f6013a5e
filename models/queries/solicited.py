"""Messages that answer a solicitation, and those of which a person must say which one they answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from models.solicited import Heard
from models.tables.knowledge import Solicitation, SolicitedMessage
from models.tables.messages import Message
from models.tables.orders import WorkOrder
from models.vocabulary import Channel

_MOST = 200


@dataclass(frozen=True, slots=True)
class HeardLine:
    link: SolicitedMessage
    message: Message
    number: str


def messages_of(session: Session, solicitation_id: int) -> list[HeardLine]:
    """Those not yet written down first, then the others, each in the order in which they came."""
    lines = _lines(session, SolicitedMessage.solicitation_id == solicitation_id)
    return sorted(lines, key=lambda line: line.link.opinion_id is not None)


def waiting_messages(session: Session) -> list[HeardLine]:
    """民意征集 that names no solicitation which ran when it came."""
    return _lines(session, SolicitedMessage.how == Heard.WAITING.value)


def open_solicitations(session: Session) -> Sequence[Solicitation]:
    """Whose results are not public yet, the newest first."""
    statement = select(Solicitation).where(col(Solicitation.published_at).is_(None))
    return session.exec(statement.order_by(col(Solicitation.id).desc())).all()


def unnoted_messages(session: Session, since: datetime) -> list[Message]:
    """民意征集, and what was sent through the web, since then that no solicitation was looked for."""
    noted = select(SolicitedMessage.message_id).where(SolicitedMessage.message_id == Message.id)
    statement = (
        select(Message)
        .join(WorkOrder, col(WorkOrder.id) == col(Message.order_id))
        .where(
            col(Message.channel).in_([Channel.SURVEY.value, Channel.WEB.value]), col(Message.registered_at) >= since,
            col(WorkOrder.sealed).is_not(True), col(Message.text).is_not(None), ~noted.exists(),
        )
        .order_by(col(Message.registered_at), col(Message.id))
    )  # fmt: skip
    return list(session.exec(statement).all())


def _lines(session: Session, wanted: object) -> list[HeardLine]:
    rows = session.exec(
        select(SolicitedMessage, Message, WorkOrder.number)
        .join(Message, col(Message.id) == col(SolicitedMessage.message_id))
        .join(WorkOrder, col(WorkOrder.id) == col(Message.order_id))
        .where(wanted, col(WorkOrder.sealed).is_not(True), col(Message.erased_at).is_(None))  # type: ignore[arg-type]
        .order_by(col(Message.received_at), col(Message.id))
        .limit(_MOST)
    ).all()
    return [HeardLine(link, message, number) for link, message, number in rows]
