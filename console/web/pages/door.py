"""Signing in, its second step, and out."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response

from console.accounts import SignedIn, close_session, forget_old_sessions, open_session
from console.oidc import farewell, provider_name
from console.second_factor import give_code
from console.signing_in import CodeRefused, Step, check_password, code_locked, next_step, welcome
from console.web.attempts import Attempts, address_of
from console.web.context import house_of, pages
from console.web.menu import home
from console.web.returning import TurnedAway, forget, remember, turned_away, wanted
from console.web.security import COOKIE, SignInNeeded, hand_over, holder
from models.database import writing
from models.queries.people import find_user
from models.vocabulary import Role

router = APIRouter()
# Wrong tries in a row from one address, whoever's names they are for: an office behind one address stays below.
_strangers = Attempts(most=60, seconds=600)
_NEXT = {Step.CODE: "/login/code", Step.ENROL: "/account/second-factor", Step.PASSWORD: "/account/password"}


@router.get("/login")
def door(request: Request) -> Response:
    person = holder(request)
    if person is not None:
        return RedirectResponse(where_next(person.step, person.role), status_code=303)
    return show_door(request, "")


@router.post("/login")
def sign_in(
    request: Request, login: Annotated[str, Form(max_length=60)], password: Annotated[str, Form(max_length=200)]
) -> Response:
    house = house_of(request)
    rules, address = house.profile.security, address_of(request)
    _strangers.count(address)
    with writing(house.engine) as session:
        user = check_password(session, login.strip(), password, address, rules, house.now())
        name = user.login if user else None
    if name is None:
        fault = f"账号或口令有误；连续输错 {rules.tries} 次，{rules.lock_minutes} 分钟内不能从这里登录。"
        return show_door(request, fault, 401)
    _strangers.forget(address)
    return let_in(request, name, "password", code=False)


@router.get("/login/code")
def ask_code(request: Request) -> Response:
    return _code(request, must_be_at(request, Step.CODE), "")


@router.post("/login/code")
def take_code(request: Request, code: Annotated[str, Form(max_length=20)]) -> Response:
    person = must_be_at(request, Step.CODE)
    house, address = house_of(request), address_of(request)
    rules, now = house.profile.security, house.now()
    with writing(house.engine) as session:
        right = give_code(session, house.secret, person.user_id, code, address, rules, now)
        locked = code_locked(session, find_user(session, person.login), rules, now)
    if locked and not right:
        return _door_after_lock(request)
    if not right:
        return _code(request, person, str(CodeRefused()), 401)
    return let_in(request, person.login, person.way, code=True)


@router.post("/logout")
def sign_out(request: Request) -> Response:
    house = house_of(request)
    person = holder(request)
    with writing(house.engine) as session:
        close_session(session, request.cookies.get(COOKIE))
    request.state.person = None
    elsewhere = farewell(house.settings) if person and person.way == "oidc" else None
    answer: Response = RedirectResponse("/", status_code=303)
    if elsewhere:
        values = {"elsewhere": elsewhere, "provider": provider_name(house.settings)}
        answer = pages(request).show(request, "signed_out.html", values)
    answer.delete_cookie(COOKIE, path="/")
    return answer


def let_in(request: Request, login: str, way: str, *, code: bool) -> Response:
    """The answer that leads on: to the step that comes next, or through the door."""
    token, path = admit(request, login, way, code=code)
    answer = RedirectResponse(path, status_code=303)
    hand_over(answer, token)
    if path not in _NEXT.values():
        forget(request, answer)
    return answer


def admit(request: Request, login: str, way: str, *, code: bool) -> tuple[str, str]:
    """The token of a new session in place of the one before, and where it leads. `code`: that was given already."""
    house = house_of(request)
    rules, now = house.profile.security, house.now()
    with writing(house.engine) as session:
        user = find_user(session, login)
        step = next_step(session, user, way, rules, now, code=code)
        close_session(session, request.cookies.get(COOKIE))
        forget_old_sessions(session, rules, now)
        token = open_session(session, user, now, step=step, way=way)
        if step is Step.NONE:
            welcome(session, user, way, now)
        role = Role(user.role)
        return token, where_next(step, role) if step else wanted(request, role) or home(role)


def must_be_at(request: Request, *steps: Step) -> SignedIn:
    """Who has given a password and stands at one of these steps; SignInNeeded otherwise."""
    person = holder(request)
    if person is None or person.step not in steps:
        raise SignInNeeded
    return person


def where_next(step: str, role: Role) -> str:
    return _NEXT[Step(step)] if step else home(role)


def show_door(request: Request, fault: str, status: int = 200, away: TurnedAway | None = None) -> Response:
    provider = provider_name(house_of(request).settings)
    values = {"fault": fault, "provider": provider, "away": away}
    return pages(request).show(request, "login.html", values, status=status)


async def at_the_door(request: Request) -> Response:
    """Somebody's session is over, or he has none yet: the door itself, with a word of it, and back afterwards.

    Who has a step of signing in to go is led to that by the door.
    """
    person = await run_in_threadpool(holder, request)
    if person is not None:
        values = {"code": 401, "message": str(SignInNeeded()), "form": None}
        return await run_in_threadpool(pages(request).show, request, "error.html", values, 401)
    away = await turned_away(request)
    answer = await run_in_threadpool(show_door, request, "", 401, away)
    remember(answer, away.page)
    return answer


def _code(request: Request, person: SignedIn, fault: str, status: int = 200) -> Response:
    return pages(request).show(request, "login_code.html", {"fault": fault, "csrf": person.csrf}, status=status)


def _door_after_lock(request: Request) -> Response:
    house = house_of(request)
    with writing(house.engine) as session:
        close_session(session, request.cookies.get(COOKIE))
    request.state.person = None
    fault = f"动态码连续输错，{house.profile.security.lock_minutes} 分钟后再试；手机不在身边的，请联系系统管理员重置。"
    answer = show_door(request, fault, 401)
    answer.delete_cookie(COOKIE, path="/")
    return answer
