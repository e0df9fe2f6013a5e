"""How a sheet comes out of the printer: A4, all that is on it, and every row as high as what it says."""

from bisect import bisect_right
from typing import TYPE_CHECKING

from responders.papers.typography import A4_MM

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openpyxl.worksheet.worksheet import Worksheet

A4 = "9"
_LEAST_ROW, _MOST_ROW = 18.0, 409.0  # points; the latter is Excel's
_LINE, _ROUND = 1.3, 5.0  # a line's height in its font's size, and points above and below
_WIDE = 0x2E7F
_USUAL_PT = 11.0  # the font in whose digits the width of a column is given
_MM_PER_POINT = 25.4 / 72
_MOST_SHRUNK, _END_POINTS = 0.2, 130.0  # of a page; a note, the seal, a line on keeping and a row or two


def for_paper(sheet: "Worksheet") -> None:
    """A4, and a print area that ends with the last words: empty lines below would be a page of their own.

    The columns of a template's own print area stay; how many rows there are it cannot know.
    """
    from openpyxl.utils import get_column_letter, range_boundaries

    sheet.page_setup.paperSize = A4
    below = next((n for n in range(sheet.max_row, 0, -1) if any(cell.value not in (None, "") for cell in sheet[n])), 0)
    if not below:
        return
    first, last = 1, max(sheet.max_column, 1)
    own = str(sheet.print_area or "").rpartition("!")[2]
    if own and "," not in own:
        low, _, high, _ = range_boundaries(own)
        first, last = low or first, high or last
    sheet.print_area = f"{get_column_letter(first)}1:{get_column_letter(last)}{below}"
    _no_lonely_end(sheet, last, below)


def _no_lonely_end(sheet: "Worksheet", last: int, below: int) -> None:
    """Where only the note, the seal or a last row would go to a page of its own, everything is set a little smaller.

    A page break by hand would do it too, but Excel heeds none where a sheet is fitted to the page's width.
    """
    fits = sheet.sheet_properties.pageSetUpPr
    if fits is None or not fits.fitToPage or sheet.page_setup.fitToHeight != 0 or not sheet.print_title_rows:
        return
    margins, landscape = sheet.page_margins, sheet.page_setup.orientation == "landscape"
    width, height = (A4_MM[1], A4_MM[0]) if landscape else A4_MM
    wide = sum(_column_points(sheet, number) for number in range(1, last + 1))
    scale = min(1.0, (width / _MM_PER_POINT - 72 * (margins.left + margins.right)) / wide)
    page = (height / _MM_PER_POINT - 72 * (margins.top + margins.bottom)) / scale
    heights = [sheet.row_dimensions[number].height or _LEAST_ROW for number in range(1, below + 1)]
    head = heights[int(sheet.print_title_rows.rpartition("$")[2]) - 1]
    pages = 1 + max(sum(heights) - page, 0) / (page - head)
    over = (pages - int(pages)) * (page - head)
    if pages > 1 and 0 < over <= min(page * _MOST_SHRUNK, _END_POINTS):
        sheet.page_setup.fitToHeight = int(pages)


def _column_points(sheet: "Worksheet", number: int) -> float:
    """Seven pixels for a digit and five around it, at 96 to the inch."""
    from openpyxl.utils import get_column_letter

    return (float(sheet.column_dimensions[get_column_letter(number)].width) * 7 + 5) * 0.75


def mark_every_page(sheet: "Worksheet", mark: str) -> None:
    for head in (sheet.oddHeader, sheet.evenHeader, sheet.firstHeader):
        if head is not None:
            head.right.text = mark


def fitted(sheet: "Worksheet", row: int, texts: "Sequence[str]") -> dict[int, str]:
    """Make the row as high as its longest text needs: not every program reckons that for a file that it only prints.

    Texts that are longer than the highest row shows are returned by their column, cut, and saying so.
    """
    from openpyxl.utils import get_column_letter

    height, cut = _LEAST_ROW, {}
    for number, text in enumerate(texts, start=1):
        size = sheet.cell(row, number).font.size or _USUAL_PT
        room = max(sheet.column_dimensions[get_column_letter(number)].width - 1, 2) * _USUAL_PT / size
        most = int((_MOST_ROW - _ROUND) / (size * _LINE))
        lines = _lines(text, room)
        if lines > most:
            cut[number] = _cut(text, room, most)
        height = max(height, min(lines, most) * size * _LINE + _ROUND)
    sheet.row_dimensions[row].height = min(height, _MOST_ROW)
    return cut


def _cut(text: str, room: float, most: int) -> str:
    end = f"……（全文 {len(text)} 字，此处未列完）"
    too_much = bisect_right(range(len(text)), most, key=lambda n: _lines(text[:n] + end, room))
    return text[: max(too_much - 1, 0)] + end


def _lines(text: str, room: float) -> int:
    return sum(int(-(-_digits(line) // room)) or 1 for line in text.split("\n"))


def _digits(text: str) -> float:
    """As many digits wide; a Chinese character is as wide as two."""
    return sum(2.0 if ord(char) > _WIDE else 1.0 for char in text)
