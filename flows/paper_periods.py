"""The week, month or year that a report tells of."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from models.asked import BadAsked, in_order, span_asked
from models.queries.period_figures import Span

_MONTHS = 12
_FORMS = {"weekly": r"([0-9]{4})-W([0-9]{2})", "monthly": r"([0-9]{4})-([0-9]{2})", "yearly": r"([0-9]{4})"}


@dataclass(frozen=True, slots=True)
class Period:
    """`first` to `last`, both days included."""

    label: str
    first: date
    last: date

    def bounds(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        end = datetime.combine(self.last, time(), zone) + timedelta(days=1)
        return datetime.combine(self.first, time(), zone), end

    def span(self, zone: ZoneInfo, now: datetime) -> Span:
        since, until = self.bounds(zone)
        return Span(since, until, min(until, now))

    def said(self, zone: ZoneInfo, now: datetime) -> str:
        """With the moment up to which it counts, where the period is not over."""
        local = now.astimezone(zone)
        over = self.bounds(zone)[1] <= now
        return self.label if over else f"{self.label}，截至{local.month}月{local.day}日 {local:%H:%M}"

    def before(self) -> "Period":
        """The one of the same kind that came before."""
        last = self.first - timedelta(days=1)
        days = (self.last - self.first).days
        if days <= 6:  # noqa: PLR2004  (a week)
            return _week_of(last)
        return _month_of(last) if days < 31 else _year_of(last.year)  # noqa: PLR2004

    def months(self) -> list["Period"]:
        return [_month_of(date(self.first.year, month, 1)) for month in range(1, _MONTHS + 1)]


def parse_period(code: str, text: str, today: date) -> Period:
    """`weekly` 2026-W47, `monthly` 2026-11, `yearly` 2026; empty: the one that was last over."""
    asked = text.strip()
    if not asked:
        return _last_over(code, today)
    found = re.fullmatch(_FORMS[code], asked)
    try:
        year, *rest = [int(part) for part in found.groups()] if found else [0]
        if code == "weekly":
            return _week_of(date.fromisocalendar(year, rest[0], 1))
        return _month_of(date(year, rest[0], 1)) if code == "monthly" else _year_of(year)
    except (ValueError, IndexError, OverflowError):
        raise BadAsked(
            "period", f"期间“{asked[:20]}”写法有误：周报如 2026-W47，月报如 2026-11，年报如 2026。"
        ) from None


def _last_over(code: str, today: date) -> Period:
    if code == "weekly":
        return _week_of(today - timedelta(days=7))
    return _month_of(today.replace(day=1) - timedelta(1)) if code == "monthly" else _year_of(today.year - 1)


def between(first: str, last: str, today: date) -> Period:
    """From one day to another; empty: this year until today. BadAsked where the end comes before the start."""
    begin, until = span_asked(first, last)
    start, end = begin or today.replace(month=1, day=1), until or today
    in_order(start, end)
    label = f"{start.year}年{start.month}月{start.day}日至{end.year}年{end.month}月{end.day}日"
    return Period(label, start, end)


def _week_of(day: date) -> Period:
    year, week, weekday = day.isocalendar()
    first = day - timedelta(days=weekday - 1)
    last = first + timedelta(days=6)
    return Period(f"{year}年第{week}周（{first.month}月{first.day}日—{last.month}月{last.day}日）", first, last)


def _month_of(day: date) -> Period:
    first = day.replace(day=1)
    return Period(f"{first.year}年{first.month}月", first, (first + timedelta(days=31)).replace(day=1) - timedelta(1))


def _year_of(year: int) -> Period:
    return Period(f"{year}年", date(year, 1, 1), date(year, 12, 31))
