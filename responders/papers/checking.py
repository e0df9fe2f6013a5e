"""Is this template fit for its paper? Every fault is named with the file and the field before anything is printed."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from models.errors import BadInput
from responders.papers.kinds import Paper
from responders.papers.typography import A4_MM

MOST_BYTES = 5_000_000
_MOST_UNPACKED = 50_000_000
_EMU_PER_MM = 36_000
_OUTSIDE = re.compile(rb"<Relationship\b(?=[^>]*TargetMode\s*=\s*[\"']External)(?![^>]*/hyperlink[\"'])")
_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.For, nodes.If, nodes.Not,
    nodes.And, nodes.Or, nodes.Compare, nodes.Operand, nodes.Const,
)  # fmt: skip


class BadTemplate(BadInput):
    """文书模板有误。"""


@dataclass(frozen=True, slots=True)
class Template:
    """A file as an office has it: its name, for what is said about it, and its bytes."""

    name: str
    content: bytes

    def fault(self, what: str) -> BadTemplate:
        return BadTemplate(f"{self.name}：{what}")


def check_docx(paper: Paper, template: Template) -> None:
    """BadTemplate where it is no A4 Word document, or lacks a field, or has one that the paper does not know."""
    check_container(template, "word/document.xml")
    said: set[str] = set()
    for part, xml in _docx_parts(template):
        said |= _said_in(paper, template, part, xml)
    lacking(paper, template, said)


def lacking(paper: Paper, template: Template, said: set[str]) -> None:
    if missing := [field for field in paper.fields if field not in said]:
        raise template.fault(f"《{paper.name}》缺少字段“{'”“'.join(missing)}”，请补上后再用。")


def unknown(paper: Paper, template: Template, where: str, field: str) -> BadTemplate:
    known = "、".join([*paper.fields, *sorted(paper.known - set(paper.singles))])
    return template.fault(f"{where}的字段“{field}”不是《{paper.name}》的字段。可用：{known}。")


def check_container(template: Template, main: str) -> None:
    """A zip of sane size with the right thing in it, that runs nothing and fetches nothing."""
    if len(template.content) > MOST_BYTES:
        raise template.fault(f"文件超过 {MOST_BYTES // 1_000_000} MB。")
    try:
        with zipfile.ZipFile(io.BytesIO(template.content)) as packed:
            _look_inside(template, packed, main)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise template.fault("不是 Word 或 Excel 2007 以后格式的文件，或已损坏，请另存为 docx 或 xlsx。") from error


def _look_inside(template: Template, packed: zipfile.ZipFile, main: str) -> None:
    names = packed.namelist()
    if sum(info.file_size for info in packed.infolist()) > _MOST_UNPACKED:
        raise template.fault("展开后过大，请删去图片等内容。")
    if main not in names:
        raise template.fault("格式不对，表格类用 xlsx，其余用 docx。")
    if any("vbaproject" in name.lower() for name in names):
        raise template.fault("含有宏，请另存为不含宏的文件。")
    for name in names:
        if name.endswith(".rels") and _OUTSIDE.search(packed.read(name)):
            raise template.fault("引用了本文件以外的内容（链接的图片、模板等），请改为嵌入或删去。")


def _docx_parts(template: Template) -> Iterator[tuple[str, str]]:
    """The body, heads and feet as docxtpl will read them."""
    from docxtpl import DocxTemplate

    try:
        opened = DocxTemplate(io.BytesIO(template.content))
        opened.init_docx()
        body = opened.patch_xml(opened.get_xml())
        heads = [
            (where, opened.patch_xml(opened.get_part_xml(part)))
            for where, uri in (("页眉", opened.HEADER_URI), ("页脚", opened.FOOTER_URI))
            for _, part in opened.get_headers_footers(uri)
        ]
    except (ValueError, KeyError, AttributeError, SyntaxError) as error:
        raise template.fault("打不开，文件可能已损坏。") from error
    for section in opened.docx.sections:
        width, height = section.page_width or 0, section.page_height or 0
        if {round(width / _EMU_PER_MM), round(height / _EMU_PER_MM)} != set(A4_MM):
            raise template.fault("纸张不是 A4，请在“页面设置”里改为 A4。")
    yield "正文", body
    yield from heads


def _said_in(paper: Paper, template: Template, where: str, xml: str) -> set[str]:
    source = re.sub(r"<w:p([ >])", r"\n<w:p\1", xml)
    try:
        parsed = ImmutableSandboxedEnvironment().parse(source)
    except TemplateSyntaxError as error:
        line = re.sub(r"<[^>]+>", "", source.split("\n")[error.lineno - 1]).strip()
        raise template.fault(f"{where}的标记没有写对，在“{line[:40]}”附近（每个“{{{{”“{{%”都要成对）。") from error
    for node in parsed.find_all(nodes.Node):
        if not isinstance(node, _ALLOWED):
            raise template.fault(f"{where}里只能写字段、循环和条件，不能写计算、函数和过滤器。")
    return set(_names(paper, template, where, parsed, {}))


def _names(paper: Paper, template: Template, where: str, node: nodes.Node, rows: Mapping[str, str]) -> Iterator[str]:
    """Fields in use. `rows`: what a loop calls its row → whose group's row it is."""
    if isinstance(node, nodes.For):
        group = node.iter.name if isinstance(node.iter, nodes.Name) else ""
        if paper.group(group) is None or not isinstance(node.target, nodes.Name):
            raise unknown(paper, template, f"{where}循环", group)
        rows = {**rows, node.target.name: group, "loop": ""}
        children: Iterator[nodes.Node] = iter([*node.body, *node.else_])
    elif isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name):
        yield from _of_row(paper, template, where, node.node.name, node.attr, rows)
        return
    elif isinstance(node, nodes.Name):
        if node.name not in paper.known:
            raise unknown(paper, template, where, node.name)
        yield node.name
        return
    else:
        children = node.iter_child_nodes()
    for child in children:
        yield from _names(paper, template, where, child, rows)


def _of_row(
    paper: Paper, template: Template, where: str, row: str, attribute: str, rows: Mapping[str, str]
) -> Iterator[str]:
    if row == "loop" and row in rows:
        return
    group = paper.group(rows.get(row, ""))
    if group is None or attribute not in {column.key for column in group.columns}:
        raise unknown(paper, template, where, f"{row}.{attribute}")
    yield f"{group.key}.{attribute}"
