"""Signing in through a city's identity provider, over HTTP, and everything about its word that is not as it must be."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc.jwk import RSAKey
from pydantic import SecretStr, ValidationError
from support.commands import Shell
from support.desk import Desk, open_desk
from support.identity_provider import CLIENT, SECRET, Provider, identity_provider
from support.web import Visitor, enrol, serving, staffed, visiting

from console import oidc
from models.settings import Settings
from models.tables.people import User, WebSession
from models.tables.record import History
from models.tables.sign_ins import OidcStart, SignInTry


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, Provider, str]]:
    """A desk that trusts a provider, the provider, and the desk's address."""
    with open_desk(tmp_path_factory.mktemp("house")) as desk:
        enrol(desk.house)
        with identity_provider(desk.house.now()) as provider, serving(desk.house) as address:
            desk.house.clock = lambda: provider.now
            desk.house.settings = desk.house.settings.model_copy(
                update={
                    "oidc_issuer": provider.issuer, "oidc_client_id": CLIENT, "public_url": address,
                    "oidc_client_secret": SecretStr(SECRET), "oidc_name": "望溪政务网",
                }
            )  # fmt: skip
            yield desk, provider, address


@pytest.fixture
def sound(city: tuple[Desk, Provider, str]) -> Iterator[tuple[Desk, Provider, str]]:
    """Whatever a test changes about the provider is put right again."""
    provider = city[1]
    before = replace(provider, claims={})
    yield city
    for name in ("now", "who", "claims", "down", "key", "signs_with"):
        setattr(provider, name, getattr(before, name))
    oidc._known.clear()


def through(visitor: Visitor) -> httpx.Response:
    """From the button to wherever it ends."""
    return visitor.get("/login/oidc")


def test_the_button_stands_where_a_provider_is_set_and_leads_an_account_in(sound: tuple[Desk, Provider, str]) -> None:
    desk, _, address = sound
    with visiting(address) as visitor:
        assert "用望溪政务网登录" in visitor.get("/login").text
        page = through(visitor)
        assert page.status_code == 200
        assert str(page.url).endswith("/console/")
        assert "shen" in visitor.get("/account").text
    assert [t.way for t in desk.all(SignInTry) if t.result == "ok"][-1] == "oidc"
    assert desk.all(History, action="sign_in")[-1].detail == {"way": "oidc"}
    assert desk.all(OidcStart) == []


def test_without_a_provider_there_is_neither_button_nor_way(tmp_path: Path) -> None:
    with open_desk(tmp_path) as desk, serving(desk.house) as address, visiting(address) as visitor:
        assert "/login/oidc" not in visitor.get("/login").text
        answer = through(visitor)
        assert answer.status_code == 404
        assert "没有启用统一身份认证" in answer.text


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"nonce": "of-another-sign-in"}, "没有通过核对"),
        ({"nonce": None}, "没有通过核对"),
        ({"aud": "another-system"}, "没有通过核对"),
        ({"aud": [CLIENT, "another-system"]}, "没有通过核对"),
        ({"iss": "https://elsewhere.example"}, "没有通过核对"),
        ({"exp": None}, "没有通过核对"),
        ({"preferred_username": None}, "没有给出账号"),
        ({"preferred_username": "nobody"}, "没有 nobody 可用的账号"),
        ({"preferred_username": "a'; --"}, "没有 a&#39;; -- 可用的账号"),
    ],
)
def test_a_token_that_is_not_as_it_must_be_lets_nobody_in(
    sound: tuple[Desk, Provider, str], claims: dict[str, Any], why: str
) -> None:
    desk, provider, address = sound
    provider.claims = claims
    before = len(desk.all(WebSession)), len(desk.all(User))
    with visiting(address) as visitor:
        answer = through(visitor)
        assert answer.status_code == 403
        assert why in answer.text
        assert visitor.get("/console/").status_code == 401
    assert (len(desk.all(WebSession)), len(desk.all(User))) == before


@pytest.mark.parametrize(("early", "gets_in"), [(330, True), (420, False), (-30, True), (-120, False)])
def test_clocks_may_differ_by_a_minute_and_no_more(
    sound: tuple[Desk, Provider, str], early: int, gets_in: bool
) -> None:
    """A token is good for five minutes; positive: ours is ahead of the provider's."""
    _, provider, address = sound
    moment = int(provider.now.timestamp()) - early
    provider.claims = {"iat": moment, "nbf": moment, "exp": moment + 300}
    with visiting(address) as visitor:
        assert through(visitor).status_code == (200 if gets_in else 403)


def test_a_token_signed_by_somebody_else_lets_nobody_in(sound: tuple[Desk, Provider, str]) -> None:
    _, provider, address = sound
    provider.signs_with = RSAKey.generate_key(2048, {"kid": "one"})
    with visiting(address) as visitor:
        assert through(visitor).status_code == 403


def test_a_provider_that_changes_its_key_is_followed(sound: tuple[Desk, Provider, str]) -> None:
    _, provider, address = sound
    with visiting(address) as visitor:
        assert through(visitor).status_code == 200
    provider.change_key()
    with visiting(address) as visitor:
        assert through(visitor).status_code == 200


def test_a_way_back_is_good_once_and_in_the_browser_that_left(sound: tuple[Desk, Provider, str]) -> None:
    _, _, address = sound
    with visiting(address) as visitor, visiting(address) as other:
        leaving = visitor.client.get("/login/oidc", follow_redirects=False)
        returning = visitor.client.get(leaving.headers["location"], follow_redirects=False).headers["location"]
        assert other.get(returning).status_code == 403
        cookies = dict(visitor.client.cookies)
        assert visitor.get(returning).status_code == 200
        other.client.cookies.update(cookies)
        again = other.get(returning)
        assert again.status_code == 403
        assert "已经用过" in again.text
        assert other.get("/login/oidc/return?code=x").status_code == 403


