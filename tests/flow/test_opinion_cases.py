"""Public opinion from 发现 to 评估 (DOMAIN's rows 6, 7, 16, 29): by the pages that its people use."""

from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

import pytest
from support.desk import at
from support.loop_desk import LoopDesk, open_loop
from support.opinion_desk import HEARD, POINTS, POSTED, graded, opened, running, told
from support.web import clicked, staffed, visiting

from flows.chasing import chase
from models.database import writing
from models.tables.links import Ringing
from models.tables.messages import Message
from models.tables.notices import Notice
from models.tables.opinion import OpinionCase, OpinionItem, OpinionUnit, OpinionVoice
from models.tables.orders import WorkOrder


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[LoopDesk]:
    with open_loop(tmp_path, now=HEARD) as opened:
        yield opened


@pytest.fixture
def office(desk: LoopDesk) -> Iterator[tuple[LoopDesk, str]]:
    with staffed(desk.house) as address:
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
        for year in ("0001", "9999"):  # where another zone has no such moment
            refused = officer.post("/console/opinion/1/correct", **first | {"first_posted_at": f"{year}-12-31T23:00"})
            assert (refused.status_code, "年之间" in refused.text) == (422, True)
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
