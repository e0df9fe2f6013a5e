"""The yearly figures as a workbook: a sheet for each dimension, the service hall's on one of its own."""

import io
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from flows.house import House
from models.database import reading
from models.queries.annual import BY, MONTHS, Line, Yearly, yearly
from models.vocabulary import DEMONSTRATION, Channel, Kind, Procedure

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

COUNTED = "按来件计，含并单；自动邮件、无效件、密封件不计。已答复指统计时已答复或办结的来件。"
HALL_APART = "大厅办件为线下窗口办理量，与上述来件口径不同，不相加。"
_NONE = "未定"


def figures(house: House, year: int) -> Yearly:
    with reading(house.engine) as session:
        return yearly(session, year, house.settings.zone)


def name_of(house: House, dimension: str, code: str) -> str:
    """What an office calls a code; where an order has no unit yet, it says so."""
    units = house.profile.units_by_code
    names: dict[str, Callable[[], str]] = {
        "channel": lambda: Channel(code).label,
        "kind": lambda: Kind(code).label,
        "procedure": lambda: Procedure(code).label,
        "domain": lambda: house.profile.domain_labels.get(code, code),
        "unit": lambda: units[code].name if code in units else code or _NONE,
    }
    return names[dimension]()


def workbook(house: House, year: int) -> bytes:
    """XLSX, fit to A4 across."""
    from openpyxl import Workbook

    found = figures(house, year)
    book = Workbook()
    if (first := book.active) is not None:
        book.remove(first)
    for dimension, label in BY.items():
        sheet = book.create_sheet(f"按{label}")
        rows = [(name_of(house, dimension, line.code), line) for line in found.by[dimension]]
        _fill(sheet, house, f"{year} 年来件情况（按{label}）", label, [*rows, ("合计", found.whole)])
    _hall_sheet(book.create_sheet("大厅办件"), house, found)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def _fill(sheet: "Worksheet", house: House, title: str, label: str, rows: Sequence[tuple[str, Line]]) -> None:
    head = [label, *(f"{month}月" for month in MONTHS), "全年", "已答复"]
    body = [[name, *line.months, line.received, line.answered] for name, line in rows]
    _write(sheet, house, title, head, body, COUNTED)


def _hall_sheet(sheet: "Worksheet", house: House, found: Yearly) -> None:
    head = ["单位", *(f"{month}月" for month in MONTHS), "全年"]
    body = [[name_of(house, "unit", unit), *months, sum(months)] for unit, months in found.hall]
    sums = [sum(months[at] for _, months in found.hall) for at in range(12)]
    _write(sheet, house, f"{found.year} 年大厅办件", head, [*body, ["合计", *sums, sum(sums)]], HALL_APART)


def _write(
    sheet: "Worksheet", house: House, title: str, head: Sequence[str], body: Iterable[Sequence[object]], remark: str
) -> None:
    from openpyxl.styles import Alignment, Border, Font, Side
    from openpyxl.utils import get_column_letter

    mark = f"【{DEMONSTRATION}】" if house.profile.demonstration else ""
    sheet.append([f"{mark}{house.profile.publisher}　{title}"])
    sheet.append(list(head))
    for row in body:
        sheet.append(list(row))
    line = Side(style="thin")
    for cells in sheet.iter_rows(min_row=2, max_col=len(head)):
        for cell in cells:
            cell.border = Border(left=line, right=line, top=line, bottom=line)
            cell.alignment = Alignment(horizontal="left" if cell.column == 1 else "right", wrap_text=True)
    sheet.append([remark])
    sheet["A1"].font = Font(bold=True, size=14)
    sheet.column_dimensions["A"].width = 24
    for column in range(2, len(head) + 1):
        sheet.cell(row=2, column=column).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = 7
    sheet.freeze_panes = "B3"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]
