"""A ledger's own export, read back: JSONL, CSV (UTF-8 or GB18030) or XLSX."""

import csv
import json
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from flows.exporting import uncell
from flows.house import House
from flows.ledger_lines import Line, Lines
from models.actions.ledger_entries import Entry
from models.errors import BadInput
from models.promise_words import PromiseLevel, PromiseState
from models.rhythms import Rhythm

_SUFFIXES = {".jsonl", ".csv", ".xlsx"}
_NEEDED = {"unit", "text"}
_EARLIEST = 1990
# What zipfile, the XML parsers (SyntaxError is the base of both), openpyxl and csv raise for a file that is damaged,
# locked with a password or none of ours.
_UNREADABLE = (
    zipfile.BadZipFile, zlib.error, SyntaxError, LookupError, ValueError, TypeError, NotImplementedError, EOFError,
    OSError, csv.Error,
)  # fmt: skip


class BadLedger(BadInput):
    """台账文件有误。"""

    exit_code = 3


def is_ledger_file(source: Path) -> bool:
    return source.suffix.lower() in _SUFFIXES


def read_ledger(house: House, source: Path) -> Lines:
    """Every row as an entry, or with what is wrong in it, by row and field. BadLedger for a file that is none."""
    try:
        rows = list(_rows(source))
    except FileNotFoundError:
        raise BadLedger(f"{source}：找不到文件。") from None
    except _UNREADABLE as error:
        raise BadLedger(f"{source.name}：不是完整的台账导出文件（{error}）。") from error
    return Lines([_line(house, source, number, row) for number, row in rows])


def _line(house: House, source: Path, number: int, row: dict[str, Any] | str) -> Line:
    line = Line(f"{source.name} 第{number}行")
    if isinstance(row, str):
        line.problems.append(f"未入账：{row}")
        return line
    try:
        line.entries.append(_entry(house, line, row))
    except ValueError as error:
        line.problems.append(f"未入账：{error}")
    return line


def _entry(house: House, line: Line, row: dict[str, Any]) -> Entry:
    text = row.get("text")
    if not isinstance(text, str) or not text.strip():
        raise ValueError("没有承诺内容 text（密封件的承诺不能导入）")
    unit = str(row.get("unit") or "")
    if unit not in house.profile.units_by_code:
        line.problems.append(f"单位“{row.get('unit_name') or unit}”不在辖区配置里，暂记在{_centre(house)}名下")
        unit = house.profile.centre
    level = str(row.get("level") or PromiseLevel.SPECIFIC.value)
    if level not in set(PromiseLevel):
        raise ValueError(f"level “{level}”不认识，应为 {'、'.join(PromiseLevel)}")
    state = str(row.get("state") or PromiseState.TO_CONFIRM.value)
    if state not in set(PromiseState):
        raise ValueError(f"state “{state}”不认识，应为 {'、'.join(PromiseState)}")
    return Entry(
        where=line.where,
        source=str(row.get("source") or "import")[:20],
        source_ref=str(row.get("source_ref") or "")[:200],
        unit=unit,
        text=text,
        level=level,
        due=_day(row.get("due")),
        due_expr=_short(row.get("due_expr")),
        made_at=_moment(house, row.get("made_at")),
        order_number=_short(row.get("work_order")),
        state=PromiseState(state),
        reason=row.get("reason") or None,
        task=_short(row.get("task")),
        every=Rhythm(str(row["every"])).value if row.get("every") else None,
        times=int(row.get("times") or 1),
    )


def _rows(source: Path) -> Iterator[tuple[int, dict[str, Any] | str]]:
    kind = source.suffix.lower()
    if kind == ".jsonl":
        yield from _jsonl(source)
        return
    rows = _sheet(source) if kind == ".xlsx" else csv.reader(_text(source).splitlines(keepends=True))
    header: list[str] | None = None
    for number, cells in enumerate(rows, start=1):
        if header is None:
            header = [str(c or "").strip() for c in cells]
            if missing := sorted(_NEEDED - set(header)):
                raise BadLedger(f"{source.name}：第1行没有列名 {'、'.join(missing)}，不是台账导出文件。")
        elif any(cells):
            values = [uncell(c) if isinstance(c, str) else c for c in cells]
            yield number, {name: value for name, value in zip(header, values, strict=False) if value not in {"", None}}


def _jsonl(source: Path) -> Iterator[tuple[int, dict[str, Any] | str]]:
    for number, line in enumerate(_text(source).splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError:
            yield number, "不是 JSON"
            continue
        yield number, row if isinstance(row, dict) else "不是 JSON 对象"


def _sheet(source: Path) -> Iterator[list[Any]]:
    from openpyxl import load_workbook

    book = load_workbook(source, read_only=True)
    try:
        yield from ([str(c) if c is not None else "" for c in row] for row in book.worksheets[0].values)
    finally:
        book.close()


def _text(source: Path) -> str:
    content = source.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadLedger(f"{source.name}：既不是 UTF-8 也不是 GB18030 文本。")


def _day(value: object) -> date | None:
    return None if value in {None, ""} else _sane(date.fromisoformat(str(value)[:10]))


def _moment(house: House, value: object) -> datetime:
    if value in {None, ""}:
        return house.now()
    moment = datetime.fromisoformat(str(value))
    _sane(moment.date())
    return moment if moment.tzinfo else moment.replace(tzinfo=house.settings.zone)


def _sane(day: date) -> date:
    if day.year < _EARLIEST:
        raise ValueError(f"日期 {day} 早于 {_EARLIEST} 年，请核对")
    return day


def _short(value: object) -> str | None:
    return str(value)[:60] if value else None


def _centre(house: House) -> str:
    return house.profile.units_by_code[house.profile.centre].name
