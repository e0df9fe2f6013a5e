"""Calendars: count workdays and explain them; import a year's notice and recompute what is running."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from flows.house import House
from flows.opening import has_record
from models.actions.recomputing import (
    Moved,
    move_deadlines,
    reckon_again,
    rules_by_calendar,
    running_after,
    store_days,
)
from models.actions.step import note
from models.actors import SYSTEM, Actor
from models.calendar_files import as_rows, read_calendar
from models.database import reading, writing
from models.profile import Profile
from models.profile_parts import CalendarAdditions, ClockRule
from models.queries.calendar import imported_days
from models.reckoning import Reckoner
from models.tables.orders import WorkOrder
from models.vocabulary import Stage
from models.workdays import WorkCalendar, work_calendar

_PAGE = 500


def count_workdays(house: House, start: datetime, count: int) -> dict[str, Any]:
    """{"due", "provisional", "steps"}: `count` workdays after the day of `start`, each day with its reason."""
    day = (start.astimezone(house.settings.zone) if start.tzinfo else start).date()
    counted = calendar_of(house).add_workdays(day, count)
    steps = [{"date": s.date.isoformat(), "counted": s.counted, "reason": s.reason} for s in counted.steps]
    return {"due": counted.due.isoformat(), "provisional": counted.provisional, "steps": steps}


def import_days(house: House, source: Path, now: datetime, *, dry_run: bool, actor: Actor = SYSTEM) -> dict[str, Any]:
    """Store a calendar file's days and recompute running workday clocks; a dry run only says what would change.

    Safe to run again: after a crash half-way the second run recomputes the rest. Raises BadCalendar, and
    then nothing is changed.
    """
    read = read_calendar(source)
    calendar = work_calendar(house.profile.calendar.plus(_imported(house)).plus(read.additions))
    reckoner = Reckoner(house.profile, calendar, house.settings.zone)
    if not dry_run:
        _store(house, read.additions, source.name, actor, now)
    rules = rules_by_calendar(house.profile.clocks)
    changes, settled = _recompute(house, reckoner, rules, now, dry_run=dry_run)
    off, work = len(read.additions.off), len(read.additions.work)
    return {
        "off": off, "work": work, "known_until": calendar.known_until.isoformat(),
        "skipped": list(read.skipped), "changes": changes, "settled": settled, "applied": not dry_run,
        "days": _days(house.calendar, read.additions), "rows": as_rows(read.additions),
    }  # fmt: skip


def _days(before: WorkCalendar, days: CalendarAdditions) -> list[dict[str, Any]]:
    """Each imported day: what it would be, and what it was until now."""
    kinds = [*((day, False) for day in days.off), *((day, True) for day in days.work)]
    return [
        {"date": day.date.isoformat(), "works": works, "name": day.name, "was": before.reason(day.date),
         "changes": before.is_workday(day.date) != works}
        for day, works in sorted(kinds, key=lambda each: each[0].date)
    ]  # fmt: skip


def recompute(house: House, now: datetime, *, dry_run: bool, profile: Profile | None = None) -> dict[str, Any]:
    """After the profile's limits or hours have changed: every running clock by its rule as it stands now.

    `profile`: one that is only being looked at, for a dry run.

    {"changes", "settled", "applied"}; what was granted to a clock stays granted, and a clock whose rule is
    no longer in the profile is left as it is.
    """
    reckoner = house.reckoner
    if profile is not None:
        calendar = work_calendar(profile.calendar.plus(_imported(house)))
        reckoner = Reckoner(profile, calendar, house.settings.zone)
    rules = {rule.code: rule for rule in reckoner.profile.clocks}
    changes, settled = _recompute(house, reckoner, rules, now, dry_run=dry_run)
    return {"changes": changes, "settled": settled, "applied": not dry_run}


def calendar_of(house: House) -> WorkCalendar:
    """The house's own; before `huiyin init` the profile's alone."""
    return house.calendar if has_record(house) else work_calendar(house.profile.calendar)


def _imported(house: House) -> CalendarAdditions:
    with reading(house.engine) as session:
        return imported_days(session)


def _store(house: House, days: CalendarAdditions, name: str, actor: Actor, now: datetime) -> None:
    rows = [(str(day.date), kind, day.name) for kind in ("off", "work") for day in getattr(days, kind)]
    with writing(house.engine) as session:
        store_days(session, rows, name)
        detail = {"off": len(days.off), "work": len(days.work)}
        note(session, "calendar", name[:60], "import", actor, now, detail=detail)


def _recompute(
    house: House, reckoner: Reckoner, rules: dict[str, ClockRule], now: datetime, *, dry_run: bool
) -> tuple[list[dict[str, str]], int]:
    """What moved, and how many ends became certain without moving; short transactions of 500 clocks."""
    changes: list[dict[str, str]] = []
    settled = 0
    for session, moved in _pages(house, reckoner, rules, dry_run=dry_run):
        changes += _told(session, [m for m in moved if m.is_moved], house)
        settled += sum(not m.is_moved for m in moved)
        if not dry_run:
            move_deadlines(session, reckoner, moved, now)
    return changes, settled


def _pages(
    house: House, reckoner: Reckoner, rules: dict[str, ClockRule], *, dry_run: bool
) -> Iterator[tuple[Session, list[Moved]]]:
    after, opened = 0, reading if dry_run else writing
    while True:
        with opened(house.engine) as session:
            page = running_after(session, rules, after, _PAGE)
            if not page:
                return
            after = page[-1][0].id or 0
            yield session, reckon_again(session, reckoner, rules, page)


def _told(session: Session, moved: list[Moved], house: House) -> list[dict[str, str]]:
    wanted = {m.clock.order_id for m in moved if m.clock.order_id is not None}
    numbers = dict(session.exec(select(WorkOrder.id, WorkOrder.number).where(col(WorkOrder.id).in_(wanted))).all())
    zone = house.settings.zone
    return [
        {
            "what": f"{numbers.get(m.clock.order_id) or m.clock.subject} {Stage(m.clock.stage).label}",
            "from": f"{m.clock.due_at.astimezone(zone):%Y-%m-%d %H:%M}",
            "to": f"{m.now.due_at.astimezone(zone):%Y-%m-%d %H:%M}",
        }
        for m in moved
    ]
