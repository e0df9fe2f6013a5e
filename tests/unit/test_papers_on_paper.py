"""What is signed and filed: rows that stay together, room for a signature, sheets that print whole."""

import io
from datetime import date, datetime
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from openpyxl import load_workbook

from responders.papers import making
from responders.papers.catalogue import PAPERS
from responders.papers.checking import Template
from responders.papers.filling import Contents, Shown
from responders.papers.kinds import Format, Paper

# ruff: noqa: ANN401  (python-docx and openpyxl have no types)

SIGNED = {
    "intake": ("拟办意见", "领导批示", "承办意见"), "return": ("审核意见",), "extension": ("审核意见",),
    "supervise": ("反馈", "核查意见"), "yellow_card": ("反馈", "核查意见"), "red_card": ("反馈", "核查意见"),
}  # fmt: skip
FORMS = [paper for paper in PAPERS.values() if paper.rows]


def filled(paper: Paper, kind: Format, *, template: Template | None = None, rows: int = 2, **singles: str) -> bytes:
    given = {field: f"〈{field}〉" for field in paper.known} | singles
    groups = {g.key: [{c.key: f"{n}" for c in g.columns} for n in range(rows)] for g in paper.groups}
    return making.fill(paper, kind, template or making.shipped(paper, kind), Contents(given, groups))


def document(paper: Paper, *, rows: int = 2, **singles: str) -> Any:
    return Document(io.BytesIO(filled(paper, "docx", rows=rows, **singles)))


def sheets(paper: Paper, *, rows: int = 2, **singles: str) -> list[Any]:
    return load_workbook(io.BytesIO(filled(paper, "xlsx", rows=rows, **singles))).worksheets


def stays(row: Any) -> bool:
    """With what follows it, on one page."""
    return all(p.pPr is not None and p.pPr.find(qn("w:keepNext")) is not None for p in row._tr.iter(qn("w:p")))


@pytest.mark.parametrize("code", SIGNED)
def test_a_signature_stands_at_the_foot_of_its_field_however_little_is_written_there(code: str) -> None:
    rows = document(PAPERS[code], **dict.fromkeys(SIGNED[code], "")).tables[0].rows
    labels = [row.cells[0].text for row in rows]
    for label in SIGNED[code]:
        text, signature = (rows[n] for n, each in enumerate(labels) if each == label)
        assert signature.cells[1].text.startswith("签名：")
        assert signature.cells[1].text.endswith("年　　月　　日")
        assert stays(text)
        assert text.cells[1]._tc.tcPr.xpath("w:tcBorders/w:bottom/@w:val") == ["nil"]
        assert signature.cells[1]._tc.tcPr.xpath("w:tcBorders/w:top/@w:val") == ["nil"]


@pytest.mark.parametrize("code", ["assignment", "feedback", "return", "extension", "risk", "release"])
def test_who_signed_and_the_seal_are_not_torn_apart_by_a_pages_end(code: str) -> None:
    rows = document(PAPERS[code]).tables[0].rows
    long = max(n for n, row in enumerate(PAPERS[code].rows) if row.height >= 20)
    block = list(rows)[len(rows) - len(PAPERS[code].rows) + long + 1 :]
    assert block
    assert all(stays(row) for row in block)


def test_how_a_paper_is_kept_stands_at_the_foot_of_each_sheet_and_fills_no_page_of_its_own() -> None:
    for code in ("intake", "feedback", "calls"):
        paper = document(PAPERS[code], 保管提示="保管期限 5 年")
        assert paper.sections[0].footer.paragraphs[1].text == "保管期限 5 年"
        assert "保管期限" not in paper.element.body.xpath("string()")
        last = paper.paragraphs[-1]
        assert last.text or last.paragraph_format.line_spacing.pt == 1


