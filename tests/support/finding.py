"""What a search over orders finds."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from models.queries.search import has_words
from models.tables.orders import WorkOrder


def found_orders(session: Session, words: Sequence[str]) -> list[int | None]:
    """Ids of the orders that have all the words, newest first."""
    found = select(WorkOrder.id).where(has_words(session, words).condition)
    return list(session.exec(found.order_by(col(WorkOrder.id).desc())).all())
