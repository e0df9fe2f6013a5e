"""What somebody wrote is given back when it is refused, also where its form is no longer on the page."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import httpx
import pytest
from support.desk import CLERK, HEAD, REVIEWER, Desk, at, open_desk
from support.loop_desk import open_loop
from support.opinion_desk import OFFICER, opened, told
from support.web import PASSWORD, Visitor, enrol, serving, visiting

from models.actions import handling, opinion_cases, replying
from models.database import writing
from models.tables.messages import Message
from models.tables.orders import WorkOrder
from models.vocabulary import Outcome

WORDS = "二楼的灯第二天又不亮了，请再派人来修。"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[tuple[Desk, str, WorkOrder]]:
    """An order that its unit has acknowledged."""
    with open_desk(tmp_path) as desk:
        enrol(desk.house)
        order = desk.take(desk.house.now(), phone="19900004321")
        with desk.writing() as session:
            handling.acknowledge(session, order.id or 0, CLERK, desk.house.now())
        with serving(desk.house) as address:
            yield desk, address, order


def _replied(desk: Desk, order: WorkOrder, *, approved: bool) -> str:
    now = desk.house.now()
    with desk.writing() as session:
        replying.write_reply(session, order.id or 0, "已更换灯具。", Outcome.RESOLVED, CLERK, now)
        replying.sign_off(session, desk.house.reckoner, order.id or 0, [], HEAD, now)
        if approved:
            replying.approve_reply(session, order.id or 0, REVIEWER, now)
    return desk.all(Message, order_id=order.id)[0].query_code


def _from(visitor: Visitor, page: str, action: str, **fields: str) -> httpx.Response:
    """As a browser sends it: with the address of the page that it was on."""
    found = re.search(r'name="csrf" value="([^"]+)"', visitor.get("/login").text)
    token = {"csrf": found[1]} if found else {}
    headers = {"referer": str(visitor.client.base_url).rstrip("/") + page}
    return visitor.client.post(action, data=token | fields, headers=headers)


def _kept(page: str) -> list[str]:
    return [unescape(text).strip() for text in re.findall(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)]


@pytest.mark.parametrize(("satisfaction", "code"), [("很好", 422), ("satisfied", 409)])
def test_a_refused_rating_gives_the_comment_back(
    office: tuple[Desk, str, WorkOrder], satisfaction: str, code: int
) -> None:
    desk, address, order = office
    query = _replied(desk, order, approved=True)
    known = {"code": query, "last4": "4321"}
    with visiting(address) as citizen:
        citizen.client.post("/track", data=known)
        if code == 409:
            citizen.client.post("/track/rate", data=known | {"satisfaction": "satisfied"})
        refused = _from(citizen, "/track", "/track/rate", **known, satisfaction=satisfaction, comment=WORDS)
    assert refused.status_code == code
    assert WORDS in _kept(refused.text)


def test_words_sent_with_a_wrong_code_come_back_though_the_look_up_is_over(
    office: tuple[Desk, str, WorkOrder],
) -> None:
    desk, address, order = office
    query = _replied(desk, order, approved=True)
    with visiting(address) as citizen:
        for page in ("/track", "/"):
            refused = _from(citizen, page, "/track/again", code=query, last4="0000", again=WORDS)
            assert refused.status_code == 404
            assert WORDS in _kept(refused.text)


def test_a_moderators_words_come_back_when_the_order_has_moved_on(office: tuple[Desk, str, WorkOrder]) -> None:
    desk, address, order = office
    _replied(desk, order, approved=True)
    with visiting(address, "shen") as moderator:
        action = f"/console/orders/{order.number}/refuse"
        late = _from(moderator, "/console/reviews", action, to="reviews", seen="1", note=WORDS)
    assert late.status_code == 409
    assert WORDS in _kept(late.text)


def test_a_units_reply_comes_back_when_the_order_has_moved_on(office: tuple[Desk, str, WorkOrder]) -> None:
    desk, address, order = office
    _replied(desk, order, approved=False)
    path = f"/unit/orders/{order.number}"
    with visiting(address, "wu") as clerk:
        late = _from(clerk, path, f"{path}/reply", text="<b>已</b>修好\n请放心。", outcome="resolved")
    assert late.status_code == 409
    assert "<b>已</b>修好\n请放心。" in [text.replace("\r", "") for text in _kept(late.text)]
    assert "<b>已</b>" not in late.text


def test_a_closed_case_says_so_and_names_no_field_of_a_form_that_it_has_no_more(tmp_path: Path) -> None:
    with open_loop(tmp_path, now=at("2026-02-24T10:00")) as desk:
        enrol(desk.house)
        told(desk, a={})
        case = opened(desk).id
        with writing(desk.house.engine) as session:
            opinion_cases.dismiss(session, case or 0, "已平息", OFFICER, desk.now)
        with serving(desk.house) as address, visiting(address, "yu") as officer:
            page = f"/console/opinion/{case}"
            late = _from(officer, page, f"{page}/lines", facts=WORDS)
            unsaid = officer.post(f"{page}/lines", facts=WORDS)
    for answer in (late, unsaid):
        assert answer.status_code == 422
        assert WORDS in _kept(answer.text)
        assert "10路公交改线" in answer.text
    assert "可能已经结束" in late.text
    assert "请填写“政策措施”；请填写“结果”" in unsaid.text


def test_a_refused_password_is_never_given_back(office: tuple[Desk, str, WorkOrder]) -> None:
    with visiting(office[1], "guan") as operator:
        fields = {"password": "密码 密码", "why": WORDS}
        refused = _from(operator, "/console/admin", "/console/admin/users/nobody/password", **fields)
    assert refused.status_code >= 400
    assert "密码 密码" not in refused.text
    assert PASSWORD not in refused.text
