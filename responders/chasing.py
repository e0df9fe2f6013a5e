"""催办 → 督办 → 通报/约谈: which rung of the ladder a clock has reached, and who is told. Pure.

After an outage only the highest due rung is sent, the skipped ones recorded; no rung before the previous one
was delivered and a working day has passed. Timers survive return and re-dispatch: the clock stays, its holder
changes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from models.actions.chasing import DueClock, Look
from models.actions.notice_rows import DUTY, Telling, targets_of
from models.actions.supervising import drafted_row
from models.profile import Ladder, Profile, Rung
from models.reckoning import rung_at, shifted
from models.vocabulary import LimitUnit, Urgency
from models.workdays import WorkCalendar

_HELD_BACK = timedelta(hours=1)  # a reminder whose forerunner is still on its way is looked at again
_GENTLE = {"due_soon", "remind"}


@dataclass(slots=True)
class Chaser:
    """Judges the due clocks of one sweep at `now`; days that many clocks share are computed once."""

    profile: Profile
    calendar: WorkCalendar
    zone: ZoneInfo
    now: datetime
    _moments: dict[tuple[datetime, bool], list[datetime | None]] = field(default_factory=dict)
    _late: dict[datetime, int] = field(default_factory=dict)
    _targets: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    _hourly: set[str] = field(init=False)
    _rungs: list[Rung] = field(init=False)

    def __post_init__(self) -> None:
        self._hourly = {rule.code for rule in self.profile.clocks if rule.unit is LimitUnit.HOURS}
        self._rungs = [rung for rung in self.profile.ladder.rungs if rung.enabled]

    def look(self, clock: DueClock) -> Look:
        """What is to be done about a clock whose look is due."""
        moments = self._moments_of(clock)
        left = [(n, moments[n]) for n in range(clock.rung, len(self._rungs))]
        due = [n for n, moment in left if moment is not None and moment <= self.now]
        if not due:
            return Look(clock=clock, rungs_done=clock.rung, next_at=_first(left))
        if wait := self._must_wait(clock):
            return Look(clock=clock, rungs_done=clock.rung, next_at=wait)
        *skipped, highest = due
        return self._issue(clock, highest, skipped, _first([pair for pair in left if pair[0] > highest]))

    def _must_wait(self, clock: DueClock) -> datetime | None:
        """Until when, where the previous rung has not arrived or its working day has not passed."""
        if clock.rung_at is None:
            return None
        next_day = shifted(self.calendar, clock.rung_at.astimezone(self.zone).date(), 1)
        earliest = datetime.combine(next_day, time(), self.zone)
        if self.now < earliest:
            return earliest
        return self.now + _HELD_BACK if clock.undelivered else None

    def _issue(self, clock: DueClock, highest: int, skipped: list[int], next_at: datetime | None) -> Look:
        rung = self._rungs[highest]
        rings = clock.rule in self._hourly or clock.urgency == Urgency.EMERGENCY
        return Look(
            clock=clock,
            rungs_done=highest + 1,
            next_at=next_at,
            action=rung.action,
            name=rung.name,
            escalates=rung.action not in _GENTLE,
            skipped=tuple(self._rungs[n].action for n in skipped),
            # An accusation is told to no unit (检举控告工作规则 第四十七条); its inspector sees it in the list.
            tellings=() if clock.sealed else self._tellings(clock, rung, rings=rings),
            at=self.now if rings else after_quiet(self.profile.ladder, self.now, self.zone),
            draft=self._draft(clock, rung) if rung.needs_decision and not clock.sealed else None,
        )

    def _draft(self, clock: DueClock, rung: Rung) -> dict[str, Any]:
        """What names a unit waits for a leader's signature; until then the unit is told nothing."""
        facts = {"number": clock.number, "stage": clock.stage, "overdue": self._overdue(clock.due_at),
                 "holder": clock.unit, "order_id": clock.order_id, "due_at": clock.due_at}  # fmt: skip
        return drafted_row(rung.action, clock.generation, facts, self.now)

    def _tellings(self, clock: DueClock, rung: Rung, *, rings: bool) -> tuple[Telling, ...]:
        self.profile.unit(clock.unit)  # an unknown unit is an error, never a reminder into the void
        facts = {
            "number": clock.number, "domain": clock.domain, "urgency": clock.urgency, "stage": clock.stage,
            "due_at": clock.due_at.isoformat(), "ref": clock.ref, "name": rung.name, "holder": clock.unit,
            "needs_decision": rung.needs_decision,
            "overdue": self._overdue(clock.due_at),
        }  # fmt: skip
        return tuple(
            Telling(
                kind=rung.action, unit=unit, subject=clock.ref, order_id=clock.order_id, cycle=clock.cycle,
                trigger=f"{clock.generation}:{rung.action}", facts={**facts, "reader": reader}, clock_id=clock.id,
                targets=self._targets_of(unit, rung.action),
            )
            for unit, reader in self._readers(clock, rung, rings=rings).items()
        )  # fmt: skip

    def _targets_of(self, unit: str, action: str) -> tuple[str, ...]:
        if (unit, action) not in self._targets:
            self._targets[unit, action] = targets_of(self.profile, unit, action)
        return self._targets[unit, action]

    def _overdue(self, due_at: datetime) -> int:
        """Workdays past the limit's day; negative ahead of it."""
        if due_at not in self._late:
            due_day, today = due_at.astimezone(self.zone).date(), self.now.astimezone(self.zone).date()
            self._late[due_at] = self.calendar.workdays_between(due_day, today)
        return self._late[due_at]

    def _readers(self, clock: DueClock, rung: Rung, *, rings: bool) -> dict[str, str]:
        """Unit → as what it reads; the last word counts. A draft for a leader goes by the supervisor's desk."""
        readers: dict[str, str] = {}
        if "supervisor" in rung.to:
            readers[self.profile.supervisor] = "supervisor"
        if "unit" in rung.to and not rung.needs_decision:
            readers[clock.unit] = "unit"
        if "leader" in rung.to or rung.needs_decision:
            readers[self.profile.supervisor] = "leader"
        if rings and rung.after >= 0:
            readers[DUTY] = "duty"
        return readers

    def _moments_of(self, clock: DueClock) -> list[datetime | None]:
        """When each rung is reached; None: not for this clock. A warning from before its start is none."""
        moments = self._ladder(clock.due_at, hourly=clock.rule in self._hourly)
        return [
            moment if moment and (rung.after >= 0 or moment > clock.started_at) else None
            for moment, rung in zip(moments, self._rungs, strict=True)
        ]

    def _ladder(self, due_at: datetime, *, hourly: bool) -> list[datetime | None]:
        key = (due_at, hourly)
        if key not in self._moments:
            ladder = self.profile.ladder
            by_day = [rung_at(ladder, n, due_at, self.calendar, self.zone) for n in range(len(self._rungs))]
            self._moments[key] = self._by_the_hour(by_day, due_at) if hourly else by_day
        return self._moments[key]

    def _by_the_hour(self, by_day: list[datetime | None], due_at: datetime) -> list[datetime | None]:
        """An hour clock rings when it runs out, not the day after; what follows keeps the ladder's days."""
        behind = [n for n, rung in enumerate(self._rungs) if rung.after >= 0]
        return [due_at if n == behind[0] else by_day[n] if n in behind else None for n in range(len(by_day))]


def after_quiet(ladder: Ladder, now: datetime, zone: ZoneInfo) -> datetime:
    """`now`, or the end of the quiet hours that it lies in."""
    local = now.astimezone(zone)
    begins, ends, clock = ladder.quiet_from, ladder.quiet_to, local.time()
    over_midnight = begins > ends
    quiet = (clock >= begins or clock < ends) if over_midnight else begins <= clock < ends
    if not quiet:
        return now
    day = local.date() + timedelta(days=1 if over_midnight and clock >= begins else 0)
    return datetime.combine(day, ends, zone)


def _first(left: Sequence[tuple[int, datetime | None]]) -> datetime | None:
    return next((moment for _, moment in left if moment is not None), None)
