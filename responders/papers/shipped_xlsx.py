"""The XLSX templates that come with the product, made from `kinds`: a sheet for each group of rows."""

from functools import cache
from typing import TYPE_CHECKING, Any

from responders.papers.kinds import Group, Paper
from responders.papers.sheet_pages import A4
from responders.papers.sheets import saved
from responders.papers.typography import LABEL_FONT, TABLE_FONT, TITLE_FONT

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_MM_PER_WIDTH = 2.05  # a column's width of 1 is a digit of the default font


@cache
def shipped_xlsx(paper: Paper) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    del book["Sheet"]
    for group in paper.groups:
        _sheet(book, paper, group, seal=paper.seal if group is paper.groups[-1] else "")
    return saved(book)


def _sheet(book: "Workbook", paper: Paper, group: Group, *, seal: str) -> None:
    sheet = book.create_sheet(group.title or paper.name)
    name = f"{paper.name}·{group.title}" if group.title else paper.name
    last = len(group.columns)
    _across(sheet, 1, last, name, _title(), "center", 30)
    _across(sheet, 2, last, "{{ 期间 }}", _text(11), "center", 18)
    _across(sheet, 3, last, "编制单位：{{ 印发单位 }}　　编制日期：{{ 打印日期 }}", _text(10), "left", 18)
    _columns(sheet, paper, group)
    below = (
        (group.note and f"注：{group.note}", 9, "left", 26),
        (seal, 10.5, "right", 40),
        ("{{ 保管提示 }}", 9, "left", 26),
    )
    for number, (words, size, side, height) in enumerate((line for line in below if line[0]), start=6):
        _across(sheet, number, last, words, _text(size), side, height)
    _page(sheet, landscape=paper.page.landscape)


def _across(sheet: "Worksheet", row: int, last: int, words: str, font: Any, side: str, height: float) -> None:  # noqa: ANN401
    """One line over all columns."""
    from openpyxl.styles import Alignment

    cell = sheet.cell(row, 1, words)
    cell.font, cell.alignment = font, Alignment(horizontal=side, vertical="center", wrap_text=True)
    sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=last)
    sheet.row_dimensions[row].height = height


def _title() -> Any:  # noqa: ANN401
    from openpyxl.styles import Font

    return Font(name=TITLE_FONT, size=18, bold=True)


def _text(size: float) -> Any:  # noqa: ANN401
    from openpyxl.styles import Font

    return Font(name=TABLE_FONT, size=size)


def _columns(sheet: "Worksheet", paper: Paper, group: Group) -> None:
    from openpyxl.styles import Alignment, Border, Font, Side
    from openpyxl.utils import get_column_letter

    thin = Side(style="thin")
    box = Border(left=thin, right=thin, top=thin, bottom=thin)
    size = max(paper.page.text, 9)
    for index, column in enumerate(group.columns, start=1):
        head, cell = sheet.cell(4, index, column.said), sheet.cell(5, index, f"{{{{ {group.key}.{column.key} }}}}")
        head.font, cell.font, head.border, cell.border = Font(name=LABEL_FONT, size=size), _text(size), box, box
        head.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        side = "left" if column.left else "center"
        cell.alignment = Alignment(horizontal=side, vertical="center", wrap_text=True)
        wide = (column.sheet or column.width) / _MM_PER_WIDTH
        sheet.column_dimensions[get_column_letter(index)].width = round(wide, 2)
    sheet.row_dimensions[4].height = 30


def _page(sheet: "Worksheet", *, landscape: bool) -> None:
    """A4, one page wide, the column names and the page's number on each."""
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.page_setup.paperSize = A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "4:4"
    sheet.freeze_panes = "A5"
    sheet.print_options.horizontalCentered = True
    margins = sheet.page_margins
    margins.left = margins.right = 0.4
    margins.top, margins.bottom = 0.7, 0.75
    margins.header = margins.footer = 0.3
    if sheet.oddFooter is not None:
        sheet.oddFooter.center.text = "第 &P 页　共 &N 页"
