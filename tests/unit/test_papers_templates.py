"""Templates of papers: what the shipped ones hold, and how an office's own is checked before anything is printed."""

# ruff: noqa: ANN401  (python-docx has no types)

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm
from openpyxl import load_workbook

from responders.papers import making
from responders.papers.catalogue import PAPERS, paper_of
from responders.papers.checking import BadTemplate, Template
from responders.papers.filling import Contents
from responders.papers.kinds import Format, Paper

# DOMAIN's fields of each paper, in its order.
FIELDS = {
    "intake": "来源 收到时间 摘要 拟办意见 领导批示 承办意见 结果",
    "supervise": "编号 承办单位 来源工单号 事由 原时限 超期 督办要求 反馈时限 签发人 联系人电话 反馈 核查意见",
    "feedback": "承办人 审签人",
}
CALLS = [
    "序号", "来电时间", "来电人", "电话", "诉求类型", "反映事项", "事发地点", "被反映单位", "是否保密", "是否重复",
    "接听人", "是否当场答复", "答复内容", "拟办/转办科室", "应回复日期", "回复时间", "回复人", "回复内容",
    "来电人意见", "备注",
]  # fmt: skip
EVERY = [(paper, kind) for paper in PAPERS.values() for kind in paper.formats]


def filled(paper: Paper, kind: Format, **given: Any) -> bytes:
    contents = {
        "singles": {field: f"〈{field}〉" for field in paper.known},
        "groups": {g.key: [{c.key: f"{c.key}{n}" for c in g.columns} for n in (1, 2)] for g in paper.groups},
    } | given
    return making.fill(paper, kind, contents.pop("template", None) or making.shipped(paper, kind), Contents(**contents))


def cells(content: bytes) -> list[str]:
    """Every cell of every table of a document once, in the order of reading."""
    once = {
        cell._tc: cell.text
        for table in Document(io.BytesIO(content)).tables
        for row in table.rows
        for cell in row.cells
    }
    return [*once.values()]


def stays(row: Any) -> bool:
    """On one page with what follows it."""
    return all(p.pPr is not None and p.pPr.find(qn("w:keepNext")) is not None for p in row._tr.iter(qn("w:p")))


def edited(code: str, change: Callable[[Any], None], name: str = "本单位.docx") -> Template:
    """The shipped template after somebody worked on it in Word."""
    document = Document(io.BytesIO(making.shipped(PAPERS[code], "docx").content))
    change(document)
    out = io.BytesIO()
    document.save(out)
    return Template(name, out.getvalue())


def said(code: str, template: Template, kind: Format = "docx") -> str:
    with pytest.raises(BadTemplate) as fault:
        making.check(PAPERS[code], kind, template)
    return str(fault.value)


@pytest.mark.parametrize("code", FIELDS)
def test_a_form_has_every_field_in_the_offices_order(code: str) -> None:
    labels = [cell for cell in cells(filled(PAPERS[code], "docx")) if not cell.startswith("〈")]
    wanted = FIELDS[code].split()
    assert [label for label in labels if label in wanted] == wanted


def test_the_call_register_has_its_twenty_columns_in_both_formats() -> None:
    paper = PAPERS["calls"]
    assert cells(filled(paper, "docx"))[:20] == CALLS
    sheet = load_workbook(io.BytesIO(filled(paper, "xlsx"))).worksheets[0]
    assert [cell.value for cell in sheet[4]] == CALLS
    assert [sheet.cell(row, 1).value for row in (5, 6)] == ["序号1", "序号2"]


@pytest.mark.parametrize(("paper", "kind"), EVERY, ids=lambda each: getattr(each, "name", each))
def test_every_paper_says_all_it_is_given_is_marked_and_prints_on_a4(paper: Paper, kind: Format) -> None:
    content = filled(paper, kind, mark="演示数据")
    if kind == "xlsx":
        for sheet in load_workbook(io.BytesIO(content)).worksheets:
            assert str(sheet.page_setup.paperSize) == "9"
            assert sheet.oddHeader is not None
            assert sheet.oddHeader.right.text == "演示数据"
            assert str(sheet["A1"].value).endswith("（演示数据）")
            assert "{{" not in str([cell.value for row in sheet.iter_rows() for cell in row])
        return
    document = Document(io.BytesIO(content))
    text = document.element.body.xpath("string()")
    for field in paper.singles:
        assert f"〈{field}〉" in text
    for group in paper.groups:
        assert all(f"{column.key}2" in text for column in group.columns)
    assert "{" not in text
    section = document.sections[0]
    assert {round(section.page_width / Mm(1)), round(section.page_height / Mm(1))} == {210, 297}
    assert section.header.paragraphs[0].text == "演示数据"
    assert "PAGE" in section.footer._element.xpath("string()")
    assert "盖章处" in text or not paper.seal


