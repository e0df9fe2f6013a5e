"""A DOCX template and what stands in it → the paper."""

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from responders.papers.checking import Template, check_docx
from responders.papers.kinds import Paper
from responders.papers.typography import TABLE_FONT
from responders.papers.wordml import set_font, still

Value = str | int
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Contents:
    """What stands on a paper. `mark`: on every page (演示数据); `by`: the office, in the file's properties."""

    singles: Mapping[str, Value]
    groups: Mapping[str, Sequence[Mapping[str, Value]]] = field(default_factory=dict)
    mark: str = ""
    by: str = ""
    at: datetime | None = None


def plain(value: Value) -> str:
    """Text that XML can carry; a citizen's words are never markup nor a page break."""
    return _UNPRINTABLE.sub("", str(value).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))


def fill_docx(paper: Paper, template: Template, contents: Contents) -> bytes:
    """BadTemplate names the file and what is wrong with it; nothing is half filled."""
    from docxtpl import DocxTemplate

    check_docx(paper, template)
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    filled = DocxTemplate(io.BytesIO(template.content))
    try:
        filled.render(_context(contents), environment, autoescape=True)
    except TemplateError as error:
        raise template.fault(f"填写时出错：{error}") from error
    out = io.BytesIO()
    filled.save(out)
    return _finished(paper, out, contents)


def _context(contents: Contents) -> dict[str, Any]:
    groups = {key: [{k: plain(v) for k, v in row.items()} for row in rows] for key, rows in contents.groups.items()}
    return {key: plain(value) for key, value in contents.singles.items()} | groups


def _finished(paper: Paper, filled: io.BytesIO, contents: Contents) -> bytes:
    """Marked on every page whatever the template, and with properties that tell of no other office's machine."""
    from docx import Document

    document = Document(filled)
    if contents.mark:
        _mark(document, contents.mark)
    core = document.core_properties
    core.title, core.author, core.last_modified_by = paper.name, contents.by, contents.by
    core.comments, core.subject, core.language = "", contents.mark, "zh-CN"
    if contents.at is not None:
        core.created = core.modified = contents.at.replace(tzinfo=None)
    out = io.BytesIO()
    document.save(out)
    return still(out.getvalue())


def _mark(document: Any, mark: str) -> None:  # noqa: ANN401  (python-docx has no types)
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
