"""Workdays as the State Council's yearly notices make them: holidays off, named weekends worked (调休).

`chinesecalendar` is the table; `holidays` is the second opinion on it, and supplies the statutory
festivals that are assumed where the table ends. Localities add days of their own.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, cached_property, lru_cache

from models.errors import BadInput
from models.profile_parts import CalendarAdditions

SATURDAY = 5
LONGEST = 2600  # workdays: ten years, beyond any limit that an office sets


class BadCount(BadInput):
    """工作日数有误。"""


@dataclass(frozen=True, slots=True)
class Step:
    """One day on the way to a deadline: whether it counts, and why, in Chinese."""

    date: date
    counted: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Counted:
    """The last day of a limit; `provisional` when the way to it leaves the known calendar."""

    due: date
    provisional: bool
    steps: tuple[Step, ...]


class WorkCalendar:
    """The known years, what a locality adds, and assumptions beyond. Immutable."""

    def __init__(self, additions: CalendarAdditions) -> None:
        self._off, self._work = _table()
        years = {day.year for day in self._off}
        self.known_from = date(min(years), 1, 1)
        self._published_until = date(max(years), 12, 31)
        self.known_until = max(self._published_until, additions.known_until or self._published_until)
        self._local_off = {day.date: day.name for day in additions.off}
        self._local_work = {day.date: day.name for day in additions.work}

    @cached_property
    def version(self) -> str:
        """Digest of every day that differs from a plain week; a deadline keeps it, to be known as stale."""
        parts = [self._off, self._work, self._local_off, self._local_work]
        rows = [f"{n}{day}{name}" for n, days in enumerate(parts) for day, name in sorted(days.items())]
        return hashlib.sha256("\n".join([*rows, str(self.known_until)]).encode()).hexdigest()[:16]

    def is_known(self, day: date) -> bool:
        return self.known_from <= day <= self.known_until

    def is_workday(self, day: date) -> bool:
        return self._judge(_plain(day))[0]

    def reason(self, day: date) -> str:
        """Say why the day is worked or not: 周末, 春节假期, 调休上班（春节）, 地方放假：…, 推定工作日."""
        return self._judge(_plain(day))[1]

    def add_workdays(self, start: date, n: int) -> Counted:
        """Count n workdays after `start`, which itself is not counted (收到当日不计)."""
        if not 0 <= n <= LONGEST:
            raise BadCount(f"工作日数应在 0 到 {LONGEST} 之间，现为 {n}")
        day, steps = _plain(start), []
        remaining = n
        while remaining:
            day = _next(day)
            counted, reason = self._judge(day)
            steps.append(Step(day, counted, reason))
            remaining -= counted
        return Counted(day, any(not self.is_known(step.date) for step in steps), tuple(steps))

    def workdays_between(self, a: date, b: date) -> int:
        """Count workdays after a, up to and with b; negative when b comes first."""
        first, last = _plain(a), _plain(b)
        if last < first:
            return -self.workdays_between(last, first)
        return sum(self.is_workday(first + timedelta(n + 1)) for n in range((last - first).days))

    def _judge(self, day: date) -> tuple[bool, str]:
        local = day <= self._published_until  # beyond it, an imported file is the yearly notice itself
        if day in self._local_off and day not in self._off:
            name = self._local_off[day]
            return False, f"地方放假：{name}" if local else _holiday(name)
        if day in self._local_work and day not in self._work:
            name = self._local_work[day]
            return True, f"地方上班：{name}" if local else f"调休上班（{name}）"
        if day in self._work:
            return True, f"调休上班（{self._work[day]}）"
        if day in self._off:
            return False, _holiday(self._off[day])
        if not self.is_known(day):
            return _assumed(day)
        return _plain_week(day)


def work_calendar(additions: CalendarAdditions | None = None) -> WorkCalendar:
    """Return the calendar with these additions; the same object for the same additions."""
    return _calendar((additions or CalendarAdditions()).model_dump_json())


def disagreements(years: Iterable[int]) -> list[str]:
    """Compare the two libraries day by day; what they see differently, for `huiyin doctor`."""
    calendar = work_calendar()
    second = _second_opinion(tuple(years))
    return [
        f"{day}：chinesecalendar 为{calendar.reason(day)}，holidays 为{'工作日' if worked else '休息日'}"
        for day, worked in second
        if calendar.is_known(day) and calendar.is_workday(day) != worked
    ]


@lru_cache(maxsize=16)
def _calendar(additions: str) -> WorkCalendar:
    return WorkCalendar(CalendarAdditions.model_validate_json(additions))


@cache
def _table() -> tuple[dict[date, str], dict[date, str]]:
    """Return the days off and the worked weekends that have been announced, with their festivals."""
    from chinese_calendar import constants  # only where days are counted

    names = {holiday.value: holiday.chinese for holiday in constants.Holiday}
    off = {day: names[name] for day, name in constants.holidays.items()}
    work = {day: names[name] for day, name in constants.workdays.items()}
    return off, work


@cache
def _festivals(year: int) -> dict[date, str]:
    """Return the statutory festivals of a year that has not been announced; a library's forecast."""
    import holidays  # slow to import, needed only beyond the table

    return dict(holidays.country_holidays("CN", years=year, language="zh_CN").items())


def _second_opinion(years: tuple[int, ...]) -> Iterator[tuple[date, bool]]:
    import holidays

    china = holidays.country_holidays("CN", years=years)
    for year in years:
        first = date(year, 1, 1)
        for n in range((date(year + 1, 1, 1) - first).days):
            day = first + timedelta(n)
            yield day, china.is_working_day(day)


def _assumed(day: date) -> tuple[bool, str]:
    festival = _festivals(day.year).get(day)
    if festival:
        return False, f"推定{_holiday(festival)}"
    counted, reason = _plain_week(day)
    return counted, f"推定{reason}"


def _plain_week(day: date) -> tuple[bool, str]:
    return (False, "周末") if day.weekday() >= SATURDAY else (True, "工作日")


def _holiday(name: str) -> str:
    """Name a day off in full: 清明 → 清明节假期, 春节假期 stays."""
    if name.endswith(("假期", "放假", "假", "）")):
        return name
    return f"{name}节假期" if name in {"清明", "端午", "中秋"} else f"{name}假期"


def _plain(day: date) -> date:
    """Cut a datetime to its date: one would never be found among the table's days."""
    return date(day.year, day.month, day.day)


def _next(day: date) -> date:
    if day == date.max:
        raise BadCount("日期超出可推算的范围")
    return day + timedelta(1)
