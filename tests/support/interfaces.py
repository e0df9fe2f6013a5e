"""The open interfaces of a house, asked over HTTP without a network."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI
from support.desk import CLERK, HEAD, REVIEWER, Desk, open_desk

from console.api import api_routers
from flows.house import House
from models.actions import handling, replying
from models.tables.orders import WorkOrder
from models.vocabulary import Outcome


class Asker:
    """One request at a time, each on a loop of its own."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app

    def get(self, url: str, **said: Any) -> httpx.Response:  # noqa: ANN401  (httpx checks them)
        return self.request("GET", url, **said)

    def post(self, url: str, **said: Any) -> httpx.Response:  # noqa: ANN401
        return self.request("POST", url, **said)

    def request(self, method: str, url: str, **said: Any) -> httpx.Response:  # noqa: ANN401
        return asyncio.run(self._request(method, url, **said))

    async def _request(self, method: str, url: str, **said: Any) -> httpx.Response:  # noqa: ANN401
        transport = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://huiyin.test") as client:
            return await client.request(method, url, **said)


class Counter:
    """A desk with its interfaces open, at a moment of its own."""

    def __init__(self, desk: Desk, now: datetime) -> None:
        self.desk, self.now = desk, now
        desk.house.clock = lambda: self.now
        self.http = client_of(desk.house)


@contextmanager
def open_counter(folder: Path, now: datetime, **settings: Any) -> Iterator[Counter]:  # noqa: ANN401
    with open_desk(folder, **settings) as desk:
        yield Counter(desk, now)


def client_of(house: House) -> Asker:
    app = FastAPI(title="回音 Huiyin", docs_url=None, redoc_url=None)
    for router in api_routers(house):
        app.include_router(router)
    return Asker(app)


def answer_order(desk: Desk, order: WorkOrder, text: str, now: datetime) -> None:
    """Acknowledged, written, signed off, reviewed, sent."""
    assert order.id is not None
    with desk.writing() as session:
        handling.acknowledge(session, order.id, CLERK, now)
        replying.write_reply(session, order.id, text, Outcome.RESOLVED, CLERK, now)
        replying.sign_off(session, desk.house.reckoner, order.id, [], HEAD, now)
        replying.approve_reply(session, order.id, REVIEWER, now)
