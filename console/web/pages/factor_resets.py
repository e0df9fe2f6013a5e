"""动态码重置: proposed on the accounts' page, decided where role changes are."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from console import factor_resets
from console.web.context import Seen, back, house_of, must_be
from console.web.menu import allowed
from models.database import writing
from models.errors import BadInput

router = APIRouter()
_ROOM = "/console/roles"


@router.post("/console/admin/users/{login}/factor")
def propose(request: Request, login: str, why: Annotated[str, Form(max_length=500)]) -> Response:
    person = must_be(request, *allowed("/console/admin"))
    house = house_of(request)
    with writing(house.engine) as session:
        factor_resets.propose(session, login, why, person.actor, house.now())
    return back("/console/admin/users", f"已提出重置 {login} 的动态码，须由另一位系统管理员或审计员复核后生效。")


@router.post(_ROOM + "/factor/{login}")
def decide(
    request: Request, login: str, agreed: Annotated[bool, Form()], seen: Seen = None,
    note: Annotated[str, Form(max_length=500)] = "",
) -> Response:  # fmt: skip
    person = must_be(request, *allowed(_ROOM))
    if seen is None:
        raise BadInput("看不出您读的是哪一次提出，请回到角色变更页再办。")
    house = house_of(request)
    with writing(house.engine) as session:
        factor_resets.decide(session, login, agreed, person.actor, house.now(), text=note, seen=seen)
    return back(_ROOM, f"{login} 的动态码{'已取消，其登录已全部失效' if agreed else '保留不变'}。")
