"""An edition as a Word document: A4 across, one table, nothing that only a machine could want."""

import io
from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from responders.editions.sheet import COLUMNS, Sheet
from responders.typesetting import TEXT_FONT, TITLE_FONT, centred, set_font

_WIDTHS_MM = (12, 66, 27, 27, 38, 87)


def docx_bytes(sheet: Sheet) -> bytes:
    document = Document()
    style = document.styles["Normal"]
    style.font.size = Pt(10.5)
    style.paragraph_format.space_after = Pt(0)
    set_font(style, TEXT_FONT)
    _properties(document, sheet)
    _page(document.sections[0], sheet.notice)
    day = sheet.published_on
    centred(document, f"《{sheet.name}》", 18, bold=True)
    centred(document, f"{sheet.year}年第{sheet.issue}期（{sheet.period}）", 12)
    centred(document, f"{sheet.publisher}\u3000\u3000{day.year}年{day.month}月{day.day}日", 10.5)
    if sheet.remark:
        centred(document, sheet.remark, 10.5)
    document.add_paragraph()
    if sheet.lines:
        _table(document, sheet)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _properties(document: Any, sheet: Sheet) -> None:  # noqa: ANN401  (python-docx has no types)
    core = document.core_properties
    core.title, core.author, core.last_modified_by = sheet.title, sheet.publisher, sheet.publisher
    core.created = core.modified = sheet.published_at.replace(tzinfo=None)
    core.comments, core.subject, core.language = "", sheet.notice, "zh-CN"


def _page(section: Any, notice: str) -> None:  # noqa: ANN401
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(20)
    if notice:
        section.header.paragraphs[0].text = notice
        section.header.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    foot.add_run("— ")
    _page_number(foot.add_run())
    foot.add_run(" —")


def _page_number(run: Any) -> None:  # noqa: ANN401
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        if text:
            element = OxmlElement("w:instrText")
            element.text = text
        else:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        run._r.append(element)  # noqa: SLF001  (python-docx has no fields of its own)


def _table(document: Any, sheet: Sheet) -> None:  # noqa: ANN401
    rows: list[Sequence[str]] = [COLUMNS, *(line.cells() for line in sheet.lines)]
    table = document.add_table(rows=len(rows), cols=len(COLUMNS), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, _WIDTHS_MM, strict=True):
        column.width = Mm(width)
    for row, texts in zip(table.rows, rows, strict=True):
        _row(row, texts, heading=texts is COLUMNS)


def _row(row: Any, texts: Sequence[str], *, heading: bool) -> None:  # noqa: ANN401
    # The column names stand on every page; a long answer goes over to the next one rather than leave this one empty.
    for name in ("w:cantSplit", "w:tblHeader") if heading else ():
        row._tr.get_or_add_trPr().append(OxmlElement(name))  # noqa: SLF001
    for index, (cell, text, width) in enumerate(zip(row.cells, texts, _WIDTHS_MM, strict=True)):
        cell.width = Mm(width)
        cell.text = text
        paragraph = cell.paragraphs[0]
        if heading or index in {0, 2, 3}:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        if heading:
            paragraph.runs[0].bold = True
            set_font(paragraph.runs[0], TITLE_FONT)
