"""Four eyes see the same thing: what is signed, agreed to or decided is what the page showed, or nothing happens."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.loop_desk import LoopDesk, open_loop
from support.opinion_desk import HEARD, POINTS, clicked, graded, opened, to_signature, told
from support.web import Visitor, enrol, serving, visiting

from models.tables.opinion import OpinionLine, OpinionReport, OpinionVoice

CASE, UNITS_CASE = "/console/opinion/1", "/unit/opinion/1"
REWRITTEN = "施工由燃气公司实施，线路没有停运。"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[tuple[LoopDesk, str]]:
    with open_loop(tmp_path) as desk:
        desk.now = HEARD
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
