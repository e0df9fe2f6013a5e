"""A letter with too large a file in Chromium: the browser shows the answer, and its way back keeps what was typed."""

from pathlib import Path

from playwright.sync_api import Browser, expect
from support.desk import open_desk
from support.web import serving

from models.tables.intake import Intake

_MILLISECONDS = 60_000


def test_a_file_that_is_too_large_costs_nobody_the_words_already_typed(browser: Browser, tmp_path: Path) -> None:
    photograph = tmp_path / "照片.jpg"
    photograph.write_bytes(b"\xff\xd8\xff" + b"0" * (40 * 1024 * 1024))
    with open_desk(tmp_path / "house") as desk, serving(desk.house) as address:
        page = browser.new_context(locale="zh-CN").new_page()
        page.set_default_timeout(_MILLISECONDS)
        page.goto(f"{address}/send")
        page.get_by_label("标题").fill("学府路路灯不亮")
        page.get_by_label("内容").fill("学府路东段的路灯坏了一周。")
        page.get_by_label("手机号").fill("19900001234")
        page.locator("input[type=file]").set_input_files(photograph)
        page.get_by_role("button", name="提交").click()
        expect(page.get_by_text("超过 16 MB 的上限")).to_be_visible()
        expect(page.get_by_role("link", name="重新打开“写信”")).to_have_attribute("href", "/send")
        page.get_by_role("button", name="返回上一页").click()
        expect(page.get_by_label("内容")).to_have_value("学府路东段的路灯坏了一周。")
        assert desk.all(Intake) == []
        page.context.close()
