"""The operator's room: accounts, and the profile as the house reads it."""

from datetime import timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from console import accounts, passwords
from console.oidc import must_have_provider, provider_name
from console.password_resets import needs_another
from console.signing_in import locked_accounts
from console.web.context import back, house_of, must_be, pages
from console.web.menu import allowed
from flows.house import House
from models.actions.deputies import set_signing
from models.database import reading, writing
from models.queries.people import (
    list_factor_resets,
    list_password_resets,
    list_role_changes,
    list_users,
    with_second_factor,
)
from models.vocabulary import Role

router = APIRouter(prefix="/console/admin")
_ROOM = "/console/admin"
_USERS = _ROOM + "/users"
_AHEAD = 30


@router.get("")
def overview(request: Request) -> Response:
    must_be(request, *allowed(_ROOM))
    house = house_of(request)
    calendar = {"until": house.calendar.known_until, "version": house.calendar.version, "days": _days(house)}
    return pages(request).show(request, "admin.html", {"calendar": calendar})


@router.get("/users")
def users(request: Request) -> Response:
    must_be(request, *allowed(_ROOM))
    house = house_of(request)
    rules = house.profile.security
    with reading(house.engine) as session:
        people = list_users(session)
        values = {
            "users": people, "locked": locked_accounts(session, rules, house.now()),
            "factors": with_second_factor(session), "resets": {r.login for r in list_factor_resets(session)},
            "forgotten": {r.login for r in list_password_resets(session)},
            "alone": {u.login for u in people if not needs_another(u, house.now())},
            "waiting": {c.login for c in list_role_changes(session) if c.agreed is None},
            "rules": rules, "rule": passwords.wording(rules), "provider": provider_name(house.settings),
        }  # fmt: skip
        return pages(request).show(request, "users.html", values)


@router.post("/users")
def create(
    request: Request,
    login: Annotated[str, Form(max_length=60)],
    name: Annotated[str, Form(max_length=60)],
    role: Annotated[Role, Form()],
    password: Annotated[str, Form(max_length=200)] = "",
    unit: Annotated[str, Form(max_length=60)] = "",
    way: Annotated[Literal["password", "oidc"], Form()] = "password",
) -> Response:
    """`way`: how its owner will sign in; through the identity provider alone there is no password."""
    person = must_be(request, *allowed(_ROOM))
    house = house_of(request)
    if unit:
        house.profile.unit(unit)
    if way == "oidc":
        must_have_provider(house.settings)
    with writing(house.engine) as session:
        accounts.create_proposed(
            session, login=login.strip(), name=name.strip(), role=role, unit=unit or None,
            password=password if way == "password" else None, why="新建账号", actor=person.actor, now=house.now(),
            rules=house.profile.security,
        )  # fmt: skip
    return back(_USERS, f"已新建账号 {login.strip()}，角色须由另一位系统管理员或审计员复核后才能登录。")


@router.post("/users/{login}/active")
def active(request: Request, login: str, active: Annotated[bool, Form()]) -> Response:
    person = must_be(request, *allowed(_ROOM))
    house = house_of(request)
    with writing(house.engine) as session:
        accounts.set_active(session, login, active, person.actor, house.now())
    return back(_USERS, f"账号 {login} 已{'启用' if active else '停用'}。")


@router.post("/users/{login}/signing")
def signing(request: Request, login: str, signs: Annotated[bool, Form()]) -> Response:
    person = must_be(request, *allowed(_ROOM))
    house = house_of(request)
    with writing(house.engine) as session:
        set_signing(session, login, signs, person.actor, house.now())
    return back(_USERS, f"{login} 现为{'审签人' if signs else '承办人'}。")


def _days(house: House) -> list[dict[str, Any]]:
    """The coming month, each day with what it is."""
    first = house.today()
    days = [first + timedelta(days=n) for n in range(_AHEAD)]
    return [{"day": d, "work": house.calendar.is_workday(d), "why": house.calendar.reason(d)} for d in days]
