"""What a person types into the search field: an order number, a query code, a phone's last digits, or words."""

import re
from typing import TYPE_CHECKING

from sqlmodel import Session, col, select

from flows.house import House
from models.queries.search import has_words
from models.tables.messages import Message
from models.tables.orders import WorkOrder

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement


def searched(house: House, session: Session, typed: str) -> "ColumnElement[bool] | None":
    """A condition on orders, None where nothing is typed. Sealed ones have no words; lists drop them once more."""
    typed = typed.strip()[:100]
    if not typed:
        return None
    if re.fullmatch(r"[A-Za-z]{1,4}\d{6,}", typed):
        return col(WorkOrder.number).startswith(typed.upper(), autoescape=True)
    if re.fullmatch(r"[2-9A-Z]{12}", typed.upper()) and not typed.isdigit():
        return col(WorkOrder.id).in_(select(Message.order_id).where(Message.query_code == typed.upper()))
    if re.fullmatch(r"\d{4,11}", typed):
        called = col(Message.phone).endswith(typed, autoescape=True)
        return col(WorkOrder.id).in_(select(Message.order_id).where(called))
    return has_words(session, house.search_words(typed))
