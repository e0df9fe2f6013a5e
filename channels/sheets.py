"""A sheet of rows that somebody hands in, CSV or XLSX: its tables, each with the place that a fault is named by."""

from collections.abc import Iterator
from pathlib import Path

from channels.faults import SourceUnreadable, present, unreadable
from channels.hotline import SAMPLE, refusal
from channels.hotline.csv_rows import csv_rows
from channels.hotline.rows import Row
from channels.options import ReadOptions


def tables_of(path: Path, options: ReadOptions) -> Iterator[tuple[str, Iterator[Row]]]:
    """Each table with its place. Raises SourceUnreadable for what is no such file."""
    source = present(path)
    try:
        with source.open("rb") as file:
            sample = file.read(SAMPLE)
        if why := refusal(sample):
            raise SourceUnreadable(f"{source.name}：{why}")
        for where, rows in _tables(source, sample, options):
            yield where, _named(rows, source)
    except OSError as error:
        raise unreadable(source, error) from None


def _named(rows: Iterator[Row], source: Path) -> Iterator[Row]:
    """A file that can't be read to its end is named too; whoever takes the rows is not inside `tables_of` then."""
    try:
        yield from rows
    except OSError as error:
        raise unreadable(source, error) from None


def _tables(path: Path, sample: bytes, options: ReadOptions) -> Iterator[tuple[str, Iterator[Row]]]:
    from channels.hotline.xlsx_rows import BadSheet, xlsx_sheets

    if not sample.startswith(b"PK"):
        yield path.name, csv_rows(path, options)
        return
    try:
        for title, rows in xlsx_sheets(path, options):
            yield f"{path.name}［{title}］", rows
    except BadSheet as error:
        raise SourceUnreadable(f"{path.name}：{error}") from None
