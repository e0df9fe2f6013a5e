"""A calendar that comes late moves what is running, says what it moves, and leaves the rest alone."""

from pathlib import Path

import pytest
from support.desk import Desk, at

from flows.calendars import count_workdays, import_days
from flows.house import House
from flows.opening import initialise
from models.calendar_files import BadCalendar
from models.settings import Settings
from models.tables.clocks import Clock, DeadlineBasis
from models.tables.record import History

NOW = at("2026-12-28T09:00")
NOTICE = """日期,类型,名称
2027-01-01,off,元旦
2027-01-02,off,元旦
2027-01-04,off,元旦
2027-02-20,work,春节
2027-10-01,off,国庆节
"""


@pytest.fixture
def house(tmp_path: Path) -> House:
    made = House(Settings(data_dir=tmp_path / "var"), clock=lambda: NOW)
    initialise(made)
    return made


@pytest.fixture
def notice(tmp_path: Path) -> Path:
    file = tmp_path / "2027.csv"
    file.write_text(NOTICE, encoding="utf-8")
    return file


def running(desk: Desk) -> list[tuple[str, str, bool]]:
    bases = {basis.id: basis for basis in desk.all(DeadlineBasis)}
    return [
        (c.stage, f"{c.due_at.astimezone(desk.house.settings.zone):%m-%d}", bases[c.basis_id].provisional)
        for c in desk.all(Clock)
    ]


def test_deadlines_that_reach_past_the_calendar_move_when_it_arrives(house: House, notice: Path) -> None:
    desk = Desk(house)
    desk.take(at("2026-12-28T09:00"))
    before = running(desk)
    assert any(provisional for _, _, provisional in before)
    preview = import_days(house, notice, NOW, dry_run=True)
    assert preview["changes"]
    assert running(desk) == before
    applied = import_days(house, notice, NOW, dry_run=False)
    assert applied["changes"] == preview["changes"]
    after = running(desk)
    assert after != before
    assert not any(provisional for _, _, provisional in after)
    assert (
        len([h for h in desk.all(History) if h.action == "recompute"]) == len(preview["changes"]) + preview["settled"]
    )


def test_importing_the_same_calendar_again_moves_nothing(house: House, notice: Path) -> None:
    desk = Desk(house)
    desk.take(at("2026-12-28T09:00"))
    import_days(house, notice, NOW, dry_run=False)
    after = running(desk)
    again = import_days(house, notice, NOW, dry_run=False)
    assert (again["changes"], again["settled"]) == ([], 0)
    assert running(desk) == after


def test_the_house_knows_the_year_after_the_import(house: House, notice: Path) -> None:
    assert count_workdays(house, NOW, 5)["provisional"] is True
    import_days(house, notice, NOW, dry_run=False)
    new = House(house.settings, clock=lambda: NOW)
    counted = count_workdays(new, NOW, 5)
    assert (counted["due"], counted["provisional"]) == ("2027-01-06", False)


def test_a_broken_calendar_changes_nothing(house: House, tmp_path: Path) -> None:
    file = tmp_path / "bad.csv"
    file.write_text("2027-02-30,off,春节\n", encoding="utf-8")
    with pytest.raises(BadCalendar, match="第1行"):
        import_days(house, file, NOW, dry_run=False)
    assert Desk(house).all(History) == []


def test_five_workdays_after_friday_the_thirteenth_end_on_the_twenty_seventh(tmp_path: Path) -> None:
    house = House(Settings(data_dir=tmp_path / "nothing"), clock=lambda: NOW)
    counted = count_workdays(house, at("2026-02-13T10:00"), 5)
    assert (counted["due"], counted["provisional"]) == ("2026-02-27", False)
    assert counted["steps"][0] == {"date": "2026-02-14", "counted": True, "reason": "调休上班（春节）"}
    assert sum(step["counted"] for step in counted["steps"]) == 5
    assert not (tmp_path / "nothing").exists()
