"""`huiyin export`: the record as JSONL, CSV or XLSX, row by row, so that its size costs no memory."""

import csv
import io
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from flows.export_tables import EXPORTED, Teller, read_rows
from flows.house import House
from models.database import reading
from models.errors import BadInput, Unavailable

TABLES = tuple(EXPORTED)
KINDS = ("jsonl", "csv", "xlsx")
MOST_SHEET_ROWS = 1_048_575  # below the header
MOST_CELL = 32_767

# A spreadsheet would run such a cell; full-width signs count too, some editions fold them.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class CannotWrite(Unavailable):
    """导出文件无法写入。"""


class TooManyRows(BadInput):
    """行数超过 XLSX 的上限，请改用 csv 或 jsonl。"""


def export_rows(house: House, what: str, kind: str, out: Path | None) -> int:
    """Write TABLES' rows as one of KINDS to a file (whole or not at all) or to stdout; how many there were."""
    exported = EXPORTED[what]
    with reading(house.engine) as session:
        teller = Teller(house)
        columns = (*exported.columns, *teller.marks)
        rows = read_rows(session, exported, teller)
        if out is None:
            with _utf8_stdout() as handle:
                return _write_text(kind, handle, columns, rows)
        return _write_file(kind, out, columns, rows)


def rows_of(house: House, what: str) -> list[dict[str, Any]]:
    """All rows of one of TABLES at once."""
    with reading(house.engine) as session:
        return list(read_rows(session, EXPORTED[what], Teller(house)))


def file_of(kind: str, columns: Sequence[str], rows: Sequence[dict[str, Any]]) -> bytes:
    """A small table as the bytes of a csv or xlsx file."""
    held = io.BytesIO()
    if kind == "xlsx":
        _write_xlsx(held, columns, rows)
        return held.getvalue()
    text = io.TextIOWrapper(held, encoding="utf-8-sig", errors="replace", newline="")
    _write_text(kind, text, columns, rows)
    text.flush()
    return held.getvalue()


@contextmanager
def _utf8_stdout() -> Iterator[IO[str]]:
    """Data is UTF-8 wherever it goes; only what a person reads follows the terminal."""
    handle = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", errors="replace", newline="")
    try:
        yield handle
    finally:
        handle.detach()


def _write_file(kind: str, out: Path, columns: Sequence[str], rows: Iterator[dict[str, Any]]) -> int:
    with _whole_file(out) as part:
        if kind == "xlsx":
            return _write_xlsx(part, columns, rows)
        # Excel takes a CSV for UTF-8 only by its mark.
        encoding = "utf-8-sig" if kind == "csv" else "utf-8"
        with part.open("w", encoding=encoding, errors="replace", newline="") as handle:
            return _write_text(kind, handle, columns, rows)


@contextmanager
def _whole_file(out: Path) -> Iterator[Path]:
    """A file beside, moved to its name only when it is whole; it holds citizens' words, so it is its owner's alone."""
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        part.touch(mode=0o600)
        yield part
        part.replace(out)
    except OSError as error:
        raise CannotWrite(f"{out}：无法写入（{error.strerror}）。请检查文件夹是否存在、可写、有空间。") from error
    finally:
        part.unlink(missing_ok=True)


def _write_text(kind: str, handle: IO[str], columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> int:
    count = 0
    if kind == "jsonl":
        for count, row in enumerate(rows, start=1):  # noqa: B007  (how many, after the loop)
            handle.write(json.dumps(row, ensure_ascii=False) + "\n")
        return count
    writer = csv.writer(handle)
    writer.writerow(columns)
    for count, row in enumerate(rows, start=1):  # noqa: B007
        writer.writerow([cell(row[column]) for column in columns])
    return count


def _write_xlsx(file: Path | IO[bytes], columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> int:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("导出")
    sheet.freeze_panes = "A2"
    sheet.append(columns)
    count = 0
    for count, row in enumerate(rows, start=1):
        if count > MOST_SHEET_ROWS:
            raise TooManyRows
        sheet.append([sheet_cell(row[column]) for column in columns])
    book.save(file)
    return count


def cell(value: object) -> object:
    """A value that no spreadsheet takes for a formula."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value


def uncell(value: str) -> str:
    """The value that `cell` was given."""
    return value[1:] if value.startswith("'") and value[1:].startswith(_FORMULA) else value


def sheet_cell(value: object) -> object:
    value = cell(value)
    if not isinstance(value, str):
        return value
    text = _UNPRINTABLE.sub("�", value)
    if len(text) <= MOST_CELL:
        return text
    note = f"…（全文 {len(text)} 字，超过单元格上限，请见 jsonl 导出）"
    return text[: MOST_CELL - len(note)] + note
