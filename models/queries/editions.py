"""Editions and what may stand in them."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.errors import NotFound
from models.tables.editions import Edition, EditionItem, EditionReview
from models.tables.messages import Message
from models.tables.orders import Reply, WorkOrder
from models.tables.record import History
from models.vocabulary import CaseType, Disclosure, EditionStatus, OrderStatus, Procedure, ReviewStep

_CHUNK = 500  # orders asked about at once


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


def chosen_of(session: Session, edition_id: int | None) -> list[EditionItem]:
    """What is printed; the rest are candidates that the editor may take instead."""
    return [item for item in items_of(session, edition_id) if item.chosen]


def public_editions(session: Session) -> list[Edition]:
    """What the public has an address of, newest week first: published, or withdrawn with a note that says so."""
    known = (col(Edition.status) == EditionStatus.PUBLISHED.value) | col(Edition.note).is_not(None)
    return list(session.exec(select(Edition).where(known).order_by(col(Edition.week).desc())).all())


def withdrawn_at(session: Session, week: str) -> datetime:
    """When it was withdrawn last."""
    rows = select(History.at).where(
        History.subject == "edition", History.subject_id == week, History.action == "withdraw"
    )
    return session.exec(rows.order_by(col(History.id).desc())).first() or must_find(session, week).compiled_at


def missing_steps(session: Session, edition: Edition) -> list[ReviewStep]:
    """Reviews that the standing version still needs."""
    agreed = {r.step for r in reviews_of(session, edition) if r.approved}
    return [step for step in ReviewStep if step.value not in agreed]


@dataclass(frozen=True, slots=True)
class Hands:
    """Who made an edition's text, and which fields of which item were written by hand (from the history)."""

    people: frozenset[str]
    fields: dict[int, set[str]]


def hands_of(session: Session, edition: Edition) -> Hands:
    rows = session.exec(
        select(History).where(
            History.subject == "edition", History.subject_id == edition.week,
            col(History.action).in_(["compile", "edit"]),
        )
    ).all()  # fmt: skip
    fields: dict[int, set[str]] = defaultdict(set)
    for row in rows:
        if row.action == "edit":
            fields[int(row.detail["item"])].update(row.detail["fields"])
    people = {row.actor for row in rows if row.action == "edit" or row.detail.get("changed")}
    return Hands(frozenset({edition.compiled_by, *people}), dict(fields))


def last_hand(session: Session, edition: Edition, item_id: int) -> str | None:
    """Who wrote an item by hand last; None where it stands as it was compiled."""
    edits = select(History).where(
        History.subject == "edition", History.subject_id == edition.week, History.action == "edit"
    )
    rows = session.exec(edits.order_by(col(History.id).desc())).all()
    return next((row.actor for row in rows if row.detail["item"] == item_id), None)


def reviews_of(session: Session, edition: Edition) -> list[EditionReview]:
    """Those of the version that stands now: an edit after a review asks for a new one."""
    statement = select(EditionReview).where(
        EditionReview.edition_id == edition.id, EditionReview.edition_version == edition.version
    )
    return list(session.exec(statement.order_by(col(EditionReview.id))).all())


def all_editions(session: Session) -> list[Edition]:
    return list(session.exec(select(Edition).order_by(col(Edition.week).desc())).all())


def answers_between(session: Session, first: datetime, last: datetime) -> int:
    """How many orders that stand open to everybody were answered then."""
    counted = (
        select(func.count())
        .select_from(WorkOrder)
        .where(col(WorkOrder.replied_at) >= first, col(WorkOrder.replied_at) < last, col(WorkOrder.sealed).is_(False))
    )
    return session.exec(counted).one()


