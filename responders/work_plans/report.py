"""完成情况上报 (C 五(三)3, 6): a plan's state as DOCX and XLSX, one table, A4 across."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

COLUMNS = ("序号", "任务编号", "工作任务", "牵头单位", "责任单位", "完成时限", "完成情况", "状态及备注")
_WIDTHS_MM = (10, 17, 84, 25, 34, 22, 41, 24)
_LAST = chr(ord("A") + len(COLUMNS) - 1)
_CENTRED = {0, 1, 5}
_MOST_OF_A_PAGE = 700
_CHARACTER_MM = 3.4  # a Chinese character of 9 points, with the air that a cell leaves
_TALLEST = 409.0  # points; no spreadsheet has higher rows
_TEXT, _TITLE = "宋体", "黑体"
_SIGNATURES = "填报人：\u3000\u3000\u3000\u3000\u3000\u3000审核人：\u3000\u3000\u3000\u3000\u3000\u3000联系电话："


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One task as its cells read; the number is given by its place."""

    ref: str
    task: str
    lead: str
    units: str
    due: str
    progress: str
    state: str

    def cells(self, number: int) -> tuple[str, ...]:
        return (str(number), self.ref, self.task, self.lead, self.units, self.due, self.progress, self.state)


@dataclass(frozen=True, slots=True)
class StateReport:
    """`summary`: sentences; `formulas`: how its figures were made. `notice` marks a demonstration."""

    title: str
    reporter: str
    as_of: date
    made_at: datetime
    summary: str
    formulas: str
    lines: Sequence[ReportLine]
    notice: str = ""

    @property
    def heading(self) -> str:
        return f"{self.title}完成情况表"

    @property
    def dated(self) -> str:
        day = self.as_of
        return f"报送单位：{self.reporter}\u3000\u3000统计截至：{day.year}年{day.month}月{day.day}日"

    @property
    def rows(self) -> Iterable[tuple[str, ...]]:
        return (line.cells(number) for number, line in enumerate(self.lines, 1))


def docx_bytes(report: StateReport) -> bytes:
    from docx import Document
    from docx.shared import Pt

    document = Document()
    style = document.styles["Normal"]
    style.font.size, style.paragraph_format.space_after = Pt(10), Pt(0)
    _font(style, _TEXT)
    _describe(document.core_properties, report)
    _page(document.sections[0], report.notice)
    _said(document, report.heading, 18, centred=True, bold=True)
    _said(document, report.dated, 10.5, centred=True)
    _said(document, report.summary, 10.5)
    _table(document, report)
    _said(document, report.formulas, 9)
    _said(document, _SIGNATURES, 10.5)
    _said(document, f"{report.reporter}（盖章处）", 10.5, right=True)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _describe(core: Any, report: StateReport) -> None:  # noqa: ANN401  (python-docx and openpyxl have no types)
    core.title, core.language = report.heading, "zh-CN"
    core.created = core.modified = report.made_at.replace(tzinfo=None)
    core.subject = report.notice
    for name in ("author", "last_modified_by", "creator", "lastModifiedBy"):
        if hasattr(core, name):
            setattr(core, name, report.reporter)


def _page(section: Any, notice: str) -> None:  # noqa: ANN401
    from docx.enum.section import WD_ORIENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm

    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(20)
    if notice:
        section.header.paragraphs[0].text = notice
        section.header.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _page_number(foot.add_run())


def _page_number(run: Any) -> None:  # noqa: ANN401
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        element = OxmlElement("w:instrText" if text else "w:fldChar")
        if text:
            element.text = text
        else:
            element.set(qn("w:fldCharType"), kind)
        run._r.append(element)  # noqa: SLF001  (python-docx has no fields of its own)


def _said(
    document: Any, text: str, size: float, *, centred: bool = False, right: bool = False, bold: bool = False  # noqa: ANN401
) -> None:  # fmt: skip
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(4)
    if centred or right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.RIGHT
    run = paragraph.add_run(text)
    run.font.size, run.bold = Pt(size), bold
    if bold:
        _font(run, _TITLE)


def _table(document: Any, report: StateReport) -> None:  # noqa: ANN401
    from docx.shared import Mm

    rows = [COLUMNS, *report.rows]
    table = document.add_table(rows=len(rows), cols=len(COLUMNS), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, _WIDTHS_MM, strict=True):
        column.width = Mm(width)
    for row, texts in zip(table.rows, rows, strict=True):
        _row(row, texts, heading=texts is COLUMNS)


