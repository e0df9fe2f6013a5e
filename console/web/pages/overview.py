"""The first page after signing in: figures, each with its denominator and the way to its rows."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from console.web.context import house_of, must_be, pages
from console.web.menu import allowed
from models.database import reading
from models.queries.figures import by_unit, headline

router = APIRouter()


@router.get("/console/")
def overview(request: Request) -> Response:
    must_be(request, *allowed("/console/"))
    house = house_of(request)
    with reading(house.engine) as session:
        values = {"figures": headline(session, house.now()), "units": by_unit(session, house.now())}
    return pages(request).show(request, "overview.html", values)
