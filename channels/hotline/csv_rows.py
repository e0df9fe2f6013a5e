"""CSV as call centres write it: any encoding, any delimiter, quotes that never close. Read as a stream."""

import codecs
import csv
import io
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from channels.charset import choose, decode
from channels.hotline.columns import find_columns, known_names
from channels.hotline.rows import Row
from channels.options import ReadOptions

_DELIMITERS = (",", "\t", ";", "|", "，")
_SAMPLE = 256 * 1024
_LINE = 4 * 1024 * 1024
_MOST_LINES = 400_000  # of one row; a quote still open then was never meant to open
_MOST_TEXT = 32 * 1024 * 1024
_FEW_LINES = 100  # after many such quotes the file is simply not quoted
_PATIENCE = 20
_WIDE = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}

csv.field_size_limit(2**31 - 1)  # the module's own limit of 128 kB is less than an angry citizen writes


def csv_rows(path: Path, options: ReadOptions) -> Iterator[Row]:
    """Rows numbered as a spreadsheet program numbers them. `raw` is the file's own bytes (UTF-8 for UTF-16)."""
    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
    codec = _codec(sample)
    lines = _lines(path, codec)
    head = list(islice(lines, options.limits.header_search))
    delimiter = _delimiter([text for text, _ in head], options)
    yield from _Records(_again(head, lines), delimiter).rows(_width(head, delimiter, options))


def _codec(sample: bytes) -> str:
    wide = wide_codec(sample)
    if wide:
        return wide
    if sample.startswith(codecs.BOM_UTF8):
        return "utf-8"
    return choose(sample[: sample.rfind(b"\n") + 1] or sample)


def wide_codec(sample: bytes) -> str | None:
    """UTF-16 by its mark, or by the line ends and delimiters that only one byte order shows."""
    for mark, name in _WIDE.items():
        if sample.startswith(mark):
            return name
    if b"\0" not in sample:
        return None
    counts = {}
    for name in _WIDE.values():
        text = sample[: len(sample) // 2 * 2].decode(name, "replace")
        counts[name] = 0 if "\0" in text else sum(text.count(sign) for sign in ("\n", *_DELIMITERS))
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] else None


def _lines(path: Path, codec: str) -> Iterator[tuple[str, bytes]]:
    """(text, bytes) of each line; a line in another encoding than its file is read in its own."""
    if codec.startswith("utf-16"):
        with path.open(encoding=codec, errors="replace", newline="") as file:
            while text := file.readline(_LINE):
                bare = text.removeprefix("\ufeff")
                yield bare, bare.encode("utf-8", "replace")
        return
    with path.open("rb") as raw_file:
        while raw := raw_file.readline(_LINE):
            try:
                yield raw.decode(codec).removeprefix("\ufeff"), raw
            except UnicodeDecodeError:
                yield decode(raw).removeprefix("\ufeff"), raw


def _delimiter(head: Sequence[str], options: ReadOptions) -> str:
    """The one under which a header row shows the most known columns."""
    names = known_names(options.columns)

    def matched(delimiter: str) -> int:
        return max((len(find_columns(_alone(line, delimiter), names)) for line in head), default=0)

    return max(_DELIMITERS, key=matched)


def _width(head: Sequence[tuple[str, bytes]], delimiter: str, options: ReadOptions) -> int:
    names = known_names(options.columns)
    rows = (_alone(text, delimiter) for text, _ in head)
    return next((len(cells) for cells in rows if find_columns(cells, names)), 0)


def _alone(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return [line]


def _again(head: list[tuple[str, bytes]], rest: Iterator[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    yield from head
    yield from rest


class _Records:
    """Physical lines to records: a quoted cell may hold line ends, a stray quote may not swallow the file."""

    def __init__(self, lines: Iterator[tuple[str, bytes]], delimiter: str) -> None:
        self._lines = lines
        self._delimiter = delimiter
        self._back: deque[tuple[str, bytes]] = deque()
        self._failures = 0

    def rows(self, width: int) -> Iterator[Row]:
        number = 0
        while True:
            taken: list[tuple[str, bytes]] = []
            cells = self._record(taken)
            if not taken:
                return
            number += 1
            if cells is None:
                self._failures += 1
                self._back.extendleft(reversed(taken[1:]))
                yield self._stray(taken[0], number, width)
            else:
                yield Row(number, cells, b"".join(raw for _, raw in taken))

    def _record(self, taken: list[tuple[str, bytes]]) -> list[str] | None:
        """Cells of the next record, its lines added to `taken`; None if its quotes don't pair."""
        try:
            return next(csv.reader(self._feed(taken), delimiter=self._delimiter, strict=True), [])
        except csv.Error:
            return None

    def _feed(self, taken: list[tuple[str, bytes]]) -> Iterator[str]:
        most = _MOST_LINES if self._failures < _PATIENCE else _FEW_LINES
        size = 0
        while len(taken) < most and size < _MOST_TEXT:
            line = self._back.popleft() if self._back else next(self._lines, None)
            if line is None:
                return
            taken.append(line)
            size += len(line[1])
            yield line[0]

    def _stray(self, line: tuple[str, bytes], number: int, width: int) -> Row:
        """A line whose quotes don't pair still is a row if it has all the columns."""
        cells = _alone(line[0], self._delimiter)
        if len(cells) == width and "\n" not in "".join(cells[:-1]):
            cells[-1] = cells[-1].rstrip("\r\n")
            return Row(number, cells, line[1])
        return Row(number, [], line[1], "引号没有成对，无法分列；请在表格软件中打开并另存后重新读取。")


def looks_like_text(sample: bytes) -> bool:
    """CSV and JSONL are text; what is full of control characters is not."""
    if wide_codec(sample):
        return True
    controls = sum(sample.count(bytes([code])) for code in (*range(1, 9), *range(14, 27)))
    return controls <= len(sample) // 100


def is_html(sample: bytes) -> bool:
    start = io.BytesIO(sample.removeprefix(codecs.BOM_UTF8).lstrip()).read(200).lower()
    return start.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<head", b"<meta"))
