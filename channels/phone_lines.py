"""对外联系电话 from an office's list: CSV or XLSX, row by row, each fault with its row and its column."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from channels.cells import BadCell, number_text, text_of
from channels.faults import SourceUnreadable
from channels.hotline.columns import plain
from channels.hotline.rows import Row
from channels.options import ReadOptions
from channels.sheets import tables_of

COLUMNS: Mapping[str, Sequence[str]] = {
    "number": ("电话号码", "联系电话", "对外联系电话", "电话", "号码"),
    "unit": ("单位", "单位名称", "责任单位", "所属单位"),
    "purpose": ("用途", "电话用途", "名称", "线路名称"),
    "hours": ("服务时间", "接听时间", "工作时间", "受理时间"),
    "answered_by": ("接听人", "接听岗位", "接听科室", "联系人", "责任人"),
    "published_at": ("公布位置", "公布渠道", "公开位置", "公布网址"),
}
_NEEDED = ("number", "unit")


@dataclass(frozen=True, slots=True)
class LineRow:
    """A row's place and values, or what is wrong with it."""

    where: str
    values: Mapping[str, str]
    fault: str = ""


def read_lines(path: Path, options: ReadOptions) -> Iterator[LineRow]:
    """Every row below the header. Raises SourceUnreadable for what is no such table."""
    for where, rows in tables_of(path, options):
        yield from _rows(rows, where)


def _rows(rows: Iterator[Row], where: str) -> Iterator[LineRow]:
    columns: dict[str, int] = {}
    filled = False
    for row in rows:
        if row.blank:
            continue
        filled = True
        if not columns:
            columns = _columns(row)
        elif row.fault:
            yield LineRow(f"{where} 第{row.number}行", {}, row.fault)
        elif _columns(row) != columns:
            yield _line(row, columns, f"{where} 第{row.number}行")
    if filled and not columns:
        names = "、".join(names[0] for names in COLUMNS.values())
        raise SourceUnreadable(f"{where}：没有找到表头，应有“电话号码”“单位”两列，可有下列各列：{names}。")


def _columns(row: Row) -> dict[str, int]:
    """Field → column of a header row; empty where the row is none."""
    headers = [plain(cell) for cell in row.cells]
    found = {
        field: headers.index(name)
        for field, names in COLUMNS.items()
        if (name := next((plain(n) for n in names if plain(n) in headers), None)) is not None
    }
    return found if all(field in found for field in _NEEDED) else {}


def _line(row: Row, columns: Mapping[str, int], where: str) -> LineRow:
    cells = {field: row.cells[at] for field, at in columns.items() if at < len(row.cells)}
    try:
        values = {field: text_of(cell) or "" for field, cell in cells.items()}
        values["number"] = number_text(cells.get("number"), COLUMNS["number"][0]) or ""
    except BadCell as error:
        return LineRow(where, {}, str(error))
    missing = [COLUMNS[field][0] for field in _NEEDED if not values.get(field)]
    return LineRow(where, values, f"{'、'.join(missing)}是空的，请补上。" if missing else "")
