"""Editions and what may stand in them."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from models.errors import NotFound
from models.tables.editions import Edition, EditionItem, EditionReview
from models.tables.messages import Message
from models.tables.orders import Reply, WorkOrder
from models.vocabulary import CaseType, Disclosure, OrderStatus, Procedure


@dataclass(frozen=True, slots=True)
class Candidate:
    """An answered order that may be published, with its messages and the answer that was sent."""

    order: WorkOrder
    messages: list[Message]
    reply: Reply


def find_edition(session: Session, week: str) -> Edition | None:
    return session.exec(select(Edition).where(Edition.week == week)).first()


def must_find(session: Session, week: str) -> Edition:
    edition = find_edition(session, week)
    if edition is None:
        raise NotFound(f"还没有编 {week} 这一期，请先编辑。")
    return edition


def items_of(session: Session, edition_id: int | None) -> list[EditionItem]:
    statement = select(EditionItem).where(EditionItem.edition_id == edition_id)
    return list(session.exec(statement.order_by(col(EditionItem.position), col(EditionItem.id))).all())


def reviews_of(session: Session, edition: Edition) -> list[EditionReview]:
    """Those of the version that stands now: an edit after a review asks for a new one."""
    statement = select(EditionReview).where(
        EditionReview.edition_id == edition.id, EditionReview.edition_version == edition.version
    )
    return list(session.exec(statement.order_by(col(EditionReview.id))).all())


def all_editions(session: Session) -> list[Edition]:
    return list(session.exec(select(Edition).order_by(col(Edition.week).desc())).all())


def candidates(session: Session, first: datetime, last: datetime, edition_id: int | None) -> list[Candidate]:
    """Answered between the two moments, ordinary, and open to the public by everybody who wrote.

    Consent unstated is no; confidential, sealed, and anything but an ordinary order never (DOMAIN: 先审查后公开).
    """
    taken = select(EditionItem.order_id).where(EditionItem.edition_id != (edition_id or 0))
    orders = session.exec(
        select(WorkOrder)
        .where(
            col(WorkOrder.replied_at) >= first,
            col(WorkOrder.replied_at) < last,
            col(WorkOrder.status).in_([OrderStatus.REPLIED.value, OrderStatus.CLOSED.value]),
            WorkOrder.procedure == Procedure.ORDINARY.value,
            WorkOrder.case_type == CaseType.ORDER.value,
            col(WorkOrder.sealed).is_(False),
            col(WorkOrder.disclosure).in_([Disclosure.PUBLIC.value, Disclosure.PUBLIC_CUT.value]),
            col(WorkOrder.id).not_in(taken),
        )
        .order_by(col(WorkOrder.id))
    ).all()
    found = [_candidate(session, order) for order in orders]
    return [c for c in found if c is not None]


def _candidate(session: Session, order: WorkOrder) -> Candidate | None:
    merged = session.exec(select(WorkOrder.id).where(WorkOrder.merged_into == order.id)).all()
    messages = session.exec(
        select(Message)
        .where(col(Message.order_id).in_([order.id, *merged]))
        .order_by(col(Message.received_at), col(Message.id))
    ).all()
    reply = session.exec(
        select(Reply)
        .where(Reply.order_id == order.id, Reply.cycle == order.cycle, col(Reply.sent_at).is_not(None))
        .order_by(col(Reply.id).desc())
    ).first()
    consented = all(m.may_publish and not m.confidential and m.erased_at is None for m in messages)
    if reply is None or not messages or not consented:
        return None
    return Candidate(order, list(messages), reply)
