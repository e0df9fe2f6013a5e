"""What opinion says to policy (DOMAIN's rows 21, 25, 31): assessed before, interpreted after, problems fed back."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from docx import Document
from support.desk import Desk, at, open_desk
from support.web import clicked, enrol, serving, staffed, visiting

from flows.chasing import chase
from models.actions import opinion_policies
from models.actors import Actor
from models.errors import BadInput
from models.tables.clocks import Clock
from models.tables.notices import Notice
from models.tables.opinion import CommonProblem, PolicyPaper
from models.vocabulary import Role, Stage

FARE = {"title": "公交票价调整办法", "planned_on": "2026-02-12", "unit": "transport_bureau"}
RISKS = {
    "affected": "全市公交乘客",
    "risks": "老年人可能认为优惠减少",
    "level": "middle",
    "measures": "同步问答，设咨询电话",
}
PAGE = "https://www.wangxi.example/policy/1"
UNIT, OFFICER = Actor("lu", Role.UNIT, "transport_bureau"), Actor("yu", Role.OPINION)


@pytest.fixture
def desk(tmp_path: Path, database_url: str) -> Iterator[Desk]:
    with open_desk(tmp_path, database_url=database_url, now=at("2026-02-06T10:00")) as opened:
        yield opened


def moved(desk: Desk, moment: str) -> None:
    desk.house.clock = lambda: at(moment)


def test_rows_31_and_21_a_policy_is_assessed_before_it_issues_and_interpreted_within_three_workdays(
    desk: Desk,
) -> None:
    with staffed(desk.house) as address:
        with visiting(address, "yu") as officer, visiting(address, "ling") as leader, visiting(address, "lu") as unit:
            assert officer.post("/console/policies", **(FARE | {"planned_on": "2026-02-06"})).status_code == 422
            clicked(officer, "/console/policies", **FARE)
            assert desk.one(Clock, subject="policy").due_at == at("2026-02-12T00:00")
            assert desk.one(Notice, kind="policy_planned").unit == "transport_bureau"
            clicked(unit, "/unit/policies/1/assess", **RISKS)
            clicked(leader, "/console/policies/1/judge", verdict="improve", why="补充老年人优惠说明")
            assert desk.one(Clock, subject="policy").stopped_at is None
            clicked(unit, "/unit/policies/1/assess", **RISKS)
            early = officer.post("/console/policies/1/publish", public_at="2026-02-06T10:00", url=PAGE)
            assert early.status_code == 422
            assert "风险评估" in early.text
            clicked(leader, "/console/policies/1/judge", verdict="issue", why="预案可行")
            paper = Document(io.BytesIO(unit.get("/unit/policies/1/paper.docx").content))
        cells = [cell.text for row in paper.tables[0].rows for cell in row.cells]
        assert {FARE["title"], RISKS["risks"], "中风险", "可以出台", "预案可行"} <= set(cells)
        assert paper.sections[0].header.paragraphs[0].text == "演示数据"
        moved(desk, "2026-02-13T16:00")
        with visiting(address, "lu") as unit, visiting(address, "wu") as stranger:
            page = clicked(unit, "/console/policies/1/publish", public_at="2026-02-13T15:00", url=PAGE)
            assert "待解读" in page
            clock = desk.one(Clock, subject="policy", stage=Stage.INTERPRETATION.value)
            assert clock.due_at == at("2026-02-25T23:59:59"), (
                "the 14th and the holidays' other side count, 15–23 do not"
            )
            assert stranger.get("/unit/policies/1").status_code == 404
            assert stranger.post("/console/policies/1/interpret", at="2026-02-13T15:30", url=PAGE).status_code == 404
            clicked(unit, "/console/policies/1/interpret", at="2026-02-13T15:30", url=PAGE + "/jd")
    assert desk.one(PolicyPaper).status == "interpreted"
    assert all(clock.stopped_at for clock in desk.all(Clock, subject="policy"))


def test_row_21_jiande_interprets_on_the_same_day(tmp_path: Path) -> None:
    with open_desk(tmp_path, profile="jiande") as desk:
        unit = desk.house.profile.opinion_coordinator
        drafter = Actor("a", Role.UNIT, unit)
        reckoner = desk.house.reckoner
        with desk.writing() as session:
            day = at("2026-02-12T00:00").date()
            opinion_policies.plan_policy(session, reckoner, "办法", unit, day, drafter, at("2026-02-10T09:00"))
        with desk.writing() as session:
            opinion_policies.publish_policy(
                session, reckoner, 1, at("2026-02-12T10:00"), PAGE, drafter, at("2026-02-12T11:00"), against="特事特办"
            )
        clock = desk.one(Clock, subject="policy", stage=Stage.INTERPRETATION.value)
        assert clock.due_at == at("2026-02-12T23:59:59")


def test_an_interpretation_of_the_evening_before_is_none_of_a_policy_published_early_in_the_morning(
    desk: Desk,
) -> None:
    reckoner = desk.house.reckoner
    drafter = Actor("a", Role.UNIT, "transport_bureau")
    with desk.writing() as session:
        opinion_policies.plan_policy(
            session,
            reckoner,
            "办法",
            "transport_bureau",
            at("2026-02-12T00:00").date(),
            drafter,
            at("2026-02-10T09:00"),
        )
        opinion_policies.publish_policy(
            session, reckoner, 1, at("2026-02-12T07:00"), PAGE, drafter, at("2026-02-12T11:00"), against="特事特办"
        )
    with pytest.raises(BadInput, match="当日或之后"), desk.writing() as session:
        opinion_policies.interpret_policy(session, 1, at("2026-02-11T23:30"), PAGE, drafter, at("2026-02-12T12:00"))


def test_a_policy_not_interpreted_is_chased_at_its_unit(desk: Desk) -> None:
    reckoner = desk.house.reckoner
    with desk.writing() as session:
        day = at("2026-02-09T00:00").date()
        opinion_policies.plan_policy(
            session, reckoner, "办法", "transport_bureau", day, UNIT, at("2026-02-05T09:00")
        )  # fmt: skip
        opinion_policies.publish_policy(
            session, reckoner, 1, at("2026-02-06T09:00"), PAGE, UNIT, at("2026-02-06T10:00"), against="应急"
        )
    chase(desk.house, at("2026-02-12T09:00"))
    assert {n.unit for n in desk.all(Notice, kind="remind")} == {"transport_bureau"}


def test_row_25_common_problems_are_answered_by_the_policys_unit_and_settled_by_somebody_else(desk: Desk) -> None:
    enrol(desk.house)
    asked = {"unit": "transport_bureau", "problem": "老年卡年审材料多", "basis": "一周内来件41条",
             "demand": "改为自动年审", "due_on": "2026-02-13"}  # fmt: skip
    with (
        serving(desk.house) as address,
        visiting(address, "yu") as officer,
        visiting(address, "lu") as unit,
        visiting(address, "wu") as stranger,
    ):
        assert officer.post("/console/problems", **(asked | {"due_on": "2026-02-06"})).status_code == 422
        clicked(officer, "/console/problems", **asked)
        assert stranger.get("/unit/problems/1").status_code == 404
        assert stranger.post("/unit/problems/1/answer", text="好", adopted="true").status_code == 404
        clicked(unit, "/unit/problems/1/answer", text="正在研究。", adopted="true")
        clicked(officer, "/console/problems/1/settle", note="没有实质措施", done="false")
        clock = desk.one(Clock, subject="problem")
        assert clock.stopped_at is None
        chase(desk.house, at("2026-02-24T09:00"))
        assert "transport_bureau" in {n.unit for n in desk.all(Notice, clock_id=clock.id)}
        clicked(unit, "/unit/problems/1/answer", text="3月1日起自动年审，已发通知。", adopted="true")
        clicked(officer, "/console/problems/1/settle", note="通知已公开，属实", done="true")
        assert officer.post("/console/problems/1/settle", note="再次", done="true").status_code == 409
    assert desk.one(CommonProblem).status == "closed"
    assert desk.one(Clock, subject="problem").stopped_at is not None
