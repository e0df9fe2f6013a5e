"""One page of every kind, found as a visitor finds it: by following links from where they start."""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from fastapi.routing import APIRoute
from sqlmodel import select
from support.crawling import links_inside
from support.web import Visitor

from console.accounts import open_session
from console.web.pages import routers
from console.web.security import COOKIE
from flows.house import House
from models.database import writing
from models.tables.people import User

PAGES = [route for router in routers() for route in router.routes if isinstance(route, APIRoute)]


@dataclass(frozen=True, slots=True)
class Stop:
    """A page: the route that serves it, and the first address that was met."""

    route: str
    address: str

    @property
    def picture(self) -> str:
        """A name for its picture."""
        return "-".join(re.findall(r"[a-z_]+", self.route.replace(":int", ""))) or "home"


def ticket(house: House, login: str) -> dict[str, str]:
    """The cookie of somebody who has just signed in (people of a demonstration have passwords nobody knows)."""
    with writing(house.engine) as session:
        user = session.exec(select(User).where(User.login == login)).one()
        return {COOKIE: open_session(session, user, house.now())}


def route_of(method: str, address: str) -> str | None:
    """The path, with its parameters unfilled, of what answers there."""
    path = address.partition("?")[0]
    return next((route.path for route in PAGES if method in route.methods and route.path_regex.match(path)), None)


def tour(visitor: Visitor, start: str) -> Iterator[Stop]:
    """One address for every page that can be reached from `start`."""
    met: set[str] = set()
    waiting = deque([start])
    while waiting:
        address = waiting.popleft()
        route = route_of("GET", address)
        if route is None or route in met:
            continue
        met.add(route)
        answer = visitor.get(address)
        if "html" in answer.headers.get("content-type", "") and answer.is_success:
            yield Stop(route, address)
            waiting.extend(links_inside(address, answer.text))
