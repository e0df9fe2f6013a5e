"""What every filled document gets whatever its template: the mark, its properties, lists that keep together."""

import io
from datetime import datetime
from typing import Any

from docx.oxml.ns import qn

from responders.papers.typography import TABLE_FONT
from responders.papers.wordml import keep_with_next, set_font, still

# ruff: noqa: ANN401  (python-docx has no types)

_SHORT_ROWS, _SHORT_TEXT = 9, 400


def finished(*, filled: io.BytesIO, rows: bool, title: str, mark: str, by: str, at: datetime | None) -> bytes:
    """Marked on every page, and with properties that tell of no other office's machine. `rows`: it is made of lists."""
    from docx import Document

    document = Document(filled)
    if mark:
        _mark(document, mark)
    if rows:
        for table in document.tables:
            _hold_together(table)
    core = document.core_properties
    core.title, core.author, core.last_modified_by = title, by, by
    core.comments, core.subject, core.language = "", mark, "zh-CN"
    if at is not None:
        core.created = core.modified = at.replace(tzinfo=None)
    out = io.BytesIO()
    document.save(out)
    return still(out.getvalue())


def _mark(document: Any, mark: str) -> None:
    for number, section in enumerate(document.sections):
        heads = [section.header]
        if section.different_first_page_header_footer:
            heads.append(section.first_page_header)
        if document.settings.odd_and_even_pages_header_footer:
            heads.append(section.even_page_header)
        for head in heads:
            if number and head.is_linked_to_previous:
                continue
            first = head.paragraphs[0] if head.paragraphs else head.add_paragraph()
            line = first if not first.text else first.insert_paragraph_before()
            line.alignment = 2
            set_font(line.add_run(mark), TABLE_FONT, 9)


def _hold_together(table: Any) -> None:
    """A short list is on one page; of a long one the last row never stands alone, nor the note or seal under it.

    Only here can it be said: in a template one row stands for all, and a list kept whole starts on a page of its own.
    """
    lines = table._tbl.tr_lst  # noqa: SLF001
    under = table._tbl.getnext()  # noqa: SLF001
    followed = _says_something(under) and not _heads_another(under)
    short = len(lines) <= _SHORT_ROWS and len(table._tbl.xpath("string()")) <= _SHORT_TEXT  # noqa: SLF001
    kept = lines[:-1] if short else lines[-2:-1]
    for line in [*kept, *(lines[-1:] if followed else ())]:
        keep_with_next(line)


def _says_something(under: Any) -> bool:
    return under is not None and under.tag == qn("w:p") and bool(under.xpath("string()").strip())


def _heads_another(paragraph: Any) -> bool:
    """The title of the next list: it belongs to what comes, not to what went."""
    following = paragraph.getnext()
    return following is not None and following.tag == qn("w:tbl")
