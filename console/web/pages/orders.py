"""Work orders: the list, and one order whole on one screen."""

import uuid
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from sqlmodel import Session

from console.accounts import SignedIn
from console.web.context import house_of, must_be, pages
from console.web.downloads import download
from console.web.marking import marked
from console.web.may import moves_for
from console.web.menu import allowed
from console.web.search import nothing_found, searched
from flows.answered_repeats import answered_before
from flows.concealing import concealed
from flows.house import House
from flows.knowledge import suggestions
from flows.repeats import repeats
from flows.suggesting import suggested
from models.actions.avoiding import also_accuses, avoided
from models.actions.contacts import ASKERS
from models.actions.looking import LOOKERS, unmask
from models.actions.matrix_versions import version_at
from models.actions.ringing import running
from models.actions.stage_clocks import contact_owed
from models.actors import SYSTEM, Actor
from models.asked import place_asked
from models.contact_words import LookReason
from models.database import reading, writing
from models.errors import NotFound
from models.queries.answered import sender_of
from models.queries.filters import own_filters
from models.queries.knowledge import of_reply
from models.queries.lateness import order_lateness
from models.queries.order_lists import PAGE, OrderFilter, count_orders, counted_to, list_orders
from models.queries.orders import OrderWhole, find_order, others_of_sender, whole_order
from models.queries.people import names, names_by_link
from models.tables.messages import Message
from models.tables.orders import Assignment, WorkOrder
from models.vocabulary import OrderStatus, Role
from models.workflow import OPEN_STATUSES

router = APIRouter()
GROUPS = {"open": OPEN_STATUSES, "answered": (OrderStatus.REPLIED.value, OrderStatus.CLOSED.value)}


@router.get("/console/orders")
def listed(
    request: Request, status: str = "", domain: str = "", unit: str = "", q: str = "", overdue: str = "",
    counted: str = "", before: str = "",
) -> Response:  # fmt: skip
    person = must_be(request, *allowed("/console/orders"))
    house = house_of(request)
    asked = {"status": status, "domain": domain, "unit": unit, "q": q, "overdue": overdue, "counted": counted}
    with reading(house.engine) as session:
        wanted = order_filter(house, session, asked, place_asked(before))
        lines = list_orders(session, person.actor, wanted, house.now())
        total = count_orders(session, person.actor, wanted, house.now()) if not before else None
        filters = own_filters(session, "orders", person.actor)
    given = {name: value for name, value in asked.items() if value}
    values = {
        "exports": person.role in ASKERS,
        "most_contacts": house.profile.security.contacts_most,
        "filters": filters,
        "given": given,
        "nothing": nothing_found(house, q, "工单", narrowed=len(given) > 1),
        "lines": lines,
        "asked": asked,
        "total": total,
        "most": counted_to(wanted),
        "more": lines[-1].order.id if len(lines) == PAGE else None,
    }
    return pages(request).show(request, "orders.html", values)


def order_filter(house: House, session: Session, asked: Mapping[str, str], before: int | None = None) -> OrderFilter:
    """The list's fields as they stand in its address."""
    status, q = asked.get("status", ""), asked.get("q", "")
    return OrderFilter(
        statuses=GROUPS.get(status, (status,) if status else ()), domain=asked.get("domain") or None,
        unit=asked.get("unit") or None, overdue=bool(asked.get("overdue")), counted=bool(asked.get("counted")),
        found=searched(house, session, q), before=before,
    )  # fmt: skip


@router.get("/console/orders/{number}")
def one(request: Request, number: str) -> Response:
    return _page(request, must_be(request, *allowed("/console/orders")), number, contacts=False)


@router.post("/console/orders/{number}/contacts")
def contacts(
    request: Request, number: str, why: Annotated[LookReason, Form()],
    words: Annotated[str, Form(max_length=60)] = "",
) -> Response:  # fmt: skip
    """The same page with who wrote and how to reach them; who looked and why stands in the history."""
    person = must_be(request, *LOOKERS)
    house = house_of(request)
    with writing(house.engine) as session:
        order = find_order(session, person.actor, number)
        unmask(session, order, why, person.actor, house.now(), words=concealed(words))
    return _page(request, person, number, contacts=True)


