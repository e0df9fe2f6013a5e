"""The analysis report as a Word document: A4, the four headings, the chart, the figures, room for the signatures."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt

from models.vocabulary import DEMONSTRATION
from responders.opinion.charts import png
from responders.typesetting import TEXT_FONT, TITLE_FONT, centred, set_font


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """The report as it is printed: everything in words already. `confirmed` is empty on a draft."""

    number: str
    serial: int
    title: str
    publisher: str
    date: str
    facts: Sequence[tuple[str, str]]
    sections: Sequence[tuple[str, str]]
    days: Sequence[tuple[str, int]]
    sources: Sequence[tuple[str, int]]
    writer: str
    confirmed: str
    sent_to: str
    made_at: datetime
    demonstration: bool


def docx_bytes(paper: Paper) -> bytes:
    document = Document()
    style = document.styles["Normal"]
    style.font.size = Pt(12)
    set_font(style, TEXT_FONT)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(28)
    section.top_margin, section.bottom_margin = Mm(30), Mm(25)
    if paper.demonstration:
        section.header.paragraphs[0].text = DEMONSTRATION
        section.header.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    core = document.core_properties
    core.title, core.author, core.last_modified_by = f"舆情分析报告 {paper.number}", paper.publisher, paper.publisher
    core.created = core.modified = paper.made_at.replace(tzinfo=None)
    core.comments, core.language = "", "zh-CN"
    _body(document, paper)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _body(document: Any, paper: Paper) -> None:  # noqa: ANN401  (python-docx has no types)
    centred(document, "舆情分析报告", 20, bold=True)
    state = "" if paper.confirmed else "（草稿，未经审定不得报送）"
    centred(document, f"{paper.number} 第{paper.serial}期{state}", 12)
    centred(document, f"{paper.publisher}\u3000\u3000{paper.date}", 10.5)
    _table(document, [[label, value] for label, value in paper.facts], (36, 118))
    for number, (heading, text) in zip("一二三四", paper.sections, strict=True):
        _heading(document, f"{number}、{heading}")
        for line in text.split("\n"):
            paragraph = document.add_paragraph(line)
            paragraph.paragraph_format.first_line_indent = Pt(24)
            paragraph.paragraph_format.line_spacing = 1.5
            paragraph.paragraph_format.space_after = Pt(0)
        if number == "二":
            _chart(document, paper)
    blank = "＿＿＿＿"
    signed = (("撰写", paper.writer), ("审定", paper.confirmed or blank), ("报送", paper.sent_to or blank))
    last = document.add_paragraph("\u3000\u3000".join(f"{what}：{who}" for what, who in signed))
    last.paragraph_format.space_before = Pt(18)


def _chart(document: Any, paper: Paper) -> None:  # noqa: ANN401
    picture = document.add_paragraph()
    picture.alignment = WD_ALIGN_PARAGRAPH.CENTER
    picture.paragraph_format.keep_with_next = True
    picture.add_run().add_picture(io.BytesIO(png(paper.days)), width=Mm(150))
    centred(document, "图：每日相关来件数（条）", 10.5)
    if paper.sources:
        rows = [["来源", "条数"], *([name, str(count)] for name, count in paper.sources)]
        _table(document, rows, (110, 44), heading=True)


def _heading(document: Any, text: str) -> None:  # noqa: ANN401
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(10), Pt(4)
    paragraph.paragraph_format.keep_with_next = True
    run = paragraph.add_run(text)
    run.bold, run.font.size = True, Pt(14)
    set_font(run, TITLE_FONT)


def _table(
    document: Any,  # noqa: ANN401
    rows: Sequence[Sequence[str]],
    widths: Sequence[float],
    *,
    heading: bool = False,
) -> None:
    table = document.add_table(rows=len(rows), cols=len(widths), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for n, (row, texts) in enumerate(zip(table.rows, rows, strict=True)):
        for index, (cell, text, width) in enumerate(zip(row.cells, texts, widths, strict=True)):
            cell.width = Mm(width)
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(0)
            run = paragraph.add_run(text)
            run.font.size = Pt(10.5)
            if (heading and n == 0) or (not heading and index == 0):
                set_font(run, TITLE_FONT)
    document.add_paragraph().paragraph_format.space_after = Pt(0)
