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
    code: str
    year: int
    first: date
    last: date

    def bounds(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """From Monday's start to the next Monday's."""
        return datetime.combine(self.first, time(), zone), datetime.combine(self.last, time(), zone) + timedelta(days=1)


def parse_week(text: str) -> Week:
    found = re.fullmatch(r"(\d{4})-W(\d{2})", text.strip())
    try:
        if found is None:
            raise ValueError
        first = date.fromisocalendar(int(found[1]), int(found[2]), 1)
    except ValueError:
        raise BadWeek(f"周次“{text}”写法有误，应像 2026-W47（ISO 周，一年 52 或 53 周）。") from None
    return Week(text.strip(), first.year, first, first + timedelta(days=6))
