"""A calendar is read on a page: the moved deadlines are shown first, and only the second step takes it."""

from collections.abc import Iterator
from io import BytesIO

import pytest
from openpyxl import Workbook
from support.desk import Desk, open_desk
from support.web import staffed, visiting

from models.tables.clocks import CalendarDay, Clock
from models.tables.record import History


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, str]]:
    with open_desk(tmp_path_factory.mktemp("house")) as desk, staffed(desk.house) as address:
        yield desk, address


def test_nothing_moves_before_the_second_step(office: tuple[Desk, str]) -> None:
    desk, address = office
    order = desk.take(desk.house.now())
    due = {c.id: c.due_at for c in desk.all(Clock)}
    last = max(due.values()).astimezone(desk.house.settings.zone).date()
    days = f"日期,类型,名称\n{last},off,台风停班\n"
    with visiting(address, "guan") as operator:
        shown = operator.post("/console/admin/calendar", text=days)
        assert shown.status_code == 200
        assert order.number in shown.text
        assert {c.id: c.due_at for c in desk.all(Clock)} == due
        assert desk.all(CalendarDay) == []
        assert operator.post("/console/admin/calendar/take", text=days, name="typed.csv").status_code == 200
    assert {c.id: c.due_at for c in desk.all(Clock)} != due
    assert not desk.house.calendar.is_workday(last)
    assert [h.actor for h in desk.all(History, subject="calendar")] == ["guan"]


def test_a_broken_file_is_named_row_by_row_and_nothing_is_taken(office: tuple[Desk, str]) -> None:
    desk, address = office
    known = len(desk.all(CalendarDay))
    with visiting(address, "guan") as operator:
        shown = operator.post("/console/admin/calendar", text="2027-01-01,maybe,元旦\n")
        assert shown.status_code == 422
        assert "第1行" in shown.text
        assert operator.post("/console/admin/calendar", text=" ").status_code == 422
    with visiting(address, "ji") as auditor:
        assert auditor.get("/console/admin/calendar").status_code == 403
        assert auditor.post("/console/admin/calendar/take", text="2027-01-01,off,元旦", name="a").status_code == 403
    assert len(desk.all(CalendarDay)) == known


def test_a_workbook_is_shown_day_by_day_before_it_is_taken(office: tuple[Desk, str]) -> None:
    desk, address = office
    book = Workbook()
    assert book.active is not None
    for row in (["日期", "休/班", "名称"], ["2031-01-01", "休", "元旦"], ["2031-01-04", "班", "元旦调休"]):
        book.active.append(row)
    file = BytesIO()
    book.save(file)
    known = len(desk.all(CalendarDay))
    with visiting(address, "guan") as operator:
        shown = operator.upload("/console/admin/calendar", {"file": ("安排.xlsx", file.getvalue())})
    assert shown.status_code == 200
    assert "放假 1 天，上班 1 天" in shown.text
    assert "2031-01-04,班,元旦调休" in shown.text
    assert len(desk.all(CalendarDay)) == known
