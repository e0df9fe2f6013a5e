"""XLSX as a stream. Macros are never run; a file that unpacks too large is refused before it is unpacked."""

import re
import warnings
import zipfile
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from channels.hotline.rows import Row
from channels.options import ReadOptions

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

_MOST_COLUMNS = 200
_CHUNK = 1024 * 1024
_FORMULA = re.compile(rb"<(?:\w+:)?f[ >/]")
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell [^>]{0,40}?ref="([A-Z]{1,3}\d{1,7}):([A-Z]{1,3}\d{1,7})"')
_MOST_MERGES = 100_000


class BadSheet(ValueError):
    """不是能读取的表格。"""


def xlsx_sheets(path: Path, options: ReadOptions) -> Iterator[tuple[str, Iterator[Row]]]:
    """(title, rows) of each sheet, in order. Raises BadSheet with the reason in Chinese."""
    _refuse_bombs(path, options.limits.unpacked)
    values = _opened(path, data_only=True)
    try:
        for sheet in values.worksheets:
            yield sheet.title, _rows(path, sheet)
    finally:
        values.close()


def _refuse_bombs(path: Path, most: int) -> None:
    """Reading stops at the size that the archive declares, so the declared sizes are a limit that holds."""
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise BadSheet(f"文件损坏，不是完整的 XLSX（{error}）；请重新导出。") from None
    if size > most:
        raise BadSheet(f"解压后达 {size / 1024 / 1024:.0f} MB，超过上限 {most / 1024 / 1024:g} MB；请拆分后重新读取。")


def _opened(path: Path, *, data_only: bool) -> "Workbook":
    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions that we don't read
            return openpyxl.load_workbook(path, read_only=True, data_only=data_only, keep_links=False)
    except Exception as error:
        # openpyxl answers damaged files with whatever it stumbles over: KeyError, TypeError, its own, the XML parser's
        raise BadSheet(f"文件损坏，不是完整的 XLSX（{type(error).__name__}）；请重新导出。") from error


def _rows(path: Path, sheet: Any) -> Iterator[Row]:  # noqa: ANN401 - openpyxl's read-only sheet is untyped
    has_formulas, merges = _facts(path, sheet._worksheet_path)  # noqa: SLF001 - the only way to a sheet's own XML
    written = _cells(sheet)
    if not has_formulas:
        yield from _numbered(written, merges)
        return
    book = _opened(path, data_only=False)
    try:
        formulas = _cells(book[sheet.title])
        yield from _numbered((_checked(*pair) for pair in zip_longest(written, formulas, fillvalue=())), merges)
    finally:
        book.close()


def _cells(sheet: Any) -> Iterator[tuple[object, ...]]:  # noqa: ANN401 - as above
    sheet.reset_dimensions()  # exporters write a wrong size, and rows beyond it would be lost
    rows = sheet.iter_rows(values_only=True)
    while True:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                cells = next(rows, None)
            except Exception as error:
                raise BadSheet(f"表格内容损坏（{type(error).__name__}），请重新导出。") from error
        if cells is None:
            return
        yield cells[:_MOST_COLUMNS]


class _Uncomputed(str):
    """A formula that was never calculated: there is no value to read."""

    __slots__ = ()


def _checked(values: tuple[object, ...], formulas: tuple[object, ...]) -> tuple[object, ...]:
    return tuple(
        _Uncomputed(formula) if value is None and isinstance(formula, str) and formula.startswith("=") else value
        for value, formula in zip_longest(values, formulas)
    )


def _numbered(rows: Iterator[tuple[object, ...]], merges: dict[tuple[int, int], int]) -> Iterator[Row]:
    """Rows from 1. A cell merged downwards says the same in each of its rows."""
    open_until: dict[int, tuple[int, object]] = {}
    for number, cells in enumerate(rows, start=1):
        filled = list(cells)
        for column, (last, value) in list(open_until.items()):
            if number > last:
                del open_until[column]
            elif column < len(filled) and filled[column] is None:
                filled[column] = value
        for column, value in enumerate(cells):
            if (number, column) in merges:
                open_until[column] = (merges[number, column], value)
        formula = next((cell for cell in filled if isinstance(cell, _Uncomputed)), None)
        fault = f"有未计算的公式 {formula[:40]}；请在表格软件中打开、保存后重新读取。" if formula else ""
        yield Row(number, filled, fault=fault)


def _facts(path: Path, name: str) -> tuple[bool, dict[tuple[int, int], int]]:
    """(are there formulas; (row, column) → last row of cells merged downwards), from the sheet's XML as a stream."""
    formulas, before = False, b""
    merges: dict[tuple[int, int], int] = {}
    with zipfile.ZipFile(path) as archive, archive.open(name) as source:
        while chunk := source.read(_CHUNK):
            window = before + chunk
            formulas = formulas or bool(_FORMULA.search(window))
            for match in _MERGED.finditer(window):
                (row, column), (last, _) = _place(match.group(1)), _place(match.group(2))
                if last > row and len(merges) < _MOST_MERGES:
                    merges[row, column] = last
            before = window[-100:]
    return formulas, merges


def _place(reference: bytes) -> tuple[int, int]:
    """(row from 1, column from 0) of «AB12»."""
    letters = re.sub(rb"\d", b"", reference)
    column = 0
    for letter in letters:
        column = column * 26 + letter - 64
    return int(reference[len(letters) :]), column - 1
