"""Row 4: published lines answer in working hours; the supervising office calls them, and what fails is mended."""

import csv
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook
from support.desk import CLERK, Desk, at, open_desk
from support.web import staffed, visiting

from channels.faults import SourceUnreadable
from flows.chasing import chase
from flows.deliveries import deliver
from flows.phone_lines import import_lines, plan_line_checks
from models.actions import phone_lines
from models.actions.phone_lines import LineFacts
from models.actors import Actor
from models.calling_words import LineResult
from models.database import reading
from models.errors import BadInput, NotAllowed, NotFound
from models.line_hours import hours_of, is_open, plain_number
from models.queries.phone_lines import call_list, line_figures, list_lines, made_checks
from models.tables.clocks import Clock
from models.tables.notices import Notice
from models.tables.phone_lines import LineCheck, LineFault, PhoneLine
from models.tables.record import Outbox
from models.vocabulary import Role

SUPERVISOR = Actor("du", Role.SUPERVISOR)
MORNING = at("2026-02-10 08:30")
CALLED = at("2026-02-10 10:00")
OTHER = Actor("lu", Role.UNIT, "transport_bureau")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path, now=CALLED) as desk:
        yield desk


@pytest.fixture
def either(database_url: str, tmp_path: Path) -> Iterator[Desk]:
    """The same desk on each kind of database."""
    with open_desk(tmp_path, database_url=database_url, now=CALLED) as desk:
        yield desk


def _enter(desk: Desk, number: str = "0300-8230001", unit: str = "housing_bureau", hours: str = "") -> PhoneLine:
    with desk.writing() as session:
        facts = LineFacts(number=number, unit=unit, hours=hours, purpose="政策咨询", published_at="门户网站")
        phone_lines.enter_line(session, desk.house.reckoner, facts, SUPERVISOR, MORNING)
    return desk.one(PhoneLine, number=plain_number(number))


def _call(desk: Desk, line: PhoneLine, result: LineResult, when: datetime = CALLED) -> None:
    with desk.writing() as session:
        phone_lines.record_check(session, desk.house.reckoner, line.id or 0, result, "", SUPERVISOR, when)


def _failing(desk: Desk) -> LineFault:
    line = _enter(desk)
    _call(desk, line, LineResult.NO_ANSWER)
    _call(desk, line, LineResult.BUSY, CALLED + timedelta(hours=1))
    return desk.one(LineFault)


def test_the_mornings_list_calls_each_line_in_its_own_hours_of_a_workday(desk: Desk) -> None:
    for n in range(20):
        _enter(desk, f"0300-82300{n:02d}")
    _enter(desk, "0300-8239999", hours="13:00-13:40")
    assert plan_line_checks(desk.house, MORNING) == {"planned": 3, "missed": 0}  # 21 lines in ten workdays
    office, zone = desk.house.profile.office_hours, desk.house.settings.zone
    with reading(desk.house.engine) as session:
        for check, line in call_list(session, SUPERVISOR):
            assert is_open(hours_of(line.hours), check.planned_at, desk.house.calendar, office, zone)
    assert plan_line_checks(desk.house, MORNING)["planned"] == 0  # once a day
    assert plan_line_checks(desk.house, at("2026-02-17 08:30"))["planned"] == 0  # Spring Festival


def test_within_the_period_every_line_has_been_called_and_none_twice(desk: Desk) -> None:
    for n in range(12):
        _enter(desk, f"0300-82300{n:02d}")
    day = at("2026-03-02 08:30")
    for _ in range(14):
        plan_line_checks(desk.house, day)
        with reading(desk.house.engine) as session:
            todo = call_list(session, SUPERVISOR)
        for check, line in todo:
            _call(desk, line, LineResult.CONNECTED, check.planned_at)
        day += timedelta(days=1)
    assert len(desk.all(LineCheck)) == 12
    assert {check.line_id for check in desk.all(LineCheck)} == {line.id for line in desk.all(PhoneLine)}


