"""Telephone numbers of a published edition stand in one line, however narrow the column, and are copied as typed."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser

from responders.editions.files import html_bytes
from responders.editions.sheet import Line, Sheet

NUMBER = "0775-1234567"
# Numbers at every place of a line: each sentence is a character longer than the one before.
ANSWER = "\n".join(f"{'请' * n}拨打{NUMBER}咨询，工作日有人接听。" for n in range(1, 40))
LINE = Line(1, f"问{NUMBER}为何总是占线。", date(2026, 2, 16), date(2026, 2, 20), "住房和城乡建设局", ANSWER)
SHEET = Sheet(
    week="2026-W08", name="网民留言办理情况选登", year=2026, issue=8, first_day=date(2026, 2, 16),
    last_day=date(2026, 2, 22), publisher="政民互动中心",
    published_at=datetime(2026, 2, 25, 10, tzinfo=ZoneInfo("Asia/Shanghai")),
    url="https://huiyin.example/editions/2026-W08", demonstration=False, lines=(LINE,),
)  # fmt: skip
_LINES = "cell => [...cell.querySelectorAll('span')].map(span => span.getClientRects().length)"


@pytest.mark.parametrize("width", [320, 360, 390, 900, 1440])
def test_no_number_is_broken_at_its_hyphen(browser: Browser, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.set_content(html_bytes(SHEET).decode())
    answer = page.locator("td.answer")
    assert set(answer.evaluate(_LINES)) == {1}
    assert answer.inner_text().count(NUMBER) == ANSWER.count(NUMBER)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.close()
