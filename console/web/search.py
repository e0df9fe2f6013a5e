"""What a person types into the search field: an order number, a query code, a phone's last digits, or words."""

import re

from sqlmodel import Session, col, select

from flows.house import House
from models.queries.search import found_orders
from models.tables.messages import Message
from models.tables.orders import WorkOrder

_MOST = 500


def searched(house: House, session: Session, typed: str) -> list[int]:
    """Order ids; sealed ones are in no index, and the list drops them once more."""
    typed = typed.strip()[:100]
    if re.fullmatch(r"[A-Za-z]{1,4}\d{6,}", typed):
        numbered = select(WorkOrder.id).where(col(WorkOrder.number).startswith(typed.upper(), autoescape=True))
        return [i for i in session.exec(numbered.limit(_MOST)).all() if i is not None]
    if re.fullmatch(r"[2-9A-Z]{12}", typed.upper()) and not typed.isdigit():
        coded = select(Message.order_id).where(Message.query_code == typed.upper())
        return [i for i in session.exec(coded).all() if i is not None]
    if re.fullmatch(r"\d{4,11}", typed):
        called = select(Message.order_id).where(col(Message.phone).endswith(typed, autoescape=True))
        return [i for i in session.exec(called.limit(_MOST)).all() if i is not None]
    return found_orders(session, house.search_words(typed), _MOST)
