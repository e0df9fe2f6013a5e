"""The DOCX templates that come with the product, made from `kinds`; an office downloads one, edits it, puts it back."""

import io
from datetime import datetime
from functools import cache
from typing import Any

from docx import Document
from docx.enum.table import WD_ALIGN_VERTICAL
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt

from responders.papers.kinds import ROW, Group, Paper, Row
from responders.papers.typography import (
    LABEL_FONT,
    LETTER_LINE_PT,
    TABLE_FONT,
    TEXT_FONT,
    TITLE_FONT,
)
from responders.papers.wordml import (
    cell_margins,
    fixed_columns,
    heading_row,
    keep_with_next,
    least_height,
    number_pages,
    number_sheets,
    open_between,
    say_below,
    set_font,
    set_page,
    still,
    with_stand_ins,
)

# ruff: noqa: ANN401  (python-docx has no types)

_MADE = datetime(2026, 1, 1)  # noqa: DTZ001  (a template has no time of its own; python-docx takes naive times)
_LABEL_MM = 28
_CENTRE, _RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
_LONG_MM = 20  # a field this high holds text that may run over the page's end
_SIGNED_MM = 9


@cache
def shipped_docx(paper: Paper) -> bytes:
    document = _empty(paper)
    if paper.sentences:
        _letter(document, paper)
    elif paper.rows:
        _form(document, paper)
    else:
        _roll(document, paper)
    out = io.BytesIO()
    document.save(out)
    return still(out.getvalue())


def _empty(paper: Paper) -> Any:
    document = Document()
    normal = document.styles["Normal"]
    set_font(normal, TEXT_FONT, paper.page.text)
    normal.paragraph_format.space_after = Pt(0)
    section = document.sections[0]
    set_page(section, paper.page)
    if paper.rows:
        number_sheets(section, 9, f"{paper.name}　{{{{ {paper.told_by} }}}}")
    else:
        number_pages(section, 14 if paper.sentences else 10.5)
    if not paper.sentences:
        say_below(section, "{{ 保管提示 }}", 8)  # on each sheet, and no page for this alone
    core = document.core_properties
    core.title, core.author, core.last_modified_by, core.comments = paper.name, "", "", ""
    core.created = core.modified = _MADE
    with_stand_ins(document)
    return document


def _paragraph(document: Any, text: str, *, align: Any = None, size: float | None = None, font: str = "",
               after: float = 0) -> Any:  # fmt: skip
    paragraph = document.add_paragraph()
    paragraph.alignment = align
    paragraph.paragraph_format.space_after = Pt(after)
    run = paragraph.add_run(text)
    if font or size:
        set_font(run, font or TEXT_FONT, size)
    return paragraph


def _title(document: Any, paper: Paper, after: float) -> None:
    title = _paragraph(document, paper.title or paper.name, align=_CENTRE, after=after)
    set_font(title.runs[0], TITLE_FONT, paper.page.title, bold=True)


def _form(document: Any, paper: Paper) -> None:
    _title(document, paper, 10)
    _two_ends(document, paper, _form_head(paper), "打印日期：{{ 打印日期 }}")
    if paper.opening:
        _paragraph(document, paper.opening, size=14, after=6).paragraph_format.first_line_indent = Pt(28)
    table = document.add_table(rows=0, cols=4, style="Table Grid")
    cell_margins(table, 1.9, 0.7)
    rest = (paper.page.width - 2 * _LABEL_MM) / 2
    for row in paper.rows:
        _form_row(table, row)
    fixed_columns(table, [_LABEL_MM, rest, _LABEL_MM, rest])
    _sign_off_together(table, sealed=bool(paper.seal))
    _end(document, paper)


def _sign_off_together(table: Any, *, sealed: bool) -> None:
    """Who signed what, when, and the seal: under the last long text, and not torn apart by a page's end."""
    lines = [row._tr for row in table.rows]  # noqa: SLF001
    long = [number for number, row in enumerate(table.rows) if (row.height or 0) >= Mm(_LONG_MM)]
    for line in lines[long[-1] + 1 : None if sealed else -1]:
        keep_with_next(line)
    if sealed and long[-1] + 1 == len(lines):
        keep_with_next(lines[-1])


def _end(document: Any, paper: Paper) -> None:
    """The seal; else a line next to nothing high, since a word processor wants one and puts in a whole one."""
    if paper.seal:
        _paragraph(document, paper.seal, align=_RIGHT).paragraph_format.space_before = Pt(18 if paper.groups else 10)
    else:
        _paragraph(document, "", size=1).paragraph_format.line_spacing = Pt(1)


def _form_head(paper: Paper) -> str:
    """来件呈批表 has no field for the order's number; it stands above the table."""
    return "工单编号：{{ 工单编号 }}" if "工单编号" in paper.extras else ""


