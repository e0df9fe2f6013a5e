"""Who held an order when it was late: lateness is charged to the holder of the time, our own desk included. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from models.workdays import WorkCalendar


@dataclass(frozen=True, slots=True)
class Hold:
    """A unit's time with the order; `until` None: it still has it."""

    unit: str
    since: datetime
    until: datetime | None


def charged(
    holds: Sequence[Hold], due_at: datetime, ended_at: datetime, centre: str, calendar: WorkCalendar, zone: ZoneInfo
) -> dict[str, int]:
    """Unit → workdays beyond the limit that it held the order; a day counts for who had it at the day's end.

    `holds` in their order; where nobody held it, the centre did.
    """
    late: dict[str, int] = {}
    day, last = due_at.astimezone(zone).date(), ended_at.astimezone(zone)
    while (day := day + timedelta(1)) <= last.date():
        if calendar.is_workday(day):
            moment = min(datetime.combine(day, time.max, zone), last)
            unit = next((h.unit for h in holds if h.since <= moment and (h.until is None or moment < h.until)), centre)
            late[unit] = late.get(unit, 0) + 1
    return late
