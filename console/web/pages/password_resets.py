"""口令重设: proposed on the accounts' page, decided where role changes are."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from console import password_resets
from console.web.context import Seen, back, house_of, must_be
from console.web.menu import allowed
from models.database import writing
from models.errors import BadInput

router = APIRouter()
_ROOM = "/console/roles"


@router.post("/console/admin/users/{login}/password")
def propose(
    request: Request, login: str, password: Annotated[str, Form(max_length=200)],
    why: Annotated[str, Form(max_length=500)],
) -> Response:  # fmt: skip
    person = must_be(request, *allowed("/console/admin"))
    house = house_of(request)
    with writing(house.engine) as session:
        waits = password_resets.propose(
            session, login, password, why, house.profile.security, person.actor, house.now()
        )
    said = "须由另一位系统管理员或审计员复核后生效，此前原口令照常使用。"
    done = (
        f"已提出重设 {login} 的口令，{said}"
        if waits
        else f"已重设 {login} 的口令，其登录已全部失效，下次登录须自己换一个。"
    )
    return back("/console/admin/users", done)


@router.post(_ROOM + "/password/{reset}")
def decide(
    request: Request, reset: int, agreed: Annotated[bool, Form()], seen: Seen = None,
    note: Annotated[str, Form(max_length=500)] = "",
) -> Response:  # fmt: skip
    person = must_be(request, *allowed(_ROOM))
    if seen is None:
        raise BadInput("看不出您读的是哪一次提出，请回到角色变更页再办。")
    house = house_of(request)
    with writing(house.engine) as session:
        login = password_resets.decide(session, reset, agreed, house.profile.security, person.actor, house.now(),
                                       text=note, seen=seen)  # fmt: skip
    done = "已重设，其登录已全部失效，下次登录须自己换一个" if agreed else "保留不变"
    return back(_ROOM, f"{login} 的口令{done}。")
