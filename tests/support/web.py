"""The web application on a free port of this machine, accounts for every role, and a visitor who clicks and sends."""

import re
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache

import httpx
import uvicorn
from argon2 import PasswordHasher, profiles
from support import compiled
from support.processes import wait_until

from console.accounts import create_user
from console.web.app import create_app
from console.web.security import COOKIE
from flows.house import House
from models.actors import SYSTEM
from models.database import writing
from models.vocabulary import Role

PASSWORD = "huiyin-test"
UNIT = "housing_bureau"
OTHER_UNIT = "transport_bureau"
PEOPLE: dict[str, tuple[Role, str | None]] = {
    "shen": (Role.MODERATOR, None),
    "hu": (Role.MODERATOR, None),
    "du": (Role.SUPERVISOR, None),
    "bian": (Role.EDITOR, None),
    "guan": (Role.OPERATOR, None),
    "ji": (Role.AUDITOR, None),
    "zhuan": (Role.INSPECTOR, None),
    "yu": (Role.OPINION, None),
    "ling": (Role.OPINION_LEADER, None),
    "wu": (Role.UNIT, UNIT),
    "zheng": (Role.UNIT, UNIT),
    "lu": (Role.UNIT, OTHER_UNIT),
}

ONE_OF_EACH = ("shen", "du", "bian", "guan", "ji", "zhuan", "yu", "ling", "wu")


def enrol(house: House) -> None:
    """An account for everybody in PEOPLE, who all sign in with PASSWORD."""
    now = house.now()
    with writing(house.engine) as session:
        for login, (role, unit) in PEOPLE.items():
            user = create_user(session, login=login, name=f"{role.label}{login}", role=role, unit=unit, password=None,
                               actor=SYSTEM, now=now)  # fmt: skip
            user.password_hash = cheap_hash(PASSWORD)


@cache
def cheap_hash(password: str) -> str:
    """Argon2 at its lowest cost, which every sign-in then has as well."""
    return PasswordHasher.from_parameters(profiles.CHEAPEST).hash(password)


_NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # all is plain HTTP: the world's certificates needn't be read


@contextmanager
def serving(house: House) -> Iterator[str]:
    """The address of the running application."""
    listener = socket.create_server(("127.0.0.1", 0))
    app = create_app(house)
    app.state.pages._environment.bytecode_cache = compiled.TEMPLATES
    config = uvicorn.Config(app, log_level="error", ws="none", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        wait_until(lambda: server.started, 30, "网页服务")
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


@contextmanager
def staffed(house: House) -> Iterator[str]:
    """The address of the running application, where everybody in PEOPLE can sign in."""
    enrol(house)
    with serving(house) as address:
        yield address


@dataclass
class Visitor:
    """A browser without scripts: keeps its cookies, and its forms carry the token of its pages."""

    client: httpx.Client
    _tokens: dict[str, str] = field(default_factory=dict)  # by session: one token stands on all its pages

    def get(self, path: str) -> httpx.Response:
        return self.client.get(path)

    def post(self, path: str, *, csrf: bool = True, **fields: object) -> httpx.Response:
        token = self._token() if csrf else None
        return self.client.post(path, data={**({"csrf": token} if token else {}), **fields})

    def upload(self, path: str, files: Mapping[str, tuple[str, bytes]], **fields: object) -> httpx.Response:
        """A form with files: each by its field, with its name and its content."""
        return self.client.post(path, data={"csrf": self._token(), **fields}, files=files)

    def _token(self) -> str | None:
        whose = self.client.cookies.get(COOKIE, "")
        if whose not in self._tokens:
            found = re.search(r'name="csrf" value="([^"]+)"', self.client.get("/login", follow_redirects=True).text)
            if not found:
                return None
            self._tokens[whose] = found[1]
        return self._tokens[whose]


@contextmanager
def visiting(address: str, login: str | None = None) -> Iterator[Visitor]:
    with httpx.Client(base_url=address, follow_redirects=True, timeout=120, verify=_NO_TLS) as client:
        if login:
            answer = client.post("/login", data={"login": login, "password": PASSWORD})
            answer.raise_for_status()
        yield Visitor(client)


def clicked(person: Visitor, path: str, **fields: object) -> str:
    """The page that answers a form that is taken."""
    answer = person.post(path, **fields)
    assert answer.status_code == 200, (path, re.sub(r"<[^>]+>", "", answer.text)[-600:])
    return answer.text
