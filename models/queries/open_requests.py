"""What the open interface may list: answered, agreed to by everybody who wrote, ordinary, never sealed.

A citizen's words and the answer are shown only as a published edition has them: reviewed (先审查后公开、一事一审).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from models.tables.editions import Edition, EditionItem
from models.tables.intake import Intake
from models.tables.messages import Message
from models.tables.orders import WorkOrder
from models.vocabulary import CaseType, Disclosure, EditionStatus, OrderStatus, Procedure


@dataclass(frozen=True, slots=True)
class RequestFilter:
    """None means any. `numbers` overrule the rest, as GeoReport has it."""

    numbers: Sequence[str] | None = None
    domains: Sequence[str] | None = None
    since: datetime | None = None
    until: datetime | None = None
    page: int = 1
    page_size: int = 100


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """`summary` and `answer` are None until an edition with them is published."""

    order: WorkOrder
    summary: str | None
    answer: str | None


def open_requests(session: Session, wanted: RequestFilter) -> list[OpenRequest]:
    """Newest first, a page of them."""
    orders = session.exec(
        select(WorkOrder)
        .where(*_public(), *_conditions(wanted))
        .order_by(col(WorkOrder.received_at).desc(), col(WorkOrder.id).desc())
        .offset((wanted.page - 1) * wanted.page_size)
        .limit(wanted.page_size)
    ).all()
    printed = _printed(session, [order.id for order in orders])
    return [OpenRequest(order, *printed.get(order.id, (None, None))) for order in orders]


def number_of_token(session: Session, query_code: str) -> tuple[bool, str | None]:
    """(is the token known, the order's number). A sealed order looks like one that is not registered yet."""
    known = session.exec(select(Intake.id).where(Intake.query_code == query_code)).first() is not None
    number = session.exec(
        select(WorkOrder.number)
        .join(Message, col(Message.order_id) == col(WorkOrder.id))
        .where(Message.query_code == query_code, col(WorkOrder.sealed).is_(False))
    ).first()
    return known or number is not None, number


def _conditions(wanted: RequestFilter) -> list[Any]:
    if wanted.numbers is not None:
        return [col(WorkOrder.number).in_(wanted.numbers)]
    conditions: list[Any] = []
    if wanted.domains is not None:
        conditions.append(col(WorkOrder.domain).in_(wanted.domains))
    if wanted.since is not None:
        conditions.append(col(WorkOrder.received_at) >= wanted.since)
    if wanted.until is not None:
        conditions.append(col(WorkOrder.received_at) <= wanted.until)
    return conditions


def _public() -> list[Any]:
    """Consent unstated is no, and one of several who did not agree is enough to keep it closed."""
    return [
        col(WorkOrder.status).in_([OrderStatus.REPLIED.value, OrderStatus.CLOSED.value]),
        col(WorkOrder.replied_at).is_not(None),
        WorkOrder.procedure == Procedure.ORDINARY.value,
        WorkOrder.case_type == CaseType.ORDER.value,
        col(WorkOrder.sealed).is_(False),
        col(WorkOrder.disclosure).in_([Disclosure.PUBLIC.value, Disclosure.PUBLIC_CUT.value]),
        exists().where(_message_of_order()),
        ~exists().where(_message_of_order(), _closed_message()),
    ]


def _message_of_order() -> Any:  # noqa: ANN401  (a SQL expression)
    merged = aliased(WorkOrder)
    into = select(merged.id).where(merged.merged_into == WorkOrder.id).correlate(WorkOrder)
    return or_(col(Message.order_id) == col(WorkOrder.id), col(Message.order_id).in_(into))


def _closed_message() -> Any:  # noqa: ANN401  (a SQL expression)
    return or_(
        col(Message.may_publish).is_(False), col(Message.confidential).is_(True), col(Message.erased_at).is_not(None)
    )


def _printed(session: Session, orders: Sequence[int | None]) -> dict[int | None, tuple[str, str]]:
    rows = session.exec(
        select(EditionItem.order_id, EditionItem.summary, EditionItem.answer)
        .join(Edition, col(Edition.id) == col(EditionItem.edition_id))
        .where(Edition.status == EditionStatus.PUBLISHED.value)
        .where(col(EditionItem.order_id).in_(orders), col(EditionItem.chosen).is_(True))
        .order_by(col(EditionItem.id))
    ).all()
    return {order: (summary, answer) for order, summary, answer in rows}
