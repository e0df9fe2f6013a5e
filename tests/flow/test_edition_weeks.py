"""An edition is made of a whole week that has answers; anything else is asked about once more."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.desk import Desk, at, open_desk
from support.pressroom import LATER_WEEK, NOW, WEEK, answered, compiled
from support.web import enrol, serving, visiting

from flows.edition_weeks import doubt_about, offered_weeks
from models.database import reading
from models.errors import BadInput
from models.tables.editions import Edition

RUNNING = "2026-W11"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path, now=NOW) as opened:
        enrol(opened.house)
        answered(opened)
        answered(opened, when=at("2026-03-03 10:00"), text="河东大道站台顶棚玻璃裂了，请尽快处理。")
        answered(opened, when=at("2026-03-09 09:00"), text="白鹭镇水管漏水两天了，请来人看看。")
        yield opened


def test_only_weeks_with_answers_and_without_an_edition_are_offered_newest_first(desk: Desk) -> None:
    with reading(desk.house.engine) as session:
        found = offered_weeks(desk.house, session, NOW)
    assert [(o.week.code, o.answers, o.running) for o in found] == [
        (RUNNING, 1, True), (LATER_WEEK, 1, False), (WEEK, 1, False),
    ]  # fmt: skip
    compiled(desk, LATER_WEEK)
    with reading(desk.house.engine) as session:
        assert LATER_WEEK not in {o.week.code for o in offered_weeks(desk.house, session, NOW)}


def test_the_last_whole_week_is_chosen_unless_somebody_chooses(desk: Desk) -> None:
    with serving(desk.house) as address, visiting(address, "bian") as editor:
        page = editor.get("/console/editions").text
        assert re.findall(r'<option value="([^"]+)"( selected)?', page) == [
            (RUNNING, ""), (LATER_WEEK, " selected"), (WEEK, ""),
        ]  # fmt: skip
        assert "本周未结束" in page
        editor.post("/console/editions", week=LATER_WEEK)
    assert [e.week for e in desk.all(Edition)] == [LATER_WEEK]


@pytest.mark.parametrize(
    ("week", "why"), [(RUNNING, "到 3月15日 才结束"), ("2025-W02", "没有一件答复")], ids=["running", "empty"]
)
def test_an_unusual_week_is_made_only_when_it_is_said_twice(desk: Desk, week: str, why: str) -> None:
    with serving(desk.house) as address, visiting(address, "bian") as editor:
        asked = editor.post("/console/editions", week=week)
        assert (asked.status_code, why in asked.text) == (409, True)
        assert desk.all(Edition) == []
        assert editor.post("/console/editions", week=week, sure="1").status_code == 200
        assert [e.week for e in desk.all(Edition)] == [week]
        assert editor.post("/console/editions", week=week).status_code == 200, "补选 asks nothing again"


def test_a_week_to_come_is_refused(desk: Desk) -> None:
    with pytest.raises(BadInput, match="还没有开始"):
        doubt_about(desk.house, "2026-W12", NOW)
