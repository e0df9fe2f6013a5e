"""来电登记表: a unit's own calls, all units' for the centre; on the screen, and as a sheet that prints on A4."""

from datetime import date, timedelta
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from console.web.context import house_of, must_be, pages
from console.web.menu import allowed
from console.web.pages.orders import download
from flows.call_register import COLUMNS, register_rows
from flows.paper_periods import between
from flows.papers import print_roll
from models.actors import Actor
from models.errors import BadInput
from models.vocabulary import Role

router = APIRouter()
_LONGEST = timedelta(days=366)
_OWN, _ALL = "/unit/register/table", "/console/calls"


@router.get(_OWN)
def own(request: Request, first: str = "", last: str = "") -> Response:
    return _table(request, must_be(request, Role.UNIT).actor, _OWN, first, last, None)


@router.get(_OWN + ".xlsx")
def own_sheet(request: Request, first: str = "", last: str = "") -> Response:
    return _sheet(request, must_be(request, Role.UNIT).actor, first, last, None)


@router.get(_ALL)
def everybodys(request: Request, first: str = "", last: str = "", unit: str = "") -> Response:
    return _table(request, must_be(request, *allowed("/console/callbacks")).actor, _ALL, first, last, unit or None)


@router.get(_ALL + ".xlsx")
def everybodys_sheet(request: Request, first: str = "", last: str = "", unit: str = "") -> Response:
    return _sheet(request, must_be(request, *allowed("/console/callbacks")).actor, first, last, unit or None)


def _table(request: Request, actor: Actor, base: str, first: str, last: str, unit: str | None) -> Response:
    begin, end = _days(request, first, last)
    values: dict[str, Any] = {
        "rows": register_rows(house_of(request), actor, begin, end, unit), "columns": COLUMNS, "base": base,
        "first": begin, "last": end, "unit": unit or "",
    }  # fmt: skip
    return pages(request).show(request, "call_register.html", values)


def _sheet(request: Request, actor: Actor, first: str, last: str, unit: str | None) -> Response:
    house = house_of(request)
    begin, end = _days(request, first, last)
    days = between(begin.isoformat(), end.isoformat(), end)
    printed = print_roll(house, actor, "calls", "xlsx", days, house.now(), unit=unit)
    return download(printed.content, f"来电登记表{begin}至{end}.xlsx")


def _days(request: Request, first: str, last: str) -> tuple[date, date]:
    """This month unless said otherwise; at most a year."""
    house = house_of(request)
    today = house.now().astimezone(house.settings.zone).date()
    try:
        end = date.fromisoformat(last) if last else today
        begin = date.fromisoformat(first) if first else end.replace(day=1)
    except ValueError:
        raise BadInput("起止日期格式有误，请按 2026-02-13 的样式填写。") from None
    if begin > end or end - begin > _LONGEST:
        raise BadInput("起始日期应在截止日期之前，且不超过一年。")
    return begin, end
