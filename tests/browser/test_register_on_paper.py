"""来电登记表 in the browser: on A4 across with every column of every call, and on a screen that it is wider than."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from support.desk import at
from support.loop_desk import open_loop
from support.web import PASSWORD, staffed

from flows.call_register import COLUMNS
from flows.entering import Entry, enter
from models.vocabulary import Channel

CALLS = 12
SHEET = {"width": 1032, "height": 703}  # A4 across within its margins, in CSS pixels
TEXT = "栋的楼道灯坏了半个月，物业一直不修，老人晚上下楼看不见，已经有人摔倒，请尽快派人更换。"


@pytest.fixture
def page(tmp_path: Path, browser: Browser) -> Iterator[Page]:
    """The register of a month with a sheetful of calls and more."""
    with open_loop(tmp_path) as desk:
        for n in range(CALLS):
            entry = Entry(
                channel=Channel.REGISTER, at=at("2026-02-13 09:40"), text=f"荷苑小区{n}{TEXT}", name="何女士",
                phone=f"199000011{n:02d}", place=f"荷苑小区{n}栋", section="物业科", remark="傍晚方便接电话",
            )  # fmt: skip
            enter(desk.house, entry, "住建局接听人", "housing_bureau", desk.now)
        desk.work()
        with staffed(desk.house) as address:
            found = browser.new_context(viewport=SHEET).new_page()
            found.goto(f"{address}/login")
            found.get_by_label("账号").fill("wu")
            found.get_by_label("口令").fill(PASSWORD)
            found.get_by_role("button", name="登录", exact=True).click()
            found.wait_for_url(lambda url: not url.endswith("/login"))
            found.goto(f"{address}/unit/register/table?first=2026-02-01&last=2026-02-28")
            yield found
            found.context.close()


def test_every_column_of_every_call_is_on_the_sheet(page: Page) -> None:
    page.emulate_media(media="print")
    cells = page.locator("table.register :is(th, td):visible")
    assert cells.count() == (CALLS + 1) * len(COLUMNS)
    outside = """cells => cells.filter(cell => {
        const at = cell.getBoundingClientRect();
        return at.left < 0 || at.right > innerWidth || cell.scrollWidth > cell.clientWidth + 1;
    }).map(cell => cell.textContent)"""
    assert cells.evaluate_all(outside) == []
    heading = page.locator("h1").inner_text()
    assert "住房和城乡建设局 2026-02-01 至 2026-02-28" in heading  # the form that asked for them is not printed


def test_a_call_stands_in_two_lines_under_its_columns_names(page: Page) -> None:
    page.emulate_media(media="print")
    for column, name in enumerate(COLUMNS, start=1):
        lefts = page.locator(f"table.register tr > :nth-child({column})").evaluate_all(
            "cells => [...new Set(cells.map(cell => Math.round(cell.getBoundingClientRect().left)))]"
        )
        assert len(lefts) == 1, name
    tops = (
        page.locator("tbody tr")
        .first.locator("td:visible")
        .evaluate_all("cells => [...new Set(cells.map(cell => cell.getBoundingClientRect().top))].length")
    )
    assert tops == 2


def test_it_is_printed_on_a4_across(page: Page) -> None:
    printed = page.pdf(prefer_css_page_size=True)
    sizes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", printed)
    assert len(sizes) > 1
    assert {(round(float(wide)), round(float(high))) for wide, high in sizes} == {(842, 595)}


def test_on_a_screen_what_leads_to_a_call_stays_in_sight_beside_its_words(page: Page) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    row = page.locator("table.register tbody tr").first
    table, link = page.locator("table.register").bounding_box(), row.get_by_role("link").last.bounding_box()
    assert table
    assert link
    assert table["width"] > 1440, "fits a screen: then nothing need be kept in sight"
    assert link["x"] + link["width"] < 1440
    assert page.get_by_role("link", name="查看、补记").count() == CALLS
