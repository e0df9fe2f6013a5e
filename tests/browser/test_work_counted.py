"""How many keys, taps and fields the common work takes: counted, so that no change makes it more unseen."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from support.desk import Desk, open_desk
from support.web import PASSWORD, UNIT, enrol, serving

from models.registration import Plan
from models.tables.calls import CallEntry
from models.tables.messages import Message
from models.tables.orders import WorkOrder
from models.vocabulary import OrderStatus, Urgency

MILLISECONDS = 60_000
MOST_KEYS = 3
# Keystroke-level model (Card, Moran, Newell 1980; on a touch screen each tap is a pointing): seconds per step.
TAP, DIGIT, THINK, REPLY = 1.1, 0.35, 1.35, 1.0
SYLLABLE = 0.6  # a Chinese character on a phone's keyboard, with its choice
SUMMARY = "楼道灯坏了一周没人修"  # the shortest sentence that can be worked with


@dataclass
class Keys:
    """A keyboard that counts."""

    page: Page
    pressed: int = 0

    def press(self, *keys: str) -> int:
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1
        return self.pressed


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path) as found:
        enrol(found.house)
        plan = Plan(domain="housing", kind="complaint", procedure="ordinary", urgency=Urgency.NORMAL.value,
                    status=OrderStatus.TRIAGE)  # fmt: skip
        for title in ("楼道灯坏了", "公交改线", "水管漏水"):
            found.take(found.house.now(), plan=plan, title=title, text=f"{title}，请尽快处理。")
        suggestion = {"lead": UNIT, "co_units": [], "informed": [], "rule": "规则", "presumed": False, "reasons": []}
        findings = {"domain": "housing", "candidates": [["housing", 0.6], ["transport", 0.3]], "suggestion": suggestion}
        with found.writing() as session:
            for message in found.all(Message):
                message.findings = findings
                session.add(message)
        yield found


@pytest.fixture
def address(desk: Desk) -> Iterator[str]:
    with serving(desk.house) as found:
        yield found


def _signed_in(browser: Browser, address: str, login: str, path: str, width: int) -> Page:
    page = browser.new_context(viewport={"width": width, "height": 800}).new_page()
    page.set_default_timeout(MILLISECONDS)
    page.goto(f"{address}/login")
    page.get_by_label("账号").fill(login)
    page.get_by_label("口令").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url(lambda url: not url.endswith("/login"))
    page.goto(f"{address}{path}")
    return page


def _orders(desk: Desk) -> list[WorkOrder]:
    return sorted(desk.all(WorkOrder), key=lambda order: order.id or 0)


def test_accepting_correcting_and_dispatching_take_three_keys_at_most(
    browser: Browser, desk: Desk, address: str
) -> None:
    page = _signed_in(browser, address, "shen", "/console/triage", 1440)
    assert Keys(page).press("a") <= MOST_KEYS
    expect(page.locator(".row")).to_have_count(2)
    assert (_orders(desk)[0].status, _orders(desk)[0].lead_unit) == ("dispatched", UNIT)

    assert Keys(page).press("2") <= MOST_KEYS  # the second candidate
    expect(page.locator(".row.chosen [data-domain]")).to_have_value("transport")
    assert _orders(desk)[1].domain == "transport"

    assert Keys(page).press("j", "u") <= MOST_KEYS
    assert Keys(page, 1).press("ArrowDown", "Enter") <= MOST_KEYS  # u ↓ Enter: the next likely unit
    expect(page.locator(".row")).to_have_count(1)
    assert _orders(desk)[2].lead_unit == "transport_bureau"


def test_after_a_correction_the_suggested_unit_is_that_of_the_new_domain(
    browser: Browser, desk: Desk, address: str
) -> None:
    page = _signed_in(browser, address, "shen", "/console/triage", 1440)
    page.keyboard.press("2")
    expect(page.locator(".row.chosen [data-domain]")).to_have_value("transport")
    expect(page.locator(".row.chosen [data-unit]")).to_have_value("transport_bureau")
    page.keyboard.press("a")
    expect(page.locator(".row")).to_have_count(2)
    assert _orders(desk)[0].lead_unit == "transport_bureau"


def test_the_shortest_call_is_two_fields_and_one_tap_and_takes_half_a_minute_by_the_keystroke_model(
    browser: Browser, desk: Desk, address: str
) -> None:
    page = _signed_in(browser, address, "wu", "/unit/register", 360)
    expect(page.locator("[name=phone]")).to_be_focused()  # the first field needs no tap
    phone = "19900001234"
    page.keyboard.type(phone)
    taps = 0
    page.get_by_label("反映事项").click()
    taps += 1
    page.keyboard.type(SUMMARY)
    page.get_by_role("button", name="登记", exact=True).click()
    taps += 1
    page.wait_for_load_state()
    assert [call.unit for call in desk.all(CallEntry)] == [UNIT]
    seconds = 2 * THINK + len(phone) * DIGIT + len(SUMMARY) * SYLLABLE + taps * TAP + REPLY
    assert taps == 2
    assert seconds <= 30
