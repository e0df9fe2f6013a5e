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
    _foot(section, size, "— ", "PAGE", " —")


def number_sheets(section: Any, size: float, whose: str) -> None:
    """第 1 页　共 2 页, and of which paper: a sheet that came loose is put back, a lost one is missed."""
    _foot(section, size, f"{whose}　第 ", "PAGE", " 页　共 ", "NUMPAGES", " 页")


def say_below(section: Any, text: str, size: float) -> None:
    """Under the page's number, on every page."""
    line = section.footer.add_paragraph()
    line.alignment = 1
    set_font(line.add_run(text), TEXT_FONT, size)


def _foot(section: Any, size: float, *pieces: str) -> None:
    """Words and, at every second place, a number that the word processor reckons."""
    foot = section.footer.paragraphs[0]
    foot.alignment = 1
    for number, piece in enumerate(pieces):
        if number % 2:
            _reckoned(foot, piece)
        else:
            foot.add_run(piece)
    for run in foot.runs:
        set_font(run, TEXT_FONT, size)


def _reckoned(paragraph: Any, what: str) -> None:
    """In runs of their own: in one run some programs forget the font of what they reckon."""
    asked, until_reckoned = OxmlElement("w:instrText"), OxmlElement("w:t")
    asked.text, until_reckoned.text = what, "1"
    for element in (_field("begin"), asked, _field("separate"), until_reckoned, _field("end")):
        paragraph.add_run()._r.append(element)  # noqa: SLF001


def _field(kind: str) -> Any:
    element = OxmlElement("w:fldChar")
    element.set(qn("w:fldCharType"), kind)
    return element


def least_height(row: Any, millimetres: float, *, breaks: bool = False) -> None:
    """A row that grows with its text; `breaks`: over the page's end, where it must."""
    row.height, row.height_rule = Mm(millimetres), WD_ROW_HEIGHT_RULE.AT_LEAST
    if not breaks:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001


def heading_row(row: Any) -> None:
    """The column names stand on every page."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001


def cell_margins(table: Any, sides: float, ends: float) -> None:
    """In millimetres, left and right, above and below: no text touches a line."""
    margins = OxmlElement("w:tblCellMar")
    for side, millimetres in (("top", ends), ("left", sides), ("bottom", ends), ("right", sides)):
        element = OxmlElement(f"w:{side}")
        element.set(qn("w:w"), str(round(millimetres * 56.7)))
        element.set(qn("w:type"), "dxa")
        margins.append(element)
    properties = table._tbl.tblPr  # noqa: SLF001
    look = properties.find(qn("w:tblLook"))  # which the schema wants last
    if look is None:
        properties.append(margins)
    else:
        look.addprevious(margins)


def open_between(upper: Any, lower: Any) -> None:
    """No line between a cell and the one below it."""
    for cell, side in ((upper, "bottom"), (lower, "top")):
        borders, border = OxmlElement("w:tcBorders"), OxmlElement(f"w:{side}")
        border.set(qn("w:val"), "nil")
        borders.append(border)
        before = cell._tc.get_or_add_tcPr().find(qn("w:vAlign"))  # noqa: SLF001
        if before is None:
            cell._tc.get_or_add_tcPr().append(borders)  # noqa: SLF001
        else:
            before.addprevious(borders)


def keep_with_next(line: Any) -> None:
    """This row of a table, as XML, and what follows it are on one page."""
    for paragraph in line.iter(qn("w:p")):
        paragraph.get_or_add_pPr().get_or_add_keepNext()


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