def test_a_call_that_was_planned_and_not_made_is_the_offices_own_miss_and_comes_again(desk: Desk) -> None:
    line = _enter(desk)
    plan_line_checks(desk.house, MORNING)
    assert plan_line_checks(desk.house, MORNING + timedelta(days=1)) == {"planned": 1, "missed": 1}
    with reading(desk.house.engine) as session:
        [figures] = line_figures(session, MORNING - timedelta(days=1))
    assert (figures.unit, figures.missed, figures.made) == (line.unit, 1, 0)


@pytest.mark.parametrize("moment", ["2026-02-10 12:30", "2026-02-10 20:00", "2026-02-08 10:00", "2026-02-18 10:00"])
def test_a_call_outside_working_hours_proves_nothing(desk: Desk, moment: str) -> None:
    line = _enter(desk)
    with pytest.raises(BadInput, match="服务时间"):
        _call(desk, line, LineResult.NO_ANSWER, at(moment))


def test_two_calls_in_vain_are_a_fault_with_a_limit_and_the_unit_is_told(desk: Desk) -> None:
    line = _enter(desk)
    _call(desk, line, LineResult.NO_ANSWER)
    assert desk.all(LineFault) == []
    [again] = [check for check in desk.all(LineCheck) if check.made_at is None]
    assert again.planned_at == at("2026-02-10 14:00")  # two office hours later, which end with the morning
    _call(desk, line, LineResult.BUSY, at("2026-02-10 14:05"))
    fault = desk.one(LineFault)
    assert fault.due_at == at("2026-02-13 23:59:59")
    assert desk.one(Clock, subject="line").unit == "housing_bureau"
    [notice] = desk.all(Notice, kind="line_fault")
    assert (notice.unit, notice.order_id) == ("housing_bureau", None)
    deliver(desk.house, at("2026-02-10 14:10"))
    assert any("对外联系电话整改 0300-8230001" in str(letter) for letter in desk.printed())


def test_a_dead_number_is_a_fault_at_once(desk: Desk) -> None:
    _call(desk, _enter(desk), LineResult.DEAD)
    assert desk.one(LineFault).status == "open"


def test_an_unmended_line_climbs_the_ladder(desk: Desk) -> None:
    fault = _failing(desk)
    for day in range(1, 16):
        moment = fault.due_at + timedelta(days=day)
        chase(desk.house, moment)
        deliver(desk.house, moment)
    told = desk.all(Notice, clock_id=desk.one(Clock, subject="line").id)
    assert {"remind", "supervise"} <= {notice.kind for notice in told}
    assert any("对外联系电话整改" in str(letter) and "/unit/lines" in str(letter) for letter in desk.printed())
    assert {event.type for event in desk.all(Outbox)} >= {"line.fault", "line.reminded"}


def test_only_a_call_that_gets_through_closes_a_fault(either: Desk) -> None:
    desk = either
    fault = _failing(desk)
    with desk.writing() as session:
        phone_lines.report_fix(session, fault.id or 0, "已更换话机，安排专人值守。", CLERK, CALLED)
    assert desk.one(Clock, subject="line").stopped_at is None
    line = desk.one(PhoneLine)
    _call(desk, line, LineResult.NO_ANSWER, at("2026-02-11 10:00"))
    assert desk.one(LineFault).status == "open"
    _call(desk, line, LineResult.CONNECTED, at("2026-02-11 15:00"))
    assert desk.one(LineFault).status == "closed"
    assert desk.one(Clock, subject="line").stopped_at == at("2026-02-11 15:00")
    with reading(desk.house.engine) as session:
        [figures] = line_figures(session, MORNING)
    assert (figures.made, figures.connected, figures.faults) == (4, 1, 0)


