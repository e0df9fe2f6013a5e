"""A DOCX template and what stands in it → the paper."""

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from responders.papers.checking import Template, check_docx
from responders.papers.finishing import finished
from responders.papers.kinds import Paper

_NONE = "无"
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Shown:
    """A day, a share or a change, which a sheet can sort and reckon with.

    `said`: as a document prints it; `form`: the number format by which a sheet says it. Times are the office's own.
    """

    value: float | date
    said: str
    form: str

    def __str__(self) -> str:
        return self.said


Value = str | int | Shown


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
        filled.render(_context(paper, contents), environment, autoescape=True)
    except TemplateError as error:
        raise template.fault(f"填写时出错：{error}") from error
    out = io.BytesIO()
    filled.save(out)
    return finished(
        filled=out, rows=bool(paper.groups), title=paper.name, mark=contents.mark, by=contents.by, at=contents.at
    )


def rows_of(paper: Paper, contents: Contents) -> dict[str, Sequence[Mapping[str, Value]]]:
    """The rows of each group; a list with nothing in it says so in a line of its own."""
    return {
        group.key: contents.groups.get(group.key) or [
            {column.key: "" if number else _NONE for number, column in enumerate(group.columns)}
        ]
        for group in paper.groups
    }  # fmt: skip


def _context(paper: Paper, contents: Contents) -> dict[str, Any]:
    groups = {
        key: [{k: plain(v) for k, v in row.items()} for row in rows] for key, rows in rows_of(paper, contents).items()
    }
    return {key: plain(value) for key, value in contents.singles.items()} | groups