@pytest.mark.parametrize("paper", [p for p in PAPERS.values() if "docx" in p.formats and p.seal], ids=lambda p: p.name)
def test_the_seal_ends_a_paper_and_stands_under_a_row(paper: Paper) -> None:
    document = Document(io.BytesIO(filled(paper, "docx")))
    assert "盖章处" in document.paragraphs[-1].text or paper.sentences  # an empty line may be a page of its own
    for table in document.tables[-1:]:
        assert stays(table.rows[-1])


@pytest.mark.parametrize(
    "code", ["risk", "release", "supervise", "yellow_card", "red_card", "feedback", "return", "extension"]
)
def test_a_form_leaves_room_for_the_seal_on_its_one_page(code: str) -> None:
    head, seal, growth = 22, 15, 10  # millimetres: the title and its line, the seal's line, two more lines of text
    paper = PAPERS[code]
    page, opening = paper.page, 14 if paper.opening else 0
    assert sum(row.height for row in paper.rows) + head + opening + seal + growth <= 297 - page.top - page.bottom


def test_the_same_words_are_the_same_bytes() -> None:
    assert making.shipped(PAPERS["intake"], "docx").content == making.shipped(PAPERS["intake"], "docx").content
    assert filled(PAPERS["circular"], "docx") == filled(PAPERS["circular"], "docx")


def test_what_a_citizen_writes_is_text_and_neither_markup_nor_a_field_nor_a_formula() -> None:
    hostile = "<w:p/> & {{ 领导批示 }} {% raw %} \x0c\x07\x1f=1+1\nsecond"
    paper = PAPERS["intake"]
    singles = dict.fromkeys(paper.known, "") | {"摘要": hostile}
    summary = cells(making.fill(paper, "docx", making.shipped(paper, "docx"), Contents(singles)))[5]
    assert summary == "<w:p/> & {{ 领导批示 }} {% raw %} =1+1\nsecond"
    calls = PAPERS["calls"]
    row = dict.fromkeys((c.key for c in calls.groups[0].columns), "") | {
        "反映事项": "=HYPERLINK(1)",
        "备注": "{{ 期间 }}",
    }
    sheet = load_workbook(io.BytesIO(filled(calls, "xlsx", groups={"各行": [row]}))).worksheets[0]
    assert (sheet.cell(5, 6).value, sheet.cell(5, 6).data_type) == ("=HYPERLINK(1)", "s")


def test_a_list_without_rows_prints_its_head() -> None:
    sheet = load_workbook(io.BytesIO(filled(PAPERS["orders"], "xlsx", groups={"各行": []}))).worksheets[0]
    assert sheet.cell(4, 2).value == "工单编号"
    assert (sheet.cell(5, 1).value, sheet.cell(5, 2).value) == ("无", None)
    assert "无" in cells(filled(PAPERS["weekly"], "docx", groups={}))


def test_a_missing_field_is_named_with_its_file() -> None:
    def without(document: Any) -> None:
        cell = next(c for row in document.tables[0].rows for c in row.cells if c.text == "{{ 反馈时限 }}")
        cell.paragraphs[0].runs[0].text = "三日内"

    message = said("supervise", edited("supervise", without, "督办通知单（新）.docx"))
    assert message == "督办通知单（新）.docx：《督办通知单》缺少字段“反馈时限”，请补上后再用。"


def test_an_unknown_field_is_named_with_those_that_there_are() -> None:
    message = said("summons", edited("summons", lambda d: d.add_paragraph("{{ 承办部门 }}")))
    assert message.startswith("本单位.docx：正文的字段“承办部门”不是《约谈通知书》的字段。可用：编号、承办单位")


def test_a_field_in_the_head_of_the_page_is_checked_too() -> None:
    def head(document: Any) -> None:
        document.sections[0].header.paragraphs[0].text = "{{ 密级 }}"

    assert "页眉的字段“密级”" in said("intake", edited("intake", head))


