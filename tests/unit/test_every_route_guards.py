"""Every page and every form of the web, found by the routes themselves: nothing new is left out by forgetting it."""

import re
from collections.abc import Iterator

import pytest
from starlette.routing import Route
from support.desk import open_desk
from support.web import ONE_OF_EACH, PEOPLE, staffed, visiting

from console.web.pages import routers
from flows.house import House
from models.vocabulary import Role

_PARTS = re.compile(r"\{[^}]+\}")
# Handed over by a letter, a machine or a stranger: no session whose token they could carry.
_OWN_PROOF = ("/u/", "/hooks/", "/api/", "/open311/")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, str]]:
    with open_desk(tmp_path_factory.mktemp("house")) as desk, staffed(desk.house) as address:
        yield desk.house, address


def paths(method: str) -> list[str]:
    found = {
        r.path for router in routers() for r in router.routes if isinstance(r, Route) and method in (r.methods or ())
    }
    return sorted(found)


def test_every_page_says_what_a_browser_may_load_and_brings_no_script_of_its_own(site: tuple[House, str]) -> None:
    left = {path for path in paths("GET") if "{" not in path}
    seen: dict[str, str] = {}
    for login in ONE_OF_EACH:
        with visiting(site[1], login) as visitor:
            for path in sorted(left - seen.keys()):
                answer = visitor.client.get(path, follow_redirects=False)
                headers = answer.headers
                assert "default-src 'none'" in headers["content-security-policy"], path
                assert "unsafe" not in headers["content-security-policy"], path
                assert headers["x-content-type-options"] == "nosniff", path
                if answer.status_code == 200 and "html" in headers["content-type"]:
                    seen[path] = answer.text
    assert len(seen) > 40
    for path, page in seen.items():
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=\"|\son[a-z]+=\"|javascript:", page), path


def test_no_form_is_taken_from_a_session_without_its_token(site: tuple[House, str]) -> None:
    forms = [path for path in paths("POST") if not path.startswith(_OWN_PROOF)]
    assert len(forms) > 80
    with visiting(site[1], "shen") as visitor:
        for path in forms:
            answer = visitor.client.post(
                _PARTS.sub("1", path), data={"csrf": "of-somebody-else"}, follow_redirects=False
            )
            assert answer.status_code == 403, path
            assert "页面已过期" in answer.text, path
        assert visitor.get("/console/").status_code == 200


def test_no_form_of_the_house_is_taken_from_a_stranger(site: tuple[House, str]) -> None:
    inside = [path for path in paths("POST") if path.startswith(("/console", "/unit", "/account"))]
    assert len(inside) > 80
    with visiting(site[1]) as visitor:
        for path in inside:
            answer = visitor.client.post(_PARTS.sub("1", path), follow_redirects=False)
            assert answer.status_code in {401, 404, 422}, path  # an unknown kind or number is refused before


def test_cookies_are_out_of_reach_of_scripts_and_of_other_sites_forms(site: tuple[House, str]) -> None:
    with visiting(site[1], "guan") as visitor:
        given = {"csrf": _csrf(visitor.get("/account").text), "password": "given-1-by", "why": "忘了口令"}
        done = visitor.client.post("/console/admin/users/ji/password", data=given, follow_redirects=False)
        assert done.status_code == 303
        for cookie in done.headers.get_list("set-cookie"):
            assert "HttpOnly" in cookie
            assert "SameSite=lax" in cookie


def test_every_role_is_tried() -> None:
    assert {PEOPLE[login][0] for login in ONE_OF_EACH} == set(Role)


def _csrf(page: str) -> str:
    token = re.search(r'name="csrf" value="([^"]+)"', page)
    assert token
    return token[1]