@pytest.mark.parametrize("paper", FORMS, ids=lambda each: each.name)
def test_each_sheet_of_a_form_says_of_which_paper_it_is_and_how_many_there_are(paper: Paper) -> None:
    foot = document(paper).sections[0].footer.paragraphs[0]
    said = "".join(each.text or "" for each in foot._p.iter(qn("w:t"), qn("w:instrText")))
    assert said.startswith(f"{paper.name}　〈{paper.told_by}〉　第 PAGE")
    assert "共 NUMPAGES" in said
    assert {run.font.size.pt for run in foot.runs if run.font.size} == {9.0}


def test_no_text_touches_a_line_of_its_table() -> None:
    for paper in PAPERS.values():
        if "docx" in paper.formats and not paper.sentences:
            for table in Document(io.BytesIO(making.shipped(paper, "docx").content)).tables:
                margins = table._tbl.tblPr.find(qn("w:tblCellMar"))
                assert all(int(side.get(qn("w:w"))) > 0 for side in margins)
                assert margins.getnext().tag == qn("w:tblLook")  # where the schema wants it


@pytest.mark.parametrize(("code", "colour"), [("yellow_card", "黄牌"), ("red_card", "红牌")])
def test_a_card_says_what_was_decided_and_what_is_to_be_mended(code: str, colour: str) -> None:
    card = document(PAPERS[code], 承办单位="市住建局")
    said = [paragraph.text for paragraph in card.paragraphs]
    assert f"经研究，决定对市住建局予以{colour}警示。请按下列要求整改，并按时书面反馈。" in said
    assert "整改要求" in [row.cells[0].text for row in card.tables[0].rows]


def test_a_circular_is_headed_by_whom_it_is_about_and_says_nothing_of_a_limit_that_there_is_not() -> None:
    said = [p.text for p in document(PAPERS["circular"], 承办单位="市住建局", 原时限="", 超期="").paragraphs]
    assert said[0] == "关于市住建局有关情况的通报"
    assert "（来源工单号：〈来源工单号〉）" in said
    assert document(PAPERS["praise"], 承办单位="市住建局").paragraphs[0].text == "关于表扬市住建局的通报"


def test_a_short_list_is_on_one_page_and_a_long_one_begins_under_its_title() -> None:
    short, long = document(PAPERS["plan"], rows=1).tables
    assert all(stays(row) for row in short.rows)
    assert all(stays(row) for row in long.rows)
    rows = list(document(PAPERS["plan"], rows=30).tables[1].rows)
    assert not any(stays(row) for row in rows[:-2])
    assert all(stays(row) for row in rows[-2:])  # with the seal, and not the last one alone


def test_the_last_row_of_a_list_does_not_cling_to_the_next_lists_title() -> None:
    tables = document(PAPERS["weekly"], rows=30).tables
    assert not stays(list(tables[0].rows)[-1])  # 总体情况 has no note
    assert stays(list(tables[1].rows)[-1])


@pytest.mark.parametrize("paper", [p for p in PAPERS.values() if "xlsx" in p.formats], ids=lambda each: each.name)
def test_a_sheet_prints_all_that_is_on_it_with_its_column_names_and_nothing_empty(paper: Paper) -> None:
    for sheet in sheets(paper, rows=40, 保管提示=""):
        said = max(cell.row for row in sheet.iter_rows() for cell in row if cell.value)
        assert sheet.print_area.endswith(f"$A$1:${sheet.cell(4, sheet.max_column).column_letter}${said}")
        assert (sheet.print_title_rows, sheet.freeze_panes) == ("$4:$4", "A5")
        assert (sheet.page_setup.orientation == "landscape") == paper.page.landscape
        assert sheet.page_setup.fitToWidth == 1
    assert not paper.seal or "盖章处" in str(sheet.cell(said, 1).value)