def _page(request: Request, person: SignedIn, number: str, *, contacts: bool) -> Response:
    with reading(house_of(request).engine) as session:
        values = order_values(session, house_of(request), person.actor, number)
        values |= {"contacts": contacts, "may_unmask": person.role in LOOKERS}
        values["ringing"] = running(session, values["order"].id)
        values["sender"] = sender_of(session, person.actor, values["order"])
        tells = person.role is Role.MODERATOR
        values["answered"] = answered_before(session, house_of(request), values["order"]) if tells else []
        values["repeats"] = session.get(WorkOrder, values["order"].repeats) if values["order"].repeats else None
        values["similar"] = repeats(session, values["order"].id) if tells else []
        values["avoided"] = sorted(avoided(session, house_of(request).profile, values["order"]))
        values["matrix"] = version_at(session, first.assigned_at) if (first := _first_lead(values)) else None
    return pages(request).show(request, "order.html", values)


def _first_lead(values: dict[str, Any]) -> Assignment | None:
    """The part that the matrix gave: later ones are people's, and an imported order's is another system's."""
    whole: OrderWhole = values["whole"]
    parts = [] if any(h.action == "import" for h in whole.history) else whole.assignments
    return next((a for a in parts if a.part == "lead" and a.assigned_by == SYSTEM.login), None)


@router.get("/console/orders/{number}/files/{message}/{index}")
def file(request: Request, number: str, message: uuid.UUID, index: int) -> Response:
    person = must_be(request, *allowed("/console/orders"))
    return attachment(request, person.actor, number, message, index)


def order_values(session: Session, house: House, actor: Actor, number: str) -> dict[str, Any]:
    """What the order's page shows: the whole, what this person may do now, promises marked in the replies."""
    reckoner, now = house.reckoner, house.now()
    whole = whole_order(session, actor, number)
    order = whole.order
    first = next((m for m in whole.messages if m.order_id == order.id), None)
    into = session.get(WorkOrder, order.merged_into) if order.merged_into else None
    return {
        "whole": whole, "order": order, "may": moves_for(actor.role, OrderStatus(order.status)),
        "findings": first.findings if first else {}, "suggestion": suggested(house.profile, order, first),
        "also_accuses": also_accuses(order, first), "texts": _texts(whole),
        "waiting": next((r for r in reversed(whole.replies) if r.approved is None and r.sent_at is None), None),
        "request": next((r for r in whole.requests if r.granted is None), None),
        "pause": next((r for r in whole.requests if r.until and not r.ended_at), None),
        "hung": next((r for r in whole.requests if r.kind == "hanging" and r.granted and not r.ended_at), None),
        "consultation": next((c for c in whole.consultations if c.concluded_at is None), None),
        "contact_owed": contact_owed(session, order.id or 0),
        "late": order_lateness(session, reckoner, order.id or 0, now),
        "suggestions": suggestions(house, session, order, whole.messages) if order.status in OPEN_STATUSES else [],
        "collects": order.status in GROUPS["answered"] and not order.sealed and not _collected(session, whole),
        "others": others_of_sender(session, actor, whole), "into": into,
        "names": names(session) | names_by_link(session, order.id or 0, (h.actor for h in whole.history)),
    }  # fmt: skip


def _collected(session: Session, whole: OrderWhole) -> bool:
    """Whether an answer of this order is in the knowledge base already."""
    return any(of_reply(session, reply.id) for reply in whole.replies)


def _texts(whole: OrderWhole) -> dict[int | None, list[tuple[str, bool]]]:
    spans = [(p.reply_id, (p.start, p.end)) for p in whole.promises]
    return {r.id: marked(r.text, [span for reply, span in spans if reply == r.id]) for r in whole.replies}


def attachment(request: Request, actor: Actor, number: str, message: uuid.UUID, index: int) -> Response:
    """A citizen's file, always as a download of unknown type: it is never opened in our own name."""
    house = house_of(request)
    with reading(house.engine) as session:
        order = find_order(session, actor, number)
        found = session.get(Message, message)
        belongs = found is not None and found.order_id is not None and _joined(session, found.order_id, order)
    if found is None or not belongs or not 0 <= index < len(found.attachments):
        raise NotFound("没有找到这个附件。")
    kept = found.attachments[index]
    return download(house.blobs.get(str(kept["blob"])), str(kept.get("name") or "附件"))


def _joined(session: Session, order_id: int, order: WorkOrder) -> bool:
    if order_id == order.id:
        return True
    merged = session.get(WorkOrder, order_id)
    return merged is not None and merged.merged_into == order.id
