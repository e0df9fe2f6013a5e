"""What a request may bring is measured before it is parsed: every form, with a declared length and without one."""

import asyncio
import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.types import Message
from support.desk import Desk, open_desk
from support.web import staffed, visiting

from console.web.app import create_app
from console.web.body_cap import MEGABYTE
from console.web.pages import routers

_FORM = {"content-type": "application/x-www-form-urlencoded"}
_MACHINES = ("/api/messages", "/hooks/hotline", "/open311/v2/requests.json")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, str]]:
    with open_desk(tmp_path_factory.mktemp("house"), upload_limit_mb=2) as desk, staffed(desk.house) as address:
        yield desk, address


def posts() -> list[str]:
    """Every address that takes a form, with a number where it wants one."""
    routes = [route for room in routers() for route in room.routes if isinstance(route, APIRoute)]
    paths = {route.path for route in routes if "POST" in (route.methods or ())}
    return sorted("/".join("1" if part.startswith("{") else part for part in path.split("/")) for path in paths)


def drops(size: int) -> Iterator[bytes]:
    """A body whose length nobody declares."""
    yield b"text="
    for _ in range(size // 65536 + 1):
        yield b"a" * 65536


def refused(app: FastAPI, path: str, length: int) -> tuple[int, str]:
    """Status and page for a form that says how long it is; whoever asks for a byte of it fails."""
    sent: list[Message] = []

    async def receive() -> Message:
        raise AssertionError(path)

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"content-length", str(length).encode()), (b"content-type", b"application/x-www-form-urlencoded")]
    scope = {"type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "headers": headers,
             "query_string": b"", "root_path": "", "scheme": "http", "server": ("huiyin.test", 80), "client": None,
             "http_version": "1.1", "asgi": {"version": "3.0"}}  # fmt: skip
    asyncio.run(app(scope, receive, send))
    return sent[0]["status"], b"".join(m.get("body", b"") for m in sent[1:]).decode()


def test_every_form_refuses_a_body_beyond_its_limit_before_a_byte_is_read(office: tuple[Desk, str]) -> None:
    app = create_app(office[0].house)
    paths = posts()
    assert len(paths) > 60
    for path in paths:
        most = 16 if path == "/send" else 2
        status, page = refused(app, path, most * MEGABYTE + 1)
        assert (status, "MB 的上限，没有收下" in page) == (413, True), path


def test_a_form_with_files_may_bring_more_than_one_without(office: tuple[Desk, str]) -> None:
    app = create_app(office[0].house)
    limits = {"/send": 16, "/console/admin/calendar": 2, "/track": 1, "/console/triage/bulk": 1}
    for path, most in limits.items():
        assert f"超过 {most} MB 的上限" in refused(app, path, most * MEGABYTE + 1)[1], path


def test_a_body_without_a_length_is_cut_off_where_it_passes_the_limit(office: tuple[Desk, str]) -> None:
    with visiting(office[1]) as stranger:
        for path in ("/track", "/login"):
            answer = stranger.client.post(path, content=drops(MEGABYTE), headers=_FORM)
            assert (answer.status_code, "超过 1 MB 的上限" in answer.text) == (413, True), path
    with visiting(office[1], "shen") as person:
        answer = person.client.post("/console/triage/bulk", content=drops(MEGABYTE), headers=_FORM)
        assert answer.status_code == 413


def test_whoever_sent_too_much_is_told_the_limit_and_led_back_to_the_form(office: tuple[Desk, str]) -> None:
    desk, address = office
    way_back = re.compile(r'<a class="button" href="([^"]+)">重新打开“([^”]+)”</a>')
    page = refused(create_app(desk.house), "/send", 17 * MEGABYTE)[1]
    assert way_back.findall(page) == [("/send", "写信")]
    assert "已填的文字一般还在" in page
    with visiting(address) as stranger:
        answer = stranger.client.post("/send", data={"title": "路灯", "text": "长" * MEGABYTE, "phone": "19900001234"})
        assert (answer.status_code, way_back.findall(answer.text)) == (400, [("/send", "写信")])
        assert "一项最多 1 MB" in answer.text
    with visiting(address, "shen") as person:
        number = desk.take(desk.house.now()).number
        page = f"/console/orders/{number}"
        sent_from = {"referer": f"{address}{page}?tab=1", **_FORM}
        answer = person.client.post(f"{page}/decline", content=drops(MEGABYTE), headers=sent_from)
        assert way_back.findall(answer.text) == [(f"{page}?tab=1", number)]
        elsewhere = {"referer": "https://elsewhere.example/nothing-of-ours", **_FORM}
        answer = person.client.post("/console/ledger/new", content=drops(MEGABYTE), headers=elsewhere)
        assert [path for path, _ in way_back.findall(answer.text)] == ["/console/ledger/new"]
        assert "elsewhere" not in answer.text


def test_the_open_interfaces_measure_for_themselves(office: tuple[Desk, str]) -> None:
    with visiting(office[1]) as program:
        for path in _MACHINES:
            answer = program.client.post(path, content=drops(17 * MEGABYTE), headers={"content-type": "text/plain"})
            assert answer.status_code in (401, 413), path
