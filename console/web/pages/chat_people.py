"""聊天账号: whose account a person of a chat acts by."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from console.web.context import back, house_of, must_be, pages
from console.web.menu import allowed
from models.actions import chat_people
from models.database import reading, writing
from models.queries.people import chat_people as list_people

router = APIRouter(prefix="/console/admin/chat")
_ROOM = "/console/admin"


@router.get("")
def listed(request: Request) -> Response:
    must_be(request, *allowed(_ROOM))
    with reading(house_of(request).engine) as session:
        return pages(request).show(request, "chat_people.html", {"people": list_people(session)})


@router.post("")
def enter(
    request: Request, chat_user: Annotated[str, Form(max_length=40)], login: Annotated[str, Form(max_length=60)]
) -> Response:
    person = must_be(request, *allowed(_ROOM))
    house = house_of(request)
    with writing(house.engine) as session:
        chat_people.enter(session, chat_user, login, person.actor, house.now())
    return back("/console/admin/chat", f"{chat_user.strip()} 今后以账号 {login.strip()} 办理。")


@router.post("/{chat_user}/remove")
def remove(request: Request, chat_user: str) -> Response:
    person = must_be(request, *allowed(_ROOM))
    house = house_of(request)
    with writing(house.engine) as session:
        chat_people.remove(session, chat_user, person.actor, house.now())
    return back("/console/admin/chat", f"已取消 {chat_user} 的对应账号。")
