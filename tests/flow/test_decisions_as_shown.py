"""Four eyes see the same thing: what is signed, agreed to or decided is what the page showed, or nothing happens."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from support.desk import CLERK, REVIEWER, Desk, at, open_desk
from support.loop_desk import LoopDesk, open_loop
from support.opinion_desk import HEARD, POINTS, graded, opened, to_signature, told
from support.web import PASSWORD, Visitor, clicked, enrol, serving, visiting

from console.accounts import create_user
from models.actions import clock_requests, handling, opinion_policies, public_figures, supervising
from models.actions.appeals import ask_exclusion
from models.actions.opinion_policies import Assessment, Problem
from models.actions.supervising import Wording
from models.actors import SYSTEM, Actor
from models.opinion_words import RiskLevel
from models.tables.clocks import ClockRequest
from models.tables.knowledge import Solicitation
from models.tables.opinion import CommonProblem, OpinionCase, OpinionLine, OpinionReport, OpinionVoice, PolicyPaper
from models.tables.orders import WorkOrder
from models.tables.public_figures import PublicFigures
from models.tables.supervision import Appeal, Instruction
from models.vocabulary import InstructionKind, Role

CASE, UNITS_CASE = "/console/opinion/1", "/unit/opinion/1"
REWRITTEN = "施工由燃气公司实施，线路没有停运。"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[tuple[LoopDesk, str]]:
    with open_loop(tmp_path, now=HEARD) as desk:
        enrol(desk.house)
        told(desk, p1={})
        opened(desk)
        with serving(desk.house) as address:
            yield desk, address


def seen(visitor: Visitor, page: str, form: str) -> str:
    """What a form of the page holds of the thing as it was shown."""
    inside = re.search(rf'action="{form}"(.*?)</form>', visitor.get(page).text, re.DOTALL)
    assert inside, f"{page} has no form for {form}"
    found = re.search(r'name="seen" value="(\d+)"', inside[1])
    assert found, f"{form} says nothing of what was seen"
    return found[1]


@pytest.mark.parametrize("form", ["sign", "send-back"])
def test_a_leader_decides_only_on_the_line_that_was_read(office: tuple[LoopDesk, str], form: str) -> None:
    desk, address = office
    line = f"{CASE}/lines/1"
    with visiting(address, "yu") as officer, visiting(address, "ling") as leader, visiting(address, "lu") as unit:
        graded(officer, "major", "interests")
        to_signature(officer, unit, 1)
        old = seen(leader, CASE, f"{line}/{form}")
        clicked(leader, f"{line}/send-back", why="写明施工单位")
        clicked(officer, f"{line}/revise", **(POINTS | {"facts": REWRITTEN}))
        clicked(officer, f"{line}/consult", units=["transport_bureau"])
        clicked(unit, f"{UNITS_CASE}/lines/1/say", agrees="true", text="属实。")
        clicked(officer, f"{line}/submit")
        late = leader.post(f"{line}/{form}", seen=old, why="再改")
        assert (late.status_code, "在您打开页面后已有人处理" in late.text) == (409, True)
        assert REWRITTEN in late.text
        assert desk.one(OpinionLine).status == "to_sign"
        clicked(leader, f"{line}/{form}", seen=seen(leader, CASE, f"{line}/{form}"), why="再改")
    assert desk.one(OpinionLine).status == ("signed" if form == "sign" else "draft")


def test_of_two_officers_who_grade_a_case_at_once_the_later_is_told_of_the_earlier(
    office: tuple[LoopDesk, str],
) -> None:
    desk, address = office
    with visiting(address, "yu") as officer, visiting(address, "ling") as leader:
        old = seen(leader, CASE, f"{CASE}/grade")
        graded(officer, "major", "interests")
        late = leader.post(f"{CASE}/grade", seen=old, grade="ordinary", lead="transport_bureau")
        assert (late.status_code, "在您打开页面后已有人处理" in late.text) == (409, True)
        assert desk.one(OpinionCase).grade == "major"
        now = seen(leader, CASE, f"{CASE}/grade")
        clicked(leader, f"{CASE}/grade", seen=now, grade="ordinary", lead="transport_bureau")
    assert desk.one(OpinionCase).grade == "ordinary"


def test_a_unit_agrees_to_the_line_that_it_read_and_two_writers_do_not_overwrite_each_other(
    office: tuple[LoopDesk, str],
) -> None:
    desk, address = office
    line = f"{CASE}/lines/1"
    with visiting(address, "yu") as officer, visiting(address, "lu") as unit:
        graded(officer, "major", "interests")
        clicked(officer, f"{CASE}/lines", **POINTS)
        clicked(officer, f"{line}/consult", units=["transport_bureau"])
        agreed = seen(unit, UNITS_CASE, f"{UNITS_CASE}/lines/1/say")
        mine = seen(unit, UNITS_CASE, f"{UNITS_CASE}/lines/1/revise")
        sent = seen(officer, CASE, f"{line}/submit")
        clicked(officer, f"{line}/revise", **(POINTS | {"facts": REWRITTEN}), seen=sent)
        clicked(officer, f"{line}/consult", units=["transport_bureau"])
        assert unit.post(f"{UNITS_CASE}/lines/1/say", agrees="true", seen=agreed).status_code == 409
        late = unit.post(f"{UNITS_CASE}/lines/1/revise", **(POINTS | {"result": "月底恢复。"}), seen=mine)
        assert (late.status_code, "月底恢复。" in late.text) == (409, True)
        assert officer.post(f"{line}/submit", unheard="急", seen=sent).status_code == 409
    assert desk.one(OpinionVoice).agrees is None
    assert desk.one(OpinionLine).facts == REWRITTEN


def test_a_report_is_confirmed_in_the_words_that_were_read(office: tuple[LoopDesk, str]) -> None:
    desk, address = office
    room = "/console/opinion/reports/1"
    with visiting(address, "yu") as officer, visiting(address, "ling") as leader:
        graded(officer, "major", "interests")
        clicked(officer, f"{CASE}/reports")
        old = seen(leader, room, f"{room}/confirm")
        words = {"nature": "传言", "trend": "渐少", "risks": "小", "advice": "继续公布进展"}
        clicked(officer, f"{room}/edit", **words, seen=seen(officer, room, f"{room}/edit"))
        assert leader.post(f"{room}/confirm", seen=old).status_code == 409
        assert desk.one(OpinionReport).confirmed_by is None
        clicked(leader, f"{room}/confirm", seen=seen(leader, room, f"{room}/confirm"))
    assert desk.one(OpinionReport).confirmed_by == "ling"


NOW = at("2026-03-03 09:00")
SECOND = Actor("er", Role.SUPERVISOR)
DRIVERS, OFFICER = Actor("lu", Role.UNIT, "transport_bureau"), Actor("yu", Role.OPINION)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[tuple[Desk, str]]:
    with open_desk(tmp_path, now=NOW) as desk:
        enrol(desk.house)
        with desk.writing() as session:
            create_user(session, login=SECOND.login, name="二督", role=Role.SUPERVISOR, unit=None, password=PASSWORD,
                        actor=SYSTEM, now=NOW)  # fmt: skip
        with serving(desk.house) as address:
            yield desk, address


def decide(person: Visitor, page: str, form: str, old: str, **said: object) -> None:
    """Refused with what the page showed first, taken with what it shows now."""
    late = person.post(form, seen=old, **said)
    assert (late.status_code, "在您打开页面后已有人处理" in late.text) == (409, True), late.text
    assert person.post(form, seen=seen(person, page, form), **said).is_success


@pytest.mark.parametrize("page", ["/console/returns", "/console/orders/{}"])
def test_more_time_is_granted_as_it_was_asked_for_on_the_page(room: tuple[Desk, str], page: str) -> None:
    desk, address = room
    order = desk.take(at("2026-03-02 10:00"))
    page, form = page.format(order.number), f"/console/orders/{order.number}/more-time"

    def ask(days: int, grounds: str) -> None:
        with desk.writing() as session:
            clock_requests.ask_extension(session, desk.house.reckoner, order.id or 0, days, grounds, CLERK, NOW)

    with desk.writing() as session:
        handling.acknowledge(session, order.id or 0, CLERK, NOW)
    ask(1, "核实产权")
    with visiting(address, "shen") as moderator:
        old = seen(moderator, page, form)
        with desk.writing() as session:
            clock_requests.decide_request(session, desk.house.reckoner, order.id or 0, REVIEWER, NOW, granted=False,
                                          note="已核实")  # fmt: skip
        ask(2, "备件未到")
        decide(moderator, page, form, old, granted="true")
    assert [request.granted for request in desk.all(ClockRequest)] == [False, True]


def test_an_appeal_is_decided_on_the_grounds_that_were_read(room: tuple[Desk, str]) -> None:
    desk, address = room
    order = desk.take(at("2026-03-02 10:00"))
    page, form = "/console/appeals", f"/console/appeals/{order.number}"
    with visiting(address, "du") as one, visiting(address, "er") as other:
        with desk.writing() as session:
            ask_exclusion(session, order.id or 0, "诉求违反规划", CLERK, NOW)
        old = seen(one, page, form)
        assert other.post(form, granted="false", note="没有依据", seen=old).is_success
        with desk.writing() as session:
            ask_exclusion(session, order.id or 0, "不属本单位", CLERK, NOW)
        decide(one, page, form, old, granted="true", note="属实")
    assert [appeal.granted for appeal in desk.all(Appeal)] == [False, True]


def test_figures_become_public_as_they_were_read(room: tuple[Desk, str]) -> None:
    desk, address = room
    page, month = "/console/supervision/public-figures", "2026-02"

    def put_forward(share: int) -> None:
        with desk.writing() as session:
            public_figures.propose(session, month, {"housing_bureau": {"in_time": [share, 10]}}, SECOND, NOW)

    put_forward(7)
    with visiting(address, "du") as supervisor:
        old = seen(supervisor, page, f"{page}/approve")
        put_forward(9)
        decide(supervisor, page, f"{page}/approve", old, month=month)
    assert desk.one(PublicFigures).approved_by == "du"


def test_a_papers_answer_is_checked_as_it_was_read(room: tuple[Desk, str]) -> None:
    desk, address = room
    due = (NOW + timedelta(days=3)).date()
    wording = Wording("超期未办结", "请立即办结并说明原因", due, "督查室")
    with desk.writing() as session:
        kind = InstructionKind.SUPERVISE
        paper = supervising.draft(session, desk.house.reckoner, kind, CLERK.unit or "", wording, SECOND, NOW).id or 0
        supervising.issue(session, desk.house.reckoner, paper, wording, Actor("du", Role.SUPERVISOR), NOW)
        supervising.answer(session, paper, "已办结。", CLERK, NOW)
    page = f"/console/supervision/{paper}"
    with visiting(address, "du") as one:
        old = seen(one, page, f"{page}/verify")
        with desk.writing() as session:
            supervising.verify(session, desk.house.reckoner, paper, "没有照片", SECOND, NOW, again_by=due)
            supervising.answer(session, paper, "照片已补，另有两处未修。", CLERK, NOW)
        decide(one, page, f"{page}/verify", old, verdict="属实")
    assert desk.one(Instruction).verified_by == "du"


def test_a_policys_risks_and_a_common_problems_answer_are_judged_as_they_were_read(room: tuple[Desk, str]) -> None:
    desk, address = room
    reckoner, day = desk.house.reckoner, (NOW + timedelta(days=20)).date()
    said = Assessment("老年人", "票价争议", RiskLevel.MIDDLE, "同步问答")
    with desk.writing() as session:
        opinion_policies.plan_policy(session, reckoner, "票价调整", "transport_bureau", day, DRIVERS, NOW)
        opinion_policies.submit_assessment(session, 1, said, DRIVERS, NOW)
        asked = Problem("老年卡年审材料多", "一周内来件41条", "改为自动年审")
        opinion_policies.open_problem(session, reckoner, "transport_bureau", asked, day, OFFICER, NOW)
        opinion_policies.answer_problem(session, 1, "正在研究。", DRIVERS, NOW, adopted=True)
    policy, problem = "/console/policies/1", "/console/problems/1"
    with visiting(address, "ling") as leader, visiting(address, "yu") as officer:
        judged, settled = seen(leader, policy, f"{policy}/judge"), seen(officer, problem, f"{problem}/settle")
        with visiting(address, "ling") as other, visiting(address, "yu") as another, visiting(address, "lu") as unit:
            clicked(other, f"{policy}/judge", verdict="improve", why="补充说明", seen=judged)
            clicked(another, f"{problem}/settle", note="没有实质措施", done="false", seen=settled)
            clicked(unit, "/unit/policies/1/assess", affected="全体", risks="小", level="low", measures="无")
            clicked(unit, "/unit/problems/1/answer", text="不改。", adopted="false")
        decide(leader, policy, f"{policy}/judge", judged, verdict="issue", why="可行")
        decide(officer, problem, f"{problem}/settle", settled, note="属实", done="true")
    assert (desk.one(PolicyPaper).verdict, desk.one(CommonProblem).closed_by) == ("issue", "yu")


def test_a_solicitations_result_is_made_public_as_it_was_read(room: tuple[Desk, str]) -> None:
    desk, address = room
    first, last = ((NOW - timedelta(days=days)).date().isoformat() for days in (20, 1))
    with visiting(address, "wu") as clerk, visiting(address, "shen") as moderator:
        clerk.post("/unit/solicitations", title="停车方案", about="设车位60个。", opens_on=first, closes_on=last)
        page = clerk.post("/unit/solicitations/1/opinions", opinion="改单行线。", heard=5).text
        opinion = re.findall(r"/opinions/(\d+)", page)[0]
        clerk.post(f"/unit/solicitations/1/opinions/{opinion}", adoption="rejected", reason="路网不足以分流。")
        clerk.post("/unit/solicitations/1/overall", overall="收到一类意见。")
        old = seen(moderator, "/console/solicitations/1", "/console/solicitations/1/publish")
        clerk.post("/unit/solicitations/1/overall", overall="没有收到意见。")
        decide(moderator, "/console/solicitations/1", "/console/solicitations/1/publish", old)
    assert desk.one(Solicitation).overall == "没有收到意见。"


def test_of_two_moderators_who_correct_one_domain_the_later_is_told_of_the_earlier(room: tuple[Desk, str]) -> None:
    desk, address = room
    orders = [desk.take(NOW) for _ in range(2)]
    with desk.writing() as session:
        for order in orders:
            session.get_one(WorkOrder, order.id).status = "triage"
    with visiting(address, "shen") as shen, visiting(address, "hu") as hu:
        rows = re.findall(r'name="rows" value="([^"]+)"', hu.get("/console/triage").text)
        one = f"/console/orders/{orders[0].number}/reclassify"
        old = seen(hu, "/console/triage", one)
        clicked(shen, one, domain="transport", seen=old)
        late = hu.post(one, domain="environment", seen=old)
        bulk = hu.post("/console/triage/bulk", act="reclassify", domain="environment", rows=rows).text
        unseen = hu.post("/console/triage/bulk", act="reclassify", domain="environment", rows=orders[1].number)
    assert (late.status_code, unseen.status_code) == (409, 422)
    assert "在您打开页面后已有人处理（审看员shen：更正领域），这次没有更正领域" in bulk
    assert [desk.one(WorkOrder, id=order.id).domain for order in orders] == ["transport", "environment"]
