"""One paper as a file: the office's template where it has one, the shipped one otherwise."""

from pathlib import Path

from models.errors import BadInput
from responders.papers.checking import Template, check_docx
from responders.papers.filling import Contents, fill_docx
from responders.papers.kinds import Format, Paper
from responders.papers.sheets import check_xlsx, fill_xlsx
from responders.papers.shipped_docx import shipped_docx
from responders.papers.shipped_xlsx import shipped_xlsx


def file_name(paper: Paper, kind: Format) -> str:
    """What an office's own template is called: 督办通知单.docx."""
    return f"{paper.name}.{kind}"


def must_come_as(paper: Paper, kind: str) -> Format:
    for each in paper.formats:
        if each == kind:
            return each
    raise BadInput(f"《{paper.name}》只有 {'、'.join(paper.formats)} 格式。")


def shipped(paper: Paper, kind: Format) -> Template:
    content = shipped_docx(paper) if kind == "docx" else shipped_xlsx(paper)
    return Template(f"自带模板 {file_name(paper, kind)}", content)


def template_of(paper: Paper, kind: Format, folder: Path | None) -> Template:
    """The office's, from its folder of templates, before the shipped one."""
    name = file_name(paper, kind)
    if folder is not None and (folder / name).is_file():
        return Template(name, (folder / name).read_bytes())
    return shipped(paper, kind)


def check(paper: Paper, kind: Format, template: Template) -> None:
    (check_docx if kind == "docx" else check_xlsx)(paper, template)


def fill(paper: Paper, kind: Format, template: Template, contents: Contents) -> bytes:
    return (fill_docx if kind == "docx" else fill_xlsx)(paper, template, contents)
