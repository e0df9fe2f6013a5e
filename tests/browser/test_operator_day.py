"""The operator's day in Chromium: what went wrong is mended, accounts open by two, models and calendar are minded."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser
from support.desk import at, sealed
from support.flaw import Flaw
from support.loop_desk import LoopDesk, open_loop
from support.person import Person
from support.web import PASSWORD, enrol, serving

from classifiers.training import train
from flows.deliveries import deliver
from flows.retraining import promote, versions
from models.actions import deliveries
from models.actions.intake import take_in_batch
from models.inbound import Quarantined
from models.tables.clocks import CalendarDay, Clock
from models.tables.intake import DeadLetter, Quarantine
from models.tables.notices import Delivery
from models.tables.orders import WorkOrder
from models.tables.people import User
from models.tables.record import History
from models.vocabulary import Channel

MORNING = at("2026-03-02 10:00")
NEW_PASSWORD = "Wang-Xi.2026"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[LoopDesk, Flaw, str]]:
    """A quarantined row, a message that the judgement fails on, and a letter that its carrier refused."""
    with open_loop(tmp_path_factory.mktemp("house"), now=MORNING) as desk:
        enrol(desk.house)
        desk.take(MORNING, title="举报", text="反映某人收钱办事。", plan=sealed())
        desk.take(MORNING, phone="19900001234", sender_name="陈小雨")
        refuse(desk)
        broken = Quarantined(Channel.HOTLINE, "编号,\x00".encode(), "来电.csv 第 3 行", "缺少诉求内容。")
        take_in_batch(desk.house.engine, desk.house.blobs, [broken], desk.house.secret, MORNING)
        flaw = Flaw(desk.house, "第1位网友")
        desk.collect(Channel.BOARD, desk.board(2))
        assert desk.work().dead_letters == 1
        with serving(desk.house) as address:
            yield desk, flaw, address


def refuse(desk: LoopDesk) -> None:
    """The one letter that waits is tried, and given up."""
    [letter] = desk.all(Delivery, state="waiting")
    with desk.writing() as session:
        leased = deliveries.lease(session, letter.id, MORNING, timedelta(minutes=1))
        assert leased
        deliveries.record_failed(session, leased, "连接被拒绝")


def test_an_operator_mends_what_went_wrong_and_leaves_an_empty_list(
    browser: Browser, office: tuple[LoopDesk, Flaw, str]
) -> None:
    desk, flaw, address = office
    operator = Person(browser, address).sign_in("guan")
    operator.reads("等您处理")
    operator.page.get_by_role("link", name="隔离件 1 件").click()
    operator.page.get_by_role("link", name="1", exact=True).click()
    operator.reads("缺少诉求内容。")
    assert operator.page.get_by_role("button", name="补录").count() == 0, "that is a moderator's"
    operator.page.get_by_label("处理结果").fill("已请热线补发第3行")
    operator.press("标为已处理")
    operator.reads("没有待处理的隔离件。")

    operator.page.get_by_role("link", name="处理失败", exact=True).click()
    operator.reads("网民留言")
    chosen = operator.page.get_by_label("选择 ")
    chosen.uncheck()
    operator.press("重新送入队列")
    operator.reads("请先勾选")
    assert desk.one(DeadLetter).replayed_at is None
    flaw.there = False
    chosen.check()
    operator.press("重新送入队列")
    operator.reads("已重新送入队列 1 件。")
    assert desk.work().work_orders == 1

    operator.page.get_by_role("link", name="通知", exact=True).click()
    operator.reads("连接被拒绝")
    operator.page.get_by_label("全选").check()
    operator.press("重新发送选中的通知")
    operator.reads("已重新发送 1 封通知。")
    assert deliver(desk.house, MORNING)["failed"] == 0
    operator.page.get_by_role("link", name="已送达").click()
    told = desk.one(WorkOrder, id=2).number
    operator.page.get_by_role("link", name=told).click()
    operator.reads("199****1234")
    for kept in ("19900001234", "陈小雨", "查看联系方式"):
        assert operator.page.get_by_text(kept).count() == 0, kept
    operator.go("/console/")
    operator.reads("在办")
    assert operator.page.get_by_text("等您处理").count() == 0
    operator.leave()
    assert desk.one(Quarantine).resolved_by == "guan"
    mended = {(h.subject, h.action) for h in desk.all(History, actor="guan")} - {("user", "sign_in")}
    assert mended == {("quarantine", "resolve"), ("dead_letter", "replay"), ("delivery", "resend")}


def test_an_account_is_opened_by_two_and_its_owner_takes_a_password_of_the_own(
    browser: Browser, office: tuple[LoopDesk, Flaw, str]
) -> None:
    desk, _, address = office
    operator = Person(browser, address).sign_in("guan")
    operator.page.get_by_role("link", name="管理", exact=True).click()
    operator.page.get_by_role("link", name="账号", exact=True).click()
    operator.page.get_by_text("新建账号").click()
    form = operator.page.locator("form[action='/console/admin/users']")
    form.get_by_label("账号").fill("xin")
    form.get_by_label("姓名").fill("辛审看")
    form.get_by_label("角色").select_option(label="审看员")
    form.get_by_label("初始口令").fill(PASSWORD)
    operator.press("新建")
    operator.reads("角色须由另一位系统管理员或审计员复核后才能登录")
    operator.page.get_by_role("link", name="角色待复核").click()
    operator.reads("须由另一人复核")
    assert operator.page.get_by_role("button", name="同意").count() == 0

    newcomer = Person(browser, address, width=360)
    newcomer.try_door("xin", PASSWORD)
    newcomer.reads("账号或口令有误")
    auditor = Person(browser, address).sign_in("ji")
    auditor.page.get_by_role("link", name="待复核的账号变更 1 件").click()
    auditor.press("同意")
    auditor.reads("没有待复核的角色变更。")
    auditor.leave()

    newcomer.try_door("xin", PASSWORD)
    newcomer.reads("请先换一个再继续")
    newcomer.page.get_by_label("原口令").fill(PASSWORD)
    newcomer.page.get_by_label("新口令", exact=True).fill(NEW_PASSWORD)
    newcomer.page.get_by_label("再输一次新口令").fill(NEW_PASSWORD)
    newcomer.press("修改")
    newcomer.go("/console/triage")
    newcomer.reads("审看")
    newcomer.leave()
    operator.go("/console/admin/users")
    row = operator.page.locator("tr", has_text="辛审看")
    row.get_by_text("操作").click()
    row.get_by_role("button", name="停用").click()
    operator.reads("账号 xin 已停用。")
    operator.leave()
    assert (desk.one(User, login="xin").active, desk.one(User, login="xin").role) == (False, "moderator")


def test_an_operator_goes_back_to_an_earlier_model(
    browser: Browser, office: tuple[LoopDesk, Flaw, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    desk, _, address = office
    rows = [{"text": f"公交班次第{i}次", "label": "transport"} for i in range(30)]
    rows += [{"text": f"老师作业第{i}次", "label": "education"} for i in range(30)]
    made = []
    for seed in (1, 2):
        folder = tmp_path_factory.mktemp("model")
        train(rows, out=folder, seed=seed)
        made.append(promote(desk.house, str(folder), MORNING + timedelta(hours=seed)))
    operator = Person(browser, address, width=360).sign_in("guan")
    operator.page.get_by_role("link", name="模型", exact=True).click()
    operator.reads(made[1])
    operator.press("退回上一版")
    operator.reads(f"已退回 {made[0]}。")
    operator.press("启用")
    operator.reads(f"已启用 {made[1]}。")
    operator.leave()
    assert [v["version"] for v in versions(desk.house) if v["live"]] == [made[1]]
    assert [h.action for h in desk.all(History, subject="model", actor="guan")] == ["rollback", "promote"]


def test_an_operator_sees_what_a_notice_moves_before_it_is_taken_and_tries_a_message_on_the_rules(
    browser: Browser, office: tuple[LoopDesk, Flaw, str]
) -> None:
    desk, _, address = office
    order = desk.one(WorkOrder, id=2)
    due = {c.id: c.due_at for c in desk.all(Clock, order_id=order.id)}
    operator = Person(browser, address).sign_in("guan")
    operator.go("/console/admin")
    operator.page.get_by_role("link", name="工作日历", exact=True).click()
    operator.page.get_by_label("或粘贴放假通知原文").fill("2026-03-04,休,台风停班")
    operator.press("预览影响")
    operator.reads("尚未导入")
    operator.reads(order.number)
    assert desk.all(CalendarDay) == []
    operator.press("确认导入")
    operator.reads("已导入放假 1 天、上班 0 天")
    assert {c.id: c.due_at for c in desk.all(Clock, order_id=order.id)} != due

    operator.page.get_by_role("link", name="派单规则", exact=True).click()
    before = len(desk.all(WorkOrder))
    operator.page.get_by_label("标题").fill("公交改线")
    operator.page.get_by_label("内容").fill("10路公交车改线以后不再经过文峰路，希望恢复公交站点。")
    operator.page.locator("form[action='/console/admin/routing/message']").get_by_role("button", name="试派").click()
    assert operator.page.locator("main .notice").inner_text() == (
        "主办：望溪市交通运输局。交通出行·全域 → 望溪市交通运输局，依据：虚构三定方案"
    )
    assert len(desk.all(WorkOrder)) == before, "a trial registers nothing"
    operator.leave()


def test_an_operator_has_no_part_in_the_office_s_own_matters(
    browser: Browser, office: tuple[LoopDesk, Flaw, str]
) -> None:
    desk, _, address = office
    operator = Person(browser, address).sign_in("guan")
    rooms = operator.page.locator(".top nav a").all_text_contents()
    assert {"审看", "登记", "审核", "督办", "选登", "舆情", "承诺台账"}.isdisjoint(rooms)
    for page in ("/console/triage", "/console/reviews", "/console/editions", "/console/opinion", "/unit/"):
        operator.go(page)
        operator.reads("您的角色无权打开这个页面。")
    secret = desk.one(WorkOrder, id=1).number
    operator.go(f"/console/orders/{secret}")
    operator.reads(f"没有找到工单 {secret}")
    operator.go("/console/orders")
    operator.reads(desk.one(WorkOrder, id=2).number)
    assert operator.page.get_by_text(secret).count() == 0
    operator.leave()
