"""The auditor's day in Chromium: who did what is found, checked against the chain and taken along; nothing changed."""

import csv
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from support.desk import Desk, open_desk
from support.lived import live_in
from support.person import Person
from support.tour import tour
from support.web import enrol, serving, visiting

from flows.sealing import seal
from models.tables.orders import WorkOrder
from models.tables.record import History

# What an auditor may send: their own sign-in, and the second opinion that four eyes ask of them.
OWN = re.compile(r"/(logout|account/.*|console/(roles|retention|contacts)/.*)$")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[tuple[Desk, str]]:
    with open_desk(tmp_path) as desk:
        enrol(desk.house)
        live_in(desk)
        with serving(desk.house) as address:
            yield desk, address


def number_of(desk: Desk, *, sealed: bool) -> str:
    return next(o.number for o in desk.all(WorkOrder) if o.sealed is sealed and (sealed or o.status == "replied"))


def test_an_auditor_finds_who_looked_at_a_citizens_number_and_takes_the_record_along(
    browser: Browser, office: tuple[Desk, str]
) -> None:
    desk, address = office
    number, secret = number_of(desk, sealed=False), number_of(desk, sealed=True)
    moderator = Person(browser, address).sign_in("shen")
    moderator.go(f"/console/orders/{number}")
    moderator.page.locator("summary", has_text="查看联系方式").click()
    moderator.press("联系来电人核实")
    moderator.reads("19900001234")
    moderator.leave()
    seal(desk.house, desk.house.now())

    auditor = Person(browser, address).sign_in("ji")
    auditor.page.get_by_role("link", name="审计", exact=True).click()
    assert auditor.page.get_by_text(secret).count() == 0
    auditor.page.get_by_role("link", name="查看联系方式").click()
    [found] = auditor.page.locator("tbody tr").all()
    assert [cell.strip() for cell in found.locator("td").all_text_contents()][1:5] == [
        f"工单 {number}", "查看联系方式（联系来电人核实）", "", "审看员shen",
    ]  # fmt: skip
    found.get_by_role("link", name=number).click()
    auditor.reads("199****1234")
    assert auditor.page.get_by_text("19900001234").count() == 0
    auditor.page.get_by_role("link", name="审计", exact=True).click()
    auditor.page.get_by_label("对象").select_option(label="工单")
    auditor.page.get_by_label("经办账号").fill("wu")
    auditor.press("筛选")
    assert set(auditor.page.locator("td[data-label=经办]").all_text_contents()) == {"承办单位wu"}

    auditor.page.get_by_role("link", name="审计", exact=True).click()
    with auditor.page.expect_download() as waiting:
        auditor.page.get_by_role("link", name="导出 CSV").click()
    rows = list(csv.DictReader(StringIO(waiting.value.path().read_text(encoding="utf-8-sig"))))
    assert waiting.value.suggested_filename == "审计记录.csv"
    hidden = len(desk.all(History, subject="order", subject_id=str(desk.one(WorkOrder, number=secret).id)))
    assert len(rows) == len(desk.all(History)) - hidden
    assert secret not in {row["编号"] for row in rows}
    auditor.page.get_by_role("link", name="核对审计链").click()
    auditor.reads("审计链完好")
    sealed = max((row for row in rows if row["封存序号"]), key=lambda row: int(row["封存序号"]))
    auditor.reads(sealed["摘要"])
    auditor.leave()


def test_an_auditor_takes_the_offices_ledgers_along(browser: Browser, office: tuple[Desk, str]) -> None:
    _, address = office
    auditor = Person(browser, address).sign_in("ji")
    auditor.page.get_by_role("link", name="台账报表", exact=True).click()
    for form in auditor.page.locator("main form").all():
        with auditor.page.expect_download() as waiting:
            form.get_by_role("button").first.click()
        assert waiting.value.path().stat().st_size > 0, form.inner_text()
    auditor.leave()


def test_an_auditor_finds_nothing_to_change_on_any_page(browser: Browser, office: tuple[Desk, str]) -> None:
    desk, address = office
    with visiting(address, "ji") as visitor:
        stops = list(tour(visitor, "/console/"))
    assert {"/console/orders/{number}", "/console/ledger/{promise:int}", "/console/audit/chain"} <= {
        stop.route for stop in stops
    }
    auditor = Person(browser, address).sign_in("ji")
    offered = {}
    for stop in stops:
        if not stop.address.startswith(("/console", "/account")):
            continue  # the public's pages, on which an auditor is a citizen like any other
        auditor.go(stop.address)
        forms = auditor.page.locator("form[method=post]")
        actions = forms.evaluate_all("forms => forms.map(form => new URL(form.action).pathname)")
        if strange := [action for action in actions if not OWN.match(action)]:
            offered[stop.address] = strange
        assert auditor.page.get_by_text("19900001234").count() == 0, stop.address
        assert auditor.page.get_by_text("反映某人收钱办事").count() == 0, stop.address
    assert offered == {}
    for page in ("/console/triage", "/console/admin", "/console/opinion", "/console/dead-letters", "/unit/"):
        auditor.go(page)
        auditor.reads("您的角色无权打开这个页面。")
    auditor.leave()
    assert {h.action for h in desk.all(History, actor="ji")} == {"sign_in"}
