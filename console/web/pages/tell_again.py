"""The moderator's one key for a 重复件: the earlier answer goes to this citizen too."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from console.web.context import back, house_of, must_be
from console.web.pages.order_actions import order_id
from flows.answered_repeats import tell
from models.actions import repeating
from models.database import writing
from models.vocabulary import Role

router = APIRouter()


@router.post("/console/orders/{number}/tell-again")
def tell_again(request: Request, number: str, earlier: Annotated[str, Form(max_length=40)]) -> Response:
    actor = must_be(request, Role.MODERATOR).actor
    house = house_of(request)
    tell(house, number, earlier, actor, house.now())
    return back(f"/console/orders/{number}", f"{number} 已沿用 {earlier} 的答复告知来件人。")


@router.post("/console/orders/{number}/no-repeat")
def no_repeat(request: Request, number: str) -> Response:
    """不是重复件: the order stays with its unit."""
    actor = must_be(request, Role.MODERATOR).actor
    house = house_of(request)
    found = order_id(request, actor, number)
    with writing(house.engine) as session:
        repeating.no_repeat(session, found, actor, house.now())
    return back(f"/console/orders/{number}", f"{number} 已核对：不是重复件。")
