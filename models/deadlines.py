"""When a limit ends, and each day on the way to it. Pure: rule, start, calendar and office hours in.

The day of receipt is not counted, and a limit in days ends at the close of its last day (23:59:59).
Hour clocks run through nights and holidays; working hours run only while the office is open.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from models.errors import BadInput
from models.profile_parts import ClockRule, OfficeHours
from models.vocabulary import LimitUnit
from models.workdays import Step, WorkCalendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
CLOSE = time(23, 59, 59)
LONGEST_DAYS = 3660


class BadStart(BadInput):
    """起算时间须带时区。"""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A limit's end with how it was computed; `rule` and `calendar_version` say what it was computed by."""

    due_at: datetime
    provisional: bool
    steps: tuple[Step, ...]
    rule: str
    source: str
    unit: LimitUnit
    calendar_version: str

    def rows(self) -> list[dict[str, str | bool]]:
        """Return the steps as JSON has them."""
        return [{"date": s.date.isoformat(), "counted": s.counted, "reason": s.reason} for s in self.steps]


def deadline(rule: ClockRule, started_at: datetime, calendar: WorkCalendar, office_hours: OfficeHours) -> Deadline:
    """Compute the end of a limit that starts at an aware time; raises BadStart for a naive one."""
    start = _local(started_at)
    due_at, steps = _advance(rule.unit, rule.limit, start, calendar, office_hours)
    return Deadline(
        due_at=due_at,
        provisional=_provisional(rule.unit, steps, calendar),
        steps=steps,
        rule=rule.code,
        source=rule.source,
        unit=rule.unit,
        calendar_version=calendar.version,
    )


def lengthen(ends: Deadline, workdays: int, calendar: WorkCalendar) -> Deadline:
    """Move a deadline by an extension (延期): so many workdays after the day on which it ended."""
    counted = calendar.add_workdays(ends.due_at.date(), workdays)
    more = (replace(step, reason=f"延期：{step.reason}") for step in counted.steps)
    provisional = ends.provisional or any(not calendar.is_known(step.date) for step in counted.steps)
    return replace(ends, due_at=_close(counted.due), steps=(*ends.steps, *more), provisional=provisional)


def extend(
    ends: Deadline,
    paused_from: datetime,
    paused_to: datetime,
    calendar: WorkCalendar,
    office_hours: OfficeHours,
    *,
    cap_days: int | None = None,
) -> Deadline:
    """Move a deadline by a pause (暂停计时), of which at most `cap_days` count.

    What was left when the pause began runs on from its end; a pause after the deadline changes nothing.
    """
    begin, end = _local(paused_from), _local(paused_to)
    if end < begin:
        raise BadStart("恢复计时的时间早于暂停的时间")
    if cap_days is not None:
        end = min(end, begin + timedelta(days=cap_days))
    if begin >= ends.due_at:
        return ends
    left = _left(ends, begin, calendar, office_hours, overnight=end.date() > begin.date())
    due_at, later = _advance(ends.unit, left, end, calendar, office_hours)
    steps = (*_before(ends, begin), *_paused(begin.date(), end.date()), *_after(later, begin, end))
    provisional = _provisional(ends.unit, steps, calendar)
    return replace(ends, due_at=due_at, steps=steps, provisional=provisional)


def worked(begin: datetime, end: datetime, calendar: WorkCalendar, office_hours: OfficeHours) -> timedelta:
    """Return the office's working time between two moments."""
    total = timedelta()
    for opens, closes in _stretches(_local(begin), calendar, office_hours):
        if opens >= end:
            break
        total += min(closes, end) - opens
    return total


def _advance(
    unit: LimitUnit, limit: float, start: datetime, calendar: WorkCalendar, office_hours: OfficeHours
) -> tuple[datetime, tuple[Step, ...]]:
    if unit == LimitUnit.WORKDAYS:
        counted = calendar.add_workdays(start.date(), int(limit))
        return _close(counted.due), counted.steps
    if limit > LONGEST_DAYS * (1 if unit == LimitUnit.DAYS else 24):
        raise BadInput(f"时限 {limit:g}{unit.label} 过长，请核对规则")
    if unit == LimitUnit.WORKING_HOURS:
        return _working_hours(timedelta(hours=limit), start, calendar, office_hours)
    if unit == LimitUnit.HOURS:
        due_at = start + timedelta(hours=limit)
        return due_at, tuple(Step(day, True, "连续计时，节假日不停") for day in _days(start, due_at))
    last = start.date() + timedelta(days=int(limit))
    return _close(last), tuple(Step(day, True, "自然日") for day in _days(start, _close(last))[1:])


def _working_hours(
    left: timedelta, start: datetime, calendar: WorkCalendar, office_hours: OfficeHours
) -> tuple[datetime, tuple[Step, ...]]:
    due_at = start
    if left:
        for opens, closes in _stretches(start, calendar, office_hours):
            due_at = min(closes, opens + left)
            left -= due_at - opens
            if not left:
                break
    return due_at, tuple(Step(day, calendar.is_workday(day), calendar.reason(day)) for day in _days(start, due_at))


def _stretches(
    start: datetime, calendar: WorkCalendar, office_hours: OfficeHours
) -> Iterator[tuple[datetime, datetime]]:
    """Yield the open times from `start` on, without end."""
    day = start.date()
    while True:
        if calendar.is_workday(day):
            for hours in office_hours.on(day):
                opens = max(start, datetime.combine(day, hours.start, SHANGHAI))
                closes = datetime.combine(day, hours.end, SHANGHAI)
                if opens < closes:
                    yield opens, closes
        day += timedelta(1)


def _left(
    ends: Deadline, begin: datetime, calendar: WorkCalendar, office_hours: OfficeHours, *, overnight: bool
) -> float:
    """Return what remains of a limit, in its own unit.

    The day on which a pause begins has counted; where it was the last one, a whole day is given back.
    """
    if ends.unit == LimitUnit.WORKING_HOURS:
        return worked(begin, ends.due_at, calendar, office_hours) / timedelta(hours=1)
    if ends.unit == LimitUnit.HOURS:
        return (ends.due_at - begin) / timedelta(hours=1)
    left = sum(step.counted for step in ends.steps if step.date > begin.date())
    return max(left, 1) if overnight else left


def _before(ends: Deadline, begin: datetime) -> tuple[Step, ...]:
    return tuple(step for step in ends.steps if step.date <= begin.date())


def _paused(begin: date, end: date) -> tuple[Step, ...]:
    return tuple(Step(begin + timedelta(n + 1), False, "暂停计时") for n in range((end - begin).days))


def _after(later: tuple[Step, ...], begin: datetime, end: datetime) -> tuple[Step, ...]:
    """Leave out the days that stand among the earlier or the paused ones."""
    return tuple(step for step in later if step.date > max(begin, end).date())


def _provisional(unit: LimitUnit, steps: tuple[Step, ...], calendar: WorkCalendar) -> bool:
    by_calendar = unit in {LimitUnit.WORKDAYS, LimitUnit.WORKING_HOURS}
    return by_calendar and any(not calendar.is_known(step.date) for step in steps)


def _days(start: datetime, end: datetime) -> list[date]:
    first = start.date()
    return [first + timedelta(n) for n in range((end.date() - first).days + 1)]


def _close(day: date) -> datetime:
    return datetime.combine(day, CLOSE, SHANGHAI)


def _local(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise BadStart
    return moment.astimezone(SHANGHAI)
