"""The rates on the supervision desk: by unit, each with its formula, its denominator and the way to its rows."""

from datetime import datetime, timedelta

from fastapi import APIRouter, Request
from fastapi.responses import Response

from console.web.context import house_of, must_be, pages
from console.web.downloads import download
from console.web.menu import allowed
from flows.figure_lists import rate_list
from models.asked import BadAsked
from models.database import reading
from models.errors import NotFound
from models.queries.rates import BY_CODE, RATES, Rate, rate_rows, share_of, together, unit_rates

router = APIRouter()
_ROOM = "/console/supervision"
_PERIODS = (30, 90, 365)
SHOWN = 500


@router.get(_ROOM + "/figures")
def rates(request: Request, days: int = _PERIODS[0]) -> Response:
    must_be(request, *allowed(_ROOM))
    house = house_of(request)
    now, days = house.now(), _offered(days)
    with reading(house.engine) as session:
        units = unit_rates(session, now - timedelta(days=days), now)
    values = {"units": units, "all": together(units), "rates": RATES, "days": days, "periods": _PERIODS}
    return pages(request).show(request, "rates.html", values)


@router.get(_ROOM + "/figures/{code}")
def rows(request: Request, code: str, days: int = _PERIODS[0], unit: str = "") -> Response:
    rate, since, now = _asked(request, code, days)
    house = house_of(request)
    with reading(house.engine) as session:
        found = rate_rows(session, rate, since, now, unit or None, SHOWN)
        total = share_of(session, rate, since, now, unit or None).of
    values = {"rows": found, "total": total, "rate": rate, "days": (now - since).days, "unit_code": unit}
    return pages(request).show(request, "rate_rows.html", values)


@router.get(_ROOM + "/figures/{code}/list")
def whole(request: Request, code: str, days: int = _PERIODS[0], unit: str = "") -> Response:
    """All rows as a file."""
    rate, since, now = _asked(request, code, days)
    house = house_of(request)
    with reading(house.engine) as session:
        content = rate_list(house, session, rate, since, now, unit or None)
    return download(content, f"{rate.name}（近 {(now - since).days} 天）.csv")


def _asked(request: Request, code: str, days: int) -> tuple[Rate, datetime, datetime]:
    must_be(request, *allowed(_ROOM))
    if code not in BY_CODE:
        raise NotFound("没有这个指标。")
    now = house_of(request).now()
    return BY_CODE[code], now - timedelta(days=_offered(days)), now


def _offered(days: int) -> int:
    if days not in _PERIODS:
        raise BadAsked("days", f"近“{days}”天不在可选之列，可选 {'、'.join(map(str, _PERIODS))} 天。")
    return days
