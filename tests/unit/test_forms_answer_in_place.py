"""A form that is not taken is answered on its own page, with what was typed; never on a page of its own."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html.parser import HTMLParser

import httpx
import pytest
from support.crawling import sort_of, visits
from support.desk import Desk, open_desk
from support.lived import live_in
from support.web import ONE_OF_EACH, PASSWORD, Visitor, enrol, serving, visiting

from console.web.forms import FAULT
from models.tables.orders import WorkOrder

_LONG = "长" * 2_500
_TYPED = {"text", "number", "date", "datetime-local", "password", "search", "tel", "email", "url", "select", "textarea"}
_ACTS = ("/seal", "/password")  # would take the page, or the session, away from the next form
Controls = list[tuple[str, str, str]]
Found = tuple[str, str, Controls]


class _Posted(HTMLParser):
    """The forms of a page: where each goes, and the kind and value of every control."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, Controls]] = []
        self._here: Controls | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._here = []
            if given.get("method") == "post":
                self.found.append((given.get("action", ""), self._here))
        elif tag in {"input", "select", "textarea"} and "name" in given and self._here is not None:
            kind = given.get("type", "text") if tag == "input" else tag
            self._here.append((given["name"], kind, given.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._here = None


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, str]]:
    with open_desk(tmp_path_factory.mktemp("house")) as desk:
        enrol(desk.house)
        live_in(desk)
        with serving(desk.house) as address:
            yield desk, address


def _forms(visitor: Visitor, start: str) -> dict[str, Found]:
    """One form of each kind: sort of action → (its page, action, controls)."""
    kinds: dict[str, Found] = {}
    for page, answer in visits(visitor, start, each_sort=True).items():
        if "html" not in answer.headers.get("content-type", ""):
            continue
        reader = _Posted()
        reader.feed(answer.text)
        for action, controls in reader.found:
            if any(sort in _TYPED for _, sort, _ in controls):
                kinds.setdefault(sort_of(action), (page, action, controls))
    return kinds


@pytest.mark.parametrize("login", [None, *ONE_OF_EACH])
def test_no_form_leaves_its_page_when_it_is_filled_in_badly(office: tuple[Desk, str], login: str | None) -> None:
    left = {}
    with visiting(office[1], login) as visitor:
        for kind, (page, action, controls) in _forms(visitor, "/login" if login else "/").items():
            if kind.endswith(_ACTS):
                continue
            for typed in ("", _LONG):
                fields = {name: typed if sort in _TYPED else value for name, sort, value in controls if sort != "file"}
                answer = visitor.client.post(action, data=fields, headers={"referer": office[1] + page})
                if answer.status_code >= 400 and 'role="alert"' not in answer.text:
                    left[kind] = answer.status_code
    assert left == {}


def _post(visitor: Visitor, page: str, action: str, **fields: str) -> httpx.Response:
    token = re.search(r'name="csrf" value="([^"]+)"', visitor.get(page).text)
    assert token
    return visitor.client.post(
        action, data={"csrf": token[1], **fields}, headers={"referer": str(visitor.client.base_url) + page}
    )


def test_a_login_name_that_is_taken_is_said_on_the_form_that_keeps_all_but_the_password(
    office: tuple[Desk, str],
) -> None:
    fields = {"login": "shen", "name": "沈“小”敏", "role": "unit", "unit": "housing_bureau", "password": PASSWORD}
    with visiting(office[1], "guan") as visitor:
        answer = _post(visitor, "/console/admin/users", "/console/admin/users", **fields)
    assert answer.status_code == 409
    form = answer.text.partition('action="/console/admin/users"')[2].partition("</form>")[0]
    assert "账号 shen 已经存在" in form
    assert 'value="沈“小”敏"' in form
    assert '<option value="housing_bureau" selected>' in form
    assert PASSWORD not in answer.text
    assert '<details open class="card">' in answer.text


def test_an_order_merged_into_itself_is_said_on_the_order(office: tuple[Desk, str]) -> None:
    number = office[0].all(WorkOrder, status="triage")[0].number
    path = f"/console/orders/{number}"
    with visiting(office[1], "shen") as visitor:
        answer = _post(visitor, path, f"{path}/merge", into=number)
        again = _post(visitor, path, f"{path}/merge", into="WX-没有")
    assert answer.status_code >= 400
    for page in (answer.text, again.text):
        assert FAULT in page.partition(f'action="{path}/merge"')[2].partition("</form>")[0]
    assert f'value="{number}"' in answer.text


def test_a_field_that_is_too_long_is_named_as_its_page_calls_it_and_marked(office: tuple[Desk, str]) -> None:
    number = office[0].all(WorkOrder, status="triage")[0].number
    path = f"/console/orders/{number}"
    with visiting(office[1], "shen") as visitor:
        answer = _post(visitor, path, f"{path}/void", reason="字" * 2001)
    assert answer.status_code == 422
    form = answer.text.partition(f'action="{path}/void"')[2].partition("</form>")[0]
    assert "“理由”最多 2000 字" in form
    assert 'aria-invalid="true"' in form


def test_what_was_typed_comes_back_as_text(office: tuple[Desk, str]) -> None:
    number = office[0].all(WorkOrder, status="triage")[0].number
    path = f"/console/orders/{number}"
    typed = '"></textarea><script>alert(1)</script>'
    with visiting(office[1], "shen") as visitor:
        answer = _post(visitor, path, f"{path}/void", reason=typed + "字" * 2001)
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert" in answer.text


def test_two_people_at_one_order_hear_that_it_is_done_and_see_how_it_stands(office: tuple[Desk, str]) -> None:
    desk, address = office
    order = desk.take(desk.house.now() - timedelta(hours=2), answered_on_the_spot=False)
    path = f"/unit/orders/{order.number}"
    with visiting(address, "wu") as first, visiting(address, "zheng") as second:
        assert _post(first, path, f"{path}/acknowledge").status_code == 200
        late = _post(second, path, f"{path}/acknowledge")
    assert late.status_code == 409
    assert "已由他人处理" in late.text
    assert order.number in late.text
    assert f'action="{path}/acknowledge"' not in late.text


def test_the_page_of_a_form_is_known_again_after_its_fault(office: tuple[Desk, str]) -> None:
    """The browser's address is then the form's own; without the page's word the list would be lost."""
    number = office[0].all(WorkOrder, status="triage")[0].number
    with visiting(office[1], "shen") as visitor:
        fields = {"into": number, "to": "triage"}
        answer = _post(visitor, "/console/triage?q=", f"/console/orders/{number}/merge", **fields)
        assert 'name="_page" value="/console/triage?q="' in answer.text
        again = _post(visitor, "/console/triage", f"/console/orders/{number}/merge", _page="/console/triage", **fields)
    assert "data-rows" in again.text


def test_a_form_from_elsewhere_is_never_filled_in(office: tuple[Desk, str]) -> None:
    headers = {"referer": office[1] + "/console/admin/users", "sec-fetch-site": "cross-site"}
    with visiting(office[1], "guan") as visitor:
        for extra in ({}, {"csrf": "x"}):
            sent = {"login": "shen", "name": "陌生名字", **extra}
            answer = visitor.client.post("/console/admin/users", data=sent, headers=headers)
            assert answer.status_code == 403
            assert "陌生名字" not in answer.text
        del headers["sec-fetch-site"]
        answer = visitor.client.post("/console/admin/users", data={"name": "陌生名字"}, headers=headers)
        assert answer.status_code == 403
        assert "陌生名字" not in answer.text
