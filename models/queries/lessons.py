"""What the knowledge base learns from: the office's newest answers, and what people wrote. Bounded at any size."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Select
from sqlmodel import Session, col, select

from models.tables.messages import Message
from models.tables.orders import Reply, WorkOrder
from models.vocabulary import Procedure

_PAGE = 200  # texts in memory at once


def answered_messages(session: Session, before: datetime, most: int) -> Iterator[tuple[str, str, str]]:
    """Title, text and answer, the newest answers first: of each order's present round, with its first message."""
    newest = select(Reply.id).where(col(Reply.sent_at) < before).order_by(col(Reply.id).desc()).limit(most)
    chosen = newest.subquery()
    statement = (
        _open(select(Reply.id, Message.title, Message.text, Reply.text))
        .join(Reply, col(Reply.order_id) == col(WorkOrder.id))
        .join(chosen, chosen.c.id == col(Reply.id))
        .where(col(Reply.cycle) == col(WorkOrder.cycle))
        .order_by(col(Reply.id).desc(), col(Message.received_at), col(Message.id))
    )
    last = None
    for reply, title, text, answer in session.execute(statement.execution_options(yield_per=_PAGE)):
        if reply != last:
            yield title or "", text, answer
        last = reply


def newest_messages(session: Session, before: datetime, most: int) -> Iterator[tuple[str, str]]:
    """Title and text, of the newest orders first, answered or not."""
    received = col(WorkOrder.received_at)
    newest = select(WorkOrder.id).where(received < before).order_by(received.desc(), col(WorkOrder.id).desc())
    chosen = newest.limit(most).subquery()
    statement = (
        _open(select(Message.title, Message.text))
        .join(chosen, chosen.c.id == col(WorkOrder.id))
        .order_by(received.desc(), col(WorkOrder.id).desc(), col(Message.received_at), col(Message.id))
        .limit(most)
    )
    for title, text in session.execute(statement.execution_options(yield_per=_PAGE)):
        yield title or "", text


def _open(statement: Select[Any]) -> Select[Any]:
    """Nothing sealed, nothing told in confidence, nothing erased."""
    return statement.select_from(Message).join(WorkOrder, col(WorkOrder.id) == col(Message.order_id)).where(
        col(WorkOrder.sealed).is_(False), col(WorkOrder.procedure) != Procedure.ACCUSATION.value,
        col(Message.confidential).is_(False), col(Message.erased_at).is_(None), col(Message.text).is_not(None),
    )  # fmt: skip