def test_who_is_switched_off_here_is_not_let_in_by_the_city(sound: tuple[Desk, Provider, str]) -> None:
    desk, provider, address = sound
    with desk.writing() as session:
        session.merge(desk.one(User, login="hu").model_copy(update={"active": False}))
    provider.who = "hu"
    with visiting(address) as visitor:
        assert through(visitor).status_code == 403


def test_a_provider_that_is_away_is_said_and_passwords_still_work(sound: tuple[Desk, Provider, str]) -> None:
    _, provider, address = sound
    oidc._known.clear()
    provider.down = True
    with visiting(address) as visitor:
        answer = through(visitor)
        assert answer.status_code == 502
        assert "没有响应" in answer.text
    with visiting(address, "ji") as visitor:
        assert visitor.get("/console/").status_code == 200


def test_who_refuses_at_the_provider_is_told_so(sound: tuple[Desk, Provider, str]) -> None:
    _, _, address = sound
    with visiting(address) as visitor:
        leaving = visitor.client.get("/login/oidc", follow_redirects=False).headers["location"]
        state = re.search(r"state=([^&]+)", leaving)
        assert state
        answer = visitor.get(f"/login/oidc/return?error=access_denied&state={state[1]}")
        assert answer.status_code == 403
        assert "取消" in answer.text


def test_leaving_the_house_offers_to_leave_the_city_too(sound: tuple[Desk, Provider, str]) -> None:
    _, provider, address = sound
    with visiting(address) as visitor:
        through(visitor)
        page = visitor.post("/logout")
        assert f'href="{provider.issuer}/leave?client_id=huiyin' in page.text
        assert visitor.get("/console/").status_code == 401
    with visiting(address, "ji") as visitor:
        assert provider.issuer not in visitor.post("/logout").text


@pytest.mark.parametrize(
    "given",
    [
        {"oidc_issuer": "https://id.example"},
        {"oidc_issuer": "https://id.example", "oidc_client_id": "huiyin"},
        {"oidc_client_secret": "secret"},
        {"oidc_issuer": "http://127.0.0.1.id.example", "oidc_client_id": "huiyin", "oidc_client_secret": "secret"},
        {"oidc_issuer": "http://id.example", "oidc_client_id": "huiyin", "oidc_client_secret": "secret"},
    ],
)
def test_half_a_provider_or_an_open_one_stops_the_start(given: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Settings(_env_file=None, **given)


def test_an_account_for_the_provider_alone_opens_after_a_second_look_and_never_by_a_password(
    sound: tuple[Desk, Provider, str],
) -> None:
    desk, provider, address = sound
    provider.who = "xin"
    room = "/console/admin/users"
    with visiting(address, "guan") as operator, visiting(address, "ji") as auditor, visiting(address) as person:
        assert "只用望溪政务网，没有口令" in operator.get(room).text
        new = {"login": "xin", "name": "新同事", "role": "supervisor", "way": "oidc"}
        assert operator.post(room, **new).status_code == 200
        assert through(person).status_code == 403, "nobody has looked at its role yet"
        change = re.search(r'action="/console/roles/(\d+)"', auditor.get("/console/roles").text)
        assert change is not None
        auditor.post(f"/console/roles/{change[1]}", agreed="true")
        for guess in ("", "None", "huiyin-test"):
            assert person.client.post("/login", data={"login": "xin", "password": guess}).status_code in (401, 422)
        assert through(person).status_code == 200
        assert "未设，由统一身份认证登录" in person.get("/account").text
        assert person.get("/account/password").status_code == 422
        changed = person.post("/account/password", old="guess-1", new="Neues-2026", again="Neues-2026")
        assert (changed.status_code, "没有口令" in changed.text) == (422, True)
        refused = operator.post(f"{room}/xin/password", password="Neues-2026", why="忘了口令")
        assert (refused.status_code, "只用统一身份认证登录，没有口令" in refused.text) == (422, True)
        assert operator.post(room, login="yi", name="乙", role="editor", way="password").status_code == 422
    user = desk.one(User, login="xin")
    assert (user.active, user.password_hash) == (True, "")
    assert desk.all(User, login="yi") == []
    assert desk.all(History, subject_id="xin", action="create")[0].detail == {"way": "oidc"}


def test_without_a_provider_no_account_goes_without_a_password(tmp_path: Path) -> None:
    with open_desk(tmp_path) as desk, staffed(desk.house) as address, visiting(address, "guan") as operator:
        assert 'name="way"' not in operator.get("/console/admin/users").text
        fields = {"login": "xin", "name": "新同事", "role": "editor", "way": "oidc"}
        answer = operator.post("/console/admin/users", **fields)
        assert (answer.status_code, "没有启用统一身份认证" in answer.text) == (422, True)


def test_the_command_makes_an_account_for_the_provider_alone_and_resets_no_password_of_it(tmp_path: Path) -> None:
    huiyin = Shell(tmp_path)
    huiyin("init")
    provider = {"OIDC_ISSUER": "https://id.example", "OIDC_CLIENT_ID": "huiyin", "OIDC_CLIENT_SECRET": "s" * 20}
    words = ("account", "add", "xin", "--name", "新同事", "--role", "operator", "--oidc", "--json")
    assert huiyin(*words).code == 2
    assert huiyin(*words, **provider).json == {"login": "xin"}
    refused = huiyin("account", "password", "xin", **provider)
    assert refused.code == 2
    assert "只用统一身份认证登录" in refused.complaint