def _two_ends(document: Any, paper: Paper, left: str, right: str) -> None:
    paragraph = _paragraph(document, f"{left}\t{right}", size=10.5, after=3)
    paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(paper.page.width), 2)


def _form_row(table: Any, row: Row) -> None:
    cells_row = table.add_row()
    cells = cells_row.cells
    least_height(cells_row, row.height - _SIGNED_MM * row.signed, breaks=row.height >= _LONG_MM)
    if len(row.fields) == 1:
        pairs = [(row.fields[0], cells[0], cells[1].merge(cells[3]))]
    else:
        pairs = [(row.fields[0], cells[0], cells[1]), (row.fields[1], cells[2], cells[3])]
    for field, label, value in pairs:
        _say(label, field.said, LABEL_FONT, 12, centred=True)
        long = row.height >= _LONG_MM
        _say(value, f"{{{{ {field.key} }}}}", TEXT_FONT, 12, centred=False, top=long)
        if row.signed:
            _signature(table, label, value)


def _signature(table: Any, label: Any, value: Any) -> None:
    """At the foot of its field, however much is written there, on the same page: a row with no line above it."""
    below = table.add_row()
    least_height(below, _SIGNED_MM)
    cell = below.cells[1].merge(below.cells[3])
    cell.vertical_alignment = WD_ALIGN_VERTICAL.BOTTOM
    cell.paragraphs[0].alignment = _RIGHT
    set_font(cell.paragraphs[0].add_run("签名：　　　　　　　　年　　月　　日"), TEXT_FONT, 10.5)
    label.merge(below.cells[0])
    open_between(value, cell)
    keep_with_next(value._tc.getparent())  # noqa: SLF001


def _say(cell: Any, text: str, font: str, size: float, *, centred: bool, top: bool = False) -> None:
    cell.vertical_alignment = WD_ALIGN_VERTICAL.TOP if top else WD_ALIGN_VERTICAL.CENTER
    paragraph = cell.paragraphs[0]
    paragraph.alignment = _CENTRE if centred else None
    paragraph.paragraph_format.space_before = Pt(4 if top else 0)
    set_font(paragraph.add_run(text), font, size)


def _letter(document: Any, paper: Paper) -> None:
    _title(document, paper, 14)
    _paragraph(document, "{{ 编号 }}", align=_CENTRE, after=14)
    _line(_paragraph(document, paper.addressee))
    for sentence in paper.sentences:
        if sentence.when:
            _paragraph(document, f"{{%p if {sentence.when} %}}")
        paragraph = _line(_paragraph(document, sentence.text))
        paragraph.paragraph_format.first_line_indent = Pt(2 * paper.page.text)
        if sentence.when:
            _paragraph(document, "{%p endif %}")
    for text, before, indent in ((paper.seal, 42, 1), ("{{ 签发日期 }}", 0, 4)):
        form = _line(_paragraph(document, text, align=_RIGHT)).paragraph_format
        form.space_before, form.right_indent = Pt(before), Pt(indent * paper.page.text)


def _line(paragraph: Any) -> Any:
    paragraph.paragraph_format.line_spacing = Pt(LETTER_LINE_PT)
    return paragraph


def _roll(document: Any, paper: Paper) -> None:
    """A list, or a report: groups of repeated rows one below the other."""
    _title(document, paper, 6)
    _paragraph(document, "{{ 期间 }}", align=_CENTRE, size=12, after=6)
    _two_ends(document, paper, "编制单位：{{ 印发单位 }}", "编制日期：{{ 打印日期 }}")
    for number, group in enumerate(paper.groups):
        if group.title:
            _paragraph(document, f"{'一二三四五六七八九'[number]}、{group.title}", size=14, font=LABEL_FONT, after=3
                       ).paragraph_format.space_before = Pt(10)  # fmt: skip
            document.paragraphs[-1].paragraph_format.keep_with_next = True
        _group(document, paper, group)
        if group.note:
            note = _paragraph(document, f"注：{group.note}", size=9).paragraph_format
            note.space_before, note.keep_with_next = Pt(2), bool(paper.seal) and number == len(paper.groups) - 1
    _end(document, paper)


def _group(document: Any, paper: Paper, group: Group) -> None:
    table = document.add_table(rows=4, cols=len(group.columns), style="Table Grid")
    cell_margins(table, 0.7, 0.5)
    fixed_columns(table, [column.width for column in group.columns])
    head, begin, row, end = table.rows
    heading_row(head)
    least_height(head, 8)
    least_height(row, 7)
    begin.cells[0].text, end.cells[0].text = f"{{%tr for {ROW} in {group.key} %}}", "{%tr endfor %}"
    for column, top, cell in zip(group.columns, head.cells, row.cells, strict=True):
        _say(top, column.said, LABEL_FONT, paper.page.text, centred=True)
        _say(cell, f"{{{{ {ROW}.{column.key} }}}}", TABLE_FONT, paper.page.text, centred=not column.left)
