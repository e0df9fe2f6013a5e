"""What a stranger may ask of us in ten minutes: letters, look-ups, searches; one address uses up no other's."""

import asyncio
from collections.abc import Iterator

import httpx
import pytest
from support.desk import Desk, open_desk

from console.web.app import create_app
from models.tables.intake import Intake


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with open_desk(tmp_path_factory.mktemp("house")) as opened:
        yield opened


def asked(desk: Desk, address: str, *requests: httpx.Request) -> list[httpx.Response]:
    """The answers to what one address asks, one after another."""

    async def ask() -> list[httpx.Response]:
        transport = httpx.ASGITransport(create_app(desk.house), client=(address, 5000))
        async with httpx.AsyncClient(transport=transport) as client:
            return [await client.send(request) for request in requests]

    return asyncio.run(ask())


def get(path: str, **query: str) -> httpx.Request:
    return httpx.Request("GET", f"http://huiyin.test{path}", params=query)


def post(path: str, **form: str) -> httpx.Request:
    return httpx.Request("POST", f"http://huiyin.test{path}", data=form)


def codes(answers: list[httpx.Response]) -> list[int]:
    return [answer.status_code for answer in answers]


def test_the_thirty_first_letter_from_one_address_is_not_taken(desk: Desk) -> None:
    letters = [post("/send", title="路灯", phone="19900001234", text=f"第{n}盏灯不亮。") for n in range(31)]
    assert codes(asked(desk, "203.0.113.1", *letters)) == [303] * 30 + [429]
    assert len(desk.all(Intake)) == 30
    assert codes(asked(desk, "203.0.113.2", letters[30])) == [303]


def test_the_eleventh_guess_at_four_digits_is_not_looked_up(desk: Desk) -> None:
    code = "A" * 12
    guesses = [post("/track", code=code, last4=f"{n:04}") for n in range(11)]
    others = [
        post("/track/rate", code=code, last4="0000", satisfaction="satisfied"),
        post("/track/again", code=code, last4="0000", again="还没修好。"),
    ]
    tries = asked(desk, "203.0.113.3", *guesses, *others)
    assert codes(tries) == [404] * 10 + [429] * 3
    assert "尝试次数过多" in tries[10].text
    assert codes(asked(desk, "203.0.113.4", guesses[0])) == [404]


@pytest.mark.parametrize(("path", "most"), [("/knowledge", 120), ("/api/knowledge", 600)])
def test_searches_are_counted_and_reading_is_not(desk: Desk, path: str, most: int) -> None:
    searches = [get(path, q="公积金")] * (most + 1)
    assert codes(asked(desk, "203.0.113.5", *searches, get(path))) == [200] * most + [429, 200]
