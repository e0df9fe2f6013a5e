"""The opinion officer's day in Chromium: from what the feed brought to the evaluation, with the two who must agree."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from playwright.sync_api import Browser, Locator
from support.desk import at
from support.loop_desk import LoopDesk, open_loop
from support.opinion_desk import BUS, POINTS, POSTED, running, told
from support.person import Person
from support.web import enrol, serving

from models.tables.ledger import Promise
from models.tables.opinion import OpinionCase, OpinionFinding, OpinionItem, OpinionLine, OpinionReport, OpinionUnit
from models.vocabulary import Channel

MORNING = at("2026-02-24T10:00")
CASE = "/console/opinion/1"
LAMP = {"title": "荷苑路灯", "text": "荷苑小区门口的路灯坏了半个月，请维修。", "likes": 12}
LATER = {
    "facts": "经核查，文峰路燃气施工按计划进行，10路公交车绕行期间没有停运。",
    "measures": "依据公交线路管理办法，市交通运输局已增设临时站牌。",
    "result": "接驳车已于2月24日14时开行，文峰路沿线居民可凭公交卡免费换乘。",
}
POINT_LABELS = {"facts": "事实真相", "measures": "政策措施", "result": "处置结果"}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[tuple[LoopDesk, str]]:
    """Four loud posts of one matter, and a quiet one of another."""
    with open_loop(tmp_path, now=MORNING) as desk:
        enrol(desk.house)
        loud = {f"p{n}": {"text": f"{BUS}（第{n}位）", "likes": 60} for n in range(4)}
        told(desk, Channel.OPINION, **loud, lamp=LAMP)
        with serving(desk.house) as address:
            yield desk, address


def card(person: Person, heading: str) -> Locator:
    """The part of the page under this heading."""
    return person.page.locator("section.card", has=person.page.get_by_role("heading", name=heading))


def decide_unit(officer: Person, unit: str, decision: str, told: str) -> None:
    card(officer, "联动").locator("li", has_text=unit).get_by_role("button", name=decision).click()
    officer.reads(told)


def write_line(officer: Person, points: dict[str, str]) -> None:
    form = officer.page.locator(f"form[action='{CASE}/lines']")
    for field, text in points.items():
        form.get_by_label(POINT_LABELS[field]).fill(text)
    form.get_by_role("button", name="保存").click()
    officer.reads("口径已拟稿，请发起会商。")
    officer.press("请这些单位会商")
    officer.reads("已请各单位会商。")


def agree(unit: Person) -> None:
    unit.go("/unit/opinion")
    unit.reads("口径会商中")
    unit.page.locator("tbody a").click()
    unit.page.get_by_label("同意", exact=True).check()
    unit.press("反馈")
    unit.reads("已反馈会商意见。")


def submit_and_sign(officer: Person, leader: Person) -> None:
    officer.go(CASE)
    officer.press("送签")
    officer.reads("不再等待的，请写明理由")
    officer.page.get_by_label("不再等待未反馈单位的理由").fill("融媒体中心已电话同意")
    officer.press("送签")
    officer.reads("已送签，须由分管领导签发。")
    assert officer.page.get_by_role("button", name="签发", exact=True).count() == 0
    leader.go("/console/opinion")
    leader.reads("口径待签发")
    leader.page.locator("tbody a").click()
    leader.press("签发")
    leader.reads("已签发，可以发布。")


def release(officer: Person, *, last: bool = False) -> None:
    officer.go(CASE)
    officer.page.get_by_label("发布渠道").fill("望溪发布（虚构）")
    officer.page.get_by_label("网址", exact=True).fill("https://news.wangxi.example/1")
    if last:
        officer.page.get_by_label("这是最后一次发布").check()
    officer.press("登记发布")
    officer.reads("已登记发布")


def test_an_officer_brings_a_matter_of_the_feed_from_discovery_to_evaluation(
    browser: Browser, office: tuple[LoopDesk, str]
) -> None:
    desk, address = office
    officer = Person(browser, address).sign_in("yu")
    discover(officer)
    decide_unit(officer, "望溪市融媒体中心", "确认", "已确认并通知该单位。")
    decide_unit(officer, "望溪市公安局", "不需参加", "已登记为不需参加。")
    enter_finding(officer)
    write_line(officer, POINTS)
    unit = Person(browser, address, width=360).sign_in("lu")
    agree(unit)
    assert unit.page.get_by_text("上班要多走两公里").count() == 0, "a unit reads the officer's words, not the posts"
    leader = Person(browser, address).sign_in("ling")
    leader.go(CASE)
    leader.press("核对无误")
    leader.reads("经主管部门查明不实")
    submit_and_sign(officer, leader)
    release(officer)
    assert {p.source for p in desk.all(Promise)} == {"opinion_release"}
    assert set(running(desk)) == {"opinion_conference", "opinion_follow"}
    hold_conference(officer)
    report_up(officer)
    analyse(officer, leader, desk)

    desk.now = at("2026-02-24T16:00")  # after half an hour without a key everybody signs in again
    for person, login in ((officer, "yu"), (unit, "lu"), (leader, "ling")):
        person.sign_in(login)
    officer.go(CASE)
    officer.page.get_by_text("拟写下一次发布（滚动发布）").click()
    write_line(officer, LATER)
    agree(unit)
    submit_and_sign(officer, leader)
    release(officer, last=True)
    assert running(desk) == {}
    close_and_evaluate(officer, leader)
    for person in (officer, unit, leader):
        person.leave()
    judge_the_record(desk)


def discover(officer: Person) -> None:
    """From the feed to a graded case, which rings the duty roster until somebody confirms."""
    assert officer.page.locator(".top nav a").all_text_contents() == ["舆情", "政策反馈"]
    officer.press("比对热点")
    officer.reads("新立项 1 件")
    officer.page.locator("tbody a").click()
    officer.reads("疑似不实，待核实")
    assert officer.page.get_by_text("发帖人小雨").count() == 0
    officer.page.get_by_label("等级").select_option(label="重大")
    officer.page.get_by_label("误解误读").check()
    officer.press("定级")
    officer.reads("已研判定级，时限已按等级计算。")
    officer.reads("值班呼叫中，尚无人确认。")
    officer.press("我已知悉并处理")
    officer.reads("已确认值班呼叫。")
    assert officer.page.get_by_text("值班呼叫中").count() == 0


def enter_finding(officer: Person) -> None:
    officer.page.get_by_text("登记主管部门查明结论").click()
    form = officer.page.locator(f"form[action='{CASE}/findings']")
    form.get_by_label("主管部门").fill("市交通运输局")
    form.get_by_label("结论").fill("10路公交车没有停运计划。")
    form.get_by_label("证据").fill("望交函〔2026〕3号")
    form.get_by_label("查明日期").fill("2026-02-24")
    form.get_by_role("button", name="登记").click()
    officer.reads("须由分管领导核对后才能用于澄清")


def hold_conference(officer: Person) -> None:
    officer.page.get_by_label("举行时间").fill("2026-02-24T09:45")
    officer.page.get_by_label("主持、发布内容、网址").fill("市政府新闻办主持，望溪发布（虚构）直播。")
    officer.press("登记已举行")
    officer.reads("已登记新闻发布会。")


def close_and_evaluate(officer: Person, leader: Person) -> None:
    officer.page.get_by_label("办结理由").fill("回应充分，没有新的疑问。")
    officer.press("办结")
    officer.reads("由您办结，须由另一人评估。")
    assert officer.page.get_by_role("button", name="完成评估").count() == 0
    leader.go(CASE)
    leader.page.get_by_label("回应效果").fill("首次回应及时，讨论转为正面。")
    leader.press("完成评估")
    leader.reads("舆情首次回应按时")
    leader.reads("登记单位不需参加")


def report_up(officer: Person) -> None:
    card(officer, "上报").get_by_text("登记上报").click()
    form = officer.page.locator(f"form[action='{CASE}/report-up']")
    form.get_by_label("上报给").select_option(value="province_dept")
    form.get_by_label("上报内容").fill("10路公交绕行引发误读，已回应。")
    form.get_by_role("button", name="登记").click()
    officer.reads("已登记上报。")


def analyse(officer: Person, leader: Person, desk: LoopDesk) -> None:
    officer.press("按记录生成初稿")
    officer.reads("草稿，未经审定不得报送")
    assert officer.page.get_by_role("img", name="每日相关来件数").is_visible()
    officer.page.get_by_text("修改", exact=True).click()
    officer.page.get_by_label("可能的风险").fill("复工前若再次绕行，可能再起误读。")
    officer.press("保存")
    officer.reads("已保存。")
    page = officer.page.url.partition("/console")[2]
    leader.go(f"/console{page}")
    leader.press("审定")
    leader.reads("已审定，可以报送。")
    officer.go(f"/console{page}")
    with officer.page.expect_download() as waiting:
        officer.page.get_by_role("link", name="下载 Word 文档").click()
    document = Document(BytesIO(waiting.value.path().read_bytes()))
    assert len(document.inline_shapes) == 1, "the chart"
    assert "复工前若再次绕行" in "\n".join(p.text for p in document.paragraphs)
    officer.page.get_by_label("报送给").fill("市委宣传部（虚构）")
    officer.press("登记报送")
    officer.reads("已登记报送。")
    assert desk.one(OpinionReport).status == "sent"
    officer.page.get_by_role("link", name="YQ20260224001").click()


def judge_the_record(desk: LoopDesk) -> None:
    case = desk.one(OpinionCase)
    assert (case.status, case.truth, case.graded_by, case.closed_by, case.evaluated_by) == (
        "evaluated", "refuted", "yu", "yu", "ling",
    )  # fmt: skip
    assert (case.first_posted_at, case.report_to) == (POSTED, "province_dept")
    lines = [(line.serial, line.status, line.written_by, line.signed_by) for line in desk.all(OpinionLine)]
    assert lines == [(1, "released", "yu", "ling"), (2, "released", "yu", "ling")]
    assert desk.one(OpinionFinding).checked_by == "ling"
    assert len(desk.all(OpinionItem)) == 4, "the quiet post is none of it"
    assert {u.unit: u.confirmed for u in desk.all(OpinionUnit)} == {
        "transport_bureau": True, "media_centre": True, "police_bureau": False, "emergency_bureau": None,
    }  # fmt: skip


def test_an_officer_opens_a_case_by_hand_from_the_feed_and_nobody_else_sees_it(
    browser: Browser, office: tuple[LoopDesk, str]
) -> None:
    desk, address = office
    officer = Person(browser, address, width=360).sign_in("yu")
    officer.page.get_by_text("人工立项").click()
    officer.page.get_by_label("荷苑路灯").check()
    officer.page.get_by_label("舆情名称").fill("荷苑小区路灯")
    officer.page.get_by_label("立项理由").fill("上级要求回应")
    officer.press("立项")
    officer.reads("已立项，请研判定级。")
    case = desk.one(OpinionCase)
    assert (case.title, case.why, case.opened_by) == ("荷苑小区路灯", ["上级要求回应"], "yu")
    officer.go("/console/opinion")
    officer.page.get_by_text("人工立项").click()
    assert officer.page.get_by_label("荷苑路灯").count() == 0, "what is taken up is no longer offered"
    for login in ("shen", "du", "bian", "guan", "ji", "lu"):
        other = Person(browser, address).sign_in(login)
        if login != "lu":  # a unit has a room of its own, for what it is called to
            assert other.page.locator(".top nav").get_by_text("舆情", exact=True).count() == 0, login
        for page in ("/console/opinion", CASE, "/unit/opinion/1"):
            other.go(page)
            assert other.page.get_by_text("荷苑小区路灯").count() == 0, (login, page)
        other.leave()
    officer.go(CASE)
    officer.page.get_by_text("不作舆情处置", exact=True).click()
    officer.page.get_by_label("理由", exact=True).fill("已作为工单办理")
    officer.page.locator(f"form[action='{CASE}/dismiss']").get_by_role("button").click()
    officer.reads("已登记为不作舆情处置。")
    officer.leave()
    assert desk.one(OpinionCase).status == "dismissed"
    assert running(desk) == {}
