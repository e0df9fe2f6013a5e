"""Deadlines for clocks: the profile's rule, the office's calendar, the ladder's first look. Pure; caches per batch."""

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from models.deadlines import Deadline, deadline
from models.profile import ClockRule, Ladder, Profile
from models.vocabulary import LimitUnit
from models.workdays import WorkCalendar

_BASIS = uuid.UUID("8c0c3b0e-6f0f-5a55-9f5c-0d6b1a0f7a06")  # never change: rows rest on it


@dataclass(frozen=True, slots=True)
class Reckoned:
    """A deadline with its basis row and the moment of the ladder's first rung."""

    due_at: datetime
    provisional: bool
    basis_id: uuid.UUID
    basis: dict[str, Any]
    next_chase_at: datetime | None


@dataclass(slots=True)
class Reckoner:
    """Computes deadlines; one day-based rule on one day is computed once."""

    profile: Profile
    calendar: WorkCalendar
    zone: ZoneInfo
    _known: dict[tuple[str, Any], Reckoned] = field(default_factory=dict)

    def reckon(self, rule: ClockRule, started_at: datetime) -> Reckoned:
        by_day = rule.unit in {LimitUnit.WORKDAYS, LimitUnit.DAYS}
        start = started_at.astimezone(self.zone)
        key = (rule.code, start.date() if by_day else start)
        if key not in self._known:
            self._known[key] = self._reckon(rule, start)
        return self._known[key]

    def _reckon(self, rule: ClockRule, started_at: datetime) -> Reckoned:
        found = deadline(rule, started_at, self.calendar, self.profile.office_hours)
        basis = basis_row(rule, found, self.calendar.version)
        first = rung_at(self.profile.ladder, 0, found.due_at, self.calendar, self.zone)
        return Reckoned(found.due_at, found.provisional, basis["id"], basis, first)


def basis_row(rule: ClockRule, found: Deadline, version: str) -> dict[str, Any]:
    steps = [{"date": str(s.date), "counted": s.counted, "reason": s.reason} for s in found.steps]
    name = f"{rule.code}\x1f{found.due_at.isoformat()}\x1f{version}\x1f{steps[:1]}\x1f{len(steps)}"
    return {
        "id": uuid.uuid5(_BASIS, name),
        "rule": rule.code,
        "source": rule.source,
        "calendar_version": version,
        "provisional": found.provisional,
        "steps": steps,
    }


def rung_at(ladder: Ladder, rung: int, due_at: datetime, calendar: WorkCalendar, zone: ZoneInfo) -> datetime | None:
    """When the ladder's rung (0 = first) is reached: `after` workdays from the day of the limit; None: no such rung.

    A rung of 0 workdays is the limit itself; later ones begin with their day, so that a sweep on that
    day finds them whatever its hour.
    """
    rungs = [r for r in ladder.rungs if r.enabled]
    if rung >= len(rungs):
        return None
    after, day = rungs[rung].after, due_at.astimezone(zone).date()
    if after == 0:
        return due_at
    return datetime.combine(shifted(calendar, day, after), time(), zone)


def shifted(calendar: WorkCalendar, day: date, workdays: int) -> date:
    """The workday that lies `workdays` after (or before) a day."""
    if workdays >= 0:
        return calendar.add_workdays(day, workdays).due
    left = -workdays
    while left:
        day -= timedelta(days=1)
        left -= calendar.is_workday(day)
    return day
