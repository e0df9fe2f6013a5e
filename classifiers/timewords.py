"""Time expressions as Chinese offices write them: where they stand, and the last day that they allow.

«6月底前», «三季度», «15个工作日内», «春节后一周内». A date that is damaged («20216月底前») or does not
exist («2月30日») is found but never guessed: its day is None.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from classifiers import time_patterns as patterns
from classifiers.numerals import plain, read_number
from classifiers.time_spans import add_months, named_span, next_day_of_month, real_date, spoken_day


class Counted(Protocol):
    """A day reached by counting workdays."""

    @property
    def due(self) -> date: ...


class Calendar(Protocol):
    """What counting workdays needs; models.workdays.WorkCalendar is one."""

    def add_workdays(self, start: date, n: int, /) -> Counted: ...


@dataclass(frozen=True, slots=True)
class TimeWord:
    """One expression: its place in the text, its last day (None: damaged or impossible), and what it bounds.

    `opens` is true for «…起»: the day on which something starts. `loose` is true for «…后» alone,
    which names a beginning and no end. `rolled` says that no year was given and this year's is over.
    """

    start: int
    end: int
    text: str
    day: date | None
    opens: bool = False
    loose: bool = False
    rolled: bool = False


_MOST_DAYS = 3650  # ten years in days; more is a misprint
_LONG_YEARS = 50


def time_words(text: str, base: date, calendar: Calendar) -> list[TimeWord]:
    """All expressions in `text`, left to right, never overlapping, resolved against the day `base`."""
    source = plain(text)
    found: list[TimeWord] = []
    reach = 0
    for word in sorted(_all(source, base, calendar), key=lambda w: (w.start, -w.end)):
        if word.start >= reach:
            found.append(word)
            reach = word.end
    return _joined(source, found, calendar)


def _all(source: str, base: date, calendar: Calendar) -> Iterator[TimeWord]:
    for hit in patterns.DAMAGED.finditer(source):
        yield TimeWord(hit.start(), hit.end(), hit[0], None)
    for hit in patterns.NUMERIC.finditer(source):
        day = real_date(int(hit[1]), int(hit[3]), int(hit[4]))
        yield TimeWord(hit.start(), hit.end(), hit[0], day, opens=hit["edge"] == "起")
    for pattern in (patterns.WITHIN, patterns.TAKES):
        for hit in pattern.finditer(source):
            if not _is_custom(source, hit.start()):
                yield TimeWord(hit.start(), hit.end(), hit[0], _after(hit, base, calendar))
    for hit in patterns.SPOKEN.finditer(source):
        yield TimeWord(hit.start(), hit.end(), hit[0], spoken_day(hit["word"], hit["edge"] or "", base))
    for hit in patterns.DAY_ALONE.finditer(source):
        yield TimeWord(hit.start(), hit.end(), hit[0], next_day_of_month(int(hit["day"]), base))
    for anchor in patterns.ANCHOR.finditer(source):
        dated = patterns.DATED.match(source, _term_start(source, anchor))
        if dated and dated.end() >= anchor.end() and not _is_custom(source, dated.start()):
            yield _resolved(dated, base)


def _term_start(source: str, anchor: re.Match[str]) -> int:
    """«秋季学期开学» and «秋季开学» are read from their season."""
    start = anchor.start()
    return (
        start - 2
        if anchor[0] in {"开学", "学期", "新学期"} and source[max(0, start - 2) : start] in {"春季", "秋季"}
        else start
    )


def _is_custom(source: str, start: int) -> bool:
    return source.endswith(patterns.YEARLY, max(0, start - 2), start)


def _resolved(hit: re.Match[str], base: date) -> TimeWord:
    edge = hit["edge"] or ""
    opens = edge in {"起", "开始"}
    span = named_span(hit, base)
    day = None
    if span is not None:
        first, last = span
        one_day = hit["festival"] or hit["opening"]
        exclusive = edge.endswith("前") and (bool(one_day) or (first != last and not hit["tenth"]))
        day = first - timedelta(days=1) if exclusive else last
    rolled = day is not None and not hit["year"] and not hit["said_year"] and day.year > base.year
    return TimeWord(hit.start(), hit.end(), hit[0], day, opens, edge.endswith(("后", "来")), rolled)


def _after(hit: re.Match[str], base: date, calendar: Calendar) -> date | None:
    """The day that a span such as «15个工作日内» or «一个半月内» ends on, counted from `base`."""
    n, unit = hit["n"], hit["unit"]
    half = n == "半" or bool(hit["half"]) or hit["of"] == "个半"
    count = 0 if n == "半" else read_number(n)
    if count > (_LONG_YEARS if unit == "年" else _MOST_DAYS):
        return None
    if unit.startswith("工作"):
        return calendar.add_workdays(base, count).due
    if unit in {"天", "日", "自然日"}:
        return base + timedelta(days=count)
    if unit == "小时":
        return base + timedelta(days=-(-count // 24))
    if unit in {"周", "星期", "礼拜"}:
        return base + timedelta(days=7 * count)
    months = {"年": 12, "季度": 3, "月": 1}[unit]
    whole = add_months(base, count * months + (months // 2 if half else 0))
    return whole + timedelta(days=15) if half and unit == "月" else whole


def _joined(source: str, words: list[TimeWord], calendar: Calendar) -> list[TimeWord]:
    """«5月1日至10日», «3月到6月» bound by their end; «春节后一周内» counts from its first half."""
    out: list[TimeWord] = []
    for word in words:
        last = out[-1] if out else None
        between = source[last.end : word.start] if last else ""
        within = patterns.WITHIN.match(source, word.start)
        if last and last.loose and within and not between.strip("的，"):
            day = _after(within, last.day, calendar) if last.day else None
            out[-1] = TimeWord(last.start, word.end, source[last.start : word.end], day)
        elif last and (link := patterns.RANGE.fullmatch(between)) and not link["day"]:
            out[-1] = TimeWord(
                last.start, word.end, source[last.start : word.end], word.day, word.opens, rolled=word.rolled
            )
        elif within and source.endswith(("后", "后的", "之日起"), 0, word.start):
            out.append(TimeWord(word.start, word.end, word.text, None))  # counts from an event, not from today
        else:
            out.append(word)
        out[-1] = _day_range(source, out[-1])
    return out


def _day_range(source: str, word: TimeWord) -> TimeWord:
    link = patterns.RANGE.match(source, word.end)
    if not link or not link["day"] or word.day is None:
        return word
    day = real_date(word.day.year, word.day.month, int(link["day"]))
    return TimeWord(word.start, link.end(), source[word.start : link.end()], day, word.opens)
