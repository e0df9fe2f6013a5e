"""2026-W47: an ISO week, Monday to Sunday."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from models.errors import BadInput


class BadWeek(BadInput):
    """周次写法有误。"""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Week:
    """`year` is the week's own: 2026-W01 begins on 29 December 2025 and belongs to 2026."""

    code: str
    year: int
    first: date
    last: date

    def bounds(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """From Monday's start to the next Monday's."""
        return datetime.combine(self.first, time(), zone), datetime.combine(self.last, time(), zone) + timedelta(days=1)


def parse_week(text: str) -> Week:
    found = re.fullmatch(r"([0-9]{4})-W([0-9]{2})", text.strip())
    try:
        year, number = (int(found[1]), int(found[2])) if found else (0, 0)
        first = date.fromisocalendar(year, number, 1)
        return Week(text.strip(), year, first, first + timedelta(days=6))
    except (ValueError, OverflowError):
        raise BadWeek(f"周次“{text[:20]}”写法有误，应像 2026-W47（ISO 周，一年 52 或 53 周）。") from None
