"""What the web refuses: strangers, wrong roles, other units' orders, forms from elsewhere, old sessions."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlmodel import select
from support.desk import Desk, open_desk
from support.web import ONE_OF_EACH, PEOPLE, enrol, serving, visiting

from console import accounts
from console.signing_in import check_password
from console.web.menu import ROOMS
from flows.concealing import hidden
from flows.house import House
from models.database import reading, writing
from models.tables.intake import Intake
from models.tables.messages import Message
from models.tables.orders import WorkOrder
from models.tables.people import User, WebSession
from models.tables.record import History
from models.vocabulary import Role

_SCRIPT = "<script>alert(1)</script>楼道灯"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, str, str]]:
    """A desk, its address, and the number of an order that the housing bureau has."""
    with open_desk(tmp_path_factory.mktemp("house")) as desk:
        enrol(desk.house)
        order = desk.take(
            desk.house.now(), title=_SCRIPT, phone="19900001234", sender_name="陈小雨", confidential=True,
            answered_on_the_spot=False,
        )  # fmt: skip
        with serving(desk.house) as address:
            yield desk, address, order.number


def test_a_stranger_is_sent_to_the_door(office: tuple[Desk, str, str]) -> None:
    with visiting(office[1]) as visitor:
        for path, _, _ in ROOMS:
            answer = visitor.get(path)
            assert answer.status_code == 401, path
            assert 'href="/login"' in answer.text


def test_each_room_opens_to_its_roles_alone(office: tuple[Desk, str, str]) -> None:
    for login in ONE_OF_EACH:
        role, _ = PEOPLE[login]
        with visiting(office[1], login) as visitor:
            for path, _, roles in ROOMS:
                assert visitor.get(path).status_code == (200 if role in roles else 403), (login, path)


def test_another_units_order_does_not_exist(office: tuple[Desk, str, str]) -> None:
    _, address, number = office
    with visiting(address, "lu") as visitor:
        assert visitor.get(f"/unit/orders/{number}").status_code == 404
        for action in ("acknowledge", "sign-off"):
            assert visitor.post(f"/unit/orders/{number}/{action}").status_code == 404
        for action, fields in (("return", {"grounds": "不属"}), ("refuse", {"note": "改"})):
            assert visitor.post(f"/unit/orders/{number}/{action}", **fields).status_code == 404
        reply = {"text": "答复", "outcome": "resolved"}
        assert visitor.post(f"/unit/orders/{number}/reply", **reply).status_code == 404
        assert visitor.post(f"/unit/orders/{number}/reply", **reply, check="1").status_code == 404
    assert office[0].one(WorkOrder, number=number).status == "dispatched"


def test_a_form_without_the_sessions_token_is_refused(office: tuple[Desk, str, str]) -> None:
    _, address, number = office
    with visiting(address, "wu") as visitor:
        path = f"/unit/orders/{number}/acknowledge"
        assert visitor.post(path, csrf=False).status_code == 403
        assert visitor.post(path, csrf=False, csrf_token="x").status_code == 403
        assert visitor.client.post(path, data={"csrf": "中文"}).status_code == 403
        elsewhere = visitor.client.post(path, headers={"sec-fetch-site": "cross-site"})
        assert elsewhere.status_code == 403
    assert office[0].one(WorkOrder, number=number).status == "dispatched"


def test_a_confidential_sender_is_unknown_to_the_unit(office: tuple[Desk, str, str]) -> None:
    _, address, number = office
    with visiting(address, "wu") as visitor:
        for path in (f"/unit/orders/{number}", "/unit/callbacks"):
            page = visitor.get(path).text
            assert "身份保密" in page
            assert "19900001234" not in page
            assert "陈小雨" not in page


def test_who_wrote_is_hidden_until_somebody_asks_and_then_it_is_known_who_looked(
    office: tuple[Desk, str, str],
) -> None:
    desk, address, number = office
    page = f"/console/orders/{number}"
    with visiting(address, "shen") as visitor:
        masked = visitor.get(page).text
        assert f'action="{page}/contacts"' in masked
        assert "199****1234" in masked
        assert "19900001234" not in masked + visitor.get("/console/callbacks").text
        assert "陈小雨" not in masked + visitor.get("/console/callbacks").text
        assert visitor.post(f"{page}/contacts").status_code == 422, "nobody looks without a reason"
        assert visitor.post(f"{page}/contacts", why="other", words=" ").status_code == 422
        shown = visitor.post(f"{page}/contacts", why="call_back").text
        assert "19900001234" in shown
        assert "陈小雨" in shown
        assert "19900001234" not in visitor.get(page).text
    looked = desk.all(History, action="unmask")
    order = str(desk.one(WorkOrder, number=number).id)
    assert [(row.actor, row.subject_id, row.detail) for row in looked] == [("shen", order, {"reason": "call_back"})]
    with visiting(address, "ji") as auditor:
        assert "查看联系方式（回电）" in auditor.get(f"/console/audit?number={number}").text
        assert f'action="{page}/contacts"' not in auditor.get(page).text
        assert auditor.post(f"{page}/contacts", why="call_back").status_code == 403
    with visiting(address, "lu") as elsewhere:
        assert elsewhere.post(f"{page}/contacts", why="call_back").status_code == 403
    assert len(desk.all(History, action="unmask")) == 1


def test_a_reason_of_ones_own_is_kept_without_the_numbers_in_it(office: tuple[Desk, str, str]) -> None:
    desk, address, number = office
    page = f"/console/orders/{number}"
    with visiting(address, "shen") as visitor:
        assert "19900001234" in visitor.post(f"{page}/contacts", why="other", words="110 要求核实 19900001234").text
        assert "查看联系方式（110 要求核实 [手机号]）" in visitor.get(page).text
    assert "19900001234" not in str([row.detail for row in desk.all(History)])


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("陈小雨", "陈**"), ("19900001234", "199****1234"), ("5551234", "***1234"), ("023-55512345", "023*****2345"),
        ("mei@x.example", "m***@x.example"), ("110", "***"),
    ],
)  # fmt: skip
def test_what_is_hidden_tells_nobody_apart_who_is_not_known(value: str, shown: str) -> None:
    assert hidden(value) == shown


def test_what_a_citizen_writes_is_text_and_never_markup(office: tuple[Desk, str, str]) -> None:
    _, address, number = office
    with visiting(address, "shen") as visitor:
        page = visitor.get(f"/console/orders/{number}").text
    assert _SCRIPT not in page
    assert "&lt;script&gt;" in page


def test_every_answer_carries_the_security_headers(office: tuple[Desk, str, str]) -> None:
    with visiting(office[1], "shen") as visitor:
        for path in ("/", "/console/", "/static/huiyin.css", "/no-such-page"):
            headers = visitor.get(path).headers
            assert "default-src 'none'" in headers["content-security-policy"]
            assert "unsafe" not in headers["content-security-policy"]
            assert "frame-ancestors 'none'" in headers["content-security-policy"]
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["referrer-policy"] == "same-origin"
        assert visitor.get("/console/").headers["cache-control"] == "no-store"


def test_no_page_has_script_or_style_of_its_own(office: tuple[Desk, str, str]) -> None:
    with visiting(office[1], "shen") as visitor:
        page = visitor.get(f"/console/orders/{office[2]}").text
    assert re.findall(r"<script(?![^>]*\bsrc=)", page) == []
    assert "<style" not in page
    assert not re.search(r"\s(style|on\w+)=", page)


def test_every_page_of_a_demonstration_says_so(office: tuple[Desk, str, str]) -> None:
    with visiting(office[1], "wu") as visitor:
        for path in ("/", "/unit/", "/track", "/no-such-page", "/console/admin"):
            assert "演示数据" in visitor.get(path).text


def test_a_bad_field_is_named_in_chinese_and_not_repeated(office: tuple[Desk, str, str]) -> None:
    with visiting(office[1]) as visitor:
        answer = visitor.post("/track/rate", code="X", last4="1234", satisfaction="<b>很好</b>")
    assert answer.status_code == 422
    assert "“评价”请从所列选项中选择" in answer.text
    assert "satisfaction" not in answer.text
    assert "很好" not in answer.text


def test_an_address_that_cannot_be_is_no_page_and_no_form(office: tuple[Desk, str, str]) -> None:
    with visiting(office[1], "shen") as visitor:
        assert visitor.get("/console/ledger/abc").status_code == 404


def test_search_finds_by_number_and_by_the_phones_last_digits(office: tuple[Desk, str, str]) -> None:
    _, address, number = office
    with visiting(address, "shen") as visitor:
        assert number in visitor.get(f"/console/orders?q={number}").text
        assert number in visitor.get("/console/orders?q=1234").text
        assert number not in visitor.get("/console/orders?q=9999").text
        assert visitor.get("/console/orders?q=电梯坏了").status_code == 200


def test_an_idle_session_and_an_old_one_end(office: tuple[Desk, str, str]) -> None:
    house = office[0].house
    now, rules = house.now(), house.profile.security
    with writing(house.engine) as session:
        token = accounts.open_session(session, _user(house, "ji"), now)
    with writing(house.engine) as session:
        assert accounts.signed_in(session, token, rules, now + timedelta(minutes=29)) is not None
        assert accounts.signed_in(session, token, rules, now + timedelta(minutes=60)) is None
    with writing(house.engine) as session:
        token = accounts.open_session(session, _user(house, "ji"), now)
        for row in session.exec(select(WebSession)).all():
            row.seen_at = now + timedelta(hours=12)
    with writing(house.engine) as session:
        assert accounts.signed_in(session, token, rules, now + timedelta(hours=12, minutes=5)) is None


def test_five_wrong_passwords_lock_the_account_for_a_quarter_of_an_hour(office: tuple[Desk, str, str]) -> None:
    house = office[0].house
    now, rules = house.now(), house.profile.security
    for _ in range(5):
        with writing(house.engine) as session:
            assert check_password(session, "du", "wrong-password", "10.9.9.9", rules, now) is None
    with writing(house.engine) as session:
        assert check_password(session, "du", "huiyin-test", "10.9.9.9", rules, now) is None
    with writing(house.engine) as session:
        later = now + timedelta(minutes=16)
        assert check_password(session, "du", "huiyin-test", "10.9.9.9", rules, later) is not None


def test_signing_in_gives_a_fresh_token_that_only_the_browser_has(office: tuple[Desk, str, str]) -> None:
    with visiting(office[1]) as visitor:
        visitor.client.cookies.set("huiyin", "chosen-by-somebody-else")
        answer = visitor.client.post("/login", data={"login": "ji", "password": "huiyin-test"}, follow_redirects=False)
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    token = re.search(r"huiyin=([^;]+)", cookie)
    assert token
    assert token[1] != "chosen-by-somebody-else"
    assert office[0].all(WebSession, token_digest=token[1]) == []


def test_an_account_that_is_switched_off_is_signed_out(office: tuple[Desk, str, str]) -> None:
    with visiting(office[1], "hu") as someone, visiting(office[1], "guan") as operator:
        assert someone.get("/console/").status_code == 200
        assert operator.post("/console/admin/users/hu/active", active="false").status_code == 200
        assert someone.get("/console/").status_code == 401
        assert operator.post("/console/admin/users/guan/active", active="false").status_code == 403


def test_the_operator_makes_accounts_and_a_unit_account_needs_its_unit(office: tuple[Desk, str, str]) -> None:
    fields = {"login": "xin", "name": "新同事", "role": "unit", "password": "long-enough"}
    with visiting(office[1], "guan") as operator:
        assert operator.post("/console/admin/users", **fields).status_code == 422
        assert operator.post("/console/admin/users", **fields, unit="no_such_unit").status_code == 404
        assert operator.post("/console/admin/users", **fields, unit="housing_bureau").status_code == 200
        assert operator.post("/console/admin/users", **fields, unit="housing_bureau").status_code == 409
    assert office[0].one(User, login="xin").role == Role.UNIT


def test_a_letter_from_the_web_is_durable_and_can_be_looked_up_at_once(office: tuple[Desk, str, str]) -> None:
    letter = {"title": "路灯不亮", "text": "滨禾路路灯坏了。", "phone": "199-0000-7788", "name": "周静"}
    with visiting(office[1]) as visitor:
        receipt = visitor.post("/send", **letter)
        code = re.search(r"<strong>([^<]+)</strong>", receipt.text)
        assert code
        assert "已收到" in visitor.post("/track", code=code[1], last4="7788").text
        wrong = visitor.post("/track", code=code[1], last4="0000")
        unknown = visitor.post("/track", code="XXXXXXXX", last4="7788")
        assert wrong.status_code == unknown.status_code == 404
        assert visitor.post("/send", **{**letter, "phone": "123"}).status_code == 422
    with reading(office[0].house.engine) as session:
        assert session.exec(select(Message).where(Message.title == "路灯不亮")).first() is None  # still on the queue


def test_a_letter_sent_twice_in_haste_is_one_letter_and_its_phone_is_kept_in_plain_digits(
    office: tuple[Desk, str, str],
) -> None:
    letter = {"title": "井盖松动", "text": "学府路口井盖一踩就响。"}
    with visiting(office[1]) as visitor:
        codes = {
            re.findall(r"<strong>([^<]+)</strong>", visitor.post("/send", **letter, phone=typed).text)[0]
            for typed in ("19900005678", "199 0000-5678", "+86 １９９００００５６７８")
        }
        assert len(codes) == 1
        assert "已收到" in visitor.post("/track", code=codes.pop(), last4="5678").text
        assert visitor.post("/send", **letter, phone="19900001234567").status_code == 422
    with reading(office[0].house.engine) as session:
        kept = [i for i in session.exec(select(Intake)).all() if "井盖松动" in i.payload]
    assert len(kept) == 1
    assert '"phone":"19900005678"' in kept[0].payload


def _user(house: House, login: str) -> User:
    with reading(house.engine) as session:
        return session.exec(select(User).where(User.login == login)).one()
