"""One entry of an imported calendar, and the dates and words by which offices write it."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

YEARS: Final = range(2000, 2101)
OFF: Final = frozenset({"off", "放假", "休", "休息", "假", "节假日", "放假调休", "holiday"})
WORK: Final = frozenset({"work", "上班", "班", "补班", "调休", "调休上班", "补班日", "workday"})
_DATE = re.compile(r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$|^(\d{4})(\d{2})(\d{2})$")


@dataclass(frozen=True, slots=True)
class Entry:
    """Days off or worked, both ends included, with the row or line that says so."""

    row: int
    first: date
    last: date
    works: bool
    name: str


def day_of(text: str) -> date:
    """2027-02-06, 2027/2/6, 2027年2月6日 or 20270206; ValueError says in Chinese what is wrong with it."""
    found = _DATE.match(text.strip())
    if not found:
        raise ValueError(f"日期“{text}”不认识，应为 2027-02-06")
    try:
        year, month, number = (int(part) for part in found.groups() if part)
        return checked(date(year, month, number))
    except ValueError as error:
        raise ValueError(str(error) if "年份" in str(error) else f"没有“{text}”这一天") from None


def checked(day: date) -> date:
    if day.year not in YEARS:
        raise ValueError(f"年份 {day.year} 不在 {YEARS.start}—{YEARS.stop - 1} 之内")
    return day
