"""A unit asks for the contacts of orders that it leads; the office's supervisor or auditor grants it."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from console.web.context import back, house_of, must_be
from console.web.pages.contacts import Kind, Why, shown, taken
from console.web.pages.orders import GROUPS
from models.actions.contacts import AlreadyAsked, ask
from models.database import writing
from models.queries.order_lists import OrderFilter, order_numbers
from models.vocabulary import Role

router = APIRouter(prefix="/unit/contacts")
_ROOM = "/unit/contacts"


@router.get("")
def room(request: Request) -> Response:
    return shown(request, must_be(request, Role.UNIT), _ROOM)


@router.post("")
def propose(request: Request, why: Why, status: Annotated[Literal["open", "answered"], Form()]) -> Response:
    person = must_be(request, Role.UNIT)
    house = house_of(request)
    now = house.now()
    wanted = OrderFilter(statuses=GROUPS[status], unit=person.unit)
    try:
        with writing(house.engine) as session:
            numbers = order_numbers(session, person.actor, wanted, now, house.profile.security.contacts_most)
            row = ask(session, house.reckoner, numbers, why, person.actor, now)
            said = f"已申请 {row.rows} 条联系方式，须由服务中心的督办员或审计员批准。"
    except AlreadyAsked as first:
        said = str(first)
    return back(_ROOM, said)


@router.post("/{asked}/file")
def file(request: Request, asked: int, kind: Kind) -> Response:
    return taken(request, must_be(request, Role.UNIT), asked, kind)
