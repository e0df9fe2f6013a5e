"""What a time expression means: the first and last day of the span that is named, seen from the day `base`."""

import re
from calendar import monthrange
from datetime import date, timedelta

from classifiers.festivals import festival, next_festival, school_opening
from classifiers.numerals import read_number

Span = tuple[date, date]
_TENTHS = {
    "上旬": (1, 10), "初": (1, 10), "上中旬": (1, 20), "中旬": (11, 20), "中": (11, 20), "中下旬": (11, 31),
    "下旬": (21, 31), "底": (21, 31), "末": (21, 31),
}  # fmt: skip
_PARTS_OF_YEAR = {"初": (1, 3), "中": (6, 6), "底": (12, 12), "末": (12, 12)}
_SEASONS = {"春": (3, 5), "开": (3, 5), "夏": (6, 8), "秋": (9, 11), "冬": (12, 14), "今": (12, 17)}
# The flood season runs from April to September; heating starts in November.
_NAMED_MONTHS = {
    "上半年": (1, 6), "下半年": (7, 12), "暑假": (7, 8), "暑期": (7, 8), "寒假": (1, 2),
    "汛期": (4, 9), "雨季": (4, 9), "枯水期": (10, 15), "采暖季": (11, 15), "供暖季": (11, 15),
}  # fmt: skip
_AWAY = {"明年": 1, "次年": 1, "翌年": 1, "后年": 2, "去年": -1, "前年": -2}
_PERIOD_ENDS = frozenset({"年内", "年底", "年末", "岁末", "月底", "月末", "月内", "季末"})
_DAYS_AHEAD = {"今天": 0, "今日": 0, "今晚": 0, "即日": 0, "明天": 1, "明日": 1, "次日": 1, "后天": 2}
_START_ENDS = 3
_FIRST_PLAN = 1955  # «十三五» ends thirteen times five years after it


def named_span(hit: re.Match[str], base: date) -> Span | None:
    """Of a match of `time_patterns.DATED`, before its edge word is looked at; None for a day that does not exist."""
    year, given = _year(hit, base)
    if hit["month"] or hit["said_month"]:
        return _month_span(hit, year, base, given=given)
    if hit["festival"]:
        return _day_span([festival(hit["festival"], year + more) for more in (0, 1)], base, given=given)
    if hit["opening"]:
        return _day_span(school_opening(hit["opening"], year), base, given=given)
    months = _months(hit, base)
    if months is None:
        return _part_of_year(hit["tenth"], year)
    return _coming(year, *months, base, given=given)


def _year(hit: re.Match[str], base: date) -> tuple[int, bool]:
    if hit["year"]:
        return read_number(hit["year"]), True
    if hit["said_year"]:
        return base.year + _AWAY.get(hit["said_year"], 0), True
    return base.year, False


def _month_span(hit: re.Match[str], year: int, base: date, *, given: bool) -> Span | None:
    if hit["said_month"]:
        later = hit["said_month"] not in {"本月", "这个月"}
        anchor = add_months(base.replace(day=1), 1 if later else 0)
        year, month, given = anchor.year, anchor.month, True
    else:
        month = read_number(hit["month"])
    if hit["day"]:
        day = real_date(year, month, read_number(hit["day"]))
        if day is not None and not given and day < base:
            day = real_date(year + 1, month, day.day)
        return (day, day) if day else None
    first, last = _TENTHS.get((hit["tenth"] or "").replace("月", ""), (1, 31))
    return _coming(year, month, month, base, given=given, first_day=first, last_day=last)


def _months(hit: re.Match[str], base: date) -> tuple[int, int] | None:
    """First and last month; one beyond 12 lies in the next year."""
    if hit["quarter"]:
        last = 3 * read_number(hit["quarter"][-1])
        return last - 2, last
    if hit["said_quarter"]:
        quarter = (base.month - 1) // 3 + (1 if hit["said_quarter"] == "本季度" else 2)
        return quarter * 3 - 2, quarter * 3
    if hit["season"]:
        return _SEASONS[hit["season"][0]]
    return _NAMED_MONTHS.get(hit["half"] or hit["water"] or hit["school"] or "")


def _part_of_year(tenth: str | None, year: int) -> Span:
    first, last = _PARTS_OF_YEAR.get((tenth or "").replace("年", "").replace("月", ""), (1, 12))
    return _clamped(year, first, 1), _clamped(year, last, 31)


def _coming(
    year: int, first: int, last: int, base: date, *, given: bool, first_day: int = 1, last_day: int = 31
) -> Span:
    """The named months of the year, or, where no year is given, the next such that is not over."""
    for candidate in (year, year + 1):
        start = _clamped(candidate, first, first_day)
        end = _clamped(candidate, last, last_day)
        if given or end >= base:
            break
    return start, end


def _day_span(days: list[date | None], base: date, *, given: bool) -> Span | None:
    """The first of a festival's or an opening's days that is to come, or just the first where the year is given."""
    known = [day for day in days if day is not None and (given or day > base)]
    return (known[0], known[0]) if known else None


def spoken_day(word: str, edge: str, base: date) -> date | None:
    """«年内», «月底», «本周五», «明天»; how long a school term lasts is nobody's guess."""
    if word[:2] in {"本周", "下周", "这周"}:
        return _weekday(word, edge, base)
    if word in _PERIOD_ENDS or word.endswith("季度末"):
        return _clamped(base.year, {"年": 12, "岁": 12, "月": base.month}.get(word[0], (base.month + 2) // 3 * 3), 31)
    if word in _DAYS_AHEAD:
        return base + timedelta(days=_DAYS_AHEAD[word])
    return _day_before_holidays(word, base) if word in {"年前", "节前"} else _end_of_years(word, base)


def _end_of_years(word: str, base: date) -> date | None:
    """A year's start is its first quarter; a five-year plan ends with its last year."""
    if word.endswith("后两年"):
        return date(base.year + 2, 12, 31)
    if word == "年初":
        return date(base.year + (base.month > _START_ENDS), _START_ENDS, 31)
    return date(_FIRST_PLAN + 5 * read_number(word[:2]), 12, 31) if word.startswith("十") else None


def _day_before_holidays(word: str, base: date) -> date | None:
    spring = [day for year in (base.year, base.year + 1) if (day := festival("春节", year)) and day > base]
    found = next_festival(base) if word == "节前" else next(iter(spring), None)
    return found - timedelta(days=1) if found else None


def _weekday(word: str, edge: str, base: date) -> date:
    """«本周» ends on Sunday; «下周三» is next week's; «下周前» is the Sunday before."""
    monday = base - timedelta(days=base.weekday()) + timedelta(days=7 if word[0] == "下" else 0)
    named = word[2:].replace("天", "日").replace("末", "日")
    if edge.endswith("前") and not named:
        return monday - timedelta(days=1)
    return monday + timedelta(days="一二三四五六日".index(named) if named else 6)


def next_day_of_month(day: int, base: date) -> date | None:
    """The next such day: this month's, or the next month's where this one's is over."""
    this = real_date(base.year, base.month, day)
    if this is not None and this >= base:
        return this
    later = add_months(base.replace(day=1), 1)
    return real_date(later.year, later.month, day)


def add_months(day: date, months: int) -> date:
    """The same day `months` later, or that month's last."""
    index = day.year * 12 + day.month - 1 + months
    return _clamped(index // 12, index % 12 + 1, day.day)


def _clamped(year: int, month: int, day: int) -> date:
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, min(day, monthrange(year, month)[1]))


def real_date(year: int, month: int, day: int) -> date | None:
    """The date, or None where there is no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None
