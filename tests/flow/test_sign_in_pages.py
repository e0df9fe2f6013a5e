"""The door as a browser meets it: one step after another, and nobody is anybody before the last."""

import re
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pyotp
import pytest
from support.desk import Desk, at, open_desk
from support.signing_in import AUDITOR
from support.web import PASSWORD, Visitor, enrol, serving, staffed, visiting

from console import password_resets
from console.web.pages import door
from console.web.security import COOKIE
from models.profile import SecurityRules
from models.queries.people import find_user
from models.tables.people import User, WebSession
from models.tables.record import History
from models.tables.sign_ins import PasswordReset, SecondFactor

NOW = at("2026-03-02T09:00")


@pytest.fixture(scope="module")
def open_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, str]]:
    with open_desk(tmp_path_factory.mktemp("house"), now=NOW) as desk, staffed(desk.house) as address:
        yield desk, address


@pytest.fixture
def house(open_house: tuple[Desk, str]) -> Iterator[tuple[Desk, str]]:
    """The rules and the time are put back."""
    desk = open_house[0]
    profile = desk.house.profile
    yield open_house
    desk.house.profile = profile
    desk.house.clock = lambda: NOW


def enters(visitor: Visitor, login: str, password: str = PASSWORD) -> httpx.Response:
    return visitor.client.post("/login", data={"login": login, "password": password})


def rules(desk: Desk, given: SecurityRules) -> None:
    desk.house.profile = desk.house.profile.model_copy(update={"security": given})


def nonce_and_phone(page: str) -> tuple[str, pyotp.TOTP]:
    nonce = re.search(r'name="nonce" value="([^"]+)"', page)
    secret = re.search(r'class="secret"><code>([A-Z2-7 ]+)</code>', page)
    assert nonce
    assert secret
    return nonce[1], pyotp.TOTP(secret[1].replace(" ", ""))


def own(page: str) -> str:
    token = re.search(r'name="csrf" value="([^"]+)"', page)
    assert token
    return token[1]


def test_with_a_second_factor_a_password_alone_opens_no_room(house: tuple[Desk, str]) -> None:
    desk, address = house
    with visiting(address, "shen") as visitor:
        page = visitor.get("/account/second-factor").text
        nonce, phone = nonce_and_phone(page)
        assert re.search(r'<img class="qr" src="data:image/svg\+xml', page)
        wrong = visitor.post("/account/second-factor", nonce=nonce, code="000000")
        assert wrong.status_code == 422
        assert nonce_and_phone(wrong.text)[0] == nonce
        kept = visitor.client.cookies[COOKIE]
        codes = visitor.post("/account/second-factor", nonce=nonce, code=phone.at(NOW))
        recovery = re.findall(r"<li><code>([a-z2-9-]+)</code>", codes.text)
        assert len(recovery) == 10
        assert visitor.client.cookies[COOKIE] != kept
        assert visitor.get("/account").status_code == 200
        assert recovery[0] not in visitor.get("/account/second-factor").text
        assert phone.secret not in visitor.get("/account/second-factor").text.replace(" ", "")
    desk.house.clock = lambda: NOW + timedelta(minutes=2)
    with visiting(address) as visitor:
        page = enters(visitor, "shen")
        assert str(page.url).endswith("/login/code")
        assert page.headers["cache-control"] == "no-store"
        half = visitor.client.cookies[COOKIE]
        for room in ("/console/", "/console/triage", "/account"):
            assert visitor.get(room).status_code == 401, room
        changed = {"csrf": own(page.text), "old": PASSWORD, "new": "by-a-thief-1", "again": "by-a-thief-1"}
        assert visitor.client.post("/account/password", data=changed).status_code == 401
        code = phone.at(NOW + timedelta(minutes=2))
        assert visitor.client.post("/login/code", data={"code": code}).status_code == 403, "no token of the session"
        assert visitor.post("/login/code", code="000000").status_code == 401
        assert str(visitor.post("/login/code", code=code).url).endswith("/console/")
        assert visitor.client.cookies[COOKIE] != half
    with visiting(address) as visitor:
        visitor.client.cookies.set(COOKIE, half)
        assert visitor.get("/console/").status_code == 401
    with visiting(address) as visitor:
        enters(visitor, "shen")
        assert visitor.post("/login/code", code=code).status_code == 401, "the same code again"
        assert str(visitor.post("/login/code", code=recovery[0]).url).endswith("/console/")
        assert visitor.post("/account/second-factor/off", code="000000").status_code == 422
        renewed = visitor.post("/account/second-factor/recovery", code=recovery[1])
        fresh = re.findall(r"<li><code>([a-z2-9-]+)</code>", renewed.text)
        assert len(fresh) == 10
        assert visitor.post("/account/second-factor/off", code=fresh[0]).status_code == 200
    assert desk.all(SecondFactor) == []
    with visiting(address) as visitor:
        assert str(enters(visitor, "shen").url).endswith("/console/")