def _row(row: Any, texts: Sequence[str], *, heading: bool) -> None:  # noqa: ANN401
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.shared import Mm, Pt

    # The column names stand on every page; a row stays on its page unless it would fill one.
    whole = max(map(len, texts)) < _MOST_OF_A_PAGE
    for name in (*(("w:cantSplit",) if whole else ()), *(("w:tblHeader",) if heading else ())):
        row._tr.get_or_add_trPr().append(OxmlElement(name))  # noqa: SLF001
    for index, (cell, text, width) in enumerate(zip(row.cells, texts, _WIDTHS_MM, strict=True)):
        cell.width = Mm(width)
        cell.text = text
        for paragraph in cell.paragraphs:
            if heading or index in _CENTRED:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            for run in paragraph.runs:
                run.font.size, run.bold = Pt(9), heading
                if heading:
                    _font(run, _TITLE)


def _font(styled: Any, name: str) -> None:  # noqa: ANN401
    """Chinese characters take the East Asian font, which python-docx leaves alone."""
    from docx.oxml.ns import qn

    styled.font.name = name
    styled.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


def xlsx_bytes(report: StateReport) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None  # noqa: S101  (a new workbook has one)
    sheet.title = "完成情况"
    _describe(book.properties, report)
    head = [report.heading, report.dated, report.summary, *([report.notice] if report.notice else [])]
    for text in head:
        sheet.append([_plain(text)])
    sheet.append(list(COLUMNS))
    for cells in report.rows:
        sheet.append([_plain(cell) for cell in cells])
    for text in (report.formulas, _SIGNATURES, f"{report.reporter}（盖章处）"):
        sheet.append([_plain(text)])
    _dress(sheet, len(head), len(report.lines))
    _print_setup(sheet, len(head) + 1, report.notice)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _plain(text: str) -> str:
    """Text stays text: nothing that begins like a formula is one."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@"} else text


def _dress(sheet: Any, above: int, tasks: int) -> None:  # noqa: ANN401
    from openpyxl.styles import Alignment, Border, Font, Side

    line = Side(style="thin")
    for index, width in enumerate(_WIDTHS_MM):
        sheet.column_dimensions[chr(ord("A") + index)].width = width * 0.54
    for row in sheet.iter_rows(min_row=above + 1, max_row=above + 1 + tasks, max_col=len(COLUMNS)):
        for index, cell in enumerate(row):
            cell.border = Border(left=line, right=line, top=line, bottom=line)
            cell.font = Font(name=_TITLE if row[0].row == above + 1 else _TEXT, size=9, bold=row[0].row == above + 1)
            centred = index in _CENTRED or row[0].row == above + 1
            cell.alignment = Alignment(horizontal="center" if centred else "left", vertical="top", wrap_text=True)
    for number in (*range(1, above + 1), *range(above + tasks + 2, above + tasks + 5)):
        sheet.merge_cells(f"A{number}:{_LAST}{number}")
        cell = sheet.cell(number, 1)
        cell.font = Font(name=_TITLE if number == 1 else _TEXT, size=16 if number == 1 else 10, bold=number == 1)
        cell.alignment = Alignment(
            horizontal="center" if number in {1, 2} else "left", vertical="center", wrap_text=True
        )
    for row in sheet.iter_rows(min_row=above + 2, max_row=above + 1 + tasks, max_col=len(COLUMNS)):
        sheet.row_dimensions[row[0].row].height = _height([str(cell.value) for cell in row])
    sheet.row_dimensions[1].height, sheet.row_dimensions[3].height = 30, 34
    sheet.row_dimensions[above + tasks + 2].height = 28
    sheet.cell(above + tasks + 4, 1).alignment = Alignment(horizontal="right")


def _height(texts: Sequence[str]) -> float:
    """Points that a row of wrapped text needs: spreadsheets do not work it out for files that they did not write."""
    lines = 1
    for text, width in zip(texts, _WIDTHS_MM, strict=True):
        per_line = max(1, int(width / _CHARACTER_MM))
        lines = max(lines, sum(max(1, -(-len(part) // per_line)) for part in text.split("\n")))
    return min(_TALLEST, lines * 12.5 + 4)


def _print_setup(sheet: Any, heading: int, notice: str) -> None:  # noqa: ANN401
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{heading}:{heading}"
    sheet.freeze_panes = f"A{heading + 1}"
    sheet.oddFooter.center.text = "— &P —"
    sheet.oddHeader.right.text = notice
    sheet.page_margins.left = sheet.page_margins.right = 0.6
