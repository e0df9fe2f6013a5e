"""放假安排 as it arrives: the notice's sentences, a spreadsheet, rows copied from one; faults name row and field."""

from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from models.calendar_files import BadCalendar, as_rows, read_calendar

# The form of the yearly notice; the days of this year are made up.
_NOTICE = """关于2031年部分节假日安排的通知
一、元旦：1月1日（周三）放假1天，不调休。
二、春节：1月22日（农历除夕、周三）至28日（周二）放假调休，共7天。1月19日（周日）、2月8日（周六）上班。
三、国庆节：9月30日（周二）至10月7日（周二）放假调休，共8天。9月28日（周日）上班。
"""


def _read(folder: Path, text: str) -> tuple[list[str], list[str]]:
    file = folder / "通知.txt"
    file.write_text(text, encoding="utf-8")
    found = read_calendar(file).additions
    return [str(d.date)[5:] for d in found.off], [str(d.date)[5:] for d in found.work]


def test_the_notice_itself_is_read_with_its_ranges_and_its_worked_weekends(tmp_path: Path) -> None:
    off, work = _read(tmp_path, _NOTICE)
    assert off == ["01-01", *(f"01-{n}" for n in range(22, 29)), "09-30", *(f"10-0{n}" for n in range(1, 8))]
    assert work == ["01-19", "02-08", "09-28"]
    assert read_calendar(tmp_path / "通知.txt").additions.known_until == date(2031, 12, 31)


def test_an_item_of_the_notice_that_cannot_be_read_is_named_and_nothing_is_taken(tmp_path: Path) -> None:
    with pytest.raises(BadCalendar, match=r"第2行：“元旦”没有“2月31日”这一天"):
        _read(tmp_path, "2031年安排\n一、元旦：2月31日放假。\n二、春节：1月22日至28日放假。\n")
    with pytest.raises(BadCalendar, match="没有写明年份"):
        _read(tmp_path, "一、元旦：1月1日放假。\n")
    with pytest.raises(BadCalendar, match=r"第3行：“劳动节”没有读到"):
        _read(tmp_path, "2031年安排\n一、元旦：1月1日放假。\n二、劳动节：另行通知。\n")


@pytest.mark.parametrize(
    ("off", "work"), [("休", "班"), ("放假", "调休上班"), ("放假调休", "补班"), ("off", "work")], ids=str
)
@pytest.mark.parametrize("mark", [",", "\t", "，"], ids=["comma", "tab", "wide"])
def test_rows_may_say_off_and_work_as_offices_do(tmp_path: Path, off: str, work: str, mark: str) -> None:
    rows = (("日期", "休/班", "节日"), ("2031-01-01", off, "元旦"), ("2031/1/4", work, "元旦调休"))
    assert _read(tmp_path, "\n".join(mark.join(row) for row in rows)) == (["01-01"], ["01-04"])


def test_a_workbook_is_read_with_its_columns_in_any_order_and_dates_of_its_own(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["节日", "日期", "类型"], ["元旦", date(2031, 1, 1), "休"], [None, "2031年1月4日", "班"]):
        sheet.append(row)
    book.save(tmp_path / "安排.xlsx")
    found = read_calendar(tmp_path / "安排.xlsx").additions
    assert [(str(d.date), d.name) for d in found.off] == [("2031-01-01", "元旦")]
    assert [(str(d.date), d.name) for d in found.work] == [("2031-01-04", "上班")]
    sheet.append(["春节", "2031-13-01", "休"])
    sheet.append(["春节", "2031-01-23", "也许"])
    book.save(tmp_path / "安排.xlsx")
    with pytest.raises(BadCalendar, match=r"(?s)第4行：没有“2031-13-01”这一天.*第5行：类型“也许”不认识"):
        read_calendar(tmp_path / "安排.xlsx")
    (tmp_path / "坏的.xlsx").write_bytes(b"PK\x03\x04 not a workbook")
    with pytest.raises(BadCalendar, match="打不开"):
        read_calendar(tmp_path / "坏的.xlsx")


def test_what_was_read_is_told_again_as_rows(tmp_path: Path) -> None:
    _read(tmp_path, _NOTICE)
    first = read_calendar(tmp_path / "通知.txt").additions
    (tmp_path / "rows.csv").write_text(as_rows(first), encoding="utf-8")
    assert read_calendar(tmp_path / "rows.csv").additions == first
