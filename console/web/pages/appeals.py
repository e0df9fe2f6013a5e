"""考核申诉: what units ask not to be measured by, decided with the figures before and after in sight."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from console.web.context import Line, Seen, back, house_of, must_be, pages
from console.web.menu import allowed
from console.web.pages.order_actions import order_id
from console.web.pages.unit import do
from models.actions.appeals import ASKED, ask_exclusion, decide_exclusion
from models.actions.as_seen import last_step
from models.database import reading, writing
from models.queries.appeals import list_appeals
from models.queries.people import names
from models.vocabulary import Role

router = APIRouter()
_ROOM = "/console/appeals"


@router.get(_ROOM)
def listed(request: Request) -> Response:
    must_be(request, *allowed(_ROOM))
    with reading(house_of(request).engine) as session:
        appeals = list_appeals(session)
        waiting = [order.id for appeal, order in appeals if appeal.granted is None]
        steps = {order: last_step(session, "order", order, ASKED) for order in waiting}
        values = {"appeals": appeals, "names": names(session), "steps": steps}
    return pages(request).show(request, "appeals.html", values)


@router.post(_ROOM + "/{number}")
def decide(request: Request, number: str, granted: Annotated[bool, Form()], note: Line, seen: Seen = None) -> Response:
    actor = must_be(request, Role.SUPERVISOR).actor
    house = house_of(request)
    order = order_id(request, actor, number)
    with writing(house.engine) as session:
        decide_exclusion(session, order, actor, house.now(), granted=granted, text=note, seen=seen)
    return back(_ROOM, f"{number} 已{'剔除，不计入考核' if granted else '驳回，照常计入考核'}。")


@router.post("/unit/orders/{number}/exclusion")
def ask(request: Request, number: str, grounds: Line) -> Response:
    return do(request, number, lambda session, order, actor, now: ask_exclusion(
        session, order, grounds, actor, now), "剔除申请已提交，等待审核。")  # fmt: skip
