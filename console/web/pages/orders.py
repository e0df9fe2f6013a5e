"""Work orders: the list, and one order whole on one screen."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from console.web.context import house_of, must_be, pages
from console.web.marking import marked
from console.web.menu import allowed
from console.web.search import searched
from models.database import reading
from models.queries.orders import (
    OPEN_STATUSES,
    PAGE,
    OrderFilter,
    OrderWhole,
    count_orders,
    list_orders,
    whole_order,
)
from models.vocabulary import OrderStatus
from models.workflow import MOVES

router = APIRouter()
_GROUPS = {"open": OPEN_STATUSES, "answered": (OrderStatus.REPLIED.value, OrderStatus.CLOSED.value)}


@router.get("/console/orders")
def listed(
    request: Request, status: str = "", domain: str = "", unit: str = "", q: str = "", overdue: str = "", before: int = 0
) -> Response:
    person = must_be(request, *allowed("/console/orders"))
    house = house_of(request)
    with reading(house.engine) as session:
        wanted = OrderFilter(
            statuses=_GROUPS.get(status, (status,) if status else ()), domain=domain or None, unit=unit or None,
            overdue=bool(overdue), ids=searched(house, session, q) if q.strip() else None, before=before or None,
        )  # fmt: skip
        lines = list_orders(session, person.actor, wanted, house.now())
        total = count_orders(session, person.actor, wanted, house.now()) if not before else None
    asked = {"status": status, "domain": domain, "unit": unit, "q": q, "overdue": overdue}
    values = {"lines": lines, "asked": asked, "total": total, "more": lines[-1].order.id if len(lines) == PAGE else None}
    return pages(request).show(request, "orders.html", values)


@router.get("/console/orders/{number}")
def one(request: Request, number: str) -> Response:
    person = must_be(request, *allowed("/console/orders"))
    house = house_of(request)
    with reading(house.engine) as session:
        whole = whole_order(session, person.actor, number)
    return pages(request).show(request, "order.html", order_values(whole))


def order_values(whole: OrderWhole) -> dict[str, Any]:
    """What the order's page shows: the whole, the moves that its state allows, promises marked in the replies."""
    status = OrderStatus(whole.order.status)
    moves = {action.value for action, move in MOVES.items() if status in move.starts}
    first = whole.messages[0] if whole.messages else None
    texts = {r.id: marked(r.text, [(p.start, p.end) for p in whole.promises if p.reply_id == r.id]) for r in whole.replies}
    return {
        "whole": whole, "order": whole.order, "moves": moves, "findings": first.findings if first else {},
        "texts": texts, "waiting": next((r for r in reversed(whole.replies) if r.approved is None), None),
    }  # fmt: skip
