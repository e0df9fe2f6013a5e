"""Signing in and out."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from console.accounts import check_password, close_session, open_session
from console.web.context import house_of, pages
from console.web.menu import home
from console.web.security import COOKIE, current
from models.database import writing
from models.vocabulary import Role

router = APIRouter()


@router.get("/login")
def door(request: Request) -> Response:
    person = current(request)
    if person is not None:
        return RedirectResponse(home(person.role), status_code=303)
    return pages(request).show(request, "login.html", {"fault": ""})


@router.post("/login")
def sign_in(
    request: Request, login: Annotated[str, Form(max_length=60)], password: Annotated[str, Form(max_length=200)]
) -> Response:
    house = house_of(request)
    with writing(house.engine) as session:
        user = check_password(session, login.strip(), password, house.now())
        token = open_session(session, user, house.now()) if user else None
        role = Role(user.role) if user else None
    if token is None or role is None:
        fault = "账号或口令有误；连续输错五次，账号将锁定 15 分钟。"
        return pages(request).show(request, "login.html", {"fault": fault}, status=401)
    answer = RedirectResponse(home(role), status_code=303)
    secure = house.settings.public_url.startswith("https:")
    answer.set_cookie(COOKIE, token, httponly=True, samesite="lax", secure=secure, path="/")
    return answer


@router.post("/logout")
def sign_out(request: Request) -> Response:
    house = house_of(request)
    with writing(house.engine) as session:
        close_session(session, request.cookies.get(COOKIE))
    answer = RedirectResponse("/", status_code=303)
    answer.delete_cookie(COOKIE, path="/")
    return answer
