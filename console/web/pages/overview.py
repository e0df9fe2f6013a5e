"""The first page after signing in: figures, each with its denominator and the way to its rows."""

from datetime import timedelta

from fastapi import APIRouter, Request
from fastapi.responses import Response

from console.web.context import house_of, must_be, pages
from console.web.menu import allowed
from models.database import reading
from models.queries.figures import by_unit, headline
from models.queries.lateness import stage_lateness, unit_lateness
from models.queries.rates import unit_rates

router = APIRouter()
_PERIOD_DAYS = 30


@router.get("/console/")
def overview(request: Request) -> Response:
    must_be(request, *allowed("/console/"))
    house = house_of(request)
    with reading(house.engine) as session:
        now = house.now()
        since = now - timedelta(days=_PERIOD_DAYS)
        late = unit_lateness(session, house.reckoner, since, now)
        rates = {each.unit: each.shares for each in unit_rates(session, since, now)}
        values = {
            "figures": headline(session, now), "units": by_unit(session, now), "late": late, "days": _PERIOD_DAYS,
            "stages": stage_lateness(session, since, now), "centre": house.profile.centre, "rates": rates,
        }  # fmt: skip
    return pages(request).show(request, "overview.html", values)
