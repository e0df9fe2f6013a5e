"""Hot topics: how long, and how it grows with the messages."""

import math
import re
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bench.report import Report
from bench.texts import load_texts

if TYPE_CHECKING:
    from classifiers.hotspots import HotText

SIZES = (10_000, 40_000, 100_000)
_ENDINGS = re.compile("(小区|花园|社区|公寓|大道|广场|学校|小学|公园|市场|街道|新城|城|园|村|镇|乡|路|苑|桥)")
_REGIONS = re.compile(r"\b[A-Z](?=\d{0,2}[市区县])")
_FIRST = 4326


def measure(report: Report, texts: Sequence[tuple[str | None, str]], data: Path | None) -> None:
    from classifiers.hotspots import hotspots

    votes = data / "messages_with_votes.jsonl" if data else None
    texts = load_texts(data, ("messages_with_votes.jsonl",)) if votes and votes.exists() else texts[:_FIRST]
    hotspots(messages(texts, 100), 10)
    seconds = {size: _seconds(messages(texts, size)) for size in (len(texts), *SIZES)}
    first, last = len(texts), SIZES[-1]
    grown = math.log(seconds[last] / seconds[first]) / math.log(last / first)
    for size, taken in seconds.items():
        what = "real messages" if size == first and data else "copies with other place names"
        report.add(f"hot topics of {size:,} messages, CPU", f"{taken:.1f} s", what, "seconds")
    report.add("hot topics: growth with the messages", f"n^{grown:.2f}", f"{first:,} against {last:,}", "near n^1")


def messages(texts: Sequence[tuple[str | None, str]], size: int) -> "list[HotText]":
    """`size` messages: the texts, then copies of them from towns with places of other names."""
    from datetime import datetime, timedelta

    from classifiers.hotspots import HotText
    from classifiers.times import SHANGHAI

    start = datetime(2026, 1, 5, 9, tzinfo=SHANGHAI)
    return [
        HotText(str(n), *_renamed(texts[n % len(texts)], n // len(texts)), start + timedelta(minutes=7 * n))
        for n in range(size)
    ]


def _renamed(text: tuple[str | None, str], copy: int) -> tuple[str | None, str]:
    if not copy:
        return text
    mark = chr(0x4E00 + 37 * copy) + chr(0x6000 + 53 * copy)
    title, body = (_REGIONS.sub(chr(65 + copy % 26), _ENDINGS.sub(mark + r"\1", part or "")) for part in text)
    return title or None, body


def _seconds(rows: "list[HotText]") -> float:
    from classifiers.hotspots import hotspots

    began = time.process_time()
    hotspots(rows, 10)
    return time.process_time() - began
