"""The moderators' desks: what waits to be screened, returns and more time to be decided, replies to be reviewed."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from console.accounts import SignedIn
from console.web import outcomes
from console.web.context import house_of, must_be, pages
from console.web.marking import private_marked
from console.web.menu import allowed
from console.web.outcomes import carried_in
from console.web.search import nothing_found, searched
from flows.concealing import own_of
from flows.house import House
from flows.repeats import repeats
from flows.suggesting import likely_units, suggested
from models.actions.avoiding import also_accuses
from models.database import reading
from models.queries.answered import marked_repeats
from models.queries.filters import own_filters
from models.queries.order_lists import (
    TriageFilter,
    TriageLine,
    count_triage,
    triage_lines,
    waiting_requests,
    waiting_returns,
    waiting_reviews,
)
from models.queries.orders import find_order, first_messages
from models.queries.people import names
from models.queries.undoable import undoable
from models.vocabulary import Role

router = APIRouter()
ASKED = ("q", "domain", "channel", "urgency")
BULK = {"accept": "按建议派单", "dispatch": "派单", "reclassify": "更正领域", "merge": "并单"}
_EXCERPT = 220  # characters of a message shown in the list


@router.get("/console/triage")
def triage(request: Request) -> Response:
    """The list as the address asks for it, under what was done with many rows before it."""
    person, house = must_be(request, *allowed("/console/triage")), house_of(request)
    asked = asked_of(request)
    with reading(house.engine) as session:
        wanted = TriageFilter(
            domain=asked["domain"] or None, channel=asked["channel"] or None, urgency=asked["urgency"] or None,
            found=searched(house, session, asked["q"]),
        )  # fmt: skip
        lines = triage_lines(session, person.actor, wanted)
        given = {name: value for name, value in asked.items() if value}
        mine = undoable(session, person.actor, house.now()) if person.role is Role.MODERATOR else []
        values = {
            "total": count_triage(session, person.actor, wanted), "asked": asked,
            "outcome": _outcome(request, person, {order.number for _, order in mine}), "undoable": mine,
            "given": given, "nothing": nothing_found(house, asked["q"], "待审看来件", narrowed=len(given) > 1),
            "repeated": marked_repeats(session, person.actor), "filters": own_filters(session, "triage", person.actor),
        }  # fmt: skip
    return pages(request).show(request, "triage.html", {**values, "rows": [_row(house, line) for line in lines]})


def asked_of(request: Request) -> dict[str, str]:
    """What narrows the list."""
    return {name: request.query_params.get(name, "").strip()[:100] for name in ASKED}


def _outcome(request: Request, person: SignedIn, undoable: set[str]) -> dict[str, Any] | None:
    """What was done, and which of it may still be taken back."""
    found = carried_in(house_of(request), person.login, request.query_params.get(outcomes.NAME, ""))
    if found is None:
        return None
    undo = [number for number in found.done if number in undoable] if found.act in BULK else []
    return {"said": BULK.get(found.act, "撤销"), "done": found.done, "faults": found.faults, "undo": undo}


def _row(house: House, line: TriageLine) -> dict[str, Any]:
    text = "" if line.order.sealed or line.message is None else (line.message.text or "")
    pieces, kinds = private_marked(text, own_of(line.message), _EXCERPT)
    findings = line.message.findings if line.message else {}
    return {
        "line": line, "order": line.order, "findings": findings,
        "suggestion": suggested(house.profile, line.order, line.message),
        "also_accuses": also_accuses(line.order, line.message),
        "likely": list(dict.fromkeys(likely_units(house.profile, line.order, line.message))),
        "pieces": pieces, "private": kinds, "cut": len(text) > _EXCERPT,
    }  # fmt: skip


@router.get("/console/triage/{number}/repeats")
def likely_repeats(request: Request, number: str) -> Response:
    """重复件 of one row, asked for by the list when the row is looked at; a page of its own without scripts."""
    person = must_be(request, Role.MODERATOR)
    with reading(house_of(request).engine) as session:
        order = find_order(session, person.actor, number)
        found = repeats(session, order.id or 0)
    part = request.headers.get("x-part") == "1"
    to = "triage?" + request.url.query if request.url.query else "triage"
    template = "_triage_repeats.html" if part else "triage_repeats.html"
    return pages(request).show(request, template, {"order": order, "repeats": found, "to": to, "part": part})


@router.get("/console/returns")
def returns(request: Request) -> Response:
    must_be(request, *allowed("/console/returns"))
    with reading(house_of(request).engine) as session:
        values = {
            "returns": waiting_returns(session), "requests": waiting_requests(session), "names": names(session),
        }  # fmt: skip
    return pages(request).show(request, "returns.html", values)


@router.get("/console/reviews")
def reviews(request: Request) -> Response:
    must_be(request, *allowed("/console/reviews"))
    house = house_of(request)
    with reading(house.engine) as session:
        waiting = waiting_reviews(session, house.now())
        messages = first_messages(session, [line.order.id for line, _ in waiting])
        values = {"waiting": waiting, "messages": messages, "names": names(session)}
    return pages(request).show(request, "reviews.html", values)
