"""单位指标: for everybody once approved, and the supervisors' room where they are put forward and approved."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from console.web.context import Seen, back, house_of, must_be, pages
from flows.public_figures import finished_months, propose_figures
from models.actions import public_figures as acts
from models.actions.as_seen import last_step
from models.database import reading, writing
from models.queries.people import names
from models.queries.public_figures import known_months, public_months
from models.queries.rates import RATES
from models.vocabulary import Role

router = APIRouter()
_ROOM = "/console/supervision/public-figures"
_FEWEST = 5  # of fewer cases a share says little, and may point at somebody
_Month = Annotated[str, Form(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]


@router.get("/figures")
def public(request: Request) -> Response:
    with reading(house_of(request).engine) as session:
        rows = public_months(session, 12)
    return pages(request).show(request, "public_figures.html", {"months": rows, "rates": RATES, "fewest": _FEWEST})


@router.get(_ROOM)
def room(request: Request) -> Response:
    must_be(request, Role.SUPERVISOR)
    house = house_of(request)
    with reading(house.engine) as session:
        rows = known_months(session, 24)
        known, steps = names(session), {row.month: last_step(session, "figures", row.month) for row in rows}
    values = {"months": rows, "rates": RATES, "fewest": _FEWEST, "offered": finished_months(house, house.now()),
                  "names": known, "steps": steps}  # fmt: skip
    return pages(request).show(request, "public_figures_room.html", values)


@router.post(_ROOM)
def propose(request: Request, month: _Month) -> Response:
    person, house = must_be(request, Role.SUPERVISOR), house_of(request)
    propose_figures(house, month, person.actor, house.now())
    return back(_ROOM, f"{_said(month)}的指标已提交，待另一名督办员审核。")


@router.post(_ROOM + "/approve")
def approve(request: Request, month: _Month, seen: Seen = None) -> Response:
    person, house = must_be(request, Role.SUPERVISOR), house_of(request)
    with writing(house.engine) as session:
        acts.approve(session, month, person.actor, house.now(), seen=seen)
    return back(_ROOM, f"{_said(month)}的指标已公开。")


@router.post(_ROOM + "/withdraw")
def withdraw(request: Request, month: _Month) -> Response:
    person, house = must_be(request, Role.SUPERVISOR), house_of(request)
    with writing(house.engine) as session:
        acts.withdraw(session, month, person.actor, house.now())
    return back(_ROOM, f"{_said(month)}的指标已撤下。")


def _said(month: str) -> str:
    """2026-02 → 2026年2月."""
    return f"{month[:4]}年{int(month[5:])}月"
