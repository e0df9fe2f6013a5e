"""The editor's Friday and the supervisor's day in Chromium, from signing in to done."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from support.desk import Desk, at, open_desk
from support.person import Person
from support.pressroom import answered
from support.web import PASSWORD, enrol, serving

from console.accounts import create_user
from models.actors import SYSTEM
from models.database import writing
from models.tables.supervision import Instruction
from models.vocabulary import Role

MONDAY = at("2026-03-02 10:00")
REVIEWERS = (("mi", "保密审查"), ("chu", "初审"), ("fu", "复审"), ("zhong", "终审"))
OTHER_SUPERVISOR = ("li", "督办员李", Role.SUPERVISOR)
COLUMNS = ["序号", "留言摘要", "受理日期", "答复日期", "答复部门", "答复内容"]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[tuple[Desk, str]]:
    with open_desk(tmp_path, now=MONDAY) as desk:
        answered(desk)
        enrol(desk.house)
        for login, name, role in (*((login, step, Role.EDITOR) for login, step in REVIEWERS), OTHER_SUPERVISOR):
            with writing(desk.house.engine) as session:
                create_user(session, login=login, name=name, role=role, unit=None, password=PASSWORD,
                            actor=SYSTEM, now=MONDAY)  # fmt: skip
        with serving(desk.house) as address:
            yield desk, address


def test_row_2_representative_messages_are_chosen_reviewed_by_four_and_published_with_their_five_columns(
    browser: Browser, office: tuple[Desk, str]
) -> None:
    _, address = office
    editor = Person(browser, address).sign_in("bian")
    editor.go("/console/editions")
    editor.press("编选")
    editor.reads("待审核")
    editor.page.locator("details summary").first.click()
    summary = editor.page.get_by_label("留言摘要").first
    summary.fill("反映学府路东段路灯坏了三周，询问何时修好。")
    editor.press("保存")
    editor.reads("已保存")
    week = editor.page.url.rsplit("/", 1)[1].partition("?")[0]
    for login, step in REVIEWERS:
        reviewer = Person(browser, address).sign_in(login)
        reviewer.go(f"/console/editions/{week}")
        reviewer.page.get_by_label("步骤").select_option(label=step)
        reviewer.press("通过")
        reviewer.page.locator("tr", has_text=step).get_by_text("通过", exact=True).wait_for()
        reviewer.leave()
    editor.go(f"/console/editions/{week}")
    editor.press("发布")
    editor.reads("已发布")
    editor.leave()

    reader = Person(browser, address, width=360)
    reader.go("/editions/")
    reader.page.get_by_role("link", name="2026年第1期").click()
    assert reader.page.locator("thead th").all_text_contents() == COLUMNS
    reader.reads("反映学府路东段路灯坏了三周")
    assert reader.page.get_by_text("马先生").count() == 0
    for file in ("edition.csv", "edition.json", "edition.docx"):
        assert reader.page.request.get(f"{address}/editions/{week}/{file}").ok
    assert "2026年第1期" in reader.page.request.get(f"{address}/editions/feed.xml").text()
    reader.leave()


def test_a_supervisor_goes_from_the_overview_to_what_is_late_and_a_paper_is_signed(
    browser: Browser, office: tuple[Desk, str]
) -> None:
    desk, address = office
    late = desk.take(
        at("2026-01-05 09:00"), title="井盖缺失", text="学府路井盖缺失，车轮陷了进去。", phone="19900005555"
    )
    supervisor = Person(browser, address).sign_in("du")
    supervisor.page.locator("a.figure", has_text="超期").click()
    supervisor.page.get_by_role("link", name=late.number).click()
    supervisor.reads("车轮陷了进去")
    supervisor.reads("已超期")
    supervisor.go("/console/supervision")
    supervisor.page.get_by_text("拟稿", exact=True).click()
    supervisor.page.get_by_label("文种").select_option(label="督办通知")
    supervisor.page.get_by_label("承办单位").select_option(value=late.lead_unit)
    supervisor.page.get_by_label("来源工单号（选填）").fill(late.number)
    supervisor.page.get_by_label("事由").fill("井盖缺失，超期未答复")
    supervisor.page.get_by_label("要求").fill("三日内恢复井盖并答复来信人")
    supervisor.page.get_by_label("反馈时限（通报、表扬可不填）").fill("2026-03-05")
    supervisor.press("保存，送签发")
    supervisor.reads("已拟稿，须由另一位督办员签发。")
    page = supervisor.page.url.removeprefix(address).partition("?")[0]
    supervisor.leave()

    other = Person(browser, address).sign_in("li")
    other.go(page)
    other.press("签发")
    other.reads("待反馈")
    other.leave()
    paper = desk.one(Instruction)
    assert (paper.signed_by, paper.unit, paper.demand) == ("li", late.lead_unit, "三日内恢复井盖并答复来信人")
