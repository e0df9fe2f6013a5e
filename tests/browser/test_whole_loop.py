"""The closed loop in Chromium: a citizen writes, the office handles and answers, the citizen rates."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from sqlmodel import select
from support.desk import open_desk
from support.person import MILLISECONDS, Person
from support.web import PASSWORD, enrol, serving

from console.accounts import create_user
from flows.house import House
from flows.worker import work
from models.actors import SYSTEM
from models.database import reading, writing
from models.registration import Plan
from models.tables.ledger import Promise
from models.tables.messages import Message
from models.tables.orders import Assignment, Rating, WorkOrder
from models.vocabulary import OrderStatus, Role

LETTER = "学府路学府花园3栋的电梯坏了两个星期，物业说没钱修，楼上有80岁老人下不了楼。请住建部门督促物业尽快维修。"
ANSWER = (
    "网友您好！您反映的学府花园3栋电梯停运问题收悉。经我局工作人员现场核实，电梯主板损坏，情况属实。"
    "根据《物业管理条例》，我局已责令物业公司启用维修资金，将于15个工作日内完成更换并恢复运行。咨询电话：0300-8230001。"
)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_desk(tmp_path_factory.mktemp("house")) as desk:
        enrol(desk.house)
        yield desk.house


@pytest.fixture(scope="module")
def address(house: House) -> Iterator[str]:
    with serving(house) as found:
        yield found


def _only_order(house: House) -> WorkOrder:
    with reading(house.engine) as session:
        return session.exec(select(WorkOrder)).one()


def _staff(house: House, unit: str) -> None:
    for login, name in (("clerk", "承办人"), ("head", "审签人")):
        with writing(house.engine) as session:
            create_user(session, login=login, name=name, role=Role.UNIT, unit=unit, password=PASSWORD, actor=SYSTEM,
                        now=house.now())  # fmt: skip


def _send(browser: Browser, address: str) -> str:
    citizen = Person(browser, address, width=360)
    citizen.go("/send")
    page = citizen.page
    page.get_by_label("标题").fill("电梯坏了两周没人修")
    page.get_by_label("内容").fill(LETTER)
    page.get_by_label("姓名").fill("陈小雨")
    page.get_by_label("手机号").fill("19900004321")
    page.get_by_label("事发地点").fill("书院街道学府花园")
    citizen.press("提交")
    code = page.locator(".code").inner_text().strip()
    citizen.leave()
    return code


def test_a_letter_goes_through_the_whole_loop(browser: Browser, address: str, house: House) -> None:
    code = _send(browser, address)
    with closing(house.queue("test")) as queue:
        assert work(house, queue, drain=True).work_orders == 1
    order = _only_order(house)

    if order.status == OrderStatus.TRIAGE:
        moderator = Person(browser, address).sign_in("shen")
        moderator.go("/console/triage")
        moderator.page.keyboard.press("Enter")  # one key, the suggestion preselected
        moderator.reads("已办理：派单")
        moderator.leave()
        order = _only_order(house)
    assert order.status == OrderStatus.DISPATCHED
    assert order.lead_unit
    _staff(house, order.lead_unit)

    clerk = Person(browser, address, width=360).sign_in("clerk")
    clerk.page.get_by_role("link", name="电梯坏了两周没人修").click()
    clerk.press("签收")
    clerk.reads("已签收，请在期限内办理。")
    clerk.page.get_by_label("答复内容").fill("已收悉。")
    clerk.press("先检查一下")
    clerk.reads("未通过")
    clerk.page.get_by_label("答复内容").fill(ANSWER)
    clerk.page.get_by_label("办理结果").select_option(label="列入计划")
    clerk.press("提交审签")
    clerk.reads("须由本单位另一位同事审签")
    clerk.leave()

    head = Person(browser, address, width=360).sign_in("head")
    head.go(f"/unit/orders/{order.number}")
    head.press("同意，送审核")
    head.reads("已审签")
    head.leave()

    reviewer = Person(browser, address).sign_in("hu")
    reviewer.go("/console/reviews")
    note = reviewer.page.get_by_label("未通过检查仍予答复的理由")
    if note.count():
        note.fill("要素已说明。")
    reviewer.press("审核通过并答复")
    reviewer.reads("已办理：审核通过并答复")
    reviewer.go(f"/console/orders/{order.number}")
    assert "15个工作日内" in reviewer.page.locator("mark").first.inner_text()
    reviewer.go("/console/ledger")
    reviewer.page.locator("tbody a").first.click()
    reviewer.press("确认承诺")
    reviewer.reads("履行中")
    reviewer.leave()

    _rate(browser, address, code)
    with reading(house.engine) as session:
        assert session.exec(select(Rating)).one().satisfaction == "satisfied"
        assert session.exec(select(Promise)).first() is not None
    assert _only_order(house).status == OrderStatus.REPLIED


def _rate(browser: Browser, address: str, code: str) -> None:
    citizen = Person(browser, address, width=360)
    citizen.go(f"/track?code={code}")
    citizen.page.get_by_label("手机号后四位").fill("4321")
    citizen.press("查询")
    citizen.reads("将于15个工作日内完成更换")
    citizen.page.get_by_label("满意", exact=True).check()
    citizen.page.get_by_label("想说的话").fill("终于有人管了，谢谢。")
    citizen.press("提交评价")
    citizen.reads("感谢您的评价")
    citizen.leave()


def test_the_triage_list_is_worked_with_keys_alone(browser: Browser, tmp_path: Path) -> None:
    plan = Plan(domain="housing", kind="complaint", procedure="ordinary", urgency="normal", status=OrderStatus.TRIAGE)
    offered = {"suggestion": {"lead": "housing_bureau", "co_units": ["urban_bureau"], "rule": "虚构三定方案"}}
    with open_desk(tmp_path) as desk, serving(desk.house) as address:
        enrol(desk.house)
        first, second = (desk.take(desk.house.now(), plan=plan) for _ in range(2))
        with writing(desk.house.engine) as session:
            for message in session.exec(select(Message)).all():
                message.findings = offered
        moderator = Person(browser, address).sign_in("shen")
        moderator.go("/console/triage")
        moderator.page.keyboard.press("j")
        moderator.page.keyboard.press("Enter")
        moderator.reads(f"{second.number} 已办理：派单")
        moderator.page.keyboard.press("?")
        moderator.reads("下一件，上一件")
        moderator.leave()
        assert desk.one(WorkOrder, id=first.id).status == "triage"
        done = desk.all(Assignment, order_id=second.id)
        assert {(a.unit, a.part, a.rule) for a in done} == {
            ("housing_bureau", "lead", "虚构三定方案"), ("urban_bureau", "co", "虚构三定方案"),
        }  # fmt: skip


@pytest.mark.parametrize("width", [1440, 360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_is_wider_than_the_screen(browser: Browser, address: str, width: int, scheme: str) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    page.set_default_timeout(MILLISECONDS)
    for path in ("/", "/send", "/track", "/editions/", "/login"):
        page.goto(address + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    context.close()