def test_a_mark_that_is_not_closed_is_shown_with_the_words_around_it() -> None:
    message = said("intake", edited("intake", lambda d: d.add_paragraph("此致 {{ 来源 }")))
    assert "标记没有写对" in message
    assert "此致" in message


@pytest.mark.parametrize(
    "tag", ["{{ 来源.__class__ }}", "{{ 来源|upper }}", "{% set x = 1 %}", "{{ 9*9 }}", "{{ x() }}"]
)
def test_a_template_says_fields_and_computes_nothing(tag: str) -> None:
    assert "本单位.docx：正文" in said("intake", edited("intake", lambda d: d.add_paragraph(tag)))


def test_a_page_that_is_not_a4_is_refused() -> None:
    def letter(document: Any) -> None:
        document.sections[0].page_width, document.sections[0].page_height = Mm(216), Mm(279)

    assert "不是 A4" in said("intake", edited("intake", letter))


def test_an_offices_own_words_and_layout_are_kept() -> None:
    def own(document: Any) -> None:
        document.paragraphs[0].runs[0].text = "望溪市来件呈批笺"
        document.sections[0].different_first_page_header_footer = True

    paper = PAPERS["intake"]
    document = Document(io.BytesIO(filled(paper, "docx", template=edited("intake", own), mark="演示数据")))
    assert document.paragraphs[0].text == "望溪市来件呈批笺"
    assert document.sections[0].first_page_header.paragraphs[0].text == "演示数据"


def test_a_template_that_runs_or_fetches_something_is_refused() -> None:
    shipped = making.shipped(PAPERS["intake"], "docx").content
    outside = '<Relationship Id="rId99" Type="http://x/attachedTemplate" Target="http://x/t" TargetMode="External"/>'
    for extra, what in (("word/vbaProject.bin", "宏"), ("word/_rels/settings.xml.rels", "以外的内容")):
        out = io.BytesIO(shipped)
        with zipfile.ZipFile(out, "a") as packed:
            packed.writestr(extra, f"<Relationships>{outside}</Relationships>")
        assert what in said("intake", Template("甲.docx", out.getvalue()))


@pytest.mark.parametrize(
    ("content", "what"), [(b"%PDF-1.7", "不是 Word"), (b"", "不是 Word"), (b"0" * 6_000_000, "超过")]
)
def test_what_is_no_document_is_named(content: bytes, what: str) -> None:
    assert what in said("intake", Template("扫描件.docx", content))
    assert "扫描件.docx" in said("intake", Template("扫描件.docx", content))


def test_a_document_is_no_sheet_and_a_sheet_no_document() -> None:
    assert "格式不对" in said("calls", making.shipped(PAPERS["calls"], "docx"), "xlsx")
    assert "格式不对" in said("calls", making.shipped(PAPERS["calls"], "xlsx"), "docx")


def test_a_sheet_with_a_wrong_or_a_missing_field_is_named_with_its_cell() -> None:
    book = load_workbook(io.BytesIO(making.shipped(PAPERS["calls"], "xlsx").content))
    sheet = book.worksheets[0]
    sheet["F5"] = "{{ 各行.反映内容 }}"
    out = io.BytesIO()
    book.save(out)
    assert "台账.xlsx：工作表“来电登记表”F5的字段“各行.反映内容”" in said(
        "calls", Template("台账.xlsx", out.getvalue()), "xlsx"
    )
    sheet["F5"] = "同上"
    out = io.BytesIO()
    book.save(out)
    assert "缺少字段“各行.反映事项”" in said("calls", Template("台账.xlsx", out.getvalue()), "xlsx")


def test_rows_below_the_repeated_one_keep_their_place_and_shape() -> None:
    book = load_workbook(io.BytesIO(making.shipped(PAPERS["calls"], "xlsx").content))
    book.worksheets[0]["A9"] = "制表人：　　　审核人："
    book.worksheets[0].merge_cells("A9:T9")
    out = io.BytesIO()
    book.save(out)
    content = filled(PAPERS["calls"], "xlsx", template=Template("own.xlsx", out.getvalue()))
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    assert sheet["A10"].value == "制表人：　　　审核人："
    assert "A10:T10" in {str(merged) for merged in sheet.merged_cells.ranges}


def test_a_paper_is_known_by_its_code_and_its_name() -> None:
    assert paper_of("督办通知单") is paper_of("supervise") is PAPERS["supervise"]
