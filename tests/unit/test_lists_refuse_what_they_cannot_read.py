"""A list asked for with a day that is none, or a span the wrong way round, says so and never passes for the whole."""

from collections.abc import Iterator

import httpx
import pytest
from support.desk import Desk, open_desk
from support.web import enrol, serving, visiting

from console.web.forms import FAULT, PAGE


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, str]]:
    with open_desk(tmp_path_factory.mktemp("house")) as desk:
        enrol(desk.house)
        desk.take(desk.house.now())
        with serving(desk.house) as address:
            yield desk, address


def asked(office: tuple[Desk, str], login: str, path: str, came_from: str = "") -> httpx.Response:
    headers = {"referer": office[1] + came_from} if came_from else {}
    with visiting(office[1], login) as visitor:
        return visitor.client.get(path, headers=headers)


@pytest.mark.parametrize(
    ("login", "path", "said"),
    [
        ("ji", "/console/audit?since=bad", "起日“bad”不是日期，应如 2026-03-31。"),
        ("ji", "/console/audit?until=2026-13-01", "止日“2026-13-01”不是日期"),
        ("ji", "/console/audit?since=2026-03-02&until=2026-03-01", "止日 2026-03-01 早于起日 2026-03-02"),
        ("ji", "/console/audit?since=0001-01-01", "起日 0001-01-01 不在 1900 到 2199 年之间"),
        ("ji", "/console/audit?until=9999-12-31", "止日 9999-12-31 不在"),
        ("ji", f"/console/audit?before={'9' * 5000}", "不是编号"),
        ("shen", f"/console/annual?year=02026{'9' * 5000}", "应在 2000 到"),
        ("ji", "/console/audit?before=x", "翻页位置“x”不是编号"),
        ("ji", "/console/audit/export.csv?since=bad", "起日“bad”不是日期"),
        ("ji", "/console/audit/export.csv?since=2026-03-02&until=2026-03-01", "早于起日"),
        ("shen", "/console/orders?before=x", "翻页位置“x”"),
        ("shen", "/console/knowledge?before=x", "翻页位置“x”"),
        ("shen", "/console/ledger?before=x", "翻页位置“x”"),
        ("shen", "/console/ledger/rates?year=去年", "年份“去年”应在 2000 到"),
        ("guan", "/console/quarantine?before=x", "翻页位置“x”"),
        ("wu", "/unit/?before=x", "翻页位置“x”"),
        ("shen", "/console/calls?first=bad", "起日“bad”不是日期"),
        ("shen", "/console/calls?first=2026-03-02&last=2026-03-01", "早于起日"),
        ("shen", "/console/annual?year=bad", "年份“bad”应在 2000 到"),
        ("du", "/console/supervision/figures?days=7", "可选 30、90、365 天"),
        ("du", "/console/supervision/figures?days=x", "近多少天"),
        ("du", "/console/trend/2026-03-02?what=x", "“指标”"),
    ],
)
def test_what_a_list_cannot_read_is_named_with_what_to_write(
    office: tuple[Desk, str], login: str, path: str, said: str
) -> None:
    answer = asked(office, login, path)
    assert answer.status_code == 422
    assert said in answer.text


def test_the_fault_stands_on_the_form_with_everything_that_was_typed(office: tuple[Desk, str]) -> None:
    page = asked(office, "ji", "/console/audit?since=bad&actor=shen&subject=order").text
    form = page.partition('action="/console/audit"')[2].partition("</form>")[0]
    assert f'id="{FAULT}"' in form
    assert "下面的列表未按此筛选。" in form
    assert 'value="shen"' in form
    assert '<option value="order" selected>' in form
    assert 'name="since" value="bad" aria-invalid="true"' in form
    assert PAGE not in form


def test_a_file_asked_for_on_another_page_is_refused_there(office: tuple[Desk, str]) -> None:
    path = "/console/papers/rolls/calls?first=2026-03-02&last=2026-03-01&kind=pdf"
    answer = asked(office, "du", path, "/console/papers")
    form = answer.text.partition('action="/console/papers/rolls/calls"')[2].partition("</form>")[0]
    assert answer.status_code == 422
    assert "止日 2026-03-01 早于起日 2026-03-02" in form
    assert 'value="2026-03-02"' in form
    assert "未按此筛选" not in answer.text


def test_a_whole_file_is_never_given_for_a_filter_that_cannot_be_read(office: tuple[Desk, str]) -> None:
    answer = asked(office, "ji", "/console/audit/export.csv?since=bad", "/console/audit")
    assert answer.status_code == 422
    assert answer.headers["content-type"].startswith("text/html")
    assert len(asked(office, "ji", "/console/audit/export.csv?since=2026-03-01").text.splitlines()) > 1


def test_a_moment_that_is_none_is_refused_and_no_fault_of_ours(office: tuple[Desk, str]) -> None:
    with visiting(office[1], "yu") as officer:
        said = officer.post(
            "/console/opinion/1/lines/1/release", outlet="政务网站", url="https://example.cn", next_due="明天晚上"
        )
    assert said.status_code == 422
    assert "下次发布时间“明天晚上”不是时间，应如 2026-03-02 09:00。" in said.text
