"""The web application on a free port of this machine, accounts for every role, and a visitor who clicks and sends."""

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
import uvicorn
from support.processes import wait_until

from console.accounts import create_user
from console.web.app import create_app
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
    """An account for everybody in PEOPLE."""
    for login, (role, unit) in PEOPLE.items():
        with writing(house.engine) as session:
            create_user(session, login=login, name=f"{role.label}{login}", role=role, unit=unit, password=PASSWORD,
                        actor=SYSTEM, now=house.now())  # fmt: skip


@contextmanager
def serving(house: House) -> Iterator[str]:
    """The address of the running application."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(create_app(house), log_level="error", ws="none", lifespan="off")
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


@dataclass
class Visitor:
    """A browser without scripts: keeps its cookies, and its forms carry the token of the page before."""

    client: httpx.Client

    def get(self, path: str) -> httpx.Response:
        return self.client.get(path)

    def post(self, path: str, *, csrf: bool = True, **fields: object) -> httpx.Response:
        token = re.search(r'name="csrf" value="([^"]+)"', self.client.get("/login", follow_redirects=True).text)
        sent = {**({"csrf": token[1]} if csrf and token else {}), **fields}
        return self.client.post(path, data=sent)


@contextmanager
def visiting(address: str, login: str | None = None) -> Iterator[Visitor]:
    with httpx.Client(base_url=address, follow_redirects=True, timeout=120) as client:
        if login:
            answer = client.post("/login", data={"login": login, "password": PASSWORD})
            answer.raise_for_status()
        yield Visitor(client)
