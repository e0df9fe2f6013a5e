from datetime import date
from pathlib import Path

import pytest

from models.calendar_files import BadCalendar, read_calendar
from models.workdays import work_calendar

ICS = """BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
DTSTART;VALUE=DATE:20270101
DTEND;VALUE=DATE:20270104
SUMMARY:元旦 假期 第1天
 /共3天
END:VEVENT
BEGIN:VEVENT
DTSTART;VALUE=DATE:20270110
SUMMARY:元旦（班）
END:VEVENT
BEGIN:VEVENT
DTSTART;TZID=Asia/Shanghai:20271001T000000
DTEND;TZID=Asia/Shanghai:20271008T000000
SUMMARY:国庆节（休）
END:VEVENT
BEGIN:VEVENT
DTSTART;VALUE=DATE:20270220
SUMMARY:元宵节
END:VEVENT
END:VCALENDAR
"""


def written(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def test_an_ics_calendar_of_a_year_moves_the_end_of_what_is_known(tmp_path: Path) -> None:
    read = read_calendar(written(tmp_path, "2027.ics", ICS.replace("\n", "\r\n")))
    calendar = work_calendar(read.additions)
    assert calendar.known_until == date(2027, 12, 31)
    assert calendar.reason(date(2027, 1, 3)) == "元旦假期"
    assert calendar.reason(date(2027, 1, 10)) == "调休上班（元旦）"
    assert calendar.reason(date(2027, 10, 7)) == "国庆节假期"
    assert calendar.is_workday(date(2027, 10, 8))


def test_an_entry_that_says_neither_off_nor_work_is_left_aside_and_named(tmp_path: Path) -> None:
    read = read_calendar(written(tmp_path, "2027.ics", ICS))
    assert read.skipped == ("第18行：“元宵节”没有写明放假或上班，未采用",)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_calendar_adds_local_days_and_leaves_the_end_alone(tmp_path: Path, encoding: str) -> None:
    text = "日期,类型,名称\n2026-03-03,off,望溪建市日\n\n2026年3月7日,上班,抗洪值守\n2026/3/9,休\n"
    read = read_calendar(written(tmp_path, "local.csv", text, encoding))
    assert [(str(day.date), day.name) for day in read.additions.off] == [
        ("2026-03-03", "望溪建市日"),
        ("2026-03-09", "放假"),
    ]
    assert [day.name for day in read.additions.work] == ["抗洪值守"]
    assert read.additions.known_until is None


def test_every_broken_row_of_a_csv_is_named_and_nothing_is_taken(tmp_path: Path) -> None:
    rows = ["2026-03-03,off,好", "2026-02-30,off", "20260631,off", "1900-01-01,off", "2027113,off"]
    text = "\n".join([*rows, "2026-05-09,也许", "只有一列"])
    with pytest.raises(BadCalendar) as caught:
        read_calendar(written(tmp_path, "bad.csv", text))
    told = str(caught.value)
    assert "bad.csv 有 6 处错误" in told
    assert "第2行：没有“2026-02-30”这一天" in told
    assert "第4行：年份 1900" in told
    assert "第5行：日期“2027113”不认识" in told
    assert "第6行：类型“也许”不认识" in told
    assert "第7行：应有 日期,类型,名称 三列" in told


def test_a_day_that_is_both_off_and_worked_is_a_contradiction(tmp_path: Path) -> None:
    text = "2026-03-03,off,甲\n2026-03-03,work,乙\n"
    with pytest.raises(BadCalendar, match="第2行：2026-03-03 与第1行矛盾"):
        read_calendar(written(tmp_path, "both.csv", text))


def test_events_that_repeat_or_never_end_or_have_no_date_are_refused(tmp_path: Path) -> None:
    repeated = ICS.replace("SUMMARY:元旦（班）", "RRULE:FREQ=YEARLY\nSUMMARY:元旦（班）")
    endless = ICS.replace("DTEND;VALUE=DATE:20270104", "DTEND;VALUE=DATE:20280104")
    dateless = ICS.replace("DTSTART;VALUE=DATE:20270110\n", "")
    for text, told in ((repeated, "RRULE"), (endless, "长达 368 天"), (dateless, "缺少 DTSTART")):
        with pytest.raises(BadCalendar, match=told):
            read_calendar(written(tmp_path, "bad.ics", text))


def test_a_file_that_is_no_calendar_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadCalendar, match="没有读到"):
        read_calendar(written(tmp_path, "empty.csv", ""))
    with pytest.raises(BadCalendar, match="无法读取"):
        read_calendar(tmp_path / "missing.csv")
    (tmp_path / "binary.csv").write_bytes(b"\x00\xff\xfe\x81")
    with pytest.raises(BadCalendar):
        read_calendar(tmp_path / "binary.csv")
