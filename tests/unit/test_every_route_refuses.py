"""Every address × every role × another unit's ids, made from the routes themselves: none may be forgotten."""

import asyncio
import re
import types
import typing
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from sqlmodel import SQLModel, select
from support.desk import Desk, open_desk
from support.lived import live_in
from support.web import ONE_OF_EACH, PEOPLE, UNIT, enrol

from console.accounts import open_session
from console.web.app import create_app
from console.web.menu import ROOMS
from console.web.pages import routers
from console.web.security import COOKIE
from models.database import reading
from models.tables.contacts import ContactRequest
from models.tables.knowledge import Solicitation
from models.tables.ledger import Callback, Promise
from models.tables.opinion import CommonProblem, PolicyPaper
from models.tables.orders import WorkOrder
from models.tables.people import User, WebSession
from models.tables.phone_lines import LineCheck, LineFault, PhoneLine
from models.tables.record import History
from models.tables.supervision import Instruction
from models.vocabulary import Role

REFUSED = {403, 404, 422}
MOST_MALFORMED = 20  # forms whose shape stops a made-up body before its person is looked at
# Open to everybody who has signed in, or to more roles than the room in whose address they stand.
_OPINION = {Role.OPINION, Role.OPINION_LEADER, Role.UNIT}
_SHARED = {
    "/console/filters/{room}": set(Role),
    "/console/filters/{number}/drop": set(Role),
    "/console/follow-ups/draws": {Role.MODERATOR, Role.SUPERVISOR, Role.AUDITOR},
    "/console/opinion/{case}/confirm-ring": {Role.SUPERVISOR, Role.MODERATOR, Role.OPINION, Role.OPINION_LEADER},
    "/console/orders/{number}/resume": {Role.MODERATOR, Role.SUPERVISOR, Role.UNIT},
    "/console/routing/{version}": {Role.MODERATOR, Role.SUPERVISOR, Role.EDITOR, Role.OPERATOR, Role.AUDITOR,
                                   Role.INSPECTOR},
}  # fmt: skip
_OWN_LISTS = {"/unit/lines/{fault}"}  # one's own list whatever stands behind it (a letter's link)
Office = tuple[Desk, FastAPI]
_OWN: tuple[type[SQLModel], ...] = (
    ContactRequest,
    Instruction,
    Solicitation,
    PhoneLine,
    LineCheck,
    LineFault,
    PolicyPaper,
    CommonProblem,
)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Something of every kind that belongs to the housing bureau."""
    with open_desk(tmp_path_factory.mktemp("house")) as desk:
        enrol(desk.house)
        live_in(desk)
        desk.take(desk.house.now(), answered_on_the_spot=False, phone="19900001234")
        for table in _OWN:
            with desk.writing() as session:
                session.add(_filled(table, desk.house.now()))
        yield desk, create_app(desk.house)


def _filled(table: type[SQLModel], now: datetime) -> SQLModel:
    """A row of the housing bureau's with something in every column that needs it."""
    samples = {
        str: "x",
        int: 1,
        float: 1.0,
        bool: False,
        datetime: now,
        date: now.date(),
        list: [],
        dict: {},
        uuid.UUID: uuid.uuid4(),
    }
    values = {}
    for name, field in table.model_fields.items():
        kind = typing.get_origin(field.annotation) or field.annotation
        if field.is_required():
            values[name] = samples.get(kind, "x")  # type: ignore[call-overload]
    return table(**values | ({"unit": UNIT} if "unit" in table.model_fields else {}))


def _routes(start: str) -> list[APIRoute]:
    found = [route for room in routers() for route in room.routes if isinstance(route, APIRoute)]
    return [route for route in found if route.path.startswith(start)]


def _address(route: APIRoute, ids: dict[str, str]) -> str:
    return re.sub(
        r"\{(\w+)(?::\w+)?\}", lambda m: {"kind": "docx", "day": "2030-01-01", **ids}.get(m[1], "1"), route.path
    )


def _body(route: APIRoute) -> tuple[dict[str, object], dict[str, tuple[str, bytes]]]:
    """A form that the route's own checks of shape let through, so that its check of the person is reached."""
    fields: dict[str, object] = {}
    files: dict[str, tuple[str, bytes]] = {}
    for param in route.dependant.body_params:
        kind = param.field_info.annotation
        if "UploadFile" in str(kind):
            files[param.alias] = ("x.csv", b"x")
        else:
            fields[param.alias] = "resolved" if param.alias == "outcome" else _sample(kind)
    return fields, files


