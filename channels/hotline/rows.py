"""A sheet's rows, whatever file they stand in: the header is found, each row below it becomes an item."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from channels.cells import BadCell, text_of
from channels.hotline.columns import LABELS, find_columns, known_names
from channels.hotline.item import call_message
from channels.options import ReadOptions
from models.inbound import Accepted, Quarantined, SourceItem
from models.vocabulary import Channel


@dataclass(frozen=True, slots=True)
class Row:
    """`number` is what the spreadsheet program shows; `raw` the bytes it stood in (none in an XLSX)."""

    number: int
    cells: Sequence[object]
    raw: bytes = b""
    fault: str = ""

    @property
    def blank(self) -> bool:
        return not self.fault and all(text_of(cell) is None for cell in self.cells)


def read_rows(rows: Iterable[Row], where: str, options: ReadOptions) -> Iterator[SourceItem]:
    """Items of the rows below the header; without a header the whole sheet is one quarantined item."""
    names = known_names(options.columns)
    waiting = iter(rows)
    above, header, columns = find_header(waiting, names, options.limits.header_search)
    if header is None:
        yield from _headless(chain(above, waiting), where)
        return
    titles = list(header.cells)
    for row in waiting:
        # Exports repeat the header on every printed page.
        if not row.blank and list(row.cells) != titles:
            yield _item(row, header, columns, where, options)


def find_header(
    rows: Iterator[Row], names: Mapping[str, Sequence[str]], most: int
) -> tuple[list[Row], Row | None, dict[str, int]]:
    """The rows above the header, the header itself, and field → column; without one, what was looked through."""
    above: list[Row] = []
    for row in rows:
        columns = find_columns(row.cells, names)
        if columns:
            return above, row, columns
        above.append(row)
        if len(above) >= most:
            break
    return above, None, {}


def _headless(rows: Iterable[Row], where: str) -> Iterator[SourceItem]:
    """Sheets that are empty give nothing; others are kept whole, up to what one item may hold."""
    filled = [row for row in rows if not row.blank]
    if filled:
        raw = b"".join(row.raw or _as_json(row, None) for row in filled)
        expected = "、".join(LABELS.values())
        yield Quarantined(
            Channel.HOTLINE,
            raw,
            where,
            f"没有找到表头。表头应有“诉求内容”和下列各列中的至少一列：{expected}；别的名称请写进辖区配置。",
        )


def _item(row: Row, header: Row, columns: Mapping[str, int], where: str, options: ReadOptions) -> SourceItem:
    place = f"{where} 第{row.number}行"
    raw = header.raw + row.raw if row.raw else _as_json(row, header)
    if row.fault:
        return Quarantined(Channel.HOTLINE, raw, place, row.fault)
    fields = {field: row.cells[at] for field, at in columns.items() if at < len(row.cells)}
    try:
        return Accepted(call_message(fields, options), raw, place)
    except BadCell as error:
        return Quarantined(Channel.HOTLINE, raw, place, str(error))


def _as_json(row: Row, header: Row | None) -> bytes:
    """A row as one JSON line with the header's names, readable by the JSONL reader again."""
    cells = [text_of(cell) for cell in row.cells]
    if header is None:
        kept: object = cells
    else:
        titles = [text_of(cell) or f"第{at}列" for at, cell in enumerate(header.cells, start=1)]
        titles += [f"第{at}列" for at in range(len(titles) + 1, len(cells) + 1)]
        kept = {title: cell for title, cell in zip(titles, cells, strict=False) if cell is not None}
    return json.dumps(kept, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
