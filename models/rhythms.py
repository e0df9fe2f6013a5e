"""The periods of recurring tasks (每季度、每半年、每年…): where one ends, and what it is called."""

from calendar import monthrange
from datetime import date, timedelta

from models.vocabulary import Word


class Rhythm(Word):
    """How often a recurring task comes again."""

    WEEK = "week", "每周"
    MONTH = "month", "每月"
    QUARTER = "quarter", "每季度"
    HALF = "half", "每半年"
    YEAR = "year", "每年"


_MONTHS = {Rhythm.MONTH: 1, Rhythm.QUARTER: 3, Rhythm.HALF: 6, Rhythm.YEAR: 12}


def period_end(every: Rhythm, day: date) -> date:
    """The last day of the period that `day` lies in; weeks end on Sunday."""
    if every is Rhythm.WEEK:
        return day + timedelta(days=6 - day.weekday())
    months = _MONTHS[every]
    last = (day.month - 1) // months * months + months
    return date(day.year, last, monthrange(day.year, last)[1])


def period_name(every: Rhythm, end: date) -> str:
    """2026年第1季度, 2026年上半年, 2026年3月, 2026年, 2026-03-08 当周."""
    if every is Rhythm.WEEK:
        return f"{end} 当周"
    if every is Rhythm.YEAR:
        return f"{end.year}年"
    if every is Rhythm.HALF:
        return f"{end.year}年{'上' if end.month == 6 else '下'}半年"  # noqa: PLR2004
    return f"{end.year}年第{end.month // 3}季度" if every is Rhythm.QUARTER else f"{end.year}年{end.month}月"
