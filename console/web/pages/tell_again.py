"""The moderator's one key for a 重复件: the earlier answer goes to this citizen too."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from console.web.context import back, house_of, must_be
from flows.answered_repeats import tell
from models.vocabulary import Role

router = APIRouter()


@router.post("/console/orders/{number}/tell-again")
def tell_again(request: Request, number: str, earlier: Annotated[str, Form(max_length=40)]) -> Response:
    actor = must_be(request, Role.MODERATOR).actor
    house = house_of(request)
    tell(house, number, earlier, actor, house.now())
    return back(f"/console/orders/{number}", f"{number} 已沿用 {earlier} 的答复告知来信人。")
