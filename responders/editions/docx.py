"""An edition as a Word document: A4 across, one table, nothing that only a machine could want."""

import io

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from responders.editions.sheet import COLUMNS, Sheet

_WIDTHS_MM = (12, 70, 24, 24, 40, 87)
_FONT = "宋体"


def docx_bytes(sheet: Sheet) -> bytes:
    document = Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = _FONT, Pt(10.5)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), _FONT)
    _landscape(document.sections[0], sheet.notice)
    _centred(document, f"《{sheet.name}》", 18, bold=True)
    _centred(document, f"{sheet.year}年第{sheet.issue}期（{sheet.period}）", 12)
    _centred(document, f"{sheet.publisher}    {sheet.published_on.year}年{sheet.published_on.month}月{sheet.published_on.day}日", 10.5)
    _table(document, sheet)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _landscape(section, notice: str) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(20)
    if notice:
        section.header.paragraphs[0].text = notice
        section.header.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _centred(document, text: str, size: float, *, bold: bool = False) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(text)
    run.font.size, run.bold = Pt(size), bold


def _table(document, sheet: Sheet) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    table = document.add_table(rows=1, cols=len(COLUMNS), style="Table Grid")
    table.autofit = False
    rows = [COLUMNS, *(line.cells() for line in sheet.lines)]
    for index, texts in enumerate(rows):
        cells = table.rows[0].cells if index == 0 else table.add_row().cells
        for cell, text, width in zip(cells, texts, _WIDTHS_MM, strict=True):
            cell.width = Mm(width)
            cell.text = text
            if index == 0:
                cell.paragraphs[0].runs[0].bold = True
