"""Deadlines for clocks: the profile's rule, the office's calendar, the ladder's first look. Pure; caches per batch."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from models.deadlines import CLOSE, Deadline, deadline, extend, lengthen
from models.profile import ClockRule, Ladder, Profile
from models.vocabulary import LimitUnit, Stage
from models.workdays import WorkCalendar

_BASIS = uuid.UUID("8c0c3b0e-6f0f-5a55-9f5c-0d6b1a0f7a06")  # never change: rows rest on it


class Change(Protocol):
    """A granted extension (`workdays`) or an ended pause."""

    @property
    def workdays(self) -> int | None: ...
    @property
    def paused_from(self) -> datetime | None: ...
    @property
    def paused_to(self) -> datetime | None: ...


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
    _rules: dict[tuple[str | None, ...], ClockRule | None] = field(default_factory=dict)

    def rule(
        self, stage: Stage, *, channel: str, kind: str, procedure: str, case_type: str, urgency: str
    ) -> ClockRule | None:
        """The profile's limit for a stage of such a matter, found once."""
        key = (stage, channel, kind, procedure, case_type, urgency)
        if key not in self._rules:
            self._rules[key] = self.profile.clock(
                stage, channel=channel, kind=kind, procedure=procedure, case_type=case_type, urgency=urgency
            )
        return self._rules[key]

    def reckon(self, rule: ClockRule, started_at: datetime) -> Reckoned:
        by_day = rule.unit in {LimitUnit.WORKDAYS, LimitUnit.DAYS}
        start = started_at.astimezone(self.zone)
        key = (rule.code, start.date() if by_day else start)
        if key not in self._known:
            self._known[key] = self._reckon(rule, start)
        return self._known[key]

    def reckon_changed(self, rule: ClockRule, started_at: datetime, changes: Sequence[Change]) -> Reckoned:
        """The deadline after what was granted since, each change upon the one before it."""
        if not changes:
            return self.reckon(rule, started_at)
        found = deadline(rule, started_at.astimezone(self.zone), self.calendar, self.profile.office_hours)
        for change in changes:
            if change.workdays is not None:
                found = lengthen(found, change.workdays, self.calendar)
            elif change.paused_from and change.paused_to:
                found = extend(found, change.paused_from, change.paused_to, self.calendar, self.profile.office_hours)
        return self._reckoned(rule, found)

    def workdays_on(self, now: datetime, count: int) -> datetime:
        """The end of the `count`th workday after today, which is not counted."""
        day = now.astimezone(self.zone).date()
        return datetime.combine(shifted(self.calendar, day, count), CLOSE, self.zone)

    def _reckon(self, rule: ClockRule, started_at: datetime) -> Reckoned:
        return self._reckoned(rule, deadline(rule, started_at, self.calendar, self.profile.office_hours))

    def _reckoned(self, rule: ClockRule, found: Deadline) -> Reckoned:
        basis = basis_row(rule, found, self.calendar.version)
        first = rung_at(self.profile.ladder, 0, found.due_at, self.calendar, self.zone)
        return Reckoned(found.due_at, found.provisional, basis["id"], basis, first)


def basis_row(rule: ClockRule, found: Deadline, version: str) -> dict[str, Any]:
    steps = [{"date": str(s.date), "counted": s.counted, "reason": s.reason} for s in found.steps]
    name = f"{rule.code}\x1f{found.due_at.isoformat()}\x1f{version}\x1f{steps}"
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