def _sample(kind: typing.Any) -> object:  # noqa: ANN401, PLR0911  (one line for each kind of field)
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Annotated:
        return _sample(inner[0])
    if origin in {typing.Union, types.UnionType}:
        return _sample(inner[0])
    if origin is typing.Literal:
        return str(inner[0])
    if origin is list:
        return [_sample(inner[0])]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return str(next(iter(kind)).value)
    if kind is bool:
        return "true"
    if kind in {int, float}:
        return "2026"
    return {date: "2030-01-01", datetime: "2030-01-01T09:00"}.get(kind, "2030-01-01")


@dataclass
class Asker:
    """A browser of somebody's, in this process: the application is asked without a network."""

    app: FastAPI
    cookie: str = ""
    csrf: str = ""

    def statuses(self, routes: list[APIRoute], ids: dict[str, str]) -> dict[str, int]:
        return asyncio.run(self._statuses(routes, ids))

    async def _statuses(self, routes: list[APIRoute], ids: dict[str, str]) -> dict[str, int]:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        found = {}
        async with httpx.AsyncClient(transport=transport, base_url="http://huiyin.test") as client:
            client.headers["cookie"] = f"{COOKIE}={self.cookie}"
            for route in routes:
                path = _address(route, ids)
                if "POST" in (route.methods or ()):
                    fields, files = _body(route)
                    answer = await client.post(path, data={**fields, "csrf": self.csrf}, files=files or None)
                else:
                    answer = await client.get(path)
                found[f"{' '.join(sorted(route.methods or ()))} {route.path}"] = answer.status_code
        return found


def _asker(office: Office, login: str | None) -> Asker:
    desk, app = office
    if login is None:
        return Asker(app)
    with desk.writing() as session:
        user = session.exec(select(User).where(User.login == login)).one()
        token = open_session(session, user, desk.house.now())
    with reading(desk.house.engine) as session:
        [kept] = session.exec(select(WebSession).where(WebSession.user_id == user.id)).all()[-1:]
        return Asker(app, token, kept.csrf)


def _roles_of(path: str) -> set[Role]:
    if path in _SHARED:
        return set(_SHARED[path])
    if re.match(r"/(console|unit)/(policies|problems)/?", path):
        return _OPINION  # one page for both, which shows each what is theirs
    rooms = [(room, roles) for room, _, roles in ROOMS if path == room or path.startswith(room.rstrip("/") + "/")]
    return set(max(rooms, key=lambda each: len(each[0]))[1])


def test_a_stranger_is_let_into_no_room_by_any_address(office: Office) -> None:
    asked = _asker(office, None).statuses(_routes("/console") + _routes("/unit"), {})
    assert {what: code for what, code in asked.items() if code < 400} == {}
    assert sum(code != 401 for code in asked.values()) <= 3 * MOST_MALFORMED  # no such id, or a form's shape


@pytest.mark.parametrize("login", ONE_OF_EACH)
def test_a_role_is_refused_at_every_address_of_a_room_that_is_not_its_own(office: Office, login: str) -> None:
    desk = office[0]
    number = desk.one(WorkOrder, status="replied").number
    before = len(desk.all(History))
    elsewhere = [r for r in _routes("/console") + _routes("/unit") if PEOPLE[login][0] not in _roles_of(r.path)]
    asked = _asker(office, login).statuses(elsewhere, {"number": number})
    assert {what: code for what, code in asked.items() if code not in REFUSED} == {}
    assert sum(code == 422 for code in asked.values()) <= MOST_MALFORMED
    assert len(asked) > 50
    assert len(desk.all(History)) == before


def test_another_units_ids_are_refused_at_every_address_of_the_unit_room(office: Office) -> None:
    """Everything is the housing bureau's; who asks is the transport bureau's."""
    desk = office[0]
    waiting = next(row for row in desk.all(Callback, unit=UNIT))
    ids = {
        "number": next(order.number for order in desk.all(WorkOrder, lead_unit=UNIT) if order.id == waiting.order_id),
        "callback": str(waiting.id), "promise": str(desk.all(Promise, unit=UNIT)[0].id), "login": "wu",
    }  # fmt: skip
    before = len(desk.all(History))
    by_id = [route for route in _routes("/unit") if "{" in route.path and route.path not in _OWN_LISTS]
    asked = _asker(office, "lu").statuses(by_id, ids)
    assert {what: code for what, code in asked.items() if code not in REFUSED} == {}
    assert len(desk.all(History)) == before