def test_an_offices_own_print_area_keeps_its_columns_and_grows_with_the_rows() -> None:
    paper = PAPERS["orders"]
    book = load_workbook(io.BytesIO(making.shipped(paper, "xlsx").content))
    book.worksheets[0].print_area = "A1:N6"
    out = io.BytesIO()
    book.save(out)
    content = filled(paper, "xlsx", template=Template("台账.xlsx", out.getvalue()), rows=50)
    assert load_workbook(io.BytesIO(content)).worksheets[0].print_area.endswith("$A$1:$N$55")


def test_a_seal_never_goes_to_a_page_of_its_own() -> None:
    tall = {rows: sheets(PAPERS["weekly"], rows=rows)[-1].page_setup.fitToHeight for rows in (20, 36, 45)}
    assert tall[20] == 0  # fits as it is
    assert 1 in tall.values()  # a little over: made to fit
    assert tall[45] in {0, None}  # well over: a second page with rows on it


def test_days_shares_and_changes_are_what_they_are_in_a_sheet_and_words_in_a_document() -> None:
    paper = PAPERS["calls"]
    row: dict[str, Any] = dict.fromkeys((c.key for c in paper.groups[0].columns), "")
    row |= {"序号": 1, "来电时间": Shown(datetime(2026, 3, 2, 9, 5), "2026-03-02 09:05", "yyyy-mm-dd hh:mm"),  # noqa: DTZ001
            "应回复日期": Shown(date(2026, 3, 9), "2026-03-09", "yyyy-mm-dd")}  # fmt: skip
    contents = Contents(dict.fromkeys(paper.known, ""), {"各行": [row]})
    made = making.fill(paper, "xlsx", making.shipped(paper, "xlsx"), contents)
    cells = load_workbook(io.BytesIO(made)).worksheets[0][5]
    assert (cells[0].value, cells[1].value, cells[14].value) == (1, datetime(2026, 3, 2, 9, 5), datetime(2026, 3, 9))  # noqa: DTZ001
    assert (cells[1].number_format, cells[14].number_format) == ("yyyy-mm-dd hh:mm", "yyyy-mm-dd")
    said = making.fill(paper, "docx", making.shipped(paper, "docx"), contents)
    assert "2026-03-02 09:05" in Document(io.BytesIO(said)).element.body.xpath("string()")


@pytest.mark.parametrize(
    ("code", "columns", "digits"),
    [("calls", ("来电时间", "回复时间"), 16), ("calls", ("应回复日期",), 10), ("promises", ("承诺日期", "期限"), 10),
     ("orders", ("收到时间", "受理日期", "办理时限", "答复日期"), 10), ("supervisions", ("原时限", "反馈时限"), 10)],
)  # fmt: skip
def test_a_column_of_days_is_wide_enough_for_them_since_they_do_not_wrap(
    code: str, columns: tuple[str, ...], digits: int
) -> None:
    [sheet] = sheets(PAPERS[code])
    for cell in sheet[4]:
        if cell.value in columns:
            pixels = sheet.column_dimensions[cell.column_letter].width * 7
            assert pixels >= digits * sheet.cell(5, cell.column).font.size * 96 / 72 / 2, cell.value


def test_a_text_that_no_row_can_show_is_cut_and_says_so() -> None:
    paper = PAPERS["supervisions"]
    text = "已办理，正在整改。" * 200
    row = dict.fromkeys((c.key for c in paper.groups[0].columns), "") | {"反馈": text, "事由": "超期。" * 20}
    contents = Contents(dict.fromkeys(paper.known, ""), {"各行": [row]})
    made = making.fill(paper, "xlsx", making.shipped(paper, "xlsx"), contents)
    sheet = load_workbook(io.BytesIO(made)).worksheets[0]
    said = {cell.value: str(sheet.cell(5, cell.column).value) for cell in sheet[4]}
    assert said["反馈"].startswith("已办理，正在整改。已办理")
    assert said["反馈"].endswith("……（全文 1800 字，此处未列完）")
    assert said["事由"] == "超期。" * 20
    assert sheet.row_dimensions[5].height <= 409
