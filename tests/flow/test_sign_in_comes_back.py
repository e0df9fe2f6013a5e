"""A session that has run out costs nobody his place or his words: the door says what happened, and leads back."""

from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from urllib.parse import urlsplit

import httpx
import pytest
from support.desk import Desk, at, open_desk
from support.signing_in import enrolled
from support.web import PASSWORD, Visitor, staffed, visiting

from models.vocabulary import OrderStatus

NOW = at("2026-03-02T09:00")
WORDS = "现场看过，三号楼东侧 路灯线路被挖断。"


@pytest.fixture
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, str]]:
    with open_desk(tmp_path_factory.mktemp("house"), now=NOW) as desk, staffed(desk.house) as address:
        yield desk, address


def run_out(desk: Desk) -> None:
    later = desk.house.now() + timedelta(hours=9)
    desk.house.clock = lambda: later


def enters(visitor: Visitor, login: str) -> httpx.Response:
    return visitor.client.post("/login", data={"login": login, "password": PASSWORD})


def page_of(answer: httpx.Response) -> str:
    whole = urlsplit(str(answer.url))
    return whole.path + (f"?{whole.query}" if whole.query else "")


def test_the_door_says_that_the_session_ran_out_and_leads_back_to_the_very_page(house: tuple[Desk, str]) -> None:
    desk, address = house
    with visiting(address, "shen") as visitor:
        run_out(desk)
        asked = "/console/orders?status=handling&q=%E8%B7%AF%E7%81%AF"
        door = visitor.get(asked)
        assert door.status_code == 401
        assert "登录已超时或已失效，请重新登录。" in door.text
        assert 'name="password"' in door.text
        assert page_of(enters(visitor, "shen")) == asked
        visitor.post("/logout")
        assert page_of(enters(visitor, "shen")) == "/console/", "it was for once"


def test_who_follows_a_letters_link_is_led_to_its_order_once_he_is_in(house: tuple[Desk, str]) -> None:
    desk, address = house
    order = desk.take(NOW - timedelta(days=1))
    with visiting(address) as visitor:
        door = visitor.get(f"/unit/orders/{order.number}")
        assert (door.status_code, "这一页须登录后查看。" in door.text) == (401, True)
        assert page_of(enters(visitor, "wu")) == f"/unit/orders/{order.number}"


def test_words_that_were_not_taken_are_given_back_at_the_door(house: tuple[Desk, str]) -> None:
    desk, address = house
    order = desk.take(NOW - timedelta(days=1))
    path = f"/unit/orders/{order.number}"
    with visiting(address, "wu") as visitor:
        sent = {"csrf": "of-before", "text": WORDS, "outcome": "resolved"}
        run_out(desk)
        door = visitor.client.post(f"{path}/reply", data=sent, headers={"referer": address + path})
        assert door.status_code == 401
        assert "刚才提交的内容没有收下；登录后回到原来的页面" in door.text
        assert WORDS in unescape(door.text)
        assert "of-before" not in door.text
        assert page_of(enters(visitor, "wu")) == path
    assert desk.one(type(order), number=order.number).status == OrderStatus.DISPATCHED


def test_a_strangers_form_is_not_shown_to_him_nor_are_secrets_to_anybody(house: tuple[Desk, str]) -> None:
    desk, address = house
    with visiting(address) as stranger:
        door = stranger.client.post("/console/entry", data={"text": WORDS})
        assert (door.status_code, "须登录后才能提交。" in door.text, WORDS in door.text) == (401, True, False)
    with visiting(address, "shen") as visitor:
        run_out(desk)
        door = visitor.client.post("/account/password", data={"old": "旧 口令", "new": "新 口令", "again": "新 口令"})
        assert door.status_code == 401
        assert "口令" not in door.text.partition("<textarea")[2]


def test_a_colleague_at_the_same_browser_is_not_led_where_he_may_not_go(house: tuple[Desk, str]) -> None:
    desk, address = house
    with visiting(address, "shen") as visitor:
        run_out(desk)
        visitor.get("/console/triage")
        assert page_of(enters(visitor, "wu")) == "/unit/"


def test_the_way_back_survives_the_second_step(house: tuple[Desk, str]) -> None:
    desk, address = house
    phone, _ = enrolled(desk)
    with visiting(address) as visitor:
        assert visitor.get("/console/returns").status_code == 401
        assert page_of(enters(visitor, "shen")) == "/login/code"
        assert page_of(visitor.post("/login/code", code=phone.at(NOW))) == "/console/returns"


@pytest.mark.parametrize("elsewhere", ["//elsewhere.example/", "/\\elsewhere.example", "/console/../../x", "/login"])
def test_nothing_outside_the_rooms_is_ever_returned_to(house: tuple[Desk, str], elsewhere: str) -> None:
    with visiting(house[1]) as visitor:
        visitor.client.cookies.set("huiyin_wanted", elsewhere)
        answer = visitor.client.post("/login", data={"login": "shen", "password": PASSWORD}, follow_redirects=False)
        assert answer.headers["location"] == "/console/"
