"""Time limits of a task: a date that stands there is taken, a damaged one is shown with what it may have been."""

import re
from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

# A lost 年, 月 or 日: «20216月底前», «2021531前», «2022115前».
_DAMAGED = re.compile(r"(?<!\d)(20[1-4]\d)(\d{1,4})(月底|月)?(?:以|之)?前")
_RECURRING = re.compile(
    r"每(?:个)?(?:年|半年|季度|月|周)[^，。；]{0,24}?(?:不少于|至少)[^，。；\d]{0,6}[\d一二三四五六七八九十]+\s*次|(?:全年|每年)[^，。；]{0,16}(?:不少于|至少)[^，。；\d]{0,6}[\d一二三四五六七八九十]+\s*次|按季度|按月|每季度|每半年|每年度?"
)
_AFTER_EVENT = re.compile(
    r"[^，。；]{0,16}?[\d１-９一二三四五六七八九十]+\s*个?(?:工作日|小时|日|天|月|周)(?:之|以)?内"
)
_BOUND = re.compile(r"(?:前|底|内)$")
_RELATIVE = re.compile(r"(?:日|天|周|月|小时)(?:之|以)?内$")

Dates = Callable[[str, date], Sequence[tuple[str, date | None]]]


@dataclass(frozen=True, slots=True)
class Limit:
    """`due` is None for what recurs, follows an event or is damaged; `candidates` are a damaged date's readings."""

    due: date | None
    expr: str | None
    candidates: tuple[date, ...] = ()


def find_limit(text: str, base: date, dates: Dates) -> Limit:
    """The limit of a task. `dates` gives the time expressions of a text with their last day."""
    damaged = _DAMAGED.search(text)
    if damaged:
        return Limit(None, damaged[0], tuple(_readings(damaged)))
    for expr, day in dates(text, base):
        if day is not None and _BOUND.search(expr) and not _RELATIVE.search(expr):
            return Limit(day, expr)
    other = _RECURRING.search(text) or _AFTER_EVENT.search(text)
    return Limit(None, other[0].strip() if other else None)


def _readings(damaged: re.Match[str]) -> list[date]:
    """Every real day that the digits may stand for."""
    year, digits, month_word = int(damaged[1]), damaged[2], damaged[3]
    if month_word:
        month = int(digits)
        return [date(year, month, monthrange(year, month)[1])] if 1 <= month <= 12 else []  # noqa: PLR2004
    splits = [(digits[:i], digits[i:]) for i in range(1, len(digits))]
    return [found for month, day in splits if (found := _date(year, month, day))]


def _date(year: int, month: str, day: str) -> date | None:
    if month.startswith("0") != (len(month) == 2 and month[0] == "0") or (day.startswith("0") and len(day) == 1):  # noqa: PLR2004
        return None
    try:
        return date(year, int(month), int(day))
    except ValueError:
        return None
