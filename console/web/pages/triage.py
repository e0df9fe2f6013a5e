"""The moderators' desks: what waits to be screened, returns and more time to be decided, replies to be reviewed."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from console.web.context import house_of, must_be, pages
from console.web.menu import allowed
from console.web.pages.orders import suggested
from models.database import reading
from models.queries.answered import marked_repeats
from models.queries.orders import (
    first_messages,
    triage_lines,
    waiting_requests,
    waiting_returns,
    waiting_reviews,
)
from models.queries.people import names

router = APIRouter()


@router.get("/console/triage")
def triage(request: Request) -> Response:
    person = must_be(request, *allowed("/console/triage"))
    with reading(house_of(request).engine) as session:
        lines = triage_lines(session, person.actor)
        repeated = marked_repeats(session, person.actor)
    rows = [(line, line.message.findings if line.message else {}, suggested(line.message)) for line in lines]
    return pages(request).show(request, "triage.html", {"rows": rows, "repeated": repeated})


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
