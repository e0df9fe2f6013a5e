"""What python-docx has no words for: East Asian fonts, page numbers, heights, borders, fonts' stand-ins."""

import io
import zipfile
from typing import Any
from xml.sax.saxutils import quoteattr

from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_ROW_HEIGHT_RULE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from responders.papers.typography import A4_MM, FALLBACKS, TEXT_FONT, Page

# ruff: noqa: ANN401  (python-docx has no types)

_STILL = (1980, 1, 1, 0, 0, 0)
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def set_font(styled: Any, name: str, size: float | None = None, *, bold: bool | None = None) -> None:
    """Chinese characters take the East Asian font, which python-docx leaves alone."""
    styled.font.name = name
    fonts = styled.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:eastAsia", "w:cs"):
        fonts.set(qn(script), name)
    if size is not None:
        styled.font.size = Pt(size)
    if bold is not None:
        styled.font.bold = bold


def set_page(section: Any, page: Page) -> None:
    width, height = reversed(A4_MM) if page.landscape else A4_MM
    section.orientation = WD_ORIENT.LANDSCAPE if page.landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(width), Mm(height)
    section.top_margin, section.bottom_margin = Mm(page.top), Mm(page.bottom)
    section.left_margin, section.right_margin = Mm(page.left), Mm(page.right)
    section.header_distance, section.footer_distance = Mm(page.top / 2), Mm(page.bottom / 2)


def number_pages(section: Any, size: float) -> None:
    """— 1 — in the middle of the foot."""
    foot = section.footer.paragraphs[0]
    foot.alignment = 1
    foot.add_run("— ")
    run = foot.add_run()
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        element = OxmlElement("w:instrText" if text else "w:fldChar")
        if text:
            element.text = text
        else:
            element.set(qn("w:fldCharType"), kind)
        run._r.append(element)  # noqa: SLF001
    foot.add_run(" —")
    for each in foot.runs:
        set_font(each, TEXT_FONT, size)


def least_height(row: Any, millimetres: float, *, breaks: bool = False) -> None:
    """A row that grows with its text; `breaks`: over the page's end, where it must."""
    row.height, row.height_rule = Mm(millimetres), WD_ROW_HEIGHT_RULE.AT_LEAST
    if not breaks:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001


def heading_row(row: Any) -> None:
    """The column names stand on every page."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001


def cell_margins(table: Any, millimetres: float) -> None:
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        element = OxmlElement(f"w:{side}")
        element.set(qn("w:w"), str(round(millimetres * 56.7)))
        element.set(qn("w:type"), "dxa")
        margins.append(element)
    table._tbl.tblPr.append(margins)  # noqa: SLF001


def fixed_columns(table: Any, widths: list[float]) -> None:
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)


def with_stand_ins(document: Any) -> None:
    """Name what a word processor may take where a font is missing (w:altName)."""
    part = next((p for p in document.part.package.iter_parts() if p.partname.endswith("/fontTable.xml")), None)
    if part is None:
        return
    fonts = "".join(
        f"<w:font w:name={quoteattr(name)}><w:altName w:val={quoteattr(','.join(others))}/>"
        '<w:charset w:val="86"/><w:family w:val="auto"/><w:pitch w:val="variable"/></w:font>'
        for name, others in FALLBACKS.items()
    )
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    part._blob = f'{head}<w:fonts xmlns:w="{_WORD}">{fonts}</w:fonts>'.encode()  # noqa: SLF001


def still(content: bytes) -> bytes:
    """The same file with the zip's own times taken out: the same words are the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as kept:
        for info in given.infolist():
            entry = zipfile.ZipInfo(info.filename, _STILL)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, info.external_attr
            kept.writestr(entry, given.read(info))
    return out.getvalue()
