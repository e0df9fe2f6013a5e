"""Opinion is answering, not watching people: named roles, no deletion, no words in events, no accusation, 回避."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.loop_desk import LoopDesk, open_loop
from support.opinion_desk import BUS, HEARD, OFFICER, POINTS, graded, opened, to_signature, told
from support.web import clicked, staffed, visiting

from flows.opinion_finding import find_cases
from models.actions.avoiding import MustAvoid
from models.actions.opinion_cases import close, grade
from models.actions.opinion_truth import bear_out, doubt
from models.actions.opinion_units import add_unit, decide_unit
from models.database import writing
from models.errors import Conflict, NotAllowed
from models.opinion_words import OpinionGrade
from models.tables.notices import Notice
from models.tables.opinion import OpinionCase
from models.tables.orders import WorkOrder
from models.tables.record import History, Outbox


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[LoopDesk]:
    with open_loop(tmp_path, now=HEARD) as opened:
        yield opened


@pytest.fixture
def office(desk: LoopDesk) -> Iterator[tuple[LoopDesk, str]]:
    with staffed(desk.house) as address:
        yield desk, address


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


def test_no_case_is_closed_in_doubt(desk: LoopDesk) -> None:
    told(desk, p1={})
    assert find_cases(desk.house, desk.now)["opened"] == 0
    opened(desk)
    with writing(desk.house.engine) as session:
        doubt(session, 1, "原文有“网传”的说法", OFFICER, desk.now)
        grade(session, desk.house.reckoner, 1, OpinionGrade.ORDINARY, [], "transport_bureau", OFFICER, desk.now)
    with writing(desk.house.engine) as session, pytest.raises(Conflict, match="待核实"):
        close(session, 1, "已处置", OFFICER, desk.now)
    with writing(desk.house.engine) as session:
        bear_out(session, 1, "市交通运输局到场核实，绕行属实。", OFFICER, desk.now)
    assert desk.one(OpinionCase).truth == "borne_out"
    with writing(desk.house.engine) as session, pytest.raises(Conflict, match="公开回应"):
        close(session, 1, "已处置", OFFICER, desk.now)
