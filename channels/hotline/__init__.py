"""Hotline calls: CSV, XLSX and JSONL as call centres export them, with row-numbered faults."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from channels.cells import BadCell
from channels.faults import cause, present, unreadable
from channels.hotline.columns import LABELS, known_names, plain
from channels.hotline.csv_rows import csv_rows, is_html, looks_like_text
from channels.hotline.item import call_message
from channels.hotline.rows import read_rows
from channels.jsonl import json_lines, quarantined
from channels.options import ReadOptions
from models.inbound import Accepted, Quarantined, SourceItem
from models.vocabulary import Channel

__all__ = ["LABELS", "SAMPLE", "BadCell", "call_fields", "call_message", "read_hotline", "refusal"]

SAMPLE = 64 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_hotline(
    path: str | Path,
    columns: Mapping[str, Sequence[str]] | None = None,
    zone: ZoneInfo | None = None,
    *,
    options: ReadOptions | None = None,
) -> Iterator[SourceItem]:
    """Every call of a file, by what the file is and not by its name.

    `columns` are the profile's header names per field. Raises SourceMissing or SourceUnreadable at once.
    """
    chosen = options or ReadOptions()
    chosen = replace(chosen, columns=chosen.columns if columns is None else columns, zone=zone or chosen.zone)
    source = present(Path(path))
    try:
        with source.open("rb") as file:
            sample = file.read(SAMPLE)
    except OSError as error:
        raise unreadable(source, error) from None
    return _by_content(source, sample, chosen)


def call_fields(given: Mapping[str, object], columns: Mapping[str, Sequence[str]]) -> dict[str, object]:
    """A JSON object's values by our field names; Chinese, English and the profile's keys are known."""
    keys = {plain(key): key for key in reversed(list(given))}
    found: dict[str, object] = {}
    for field, names in known_names(columns).items():
        key = next((keys[name] for name in names if name in keys), None)
        if key is not None:
            found[field] = given[key]
    return found


def _by_content(path: Path, sample: bytes, options: ReadOptions) -> Iterator[SourceItem]:
    refused = refusal(sample)
    if refused:
        yield _whole(path, refused, options)
    elif sample.startswith(b"PK"):
        yield from _workbook(path, options)
    elif sample.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        yield from _objects(path, options)
    else:
        try:
            yield from read_rows(csv_rows(path, options), str(path), options)
        except OSError as error:
            yield Quarantined(
                Channel.HOTLINE, b"", str(path), f"文件读到中途中断（{cause(error)}），请检查磁盘后重新读取。"
            )


def refusal(sample: bytes) -> str | None:
    """Why a file that begins so is no table that can be read; None if it may be one."""
    if not sample.strip():
        return "文件是空的。"
    if sample.startswith(_OLE):
        return "是旧版 .xls 或加密的表格，无法读取；请另存为不加密的 .xlsx 或 CSV 后重新读取。"
    if is_html(sample):
        return "是网页格式的表格（常见于网页导出的 .xls）；请用表格软件打开，另存为 .xlsx 或 CSV 后重新读取。"
    if not sample.startswith(b"PK") and not looks_like_text(sample):
        return "不是表格文件，请提供 CSV、XLSX 或 JSONL。"
    return None


def _workbook(path: Path, options: ReadOptions) -> Iterator[SourceItem]:
    from channels.hotline.xlsx_rows import BadSheet, xlsx_sheets

    try:
        for title, rows in xlsx_sheets(path, options):
            yield from read_rows(rows, f"{path}［{title}］", options)
    except (BadSheet, OSError) as error:
        reason = str(error) if isinstance(error, BadSheet) else cause(error)
        yield _whole(path, reason, options)


def _objects(path: Path, options: ReadOptions) -> Iterator[SourceItem]:
    for line in json_lines(path, options.limits):
        if line.fields is None:
            yield quarantined(line, Channel.HOTLINE)
            continue
        try:
            yield Accepted(call_message(call_fields(line.fields, options.columns), options), line.raw, line.where)
        except BadCell as error:
            yield quarantined(line, Channel.HOTLINE, str(error))


def _whole(path: Path, reason: str, options: ReadOptions) -> Quarantined:
    with path.open("rb") as file:
        raw = file.read(options.limits.kept)
    return Quarantined(Channel.HOTLINE, raw, str(path), reason)
