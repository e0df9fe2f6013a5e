"""A unit's reply in Chromium: its draft stays until the server has taken it, and goes then."""

from pathlib import Path

from playwright.sync_api import Browser, Page, expect
from support.desk import CLERK, HEAD, Desk, open_desk
from support.web import PASSWORD, enrol, serving

from models.actions import handling, replying
from models.vocabulary import Outcome

_MILLISECONDS = 60_000
_MINE, _OTHERS = "已更换灯具 6 盏，\n请放心。", "已派人查看。"


def _draft(page: Page, number: str) -> str | None:
    kept: str | None = page.evaluate(f"sessionStorage.getItem('draft:{number}')")
    return kept


def _page(browser: Browser, address: str) -> Page:
    page = browser.new_context(locale="zh-CN").new_page()
    page.set_default_timeout(_MILLISECONDS)
    page.goto(f"{address}/login")
    page.get_by_label("账号").fill("wu")
    page.get_by_label("口令").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url(lambda url: not url.endswith("/login"))
    return page


def _write(desk: Desk, order: int, text: str) -> None:
    with desk.writing() as session:
        replying.write_reply(session, order, text, Outcome.RESOLVED, HEAD, desk.house.now())


def test_a_draft_outlives_a_refusal_and_ends_when_the_reply_is_taken(browser: Browser, tmp_path: Path) -> None:
    with open_desk(tmp_path) as desk, serving(desk.house) as address:
        enrol(desk.house)
        numbers = []
        for moved in (True, False):
            order = desk.take(desk.house.now())
            with desk.writing() as session:
                handling.acknowledge(session, order.id or 0, CLERK, desk.house.now())
            numbers.append((order, moved))
        page = _page(browser, address)
        for order, moved in numbers:
            page.goto(f"{address}/unit/orders/{order.number}")
            page.get_by_label("答复内容").fill(_MINE)
            page.get_by_label("办理结果").select_option("resolved")
            if moved:
                _write(desk, order.id or 0, _OTHERS)
            page.get_by_role("button", name="提交审签").click()
            said = page.get_by_text("没有提交") if moved else page.get_by_text("答复已提交")
            expect(said.first).to_be_visible()
            page.goto(f"{address}/unit/orders/{order.number}")
            expect(page.get_by_label("答复内容")).to_have_count(0)
            assert _draft(page, order.number) == (_MINE if moved else None)
        page.context.close()


def test_the_button_stays_under_the_finger_while_the_checks_come_in(browser: Browser, tmp_path: Path) -> None:
    with open_desk(tmp_path) as desk, serving(desk.house) as address:
        enrol(desk.house)
        order = desk.take(desk.house.now())
        with desk.writing() as session:
            handling.acknowledge(session, order.id or 0, CLERK, desk.house.now())
        page = _page(browser, address)
        page.goto(f"{address}/unit/orders/{order.number}")
        send = page.get_by_role("button", name="提交审签")
        before = send.bounding_box()
        page.get_by_label("答复内容").fill(_MINE)
        expect(page.locator("[data-checks] li").first).to_be_visible()
        assert send.bounding_box() == before
        page.context.close()
