"""Yearly figures for the annual report (T 一), and the service hall's counts that are entered by hand."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from console.web.context import back, house_of, must_be, pages
from console.web.downloads import download
from console.web.menu import allowed
from flows.annual import COUNTED, HALL_APART, figures, name_of, workbook
from models.actions.hall_counts import enter_hall_count
from models.asked import year_asked
from models.database import writing
from models.errors import BadInput
from models.queries.annual import BY, MONTHS
from models.vocabulary import Role

router = APIRouter()
ROOM = "/console/annual"


@router.get(ROOM)
def shown(request: Request, year: str = "") -> Response:
    must_be(request, *allowed(ROOM))
    house = house_of(request)
    this_year = house.today().year
    chosen = year_asked(year, this_year) or this_year
    values = {
        "found": figures(house, chosen), "by": BY, "months": MONTHS, "years": range(this_year, this_year - 6, -1),
        "called": lambda dimension, code: name_of(house, dimension, code), "counted": COUNTED, "apart": HALL_APART,
    }  # fmt: skip
    return pages(request).show(request, "annual.html", values)


@router.get(f"{ROOM}.xlsx")
def file(request: Request, year: str = "") -> Response:
    must_be(request, *allowed(ROOM))
    house = house_of(request)
    this_year = house.today().year
    chosen = year_asked(year, this_year) or this_year
    return download(workbook(house, chosen), f"{chosen}年来件情况.xlsx")


@router.post(f"{ROOM}/hall")
def hall(
    request: Request, year: Annotated[int, Form()], month: Annotated[int, Form()],
    unit: Annotated[str, Form(max_length=60)], handled: Annotated[int, Form(ge=0, le=100_000_000)],
) -> Response:  # fmt: skip
    person = must_be(request, Role.MODERATOR, Role.SUPERVISOR)
    house = house_of(request)
    if unit not in house.profile.units_by_code:
        raise BadInput("单位不在本地单位名录中，请重新选择。")
    year_asked(str(year), house.today().year)
    with writing(house.engine) as session:
        enter_hall_count(session, year, month, unit, handled, person.actor, house.now())
    return back(f"{ROOM}?year={year}", "大厅办件已录入。")
