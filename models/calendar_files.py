"""Calendars that an office imports: ICS as phones subscribe to it, or CSV (date, kind off|work, name)."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from models.errors import BadInput
from models.profile_parts import CalendarAdditions, CalendarDay

MAX_BYTES = 5_000_000
LONGEST_EVENT = 60
YEARS = range(2000, 2101)

_OFF = {"off", "放假", "休", "休息", "假", "holiday"}
_WORK = {"work", "上班", "班", "补班", "调休上班", "workday"}
_HEADERS = {"date", "日期"}
_OFF_WORDS = re.compile(r"休[)）\]]|假期|放假|休假|公休|补休|\(休|（休|休息")
_WORK_WORDS = re.compile(r"班")
_DATE = re.compile(r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$|^(\d{4})(\d{2})(\d{2})$")


class BadCalendar(BadInput):
    """日历文件有误。"""

    exit_code = 3


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """What a calendar file adds, and the entries that were left aside, with their rows."""

    additions: CalendarAdditions
    skipped: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    row: int
    first: date
    last: date
    works: bool
    name: str


def read_calendar(path: Path) -> CalendarFile:
    """Read an ICS or CSV file; BadCalendar lists every broken row. Nothing is taken from a broken file.

    A file that names New Year, National Day and a worked weekend of a year is taken for that year's
    notice, and moves the end of the known calendar there.
    """
    text = _text(path)
    faults: list[str] = []
    skipped: list[str] = []
    read = _ics if "BEGIN:VCALENDAR" in text[:2000].upper() else _csv
    entries = list(read(text, faults, skipped))
    faults += _conflicts(entries)
    if not entries and not faults:
        faults.append("没有读到放假或上班的日子，请检查格式：CSV 每行为 日期,off 或 work,名称；或 ICS 日历")
    if faults:
        raise BadCalendar(f"日历文件 {path.name} 有 {len(faults)} 处错误：\n" + "\n".join(faults))
    return CalendarFile(_additions(entries), tuple(skipped))


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise BadCalendar(f"{path}：无法读取日历文件（{error.strerror}）") from None
    if len(raw) > MAX_BYTES:
        raise BadCalendar(f"{path.name}：文件超过 5 MB，不像是日历")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadCalendar(f"{path.name}：既不是 UTF-8 也不是 GB18030 文本")


def _csv(text: str, faults: list[str], _skipped: list[str]) -> Iterator[_Entry]:
    reader = csv.reader(io.StringIO(text))
    for cells in reader:
        row = reader.line_num
        values = [cell.strip() for cell in cells]
        if not any(values) or values[0].startswith("#") or values[0].lower() in _HEADERS:
            continue
        try:
            yield _csv_entry(row, values)
        except ValueError as error:
            faults.append(f"第{row}行：{error}")


def _csv_entry(row: int, values: list[str]) -> _Entry:
    if len(values) < 2:  # noqa: PLR2004 - date and kind
        raise ValueError("应有 日期,类型,名称 三列")
    day, kind = _date(values[0]), values[1].lower()
    if kind not in _OFF | _WORK:
        raise ValueError(f"类型“{values[1]}”不认识，应为 off（放假）或 work（上班）")
    name = values[2] if len(values) > 2 and values[2] else ("上班" if kind in _WORK else "放假")  # noqa: PLR2004
    return _Entry(row, day, day, kind in _WORK, name)


def _ics(text: str, faults: list[str], skipped: list[str]) -> Iterator[_Entry]:
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
        yield _Entry(row, first, last, works, _festival(summary))


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
    first = _ics_date(event["DTSTART"])
    end = event.get("DTEND")
    last = first if end is None else max(first, _ics_date(end) - timedelta(days=_ends_at_midnight(end)))
    if (last - first).days >= LONGEST_EVENT:
        raise ValueError(f"长达 {(last - first).days + 1} 天，请核对 DTEND")
    return first, last


def _ends_at_midnight(value: str) -> int:
    return 1 if "T" not in value or "T000000" in value else 0


def _ics_date(value: str) -> date:
    return _date(value.strip()[:8])


def _date(text: str) -> date:
    found = _DATE.match(text.strip())
    if not found:
        raise ValueError(f"日期“{text}”不认识，应为 2027-02-06")
    try:
        year, month, number = (int(part) for part in found.groups() if part)
        day = date(year, month, number)
    except ValueError:
        raise ValueError(f"没有“{text}”这一天") from None
    if day.year not in YEARS:
        raise ValueError(f"年份 {day.year} 不在 {YEARS.start}—{YEARS.stop - 1} 之内")
    return day


def _festival(summary: str) -> str:
    """Cut an event's title to the festival: 「春节 假期 第1天/共9天」 → 春节."""
    name = re.split(r"[\s(（\[]", summary)[0]
    name = re.sub(r"(假期|放假|休假|补班|调休上班|上班|休息日?)$", "", name)
    return name or summary


def _conflicts(entries: list[_Entry]) -> list[str]:
    said: dict[date, _Entry] = {}
    faults = []
    for entry in entries:
        for day in _days(entry):
            earlier = said.setdefault(day, entry)
            if earlier.works != entry.works:
                faults.append(f"第{entry.row}行：{day} 与第{earlier.row}行矛盾，一处放假一处上班")
    return faults


def _additions(entries: list[_Entry]) -> CalendarAdditions:
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


def _days(entry: _Entry) -> Iterator[date]:
    for n in range((entry.last - entry.first).days + 1):
        yield entry.first + timedelta(n)
