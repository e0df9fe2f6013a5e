"""Calendars that an office imports: ICS, rows of CSV or XLSX (日期, 休|班, 名称), or the notice's own sentences."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from models.calendar_entries import OFF, WORK, Entry, day_of
from models.calendar_notice import is_notice, read_notice
from models.errors import BadInput
from models.profile_parts import CalendarAdditions, CalendarDay

MAX_BYTES = 5_000_000
LONGEST_EVENT = 60
MOST_ROWS = 2_000

_COLUMNS = {
    "日期": "day", "date": "day",
    "类型": "kind", "类别": "kind", "休班": "kind", "休/班": "kind", "安排": "kind", "kind": "kind",
    "名称": "name", "节日": "name", "节假日": "name", "说明": "name", "name": "name",
}  # fmt: skip
_USUAL = ("day", "kind", "name")
_OFF_WORDS = re.compile(r"休[)）\]]|假期|放假|休假|公休|补休|\(休|（休|休息")
_WORK_WORDS = re.compile(r"班")


class BadCalendar(BadInput):
    """日历文件有误。"""

    exit_code = 3


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """What a calendar file adds, and the entries that were left aside, with their rows."""

    additions: CalendarAdditions
    skipped: tuple[str, ...]


def read_calendar(path: Path) -> CalendarFile:
    """Read an ICS, CSV or XLSX file, or a notice's text; BadCalendar lists every broken row.

    Nothing is taken from a broken file. A file that names New Year, National Day and a worked weekend of a
    year is taken for that year's notice, and moves the end of the known calendar there.
    """
    faults: list[str] = []
    skipped: list[str] = []
    entries = list(_entries(path, faults, skipped))
    faults += _conflicts(entries)
    if not entries and not faults:
        faults.append("没有读到放假或上班的日子，请检查格式：每行为 日期,休 或 班,名称；或 ICS 日历；或放假通知原文")
    if faults:
        raise BadCalendar(f"日历文件 {path.name} 有 {len(faults)} 处错误：\n" + "\n".join(faults))
    return CalendarFile(_additions(entries), tuple(skipped))


def as_rows(days: CalendarAdditions) -> str:
    """The same days as CSV rows, whatever they were read from."""
    rows = sorted([*((d.date, "休", d.name) for d in days.off), *((d.date, "班", d.name) for d in days.work)])
    return "".join(f"{day},{kind},{name.replace(',', '，')}\n" for day, kind, name in rows)


def _entries(path: Path, faults: list[str], skipped: list[str]) -> Iterator[Entry]:
    raw = _bytes(path)
    if raw.startswith(b"PK"):
        return _rows(_sheet(path, raw), faults)
    text = _text(path, raw)
    if "BEGIN:VCALENDAR" in text[:2000].upper():
        return _ics(text, faults, skipped)
    return read_notice(text, faults) if is_notice(text) else _rows(_lines(text), faults)


def _bytes(path: Path) -> bytes:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise BadCalendar(f"{path}：无法读取日历文件（{error.strerror}）") from None
    if len(raw) > MAX_BYTES:
        raise BadCalendar(f"{path.name}：文件超过 5 MB，不像是日历")
    return raw


def _text(path: Path, raw: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadCalendar(f"{path.name}：既不是 UTF-8 也不是 GB18030 文本，也不是 XLSX")


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Rows of CSV, or as they come out of a spreadsheet that is copied (tabs)."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    mark = next((mark for mark in ("\t", ",", "，", ";") if mark in first), ",")
    reader = csv.reader(io.StringIO(text), delimiter=mark)
    for cells in reader:
        yield reader.line_num, cells


def _sheet(path: Path, raw: bytes) -> Iterator[tuple[int, list[str]]]:
    """The first sheet of a workbook; dates as spreadsheets keep them are told as dates."""
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True, keep_links=False)
        table = list(book.worksheets[0].iter_rows(values_only=True, max_row=MOST_ROWS + 1, max_col=len(_COLUMNS)))
    except Exception:  # noqa: BLE001  (openpyxl answers a damaged file with whatever it stumbles over)
        raise BadCalendar(f"{path.name}：打不开这个工作簿，请另存为 XLSX 或 CSV 后再导入") from None
    if len(table) > MOST_ROWS:
        raise BadCalendar(f"{path.name}：超过 {MOST_ROWS} 行，不像是日历")
    for row, values in enumerate(table, start=1):
        yield row, [f"{v:%Y-%m-%d}" if isinstance(v, date) else "" if v is None else str(v) for v in values]


def _rows(rows: Iterator[tuple[int, list[str]]], faults: list[str]) -> Iterator[Entry]:
    places = {name: n for n, name in enumerate(_USUAL)}
    for row, cells in rows:
        values = [cell.strip() for cell in cells]
        if not any(values) or values[0].startswith("#"):
            continue
        heads = {_COLUMNS[v.lower()]: n for n, v in enumerate(values) if v.lower() in _COLUMNS}
        if {"day", "kind"} <= heads.keys():
            places = heads
            continue
        try:
            yield _entry(row, {name: values[n] for name, n in places.items() if n < len(values)})
        except ValueError as error:
            faults.append(f"第{row}行：{error}")


def _entry(row: int, values: dict[str, str]) -> Entry:
    if not values.get("day") or not values.get("kind"):
        raise ValueError("应有 日期,类型,名称 三列")
    day, kind = day_of(values["day"]), values["kind"].lower()
    if kind not in OFF | WORK:
        raise ValueError(f"类型“{values['kind']}”不认识，应为 休（放假）或 班（调休上班）")
    return Entry(row, day, day, kind in WORK, values.get("name") or ("上班" if kind in WORK else "放假"))


def _ics(text: str, faults: list[str], skipped: list[str]) -> Iterator[Entry]:
    for row, event in _events(text):
        summary = event.get("SUMMARY", "").replace("\\,", ",").strip()
        works = bool(_WORK_WORDS.search(summary))
        if not works and not _OFF_WORDS.search(summary):
            skipped.append(f"第{row}行：“{summary}”没有写明放假或上班，未采用")
            continue
        try:
            first, last = _span(event)
        except ValueError as error:
            faults.append(f"第{row}行：“{summary}”{error}")
            continue
        yield Entry(row, first, last, works, _festival(summary))


def _events(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield each VEVENT's first row and its properties, names without parameters."""
    event: dict[str, str] | None = None
    started = 0
    for row, line in _unfolded(text):
        name, _, value = line.partition(":")
        name = name.split(";")[0].upper()
        if (name, value.strip().upper()) == ("BEGIN", "VEVENT"):
            event, started = {}, row
        elif (name, value.strip().upper()) == ("END", "VEVENT") and event is not None:
            yield started, event
            event = None
        elif event is not None:
            event.setdefault(name, value)


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Join lines that RFC 5545 folds: a line that begins with a space continues the one before."""
    held: tuple[int, str] | None = None
    for row, line in enumerate(text.splitlines(), start=1):
        if line[:1] in {" ", "\t"} and held:
            held = (held[0], held[1] + line[1:])
            continue
        if held:
            yield held
        held = (row, line)
    if held:
        yield held


def _span(event: dict[str, str]) -> tuple[date, date]:
    """Return the first and last day; DTEND is exclusive."""
    if "RRULE" in event:
        raise ValueError("含重复规则 RRULE，请导出为逐日的事件")
    if "DTSTART" not in event:
        raise ValueError("缺少 DTSTART")
    first = day_of(event["DTSTART"].strip()[:8])
    end = event.get("DTEND")
    last = first if end is None else max(first, day_of(end.strip()[:8]) - timedelta(days=_ends_at_midnight(end)))
    if (last - first).days >= LONGEST_EVENT:
        raise ValueError(f"长达 {(last - first).days + 1} 天，请核对 DTEND")
    return first, last


def _ends_at_midnight(value: str) -> int:
    return 1 if "T" not in value or "T000000" in value else 0


def _icsday_of(value: str) -> date:
    return day_of(value.strip()[:8])


def _festival(summary: str) -> str:
    """Cut an event's title to the festival: 「春节 假期 第1天/共9天」 → 春节."""
    name = re.split(r"[\s(（\[]", summary)[0]
    name = re.sub(r"(假期|放假|休假|补班|调休上班|上班|休息日?)$", "", name)
    return name or summary


def _conflicts(entries: list[Entry]) -> list[str]:
    said: dict[date, Entry] = {}
    faults = []
    for entry in entries:
        for day in _days(entry):
            earlier = said.setdefault(day, entry)
            if earlier.works != entry.works:
                faults.append(f"第{entry.row}行：{day} 与第{earlier.row}行矛盾，一处放假一处上班")
    return faults


def _additions(entries: list[Entry]) -> CalendarAdditions:
    off = {day: entry.name for entry in entries if not entry.works for day in _days(entry)}
    work = {day: entry.name for entry in entries if entry.works for day in _days(entry)}
    whole = [
        year
        for year in {day.year for day in off}
        if date(year, 1, 1) in off and date(year, 10, 1) in off and any(day.year == year for day in work)
    ]
    return CalendarAdditions(
        off=[CalendarDay(date=day, name=name) for day, name in sorted(off.items())],
        work=[CalendarDay(date=day, name=name) for day, name in sorted(work.items())],
        known_until=date(max(whole), 12, 31) if whole else None,
    )


def _days(entry: Entry) -> Iterator[date]:
    for n in range((entry.last - entry.first).days + 1):
        yield entry.first + timedelta(n)
