"""How a version of the judgement did, class by class, against what people decided: the record, not a test set."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.tables.messages import Message
from models.tables.orders import Correction, WorkOrder
from models.vocabulary import OrderStatus

_UNDECIDED = (OrderStatus.TRIAGE.value, OrderStatus.VOID.value, OrderStatus.MERGED.value)


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """`said`: the machine's; `stands`: what people left or made of it; `right`: both."""

    domain: str
    said: int
    stands: int
    right: int


def class_figures(session: Session, version: str, since: datetime) -> list[ClassFigures]:
    """By domain, of messages that this version judged, received since then, whose order a person or rule sent on."""
    judged = (
        Message.model_version == version, col(Message.received_at) >= since, col(WorkOrder.sealed).is_(False),
        col(WorkOrder.status).not_in(_UNDECIDED),
    )  # fmt: skip
    statement = (
        select(WorkOrder.domain, func.count())
        .select_from(Message)
        .join(WorkOrder, col(WorkOrder.id) == col(Message.order_id))
        .where(*judged)
        .group_by(WorkOrder.domain)
    )
    stands = Counter(dict(session.exec(statement).all()))
    said, right = stands.copy(), stands.copy()
    for was, now in _changed(session, judged):
        said[was] += 1
        said[now] -= 1
        right[now] -= 1
    return [ClassFigures(d, said[d], stands[d], right[d]) for d in sorted(said | stands)]


def _changed(session: Session, judged: tuple[object, ...]) -> list[tuple[str, str]]:
    """What the machine said and what stands, of each message whose domain was corrected; back again is no change."""
    statement = (
        select(Correction.message_id, Correction.was, WorkOrder.domain)
        .join(Message, col(Message.id) == col(Correction.message_id))
        .join(WorkOrder, col(WorkOrder.id) == col(Message.order_id))
        .where(Correction.field == "domain", *judged)  # type: ignore[arg-type]
        .order_by(col(Correction.id).desc())
    )
    first = {message: (was, now) for message, was, now in session.exec(statement).all()}
    return [(was, now) for was, now in first.values() if was != now]