def test_wrong_codes_end_the_half_sign_in(house: tuple[Desk, str]) -> None:
    desk, address = house
    with visiting(address, "hu") as visitor:
        nonce, phone = nonce_and_phone(visitor.get("/account/second-factor").text)
        visitor.post("/account/second-factor", nonce=nonce, code=phone.at(NOW))
    with visiting(address) as visitor:
        enters(visitor, "hu")
        answers = [visitor.post("/login/code", code="000000") for _ in range(5)]
        assert "15 分钟后再试" in answers[-1].text
        assert COOKIE not in visitor.client.cookies
    desk.house.clock = lambda: NOW + timedelta(minutes=1)
    with visiting(address) as visitor:
        enters(visitor, "hu")
        assert "15 分钟后再试" in visitor.post("/login/code", code=phone.at(NOW + timedelta(minutes=1))).text


def test_a_role_that_must_have_a_second_factor_is_led_to_it_and_then_in(house: tuple[Desk, str]) -> None:
    desk, address = house
    rules(desk, SecurityRules(second_factor=["auditor"]))
    with visiting(address) as visitor:
        page = enters(visitor, "ji")
        assert str(page.url).endswith("/account/second-factor")
        assert visitor.get("/console/audit").status_code == 401
        nonce, phone = nonce_and_phone(page.text)
        codes = visitor.post("/account/second-factor", nonce=nonce, code=phone.at(NOW))
        assert 'href="/console/"' in codes.text
        assert visitor.get("/console/audit").status_code == 200
        assert "不能自己停用" in visitor.get("/account/second-factor").text


def test_a_password_set_by_the_operator_is_changed_before_anything_else(house: tuple[Desk, str]) -> None:
    desk, address = house
    with visiting(address, "guan") as operator:
        room, why = "/console/admin/users/du/password", "忘了口令，当面核对过工作证"
        assert operator.post(room, password="onlyletters", why=why).status_code == 422
        assert operator.post(room, password="given-by-guan", why=" ").status_code == 422
        assert operator.post(room, password="given-by-guan", why=why).status_code == 200
    with desk.writing() as session:
        waits = desk.one(PasswordReset, login="du").id or 0
        password_resets.decide(session, waits, True, desk.house.profile.security, AUDITOR, desk.house.now())
    with visiting(address) as visitor:
        page = enters(visitor, "du", "given-by-guan")
        assert str(page.url).endswith("/account/password")
        assert "先换一个再继续" in page.text
        assert "提出、审计员ji同意重设，理由：忘了口令，当面核对过工作证" in page.text
        assert visitor.get("/console/").status_code == 401
        same = {"old": "given-by-guan", "new": "given-by-guan", "again": "given-by-guan"}
        assert visitor.post("/account/password", **same).status_code == 422
        other = same | {"new": "chosen-by-du"}
        assert "不一样" in visitor.post("/account/password", **other).text
        answer = visitor.post("/account/password", **{**other, "again": "chosen-by-du"})
        assert str(answer.url).endswith("/console/")
    with visiting(address) as visitor:
        assert enters(visitor, "du", "given-by-guan").status_code == 401
        assert str(enters(visitor, "du", "chosen-by-du").url).endswith("/console/")
    assert desk.all(History, subject_id="du", action="change_password")


def test_a_change_of_password_ends_the_other_browsers_and_keeps_this_one(house: tuple[Desk, str]) -> None:
    _, address = house
    with visiting(address, "bian") as here, visiting(address, "bian") as there:
        changed = {"old": PASSWORD, "new": "bian-changed-it", "again": "bian-changed-it"}
        assert here.post("/account/password", **changed).status_code == 200
        assert here.get("/console/").status_code == 200
        assert there.get("/console/").status_code == 401


