"""The days that an office imported, as additions to the calendar."""

from datetime import date

from sqlmodel import Session, select

from models.profile_parts import CalendarAdditions
from models.profile_parts import CalendarDay as Day
from models.tables.clocks import CalendarDay

NEW_YEAR, NATIONAL_DAY = (1, 1), (10, 1)


def imported_days(session: Session) -> CalendarAdditions:
    """All of them; a year whose notice is there whole moves the end of the known calendar."""
    rows = [
        (row.kind, Day(date=date.fromisoformat(row.day), name=row.name)) for row in session.exec(select(CalendarDay))
    ]
    off = [day for kind, day in rows if kind == "off"]
    work = [day for kind, day in rows if kind == "work"]
    return CalendarAdditions(off=off, work=work, known_until=_known_until(off, work))


def _known_until(off: list[Day], work: list[Day]) -> date | None:
    """The same sign by which models/calendar_files.py tells a year's notice: both festivals and a worked weekend."""
    free = {day.date for day in off}
    whole = [
        year
        for year in {day.date.year for day in work}
        if date(year, *NEW_YEAR) in free and date(year, *NATIONAL_DAY) in free
    ]
    return date(max(whole), 12, 31) if whole else None
