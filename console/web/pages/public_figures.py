"""单位指标: for everybody once approved, and the supervisors' room where they are put forward and approved."""

import calendar
from datetime import date, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from sqlmodel import Session, col, select

from console.web.context import back, house_of, must_be, pages
from flows.house import House
from models.actions import public_figures as acts
from models.database import reading, writing
from models.errors import BadInput
from models.queries.rates import RATES, unit_rates
from models.tables.public_figures import PublicFigures
from models.vocabulary import Role

router = APIRouter()
_ROOM = "/console/supervision/public-figures"
_FEWEST = 5  # of fewer cases a share says little, and may point at somebody
_Month = Annotated[str, Form(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]


@router.get("/figures")
def public(request: Request) -> Response:
    with reading(house_of(request).engine) as session:
        shown = select(PublicFigures).where(
            col(PublicFigures.approved_at).is_not(None), col(PublicFigures.withdrawn_at).is_(None)
        )
        rows = session.exec(shown.order_by(col(PublicFigures.month).desc()).limit(12)).all()
    return pages(request).show(request, "public_figures.html", {"months": rows, "rates": RATES, "fewest": _FEWEST})


@router.get(_ROOM)
def room(request: Request) -> Response:
    must_be(request, Role.SUPERVISOR)
    house = house_of(request)
    with reading(house.engine) as session:
        rows = session.exec(select(PublicFigures).order_by(col(PublicFigures.month).desc()).limit(24)).all()
    values = {"months": rows, "rates": RATES, "fewest": _FEWEST, "offered": _finished_months(house)}
    return pages(request).show(request, "public_figures_room.html", values)


@router.post(_ROOM)
def propose(request: Request, month: _Month) -> Response:
    person, house = must_be(request, Role.SUPERVISOR), house_of(request)
    if month not in _finished_months(house):
        raise BadInput("只能提交已经结束的月份。")
    with reading(house.engine) as session:
        rates = _rates(house, session, month)
    with writing(house.engine) as session:
        acts.propose(session, month, rates, person.actor, house.now())
    return back(_ROOM, f"{month} 的指标已提交，待另一名督办员审核。")


@router.post(_ROOM + "/approve")
def approve(request: Request, month: _Month) -> Response:
    person, house = must_be(request, Role.SUPERVISOR), house_of(request)
    with writing(house.engine) as session:
        acts.approve(session, month, person.actor, house.now())
    return back(_ROOM, f"{month} 的指标已公开。")


@router.post(_ROOM + "/withdraw")
def withdraw(request: Request, month: _Month) -> Response:
    person, house = must_be(request, Role.SUPERVISOR), house_of(request)
    with writing(house.engine) as session:
        acts.withdraw(session, month, person.actor, house.now())
    return back(_ROOM, f"{month} 的指标已撤下。")


def _rates(house: House, session: Session, month: str) -> dict[str, Any]:
    year, number = (int(part) for part in month.split("-"))
    first = datetime(year, number, 1, tzinfo=house.settings.zone)
    end = first + timedelta(days=calendar.monthrange(year, number)[1])
    found = unit_rates(session, first, end)
    return {u.unit: {code: [share.count, share.of] for code, share in u.shares.items()} for u in found}


def _finished_months(house: House) -> list[str]:
    """The last year's, newest first."""
    day: date = house.now().astimezone(house.settings.zone).date().replace(day=1)
    months = []
    for _ in range(12):
        day = (day - timedelta(days=1)).replace(day=1)
        months.append(f"{day:%Y-%m}")
    return months