def test_a_unit_sees_its_own_lines_and_no_plan(desk: Desk) -> None:
    fault = _failing(desk)
    with reading(desk.house.engine) as session:
        assert list_lines(session, OTHER) == []
        assert made_checks(session, OTHER, MORNING) == []
        with pytest.raises(NotAllowed):
            call_list(session, CLERK)
    with desk.writing() as session, pytest.raises(NotFound):
        phone_lines.report_fix(session, fault.id or 0, "已修好", OTHER, CALLED)
    with desk.writing() as session, pytest.raises(NotAllowed):
        phone_lines.record_check(session, desk.house.reckoner, 1, LineResult.CONNECTED, "", CLERK, CALLED)


_HEAD = ["电话号码", "单位", "用途", "服务时间", "接听人", "公布位置"]
_ROWS = [
    ["0300-8230001", "住房和城乡建设局", "政策咨询", "", "办公室", "门户网站"],
    ["0300-8230002", "没有这个局", "", "", "", ""],
    ["八二三", "住房和城乡建设局", "", "", "", ""],
    ["", "住房和城乡建设局", "", "", "", ""],
    ["0300-8230003", "住房和城乡建设局", "", "上午", "", ""],
    ["0300-8230001", "住房和城乡建设局", "重复的一行", "", "", ""],
]


def test_an_imported_list_names_each_bad_row_and_enters_the_rest(desk: Desk, tmp_path: Path) -> None:
    name = desk.house.profile.unit("housing_bureau").name
    rows = [[name if cell == "住房和城乡建设局" else cell for cell in row] for row in _ROWS]
    sheet, table = tmp_path / "电话.xlsx", tmp_path / "电话.csv"
    book = Workbook()
    for row in [_HEAD, *rows]:
        book.worksheets[0].append(row)
    book.save(sheet)
    with table.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows([_HEAD, *rows])
    for source, added in ((sheet, 1), (table, 0)):
        result = import_lines(desk.house, source, SUPERVISOR, MORNING)
        assert (result["read"], result["added"], result["same"]) == (6, added, 1 - added)
        said = "\n".join(f"{p['where']}：{p['why']}" for p in result["problems"])
        for row, why in ((3, "没有名为“没有这个局”"), (4, "电话号码“八二三”有误"), (5, "电话号码是空的"),
                         (6, "服务时间“上午”看不懂"), (7, "重复，请只留一行")):  # fmt: skip
            assert any(f"第{row}行" in line and why in line for line in said.splitlines()), said
    assert desk.one(PhoneLine).answered_by == "办公室"


def test_what_is_no_list_of_lines_is_refused_with_what_it_should_have(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "别的.csv"
    file.write_text("姓名,年龄\n张三,30\n", encoding="utf-8")
    with pytest.raises(SourceUnreadable, match="没有找到表头"):
        import_lines(desk.house, file, SUPERVISOR, MORNING)


def test_row_4_the_checker_works_from_the_page_and_the_unit_answers_on_its_own(desk: Desk) -> None:
    with staffed(desk.house) as address, visiting(address, "du") as checker, visiting(address, "wu") as clerk:
        assert "已登记" in checker.post("/console/lines", number="03008230001", unit="housing_bureau").text
        assert "新安排拨测 1 个" in checker.post("/console/lines/plan").text
        assert "tel:03008230001" in checker.get("/console/lines").text
        assert "10:" not in clerk.get("/unit/lines").text.split("<ul")[1]  # no unit reads when it is called
        for _ in range(2):
            said = checker.post("/console/lines/1/checks", result="no_answer").text
        assert "已转整改" in said
        assert "反馈整改" in clerk.get("/unit/lines").text
        assert "等待复拨核实" in clerk.post("/unit/lines/1/report", text="已安排专人值守。").text
        assert "已安排专人值守" in checker.get("/console/lines").text
        assert clerk.post("/console/lines/1/checks", result="connected").status_code == 403
        upload = checker.client.post("/console/lines/import", files={"file": ("坏.csv", b"a,b\n1,2\n")})
        assert upload.status_code in {403, 422}
