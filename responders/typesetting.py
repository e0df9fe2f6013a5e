"""What our own Word documents share, where python-docx leaves it to its user: Chinese fonts, centred lines."""

from typing import Any, Final

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt

TEXT_FONT: Final = "宋体"
TITLE_FONT: Final = "黑体"


def set_font(styled: Any, name: str) -> None:  # noqa: ANN401  (python-docx has no types)
    """Chinese characters take the East Asian font, which python-docx leaves alone."""
    styled.font.name = name
    styled.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


def centred(document: Any, text: str, size: float, *, bold: bool = False) -> None:  # noqa: ANN401
    """A line by itself, `size` in points; a bold one in the titles' font."""
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_after = Pt(4)
    run = paragraph.add_run(text)
    run.font.size, run.bold = Pt(size), bold
    if bold:
        set_font(run, TITLE_FONT)
