"""The public side as a reader has it: few requests, readable for everybody, by keyboard, on paper, and zoomed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from support.desk import CLERK, HEAD, REVIEWER, Desk, open_desk
from support.pressroom import NOW, WEEK, answered, compiled, published
from support.web import PASSWORD, enrol, serving

from flows.public_figures import propose_figures
from models.actions import closing, handling, public_figures, replying
from models.actors import Actor
from models.tables.messages import Message
from models.vocabulary import Outcome, Role, Satisfaction

EDITION = f"/editions/{WEEK}"
PAGES = ("/", "/send", "/track", "/editions/", EDITION, "/promises", "/figures", "/knowledge", "/solicitations")
MILLISECONDS = 120_000


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, str, str]]:
    """A desk with a published edition and figures, its address, and a reopened letter's query code."""
    with open_desk(tmp_path_factory.mktemp("house"), now=NOW) as desk:
        enrol(desk.house)
        for place in ("学府路", "河东大道", "白鹭镇"):
            answered(desk, text=f"{place}的路灯坏了三周，夜里看不清路。")
        published(desk, desk.house.settings.data_dir / "editions")
        propose_figures(desk.house, "2026-02", Actor("du", Role.SUPERVISOR), NOW)
        with desk.writing() as session:
            public_figures.approve(session, "2026-02", Actor("du2", Role.SUPERVISOR), NOW)
        code = reopened(desk)
        compiled(desk, "2026-W10")
        with serving(desk.house) as address:
            yield desk, address, code


def reopened(desk: Desk) -> str:
    order = desk.take(NOW, phone="19900004321", title="楼道灯不亮", text="三栋楼道灯坏了三周。")
    number = order.id or 0
    with desk.writing() as session:
        handling.acknowledge(session, number, CLERK, NOW)
        replying.write_reply(session, number, "已更换灯具。", Outcome.RESOLVED, CLERK, NOW)
        replying.sign_off(session, desk.house.reckoner, number, [], HEAD, NOW)
        replying.approve_reply(session, number, REVIEWER, NOW)
        closing.rate(
            session, desk.house.reckoner, number, Satisfaction.DISSATISFIED, "还是不亮。", Actor("citizen"), NOW
        )
    return desk.one(Message, order_id=order.id).query_code


def opened(browser: Browser, width: int = 1440, **said: Any) -> Page:  # noqa: ANN401  (Playwright checks them)
    page = browser.new_context(viewport={"width": width, "height": 900}, locale="zh-CN", **said).new_page()
    page.set_default_timeout(MILLISECONDS)
    return page


def asked_for(page: Page, url: str) -> list[tuple[str, str]]:
    """Type and address of every request until the page is painted and still."""
    seen: list[tuple[str, str]] = []
    page.on("request", lambda request: seen.append((request.resource_type, request.url)))
    page.goto(url, wait_until="networkidle")
    return seen


def grave(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in found if v["impact"] in {"serious", "critical"}]


def too_wide(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


def test_a_page_is_painted_after_one_request_for_html_and_one_for_css(
    browser: Browser, office: tuple[Desk, str, str]
) -> None:
    """Scripts are deferred and paint nothing; an edition carries its own sheet and asks for nothing at all."""
    for path in PAGES:
        page = opened(browser)
        kinds = [kind for kind, url in asked_for(page, office[1] + path) if not url.endswith("/huiyin.svg")]
        wanted = ["document"] if path == EDITION else ["document", "script", "stylesheet"]
        assert sorted(kinds) == wanted, path
        assert page.evaluate("[...document.scripts].every(s => s.defer)"), path
        page.context.close()


def test_the_offices_pages_are_painted_after_one_request_for_html_and_one_for_css(
    browser: Browser, office: tuple[Desk, str, str]
) -> None:
    page = opened(browser)
    page.goto(office[1] + "/login")
    page.get_by_label("账号").fill("bian")
    page.get_by_label("口令").fill(PASSWORD)
    page.locator("main button").first.click()
    page.wait_for_url("**/console/**")
    for path in ("/console/", "/console/orders", "/console/editions", "/console/editions/2026-W10"):
        other = page.context.new_page()
        kinds = [kind for kind, _ in asked_for(other, office[1] + path) if kind in {"document", "stylesheet"}]
        assert sorted(kinds) == ["document", "stylesheet"], path
        other.close()
    page.context.close()


@pytest.mark.parametrize(("width", "scheme"), [(1440, "dark"), (360, "light")])
def test_no_public_page_is_too_wide_or_shuts_anybody_out(
    browser: Browser, office: tuple[Desk, str, str], width: int, scheme: str
) -> None:
    page = opened(browser, width, color_scheme=scheme)
    faults = {}
    for path in PAGES:
        page.goto(office[1] + path)
        faults[path] = grave(page) + (["too wide"] if too_wide(page) else [])
    look_up(page, office[1], office[2])
    faults["/track, found"] = grave(page) + (["too wide"] if too_wide(page) else [])
    page.context.close()
    assert {path: found for path, found in faults.items() if found} == {}


def look_up(page: Page, address: str, code: str) -> None:
    page.goto(f"{address}/track?code={code}")
    page.get_by_label("手机号后四位").fill("4321")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=此前的答复")


def test_at_twice_the_size_everything_is_still_on_the_page(browser: Browser, office: tuple[Desk, str, str]) -> None:
    """200 %: a window of 1280 shows as many CSS pixels as one of 640."""
    page = opened(browser, 640, device_scale_factor=2)
    for path in PAGES:
        page.goto(office[1] + path)
        assert not too_wide(page), path
    page.context.close()


def test_a_citizen_looks_a_letter_up_and_unfolds_the_own_words_by_keyboard(
    browser: Browser, office: tuple[Desk, str, str]
) -> None:
    page = opened(browser, 360)
    look_up(page, office[1], office[2])
    assert page.get_by_text("已更换灯具。").is_visible()
    summary = page.locator("summary", has_text="您的来信原文")
    for _ in range(40):
        page.keyboard.press("Tab")
        if summary.evaluate("each => each === document.activeElement"):
            break
    page.keyboard.press("Enter")
    assert page.get_by_text("三栋楼道灯坏了三周。").is_visible()
    page.context.close()


def test_an_edition_on_paper_has_its_table_and_no_links_to_download(
    browser: Browser, office: tuple[Desk, str, str], tmp_path: Path
) -> None:
    page = opened(browser)
    page.goto(office[1] + EDITION)
    page.emulate_media(media="print")
    assert page.locator("table").is_visible()
    assert not page.locator("footer").is_visible()
    content = page.pdf(path=str(tmp_path / "edition.pdf"), prefer_css_page_size=True)
    assert content.startswith(b"%PDF-")
    page.context.close()


def test_long_answers_go_over_to_the_next_sheet_rather_than_leave_half_a_sheet_empty(
    browser: Browser, office: tuple[Desk, str, str]
) -> None:
    page = opened(browser)
    page.goto(office[1] + EDITION)
    page.evaluate("""() => {
        const body = document.querySelector("tbody"), row = body.rows[0];
        row.querySelector(".answer").textContent = "经核查，该路段路灯线路老化，已更换灯具并恢复照明。".repeat(17);
        body.replaceChildren(...Array.from({ length: 12 }, () => row.cloneNode(true)));
    }""")
    sheets = page.pdf(prefer_css_page_size=True).count(b"/MediaBox")
    assert 6 <= sheets <= 9  # twelve answers of rather more than half a sheet each
    page.context.close()