def candidates(
    session: Session, first: datetime, last: datetime, edition_id: int | None, only: Sequence[int] | None = None
) -> list[Candidate]:
    """Answered between the two moments, ordinary, and open to the public by everybody who wrote.

    Consent unstated is no; confidential, sealed, and anything but an ordinary order never (DOMAIN: 先审查后公开).
    What another edition has published is not published twice. `only`: ask about these orders alone.
    """
    taken = (
        select(EditionItem.order_id)
        .join(Edition, col(Edition.id) == col(EditionItem.edition_id))
        .where(
            EditionItem.edition_id != (edition_id or 0), col(EditionItem.chosen).is_(True),
            Edition.status == EditionStatus.PUBLISHED.value,
        )
    )  # fmt: skip
    statement = select(WorkOrder).where(
        col(WorkOrder.replied_at) >= first,
        col(WorkOrder.replied_at) < last,
        col(WorkOrder.status).in_([OrderStatus.REPLIED.value, OrderStatus.CLOSED.value]),
        WorkOrder.procedure == Procedure.ORDINARY.value,
        WorkOrder.case_type == CaseType.ORDER.value,
        col(WorkOrder.sealed).is_(False),
        col(WorkOrder.disclosure).in_([Disclosure.PUBLIC.value, Disclosure.PUBLIC_CUT.value]),
        col(WorkOrder.id).not_in(taken),
    )
    if only is not None:
        statement = statement.where(col(WorkOrder.id).in_(only))
    orders = list(session.exec(statement.order_by(col(WorkOrder.id))).all())
    return [c for at in range(0, len(orders), _CHUNK) for c in _candidates(session, orders[at : at + _CHUNK])]


def _candidates(session: Session, orders: Sequence[WorkOrder]) -> Iterator[Candidate]:
    """Those with an answer and everybody's consent: who merged into an order is asked too."""
    ids = [order.id for order in orders]
    joined = select(WorkOrder.id, WorkOrder.merged_into).where(col(WorkOrder.merged_into).in_(ids))
    root: dict[int | None, int | None] = dict(session.exec(joined).all())
    messages: dict[int | None, list[Message]] = defaultdict(list)
    written = select(Message).where(col(Message.order_id).in_([*ids, *root]))
    for message in session.exec(written.order_by(col(Message.received_at), col(Message.id))).all():
        messages[root.get(message.order_id, message.order_id)].append(message)
    replies = _answers(session, ids)
    for order in orders:
        reply, heard = replies.get((order.id or 0, order.cycle)), messages[order.id]
        if reply is not None and heard and all(map(_consents, heard)):
            yield Candidate(order, heard, reply)


def _answers(session: Session, ids: Sequence[int | None]) -> dict[tuple[int, int], Reply]:
    """By order and round (`cycle`): the answer that was sent last in it."""
    sent = select(Reply).where(col(Reply.order_id).in_(ids), col(Reply.sent_at).is_not(None))
    return {(reply.order_id, reply.cycle): reply for reply in session.exec(sent.order_by(col(Reply.id))).all()}


def _consents(message: Message) -> bool:
    return message.may_publish and not message.confidential and message.erased_at is None


def writers_of(session: Session, items: Sequence[EditionItem]) -> list[Message]:
    """Everything that was written in the items' orders, whatever became of them since."""
    ids = [item.order_id for item in items]
    joined = select(WorkOrder.id).where(col(WorkOrder.merged_into).in_(ids))
    return list(
        session.exec(select(Message).where(col(Message.order_id).in_(ids) | col(Message.order_id).in_(joined))).all()
    )


@dataclass(frozen=True, slots=True)
class Original:
    """What an item was made of, for the editor to compare; `disclosure` is its order's."""

    number: str
    disclosure: str
    messages: list[Message]
    reply: Reply | None


def originals(session: Session, items: Sequence[EditionItem]) -> dict[int, Original]:
    """By order; nothing of an order that was sealed since, and the answer of its present round."""
    ids = [item.order_id for item in items]
    orders = session.exec(select(WorkOrder).where(col(WorkOrder.id).in_(ids), col(WorkOrder.sealed).is_(False))).all()
    open_ids = [order.id for order in orders]
    messages: dict[int | None, list[Message]] = defaultdict(list)
    for message in session.exec(
        select(Message).where(col(Message.order_id).in_(open_ids)).order_by(col(Message.received_at))
    ).all():
        messages[message.order_id].append(message)
    replies = _answers(session, open_ids)
    return {
        order.id or 0: Original(
            order.number, order.disclosure, messages[order.id], replies.get((order.id or 0, order.cycle))
        )
        for order in orders
    }
