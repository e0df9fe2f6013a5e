"""A moderator's desk in Chromium: keys in the list, many rows at once, and a slip taken back; and without scripts."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlmodel import select
from support.desk import Desk, open_desk
from support.web import PASSWORD, UNIT, enrol, serving

from models.registration import Plan
from models.tables.filters import SavedFilter
from models.tables.messages import Message
from models.tables.orders import WorkOrder
from models.vocabulary import OrderStatus, Urgency

MILLISECONDS = 60_000


def _plan(**changes: object) -> Plan:
    usual = {"domain": "housing", "kind": "complaint", "procedure": "ordinary", "urgency": Urgency.NORMAL.value,
             "status": OrderStatus.TRIAGE}  # fmt: skip
    return Plan(**(usual | changes))  # type: ignore[arg-type]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path) as found:
        enrol(found.house)
        for title in ("楼道灯坏了", "水管漏水", "门禁失灵"):
            found.take(found.house.now(), plan=_plan(), title=title, text=f"{title}，电话19900001234，请尽快处理。")
        yield found


@pytest.fixture
def address(desk: Desk) -> Iterator[str]:
    with serving(desk.house) as found:
        yield found


def _signed_in(browser: Browser, address: str, *, scripts: bool = True, width: int = 1440) -> Page:
    context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=scripts)
    page = context.new_page()
    page.set_default_timeout(MILLISECONDS)
    page.goto(f"{address}/login")
    page.get_by_label("账号").fill("shen")
    page.get_by_label("口令").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url(lambda url: not url.endswith("/login"))
    page.goto(f"{address}/console/triage")
    return page


def _state(desk: Desk) -> list[tuple[str, str | None]]:
    return [(order.status, order.lead_unit) for order in sorted(desk.all(WorkOrder), key=lambda order: order.id or 0)]


WAITS = ("triage", None)


def _suggest(desk: Desk) -> None:
    """Each row has a unit that the key a sends it to."""
    with desk.writing() as session:
        for message in session.exec(select(Message)).all():
            message.findings = {"suggestion": {"lead": UNIT, "rule": "住房由住建局承办"}}


def test_one_row_is_dispatched_and_taken_back_by_keys_alone(browser: Browser, desk: Desk, address: str) -> None:
    page = _signed_in(browser, address)
    page.keyboard.press("j")
    expect(page.locator(".row.chosen h2")).to_contain_text("水管漏水")
    page.keyboard.press("u")
    page.keyboard.press("Home")
    page.locator(".row.chosen [data-unit]").select_option(UNIT)
    page.keyboard.press("Enter")
    expect(page.locator(".row")).to_have_count(2)
    assert _state(desk) == [WAITS, ("dispatched", UNIT), WAITS]
    expect(page.locator(".row.chosen h2")).to_contain_text("门禁失灵")  # the list goes on where it stood
    page.keyboard.press("z")
    expect(page.locator(".row")).to_have_count(3)
    assert _state(desk) == [WAITS, WAITS, WAITS]


def test_the_domain_is_corrected_and_the_help_is_opened_by_keys(browser: Browser, desk: Desk, address: str) -> None:
    page = _signed_in(browser, address)
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_hidden()
    page.keyboard.press("d")
    page.locator(".row.chosen [data-domain]").select_option("transport")
    page.keyboard.press("Enter")
    expect(page.get_by_text("已办理：更正领域")).to_be_visible()
    assert sorted(order.domain for order in desk.all(WorkOrder)) == ["housing", "housing", "transport"]


def test_many_rows_are_sent_at_once_what_failed_is_named_and_all_is_taken_back(
    browser: Browser, desk: Desk, address: str
) -> None:
    desk.take(desk.house.now(), plan=_plan(urgency=Urgency.EMERGENCY.value), title="有人被困电梯")
    page = _signed_in(browser, address)
    page.keyboard.press("*")
    expect(page.locator("[data-picked]")).to_have_text("已选 4 件")
    page.locator("#bulk select[name=lead]").select_option(UNIT)
    page.get_by_role("button", name="派给该单位").click()
    expect(page.get_by_text("派单：完成 3 件，未办成 1 件")).to_be_visible()
    expect(page.locator("[data-outcome] .fault-line")).to_contain_text("请先拨打")
    assert _state(desk) == [("dispatched", UNIT)] * 3 + [WAITS]
    page.keyboard.press("z")
    expect(page.get_by_text("撤销：完成 3 件")).to_be_visible()
    assert _state(desk) == [WAITS] * 4


def test_rows_are_merged_into_one_and_separated_again(browser: Browser, desk: Desk, address: str) -> None:
    page = _signed_in(browser, address)
    main = min(desk.all(WorkOrder), key=lambda order: order.id or 0).number
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.get_by_label("并入的工单").fill(main)
    page.get_by_role("button", name="并单", exact=True).click()
    expect(page.get_by_text("并单：完成 2 件")).to_be_visible()
    assert [status for status, _ in _state(desk)] == ["triage", "merged", "merged"]
    page.keyboard.press("z")
    expect(page.get_by_text("撤销：完成 2 件")).to_be_visible()
    assert _state(desk) == [WAITS] * 3


def test_the_row_just_taken_back_stays_chosen_so_that_the_next_key_is_for_it(
    browser: Browser, desk: Desk, address: str
) -> None:
    for title in ("窗户破损", "墙皮脱落"):
        desk.take(desk.house.now(), plan=_plan(), title=title)
    _suggest(desk)
    page = _signed_in(browser, address)
    for _ in range(2):
        page.keyboard.press("j")
    expect(page.locator(".row.chosen h2")).to_contain_text("门禁失灵")
    page.keyboard.press("a")
    expect(page.locator(".row")).to_have_count(4)
    page.keyboard.press("j")
    expect(page.locator(".row.chosen h2")).to_contain_text("墙皮脱落")
    page.keyboard.press("z")
    expect(page.locator(".row")).to_have_count(5)
    expect(page.locator(".row.chosen h2")).to_contain_text("门禁失灵")
    expect(page.locator(".row.chosen")).to_be_focused()
    assert [status for status, _ in _state(desk)] == ["triage"] * 5
    page.keyboard.press("a")
    expect(page.locator(".row")).to_have_count(4)
    assert [status for status, _ in _state(desk)] == ["triage", "triage", "dispatched", "triage", "triage"]


@pytest.mark.parametrize("key", ["a", "Enter"])
def test_a_key_that_is_held_down_dispatches_one_order(browser: Browser, desk: Desk, address: str, key: str) -> None:
    _suggest(desk)
    page = _signed_in(browser, address)
    page.keyboard.down(key)
    for _ in range(3):  # the machine's own repeats, which go on over the next page
        expect(page.locator(".row")).to_have_count(2)
        page.keyboard.down(key)
    page.keyboard.up(key)
    page.keyboard.press("j")
    expect(page.locator(".row.chosen h2")).to_contain_text("门禁失灵")
    assert [status for status, _ in _state(desk)] == ["dispatched", "triage", "triage"]


def test_a_key_that_is_held_down_takes_back_one_step_and_goes_through_the_whole_list(
    browser: Browser, desk: Desk, address: str
) -> None:
    _suggest(desk)
    page = _signed_in(browser, address)
    for left in (2, 1):
        page.keyboard.press("a")
        expect(page.locator(".row")).to_have_count(left)
    page.keyboard.down("z")
    for _ in range(2):
        expect(page.locator(".row")).to_have_count(2)
        page.keyboard.down("z")
    page.keyboard.up("z")
    page.keyboard.press("z")
    expect(page.locator(".row")).to_have_count(3)
    page.keyboard.down("k")
    for _ in range(2):
        page.keyboard.down("k")
    page.keyboard.up("k")
    expect(page.locator(".row.chosen h2")).to_contain_text("楼道灯坏了")
    page.keyboard.down("j")
    page.keyboard.down("j")
    expect(page.locator(".row.chosen h2")).to_contain_text("门禁失灵")


def test_what_was_done_with_many_rows_is_told_again_by_reload_and_back_and_done_once(
    browser: Browser, desk: Desk, address: str
) -> None:
    desk.take(desk.house.now(), plan=_plan(urgency=Urgency.EMERGENCY.value), title="有人被困电梯")
    page = _signed_in(browser, address)
    page.keyboard.press("*")
    page.locator("#bulk select[name=lead]").select_option(UNIT)
    page.get_by_role("button", name="派给该单位").click()
    told = page.locator("[data-outcome]")
    expect(told).to_contain_text("派单：完成 3 件，未办成 1 件")
    page.reload()
    expect(told).to_contain_text("派单：完成 3 件，未办成 1 件")
    expect(told.locator(".fault-line")).to_contain_text("请先拨打")
    page.keyboard.press("o")
    page.wait_for_url("**/console/orders/*")
    page.go_back()
    expect(told).to_contain_text("派单：完成 3 件，未办成 1 件")
    page.get_by_role("button", name="全部撤销").click()
    expect(told).to_contain_text("撤销：完成 3 件")
    page.keyboard.press("o")
    page.wait_for_url("**/console/orders/*")
    page.go_back()
    expect(told).to_contain_text("撤销：完成 3 件")
    page.go_back()  # the list before: what is back at the desk is not taken back twice
    expect(told).to_contain_text("派单：完成 3 件")
    page.reload()
    expect(page.get_by_role("button", name="全部撤销")).to_have_count(0)
    assert _state(desk) == [WAITS] * 4


def test_everything_on_the_desk_works_without_scripts(browser: Browser, desk: Desk, address: str) -> None:
    page = _signed_in(browser, address, scripts=False, width=360)
    expect(page.locator(".row").first).to_contain_text("含手机号")
    page.locator("[data-pick]").first.check()
    page.locator("#bulk select[name=lead]").select_option(UNIT)
    page.get_by_role("button", name="派给该单位").click()
    expect(page.get_by_text("派单：完成 1 件")).to_be_visible()
    page.get_by_role("button", name="全部撤销").click()
    expect(page.get_by_text("撤销：完成 1 件")).to_be_visible()
    assert _state(desk) == [WAITS] * 3
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_filter_is_kept_under_a_name_for_its_owner_alone(browser: Browser, desk: Desk, address: str) -> None:
    page = _signed_in(browser, address)
    page.get_by_label("领域").first.select_option("transport")
    page.get_by_role("button", name="筛选", exact=True).click()
    expect(page.get_by_text("没有符合条件的来件")).to_be_visible()
    page.get_by_text("保存当前筛选").click()
    page.get_by_label("筛选的名字").fill("只看交通")
    page.get_by_role("button", name="保存", exact=True).click()
    page.goto(f"{address}/console/triage")
    page.get_by_role("link", name="只看交通").click()
    assert page.url.endswith("?domain=transport")
    kept = desk.one(SavedFilter)
    assert (kept.owner, kept.asked) == ("shen", {"domain": "transport"})
    page.get_by_role("button", name="删除筛选").click()
    expect(page.get_by_text("筛选已删除")).to_be_visible()
    assert desk.all(SavedFilter) == []
