"""Public opinion from 发现 to 评估 (DOMAIN's rows 6, 7, 16, 18, 29, 30): by the pages that its people use."""

import io
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

import pytest
from docx import Document
from support.desk import MODERATOR, at
from support.loop_desk import LoopDesk, open_loop
from support.opinion_desk import (
    HEARD,
    POINTS,
    POSTED,
    SUPERVISOR,
    WEB,
    clicked,
    graded,
    opened,
    running,
    to_signature,
    told,
)
from support.web import enrol, serving, visiting

from flows.chasing import chase
from flows.ledger_public import shown_promises
from models.actions import promise_public, promises
from models.actors import Actor
from models.database import writing
from models.tables.ledger import Promise
from models.tables.links import Ringing
from models.tables.messages import Message
from models.tables.notices import Notice
from models.tables.opinion import OpinionCase, OpinionItem, OpinionLine, OpinionUnit, OpinionVoice
from models.tables.orders import WorkOrder
from models.vocabulary import PromiseState, Role


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


def test_what_the_authority_found_today_is_entered_before_the_world_clock_says_today(
    office: tuple[LoopDesk, str],
) -> None:
    desk, address = office
    desk.now = at("2026-02-24T07:30").astimezone(UTC)  # the house's own clock is the world's
    told(desk, p1={"time": "2026-02-24T06:00:00"})
    opened(desk)
    found = {"authority": "市交通运输局", "finding": "没有停运。", "evidence": "望交函〔2026〕3号"}
    with visiting(address, "yu") as officer:
        clicked(officer, "/console/opinion/1/findings", found_on="2026-02-24", **found)
        tomorrow = officer.post("/console/opinion/1/findings", found_on="2026-02-25", **found)
    assert tomorrow.status_code == 422
    assert "查明日期不能晚于今天" in tomorrow.text


def test_a_case_opened_by_hand_needs_something_that_it_is_about_and_takes_no_item_twice(
    office: tuple[LoopDesk, str],
) -> None:
    desk, address = office
    told(desk, p1={}, p2={})
    first, second = (str(message.id) for message in desk.all(Message))
    said = {"title": "10路公交改线", "why": "上级要求回应"}
    with visiting(address, "yu") as officer:
        nothing = officer.post("/console/opinion", **said)
        assert (nothing.status_code, "请勾选未立项的信息" in nothing.text) == (422, True)
        clicked(officer, "/console/opinion", items=[first], **said)
        assert first not in officer.get("/console/opinion").text
        assert officer.post("/console/opinion", items=[first, second], **said).status_code == 409
    assert [str(item.message_id) for item in desk.all(OpinionItem)] == [first]
