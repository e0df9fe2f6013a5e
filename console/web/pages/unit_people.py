"""A unit's people: who handles, who signs, who stands in."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from console.web.context import back, house_of, must_be, pages
from flows.unit_feeds import feed_address
from models.actions.deputies import name_deputy
from models.actions.unit_feeds import renew_feed
from models.database import reading, writing
from models.queries.people import colleagues
from models.vocabulary import Role

router = APIRouter(prefix="/unit/people")


@router.get("")
def listed(request: Request) -> Response:
    person = must_be(request, Role.UNIT)
    with reading(house_of(request).engine) as session:
        people = colleagues(session, person.unit or "")
    feed = feed_address(house_of(request), person.unit or "")
    mine = next(user for user in people if user.login == person.login)
    return pages(request).show(request, "unit_people.html", {"people": people, "may_name": mine.signs, "feed": feed})


@router.post("/{login}/deputy")
def deputise(request: Request, login: str, until: Annotated[date, Form()]) -> Response:
    person = must_be(request, Role.UNIT)
    house = house_of(request)
    with writing(house.engine) as session:
        name_deputy(session, login, until, house.settings.zone, person.actor, house.now())
    return back("/unit/people", f"已指定 {login} 代签至 {until}。")


@router.post("/feed")
def feed(request: Request) -> Response:
    person = must_be(request, Role.UNIT)
    house = house_of(request)
    with writing(house.engine) as session:
        renew_feed(session, person.unit or "", person.actor, house.now())
    return back("/unit/people", "日历地址已更换，旧地址已失效，请重新订阅。")
