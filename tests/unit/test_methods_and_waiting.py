"""What a program hears beside the words: which methods there are, when to come again, and what HEAD says."""

from collections.abc import Iterator

import httpx
import pytest
from support.desk import open_desk
from support.web import enrol, serving

from models.tables.people import WebSession


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with open_desk(tmp_path_factory.mktemp("methods")) as desk:
        enrol(desk.house)
        with serving(desk.house) as served:
            yield served
        assert desk.all(WebSession) == []


@pytest.mark.parametrize(
    "path", ["/", "/track", "/editions/", "/static/huiyin.css", "/healthz", "/openapi.json", "/open311/v2/services.xml"]
)
def test_head_is_get_without_its_body(address: str, path: str) -> None:
    with httpx.Client(base_url=address) as robot:
        got, head = robot.get(path), robot.head(path)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("content-type", "content-length", "x-content-type-options"):
        assert head.headers.get(name) == got.headers.get(name)


@pytest.mark.parametrize(("path", "status"), [("/nosuch", 404), ("/console/", 401), ("/api/messages", 405)])
def test_head_of_what_cannot_be_had_says_so(address: str, path: str, status: int) -> None:
    answer = httpx.head(address + path)
    assert (answer.status_code, answer.content) == (status, b"")


@pytest.mark.parametrize(
    ("method", "path", "allowed"), [("GET", "/api/messages", "POST"), ("DELETE", "/", "GET"), ("PUT", "/track", "GET")]
)
def test_a_method_that_is_none_is_told_which_there_are(address: str, method: str, path: str, allowed: str) -> None:
    answer = httpx.request(method, address + path)
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)
    assert f"不接受 {method} 请求，可用：{allowed}。" in answer.text


def test_a_program_that_tried_too_often_hears_when_to_come_again(address: str) -> None:
    with httpx.Client(base_url=address) as robot:
        asked = [robot.get("/api/messages/ABCDEFGH2345", params={"last4": f"{n:04}"}) for n in range(11)]
    assert [answer.status_code for answer in asked[-2:]] == [404, 429]
    assert asked[-1].headers["retry-after"] == "600"