def test_a_lost_telephone_is_reset_by_two_and_everybody_else_is_refused(house: tuple[Desk, str]) -> None:
    desk, address = house
    with visiting(address, "wu") as visitor:
        nonce, phone = nonce_and_phone(visitor.get("/account/second-factor").text)
        visitor.post("/account/second-factor", nonce=nonce, code=phone.at(NOW))
    with visiting(address, "zhuan") as nobody, visiting(address, "guan") as operator:
        assert nobody.post("/console/admin/users/wu/factor", why="丢了").status_code == 403
        assert operator.post("/console/admin/users/wu/factor", why="手机丢失，当面核对过").status_code == 200
        assert "须由另一人复核" in operator.get("/console/roles").text
        seen = re.search(r'name="seen" value="(\d+)"', operator.get("/console/roles").text)
        assert seen
        assert operator.post("/console/roles/factor/wu", agreed="true", seen=seen[1]).status_code == 403
        assert nobody.post("/console/roles/factor/wu", agreed="true").status_code == 403
    with desk.writing() as session:
        session.merge(User(**{**desk.one(User, login="zheng").model_dump(), "role": "auditor", "unit": None}))
    with visiting(address, "zheng") as auditor:
        assert auditor.post("/console/roles/factor/wu", agreed="true", seen=seen[1]).status_code == 200
    with visiting(address) as visitor:
        assert str(enters(visitor, "wu").url).endswith("/unit/")


def test_idle_time_and_length_are_the_profiles(house: tuple[Desk, str]) -> None:
    desk, address = house
    rules(desk, SecurityRules(idle_minutes=5))
    with visiting(address, "lu") as visitor:
        desk.house.clock = lambda: NOW + timedelta(minutes=4)
        assert visitor.get("/unit/").status_code == 200
        desk.house.clock = lambda: NOW + timedelta(minutes=10)
        assert visitor.get("/unit/").status_code == 401


def test_one_address_does_not_guess_at_everybody(house: tuple[Desk, str], monkeypatch: pytest.MonkeyPatch) -> None:
    _, address = house
    monkeypatch.setattr(door._strangers, "_most", 3)
    door._strangers.forget("127.0.0.1")
    with visiting(address) as visitor:
        answers = [enters(visitor, f"nobody{n}", "guess-1").status_code for n in range(4)]
        assert answers == [401, 401, 401, 429]
    door._strangers.forget("127.0.0.1")


def test_known_and_unknown_accounts_are_refused_in_the_same_words(house: tuple[Desk, str]) -> None:
    _, address = house
    with visiting(address) as visitor:
        pages = {re.sub(r"\s+", " ", enters(visitor, login, "guess-1").text) for login in ("ling", "no-such-login")}
    assert len(pages) == 1


def test_behind_tls_cookies_are_secure_and_browsers_told_to_stay(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("tls")
    with (
        open_desk(folder, public_url="https://huiyin.example") as desk,
        staffed(desk.house) as address,
        visiting(address) as visitor,
    ):
        answer = visitor.client.post("/login", data={"login": "shen", "password": PASSWORD}, follow_redirects=False)
        assert "Secure" in answer.headers["set-cookie"]
        assert "HttpOnly" in answer.headers["set-cookie"]
        for path in ("/", "/login", "/static/huiyin.css", "/api/none"):
            assert visitor.get(path).headers["strict-transport-security"] == "max-age=31536000", path


def test_behind_tls_every_cookie_is_secure_and_hidden_from_scripts(tmp_path_factory: pytest.TempPathFactory) -> None:
    with open_desk(tmp_path_factory.mktemp("tls"), public_url="https://huiyin.example") as desk:
        enrol(desk.house)
        letter = {"title": "路灯不亮", "text": "学府路的路灯坏了十多天。", "phone": "19900001234"}
        with serving(desk.house) as address, httpx.Client(base_url=address) as browser:
            session = browser.post("/login", data={"login": "shen", "password": PASSWORD}).headers["set-cookie"]
            left = browser.post("/track/leave").headers.get_list("set-cookie")
            receipt = browser.post("/send", data=letter).headers["set-cookie"]
    assert {said.split("=")[0] for said in (*left, receipt)} == {"huiyin_done", "huiyin_track", "huiyin_receipt"}
    for said in (session, receipt, *(each for each in left if "Max-Age=0" not in each)):
        assert {"Secure", "HttpOnly", "SameSite=lax"} <= set(said.split("; ")), said


def test_on_plain_http_nobody_is_told_to_come_by_https_alone(house: tuple[Desk, str]) -> None:
    with visiting(house[1]) as visitor:
        assert "strict-transport-security" not in visitor.get("/").headers


def test_sessions_that_nobody_came_back_to_are_forgotten(house: tuple[Desk, str]) -> None:
    desk, address = house
    with visiting(address, "yu"):
        assert len(desk.all(WebSession, user_id=_id(desk, "yu"))) == 1
    desk.house.clock = lambda: NOW + timedelta(hours=2)
    with visiting(address, "ling"):
        assert desk.all(WebSession, user_id=_id(desk, "yu")) == []


def _id(desk: Desk, login: str) -> int:
    with desk.writing() as session:
        return find_user(session, login).id or 0
