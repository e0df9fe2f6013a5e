"""XLSX papers: a workbook whose cells hold `{{ 字段 }}`, a row of `{{ 组.列 }}` being written once for each record."""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from typing import TYPE_CHECKING, Any

from responders.papers.checking import (
    BadTemplate,
    Template,
    check_container,
    lacking,
    unknown,
)
from responders.papers.filling import Contents, Shown, Value, plain, rows_of
from responders.papers.kinds import Paper
from responders.papers.sheet_pages import fitted, for_paper, mark_every_page
from responders.papers.wordml import still

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_TAG = re.compile(r"\{\{\s*([^{}]+?)\s*\}\}")
_MOST_CELL = 32_767


def check_xlsx(paper: Paper, template: Template) -> None:
    """BadTemplate where it is no workbook, lacks a field, or has one that the paper does not know."""
    _checked(paper, template)


def fill_xlsx(paper: Paper, template: Template, contents: Contents) -> bytes:
    book = _checked(paper, template)
    groups = rows_of(paper, contents)
    for sheet in book.worksheets:
        _fill_rows(sheet, groups)
        _fill_cells(sheet, contents)
        for_paper(sheet)
        if contents.mark:
            _mark(sheet, contents.mark)
    props = book.properties
    props.title, props.subject = paper.name, contents.mark
    props.creator = props.lastModifiedBy = contents.by
    if contents.at is not None:
        props.created = props.modified = contents.at.replace(tzinfo=None)
    return saved(book)


def _checked(paper: Paper, template: Template) -> "Workbook":
    from openpyxl import load_workbook

    check_container(template, "xl/workbook.xml")
    try:
        book = load_workbook(io.BytesIO(template.content), keep_links=False)
    except (ValueError, KeyError, TypeError, AttributeError, SyntaxError) as error:
        raise template.fault("打不开，文件可能已损坏。") from error
    said: set[str] = set()
    for sheet in book.worksheets:
        for cell in _tagged(sheet):
            said |= set(_fields(paper, template, f"工作表“{sheet.title}”{cell.coordinate}", cell.value))
    lacking(paper, template, said)
    return book


def _fields(paper: Paper, template: Template, where: str, text: str) -> Iterator[str]:
    rest = _TAG.sub("", text)
    if "{{" in rest or "}}" in rest or "{%" in rest:
        raise template.fault(f"{where}的标记“{text[:40]}”没有写对，应如 {{{{ 编号 }}}}。")
    groups = set()
    for tag in _TAG.findall(text):
        key, _, column = tag.partition(".")
        if tag not in (paper.fields if column else paper.known):
            raise unknown(paper, template, where, tag)
        groups.add(key if column else "")
        yield tag
    if len(groups) > 1:
        raise _mixed(template, where)


def _mixed(template: Template, where: str) -> BadTemplate:
    return template.fault(f"{where}同时写了重复行的字段和单个字段，请分开写。")


def _tagged(sheet: "Worksheet") -> Iterator[Any]:
    for row in sheet.iter_rows():
        yield from (cell for cell in row if isinstance(cell.value, str) and ("{{" in cell.value or "{%" in cell.value))


def _fill_rows(sheet: "Worksheet", groups: Mapping[str, Sequence[Mapping[str, Value]]]) -> None:
    """From the lowest repeated row upwards, so that rows above stay where they are."""
    found = {cell.row: _TAG.findall(cell.value)[0].partition(".")[0] for cell in _tagged(sheet)
             if "." in _TAG.findall(cell.value)[0]}  # fmt: skip
    for number in sorted(found, reverse=True):
        pattern = [_kept(cell) for cell in sheet[number]]
        records = groups[found[number]]
        _make_room(sheet, number, len(records) - 1)
        for offset, record in enumerate(records):
            written = [_one(value, record) for value, _ in pattern]
            styles = [style for _, style in pattern]
            _fill_row(sheet, number + offset, written, styles)


def _fill_row(sheet: "Worksheet", row: int, written: Sequence[Any], styles: Sequence[Any]) -> None:
    for index, (value, style) in enumerate(zip(written, styles, strict=True), start=1):
        cell: Any = sheet.cell(row, index)
        cell._style = copy(style)  # noqa: SLF001  (openpyxl's own way to copy a style whole)
        _put(cell, value)
    texts = ["" if value is None else plain(value) for value in written]
    for index, shorter in fitted(sheet, row, texts).items():
        _put(sheet.cell(row, index), shorter)


def _kept(cell: Any) -> tuple[Any, Any]:  # noqa: ANN401
    return cell.value, copy(cell._style)  # noqa: SLF001


def _one(value: Any, record: Any) -> Any:  # noqa: ANN401
    """A cell that is one tag keeps a number a number."""
    if not isinstance(value, str):
        return value
    if alone := _TAG.fullmatch(value.strip()):
        return record.get(alone[1].partition(".")[2], "")
    return _TAG.sub(lambda tag: plain(record.get(tag[1].partition(".")[2], "")), value)


def _make_room(sheet: "Worksheet", row: int, more: int) -> None:
    if not more:
        return
    sheet.insert_rows(row + 1, more)
    for merged in [m for m in sheet.merged_cells.ranges if m.min_row > row]:
        merged.shift(row_shift=more)
    heights = {number: sheet.row_dimensions[number].height for number in sorted(sheet.row_dimensions) if number > row}
    for number in heights:
        sheet.row_dimensions[number].height = None
    for number, height in heights.items():
        sheet.row_dimensions[number + more].height = height


def _fill_cells(sheet: "Worksheet", contents: Contents) -> None:
    for row in sheet.iter_rows(max_row=min(sheet.max_row, 10_000)):
        for cell in row:
            if isinstance(cell.value, str) and _single(cell.value, contents):
                _put(cell, _TAG.sub(lambda tag: plain(contents.singles[tag[1]]), cell.value))


def _single(text: str, contents: Contents) -> bool:
    """Not a citizen's braces, which stand in the rows that were filled before."""
    tags = _TAG.findall(text)
    return bool(tags) and all(tag in contents.singles for tag in tags)


def _put(cell: Any, value: Value) -> None:  # noqa: ANN401
    """Words are words: nothing that somebody wrote becomes a formula."""
    if isinstance(value, int):
        cell.value = value
        return
    if isinstance(value, Shown):
        cell.value, cell.number_format = value.value, value.form
        return
    text = plain(value)
    cell.value = text if len(text) <= _MOST_CELL else text[: _MOST_CELL - 1] + "…"
    if cell.data_type != "s" and text:
        cell.data_type = "s"


def _mark(sheet: "Worksheet", mark: str) -> None:
    """On every page, and in the first words, since a screen shows no page's head."""
    mark_every_page(sheet, mark)
    words = next((cell for row in sheet.iter_rows() for cell in row if cell.value), sheet.cell(1, 1))
    _put(words, f"{words.value or ''}（{mark}）")


def saved(book: "Workbook") -> bytes:
    out = io.BytesIO()
    book.save(out)
    return still(out.getvalue())
