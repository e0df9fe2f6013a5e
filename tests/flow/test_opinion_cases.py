"""Public opinion from 发现 to 评估 (DOMAIN's rows 6, 7, 16, 18, 29, 30): by the pages that its people use."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from sqlmodel import select
from support.desk import MODERATOR, at
from support.loop_desk import LoopDesk, open_loop
from support.web import Visitor, enrol, serving, visiting

from flows.chasing import chase
from flows.ledger_public import shown_promises
from flows.opinion_finding import find_cases
from models.actions import promise_public, promises
from models.actions.avoiding import MustAvoid
from models.actions.opinion_cases import Found, grade, open_case
from models.actions.opinion_units import add_unit, decide_unit
from models.actors import Actor
from models.database import writing
from models.errors import NotAllowed
from models.opinion_words import OpinionGrade
from models.tables.clocks import Clock
from models.tables.ledger import Promise
from models.tables.links import Ringing
from models.tables.messages import Message
from models.tables.notices import Notice
from models.tables.opinion import OpinionCase, OpinionItem, OpinionLine, OpinionUnit, OpinionVoice
from models.tables.orders import WorkOrder
from models.tables.record import History, Outbox
from models.vocabulary import Channel, PromiseState, Role

POSTED, HEARD = at("2026-02-24T09:00"), at("2026-02-24T10:00")
BUS = "10路公交车改线以后不再经过文峰路，网传下月全线停运，上班要多走两公里，希望恢复公交站点。"
POINTS = {
    "facts": "经核查，10路公交车因文峰路燃气施工临时绕行，线路没有停运。",
    "measures": "依据公交线路管理办法，市交通运输局已安排接驳车往返文峰路。",
    "result": "我局将于3月10日前恢复原线路和站点。",
}
WEB = {"outlet": "望溪发布（虚构）", "url": "https://news.wangxi.example/1"}
OFFICER, SUPERVISOR = Actor("yu", Role.OPINION), Actor("du", Role.SUPERVISOR)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[LoopDesk]:
    with open_loop(tmp_path) as opened:
        opened.now = HEARD
        yield opened


@pytest.fixture
def either(database_url: str, tmp_path: Path) -> Iterator[tuple[LoopDesk, str]]:
    """The same room on each kind of database."""
    with open_loop(tmp_path, database_url=database_url) as desk:
        desk.now = HEARD
        enrol(desk.house)
        with serving(desk.house) as address:
            yield desk, address


@pytest.fixture
def office(desk: LoopDesk) -> Iterator[tuple[LoopDesk, str]]:
    enrol(desk.house)
    with serving(desk.house) as address:
        yield desk, address


def told(desk: LoopDesk, channel: Channel = Channel.OPINION, **posts: dict[str, object]) -> None:
    usual = {"time": "2026-02-24T09:00:00", "title": "10路公交", "text": BUS, "author": "发帖人小雨"}
    rows = [usual | {"id": name} | post for name, post in posts.items()]
    desk.collect(channel, desk.lines(f"{channel}.jsonl", rows))
    desk.work()


def opened(desk: LoopDesk) -> OpinionCase:
    """A case over everything that the feed has."""
    with writing(desk.house.engine) as session:
        items = list(session.exec(select(Message.id)))
        case = open_case(session, desk.house.reckoner, Found(title="10路公交改线", items=items, why=["人工"]), OFFICER,
                         desk.now)  # fmt: skip
        return case.model_copy()


def clicked(person: Visitor, path: str, **fields: object) -> str:
    answer = person.post(path, **fields)
    assert answer.status_code == 200, (path, re.sub(r"<[^>]+>", "", answer.text)[-600:])
    return answer.text


def graded(person: Visitor, grade: str, *priorities: str) -> None:
    clicked(person, "/console/opinion/1/grade", grade=grade, lead="transport_bureau", priorities=list(priorities))


def to_signature(officer: Visitor, unit: Visitor, line: int, **points: str) -> None:
    clicked(officer, "/console/opinion/1/lines", **(POINTS | points))
    clicked(officer, f"/console/opinion/1/lines/{line}/consult", units=["transport_bureau"])
    clicked(unit, f"/unit/opinion/1/lines/{line}/say", agrees="true", text="情况属实。")
    clicked(officer, f"/console/opinion/1/lines/{line}/submit")


def running(desk: LoopDesk) -> dict[str, Clock]:
    return {c.stage: c for c in desk.all(Clock, subject="opinion") if c.stopped_at is None}


def test_heat_or_kind_makes_a_case_once_with_its_reasons_and_more_of_it_joins(desk: LoopDesk) -> None:
    same = {f"p{n}": {"text": f"{BUS}（第{n}位）", "likes": 60} for n in range(4)}
    told(desk, **same, loud={"title": "路灯", "text": "荷苑小区门口的路灯坏了半个月，请维修。", "likes": 900},
         quiet={"title": "学区", "text": "孩子九月上小学，滨禾名邸划到哪所学校的学区？"})  # fmt: skip
    assert find_cases(desk.house, desk.now) == {"opened": 2, "joined": 0}
    assert find_cases(desk.house, desk.now) == {"opened": 0, "joined": 0}
    why = {case.title: case.why[0] for case in desk.all(OpinionCase)}
    assert "热度" in why["10路公交"]
    assert "互动900次" in why["路灯"]
    hot = desk.one(OpinionCase, title="10路公交")
    assert (hot.status, hot.grade, hot.truth) == ("found", None, "doubtful"), "网传 is a doubt, and no more than that"
    desk.now = at("2026-02-24T11:00")
    told(desk, p9={"text": f"{BUS}（又一位）", "time": "2026-02-24T10:30:00"})
    assert find_cases(desk.house, desk.now) == {"opened": 0, "joined": 1}
    assert len(desk.all(OpinionItem, case_id=hot.id)) == 5


def test_row_7_five_kinds_and_the_clocks_of_the_grade_with_first_post_and_discovery_apart(
    office: tuple[LoopDesk, str],
) -> None:
    desk, address = office
    told(desk, p1={})
    case = opened(desk)
    assert (case.first_posted_at, case.found_at) == (POSTED, HEARD)
    assert running(desk)["opinion_first"].due_at == at("2026-02-26T09:00")
    with visiting(address, "yu") as officer:
        page = officer.get("/console/opinion/1").text
        kinds = ("误解误读", "公众切身利益且影响较大", "冲击社会道德底线", "突发事件和自然灾害", "上级要求回应")
        assert all(kind in page for kind in kinds)
        assert "发帖人小雨" not in page
        graded(officer, "major", "misread", "interests")
        assert running(desk)["opinion_first"].due_at == at("2026-02-24T14:00")
        assert running(desk)["opinion_conference"].due_at == at("2026-02-25T09:00")
        assert len(desk.all(Ringing)) == 1
        clicked(officer, "/console/opinion/1/confirm-ring")
        first = {"title": "10路公交改线", "summary": "临时绕行", "first_posted_at": "2026-02-24T07:30"}
        clicked(officer, "/console/opinion/1/correct", **first)
        assert running(desk)["opinion_first"].due_at == at("2026-02-24T12:30")
        graded(officer, "ordinary", "misread")
        assert set(running(desk)) == {"opinion_first"}
        assert running(desk)["opinion_first"].due_at == at("2026-02-26T07:30")
    assert desk.one(OpinionCase).priorities == ["misread"]


def test_hours_that_run_out_ring_the_duty_roster_until_a_person_confirms_even_if_the_order_is_answered(
    office: tuple[LoopDesk, str],
) -> None:
    desk, address = office
    told(desk, p1={})
    opened(desk)
    with visiting(address, "yu") as officer:
        graded(officer, "extraordinary", "disaster")
        clicked(officer, "/console/opinion/1/confirm-ring")
    with writing(desk.house.engine) as session:
        session.get_one(WorkOrder, 1).status = "closed"
    desk.keep_only(*running(desk).values())
    desk.now = at("2026-02-24T14:01")
    chase(desk.house, desk.now)
    late = running(desk)["opinion_first"]
    assert {"transport_bureau", "duty"} <= {n.unit for n in desk.all(Notice, clock_id=late.id)}
    from flows.ringing import ring

    assert ring(desk.house, at("2026-02-24T14:30")) == {"rung": 1}
    with visiting(address, "ling") as leader:
        clicked(leader, "/console/opinion/1/confirm-ring")
    assert ring(desk.house, at("2026-02-24T15:30")) == {"rung": 0}


def test_row_29_the_rule_proposes_joint_units_and_only_a_person_brings_them_in(office: tuple[LoopDesk, str]) -> None:
    desk, address = office
    told(desk, p1={})
    opened(desk)
    with visiting(address, "yu") as officer:
        graded(officer, "major", "disaster")
        proposed = {u.unit: u.confirmed for u in desk.all(OpinionUnit)}
        assert proposed["police_bureau"] is None
        assert proposed["transport_bureau"] is True
        assert not desk.all(Notice, unit="police_bureau")
        clicked(officer, "/console/opinion/1/lines", **POINTS)
        asked = officer.post("/console/opinion/1/lines/1/consult", units=["police_bureau"])
        assert asked.status_code == 403
        clicked(officer, "/console/opinion/1/units/police_bureau", joins="true")
        clicked(officer, "/console/opinion/1/units/emergency_bureau", joins="false")
        assert officer.post("/console/opinion/1/units/police_bureau", joins="true").status_code == 409
        clicked(officer, "/console/opinion/1/lines/1/consult", units=["police_bureau", "transport_bureau"])
    assert {n.kind for n in desk.all(Notice, unit="police_bureau")} == {"opinion_joint", "opinion_consulted"}
    assert {v.unit for v in desk.all(OpinionVoice)} == {"police_bureau", "transport_bureau"}


def test_row_30_a_line_is_settled_signed_and_released_again_until_closed_and_its_promise_stands_in_the_ledger(
    either: tuple[LoopDesk, str],
) -> None:
    desk, address = either
    told(desk, p1={})
    opened(desk)
    with visiting(address, "yu") as officer, visiting(address, "ling") as leader, visiting(address, "lu") as unit:
        graded(officer, "major", "interests")
        assert officer.post("/console/opinion/1/close", why="已回应").status_code == 409
        to_signature(officer, unit, 1)
        assert officer.post("/console/opinion/1/lines/1/sign").status_code == 403
        assert officer.post("/console/opinion/1/lines/1/release", **WEB).status_code == 409
        clicked(leader, "/console/opinion/1/lines/1/sign")
    desk.now = at("2026-02-24T13:00")
    with visiting(address, "yu") as officer:
        clicked(officer, "/console/opinion/1/lines/1/release", **WEB, next_due="2026-02-24T20:00")
        assert set(running(desk)) == {"opinion_conference", "opinion_follow"}
        assert running(desk)["opinion_follow"].due_at == at("2026-02-24T20:00")
        kept = desk.one(Promise, source="opinion_release")
        assert (kept.unit, str(kept.due), kept.state) == ("transport_bureau", "2026-03-10", "to_confirm")
        assert kept.published_url == WEB["url"]
    desk.now = at("2026-02-24T17:00")
    with visiting(address, "yu") as officer, visiting(address, "ling") as leader, visiting(address, "lu") as unit:
        to_signature(officer, unit, 2, result="接驳车已投入运行，施工进展每日公布。")
        clicked(leader, "/console/opinion/1/lines/2/sign")
        clicked(officer, "/console/opinion/1/lines/2/release", **WEB, last="true")
        assert officer.post("/console/opinion/1/close", why="已回应").status_code == 409, "a conference is owed"
        held = {"held_at": "2026-02-24T16:00", "what": "副局长主持，直播网址见发布。"}
        clicked(officer, "/console/opinion/1/conference", **held)
        assert not running(desk)
        clicked(officer, "/console/opinion/1/close", why="已恢复正常，热度消退。")
        assert officer.post("/console/opinion/1/evaluate", effect="好").status_code == 403
        page = clicked(leader, "/console/opinion/1/evaluate", effect="公众理解，未再扩散。")
        assert "新闻发布会按时" in page
    case = desk.one(OpinionCase)
    assert case.status == "evaluated"
    assert case.evaluation == {
        "effect": "公众理解，未再扩散。", "lessons": "", "releases": 2,
        "timely": {"opinion_first": True, "opinion_conference": True},
    }  # fmt: skip


def test_row_5_a_promise_of_a_release_is_kept_in_the_ledger_checked_and_shown_where_it_was_made(
    either: tuple[LoopDesk, str],
) -> None:
    desk, address = either
    told(desk, p1={})
    opened(desk)
    with visiting(address, "yu") as officer, visiting(address, "ling") as leader, visiting(address, "lu") as unit:
        graded(officer, "ordinary")
        to_signature(officer, unit, 1)
        clicked(leader, "/console/opinion/1/lines/1/sign")
        clicked(officer, "/console/opinion/1/lines/1/release", **WEB)
        signed = officer.get("/console/opinion/1/lines/1/paper.docx")
    paper = Document(io.BytesIO(signed.content))
    cells = [cell.text for row in paper.tables[0].rows for cell in row.cells]
    assert {POINTS["facts"], WEB["outlet"], WEB["url"]} <= set(cells)
    assert paper.sections[0].header.paragraphs[0].text == "演示数据"
    kept = desk.one(Promise, source="opinion_release")
    reckoner, promise, now = desk.house.reckoner, kept.id or 0, desk.now
    with desk.writing() as session:
        promises.confirm_promise(session, reckoner, promise, MODERATOR, now)
    with desk.writing() as session:
        row = promise_public.propose_public(session, promise, kept.text, MODERATOR, now, hidden=False)
        promise_public.approve_public(session, promise, row.version, True, SUPERVISOR, now)
    with desk.writing() as session:
        promises.report_promise(session, promise, "已如期完成。", Actor("lu", Role.UNIT, "transport_bureau"), now)
    with desk.writing() as session:
        promises.close_promise(session, promise, PromiseState.KEPT, None, SUPERVISOR, now)
    [shown] = shown_promises(desk.house)
    assert (shown.state, shown.published_where, shown.published_url, shown.published_at) == (
        "kept", WEB["outlet"], WEB["url"], now,
    )  # fmt: skip


def test_a_line_without_its_three_points_or_with_private_data_or_a_rumour_unproved_is_not_signed(
    office: tuple[LoopDesk, str],
) -> None:
    desk, address = office
    told(desk, p1={})
    opened(desk)
    with visiting(address, "yu") as officer, visiting(address, "lu") as unit:
        graded(officer, "ordinary")
        assert officer.post("/console/opinion/1/lines", **(POINTS | {"result": " "})).status_code == 422
        clicked(officer, "/console/opinion/1/lines", **(POINTS | {"result": "已办。"}))
        clicked(officer, "/console/opinion/1/lines/1/consult", units=["transport_bureau"])
        silent = officer.post("/console/opinion/1/lines/1/submit")
        assert "处置结果" in silent.text
        for wrong, why in (
            ({"facts": "来电人手机19900001234，已经联系核实。"}, "个人信息（手机号"),
            ({"facts": "发帖人小雨反映的绕行情况属实，已说明。"}, "个人信息（来件人的姓名"),
            ({"facts": "网上所传停运消息纯属谣言，请勿相信。"}, "查明结论"),
        ):
            clicked(officer, "/console/opinion/1/lines/1/revise", **(POINTS | wrong))
            clicked(officer, "/console/opinion/1/lines/1/consult", units=["transport_bureau"])
            clicked(unit, "/unit/opinion/1/lines/1/say", agrees="true")
            refused = officer.post("/console/opinion/1/lines/1/submit")
            assert refused.status_code == 422
            assert why in refused.text
    assert desk.one(OpinionLine).status == "consulting"


def test_row_16_a_rumour_is_one_when_the_authority_has_found_so_with_evidence_that_a_leader_checked(
    office: tuple[LoopDesk, str],
) -> None:
    desk, address = office
    told(desk, p1={})
    opened(desk)
    rumour = {"facts": "经市交通运输局查明，网传10路停运为不实信息，线路正常。"}
    found = {"authority": "望溪市交通运输局", "finding": "10路未停运。", "found_on": "2026-02-24"}
    with visiting(address, "yu") as officer, visiting(address, "ling") as leader, visiting(address, "lu") as unit:
        graded(officer, "ordinary", "misread")
        page = clicked(officer, "/console/opinion/1/doubt", why="与公告不符")
        assert "疑似不实，待核实" in page
        assert officer.post("/console/opinion/1/findings", **found, evidence=" ").status_code == 422
        clicked(officer, "/console/opinion/1/findings", **found, evidence="线路运营公告2026年第3号")
        assert desk.one(OpinionCase).truth == "doubtful"
        clicked(officer, "/console/opinion/1/lines", **(POINTS | rumour))
        clicked(officer, "/console/opinion/1/lines/1/consult", units=["transport_bureau"])
        clicked(unit, "/unit/opinion/1/lines/1/say", agrees="true")
        assert officer.post("/console/opinion/1/lines/1/submit").status_code == 422
        assert officer.post("/console/opinion/1/findings/1/check").status_code == 403
        clicked(leader, "/console/opinion/1/findings/1/check")
        clicked(officer, "/console/opinion/1/lines/1/submit")
    assert desk.one(OpinionCase).truth == "refuted"


def test_row_18_the_report_is_drafted_from_the_record_confirmed_by_a_leader_and_sent(
    office: tuple[LoopDesk, str],
) -> None:
    desk, address = office
    told(desk, p1={"likes": 40, "source": "望溪论坛（虚构）"}, p2={"time": "2026-02-23T20:00:00"})
    opened(desk)
    at_report = "/console/opinion/reports/1"
    with visiting(address, "yu") as officer, visiting(address, "ling") as leader:
        graded(officer, "major", "interests")
        page = clicked(officer, "/console/opinion/1/reports")
        for word in (
            "性质",
            "走势",
            "可能的风险",
            "预控处置意见",
            "相关来件2条",
            "重大舆情",
            "未经审定不得报送",
            "<svg",
        ):
            assert word in page, word
        assert officer.post(f"{at_report}/send", to="市政府").status_code == 409
        text = {"nature": "属交通出行。", "trend": "平稳。", "risks": "1. 扩散。", "advice": "1. 发布。"}
        clicked(officer, f"{at_report}/edit", **text)
        assert officer.post(f"{at_report}/confirm").status_code == 403
        clicked(leader, f"{at_report}/confirm")
        assert officer.post(f"{at_report}/edit", **text).status_code == 409
        clicked(officer, f"{at_report}/send", to="市委宣传部")
        word = officer.get(f"{at_report}/docx")
        html = officer.get(at_report).text
    paper = Document(io.BytesIO(word.content))
    said = "\n".join(p.text for p in paper.paragraphs)
    for line in (
        "一、性质",
        "二、走势",
        "三、可能的风险",
        "四、预控处置意见",
        "审定：舆情分管领导ling",
        "报送：市委宣传部",
    ):
        assert line in said, line
    assert len(paper.inline_shapes) == 1
    assert paper.sections[0].header.paragraphs[0].text == "演示数据"
    assert "发帖人小雨" not in said + html


def test_row_6_a_matter_beyond_the_place_is_reported_up_and_the_liaison_keeps_the_clock(
    office: tuple[LoopDesk, str],
) -> None:
    desk, address = office
    told(desk, p1={"text": "10路公交车改线以后不再经过湖滨路和邻汀县，上班不便，希望恢复公交站点。"})
    case = opened(desk)
    assert (case.lead_unit, case.report_to, case.liaison) == ("media_centre", "province_dept", "media_centre")
    with visiting(address, "yu") as officer:
        page = clicked(officer, "/console/opinion/1/report-up", to="province_dept", note="涉及两地线路，请统筹回应。")
        assert "继续计时" in page
        assert officer.post("/console/opinion/1/report-up", to="province_dept", note="再报").status_code == 409
        graded(officer, "larger")
    assert desk.one(OpinionCase).lead_unit == "transport_bureau"
    assert running(desk)["opinion_first"].unit == "media_centre"


def test_opinion_is_for_named_roles_and_called_units_and_nobody_deletes(office: tuple[LoopDesk, str]) -> None:
    desk, address = office
    told(desk, p1={})
    opened(desk)
    with visiting(address, "yu") as officer:
        graded(officer, "ordinary")
        clicked(officer, "/console/opinion/1/reports")
    paths = ("/console/opinion", "/console/opinion/1", "/console/opinion/reports/1", "/console/opinion/reports/1/docx",
             "/console/policies")  # fmt: skip
    for login in ("shen", "du", "bian", "guan", "ji", "zhuan", "wu"):
        with visiting(address, login) as other:
            assert [other.get(path).status_code for path in paths] == [403] * len(paths), login
            assert other.post("/console/opinion/1/close", why="x").status_code == 403
            assert other.post("/console/opinion/scan").status_code == 403
    with visiting(address, "wu") as stranger, visiting(address, "lu") as lead:
        assert stranger.get("/unit/opinion/1").status_code == 404
        assert stranger.post("/unit/opinion/1/lines", **POINTS).status_code == 404
        page = lead.get("/unit/opinion/1").text
        assert "10路公交改线" in page
        assert BUS not in page
    with visiting(address, "shen") as moderator:
        order = desk.one(WorkOrder).number
        assert "虚构" in moderator.get(f"/console/orders/{order}").text
        assert "YQ2026" not in moderator.get(f"/console/orders/{order}").text
    from console.web.pages import opinion, opinion_lines, opinion_unit

    for room in (opinion, opinion_lines, opinion_unit):
        assert not any("delete" in str(route).lower() for route in room.router.routes)


def test_events_and_history_hold_no_word_of_what_was_said(office: tuple[LoopDesk, str]) -> None:
    desk, address = office
    told(desk, p1={})
    opened(desk)
    with visiting(address, "yu") as officer, visiting(address, "lu") as unit:
        graded(officer, "ordinary")
        to_signature(officer, unit, 1)
    kept = [str(e.payload) for e in desk.all(Outbox)] + [str(h.detail) for h in desk.all(History, subject="opinion")]
    letters = [str(n.facts) for n in desk.all(Notice)]
    assert {"opinion.open", "opinion.grade", "opinion.submit_line"} <= {e.type for e in desk.all(Outbox)}
    assert not any("公交" in text or "燃气" in text for text in kept + letters)


def decide_unit_in(*asked: Any) -> None:  # noqa: ANN401
    decide_unit(*asked, joins=True)


def test_an_accusation_is_never_an_opinion_case(desk: LoopDesk) -> None:
    told(desk, p1={})
    with writing(desk.house.engine) as session:
        session.get_one(WorkOrder, 1).sealed = True
    assert find_cases(desk.house, desk.now) == {"opened": 0, "joined": 0}
    with pytest.raises(NotAllowed, match="检举控告"):
        opened(desk)


def test_a_unit_that_an_item_reports_has_no_part_in_the_case(desk: LoopDesk) -> None:
    """回避: it neither leads nor is called in, whatever the rule proposes."""
    told(desk, p1={"text": f"举报市公安局下属停车场乱收费。{BUS}"})
    with writing(desk.house.engine) as session:
        order = session.get_one(WorkOrder, 1)
        order.kind, order.sealed = "report", False
    opened(desk)
    reckoner, profile = desk.house.reckoner, desk.house.profile
    with writing(desk.house.engine) as session, pytest.raises(MustAvoid):
        grade(session, reckoner, 1, OpinionGrade.MAJOR, [], "police_bureau", OFFICER, desk.now)
    with writing(desk.house.engine) as session:
        grade(session, reckoner, 1, OpinionGrade.MAJOR, [], "transport_bureau", OFFICER, desk.now)
    for call in (decide_unit_in, add_unit):
        with writing(desk.house.engine) as session, pytest.raises(MustAvoid):
            call(session, profile, 1, "police_bureau", OFFICER, desk.now)
