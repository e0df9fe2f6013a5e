"""A new calendar or rule moves the deadlines that are still running; each change stands in the history."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from models.actions.clock_changes import changes_of
from models.actions.step import note
from models.actors import SYSTEM
from models.bulk import insert_new
from models.profile import ClockRule
from models.reckoning import Reckoned, Reckoner, rung_at
from models.tables.clocks import CalendarDay, Clock, DeadlineBasis
from models.tables.ledger import Callback
from models.vocabulary import LimitUnit

BY_CALENDAR = frozenset({LimitUnit.WORKDAYS, LimitUnit.WORKING_HOURS})


@dataclass(frozen=True, slots=True)
class Moved:
    """A running clock whose end, or the certainty of it, changes."""

    clock: Clock
    was_provisional: bool
    now: Reckoned

    @property
    def is_moved(self) -> bool:
        return self.clock.due_at != self.now.due_at


def rules_by_calendar(rules: Iterable[ClockRule]) -> dict[str, ClockRule]:
    """Rules whose clocks depend on which days are worked; hours and natural days run through all of them."""
    return {rule.code: rule for rule in rules if rule.unit in BY_CALENDAR}


def running_after(session: Session, codes: Iterable[str], after: int, most: int) -> list[tuple[Clock, bool]]:
    """A page of running clocks under these rules, by id, each with whether its end was provisional."""
    statement = (
        select(Clock, DeadlineBasis.rule, DeadlineBasis.provisional)
        .join(DeadlineBasis, col(DeadlineBasis.id) == col(Clock.basis_id))
        .where(col(Clock.stopped_at).is_(None), col(Clock.id) > after, col(DeadlineBasis.rule).in_(list(codes)))
        .order_by(col(Clock.id))
        .limit(most)
    )
    return [(clock, provisional) for clock, _, provisional in session.exec(statement).all()]


def reckon_again(
    session: Session, reckoner: Reckoner, rules: dict[str, ClockRule], page: list[tuple[Clock, bool]]
) -> list[Moved]:
    """What would change; nothing is written. Each clock keeps its rule, and what was granted to it."""
    codes = {
        basis.id: basis.rule
        for basis in session.exec(
            select(DeadlineBasis).where(col(DeadlineBasis.id).in_({clock.basis_id for clock, _ in page}))
        )
    }
    changes = changes_of(session, [clock.id for clock, _ in page if clock.changes])
    found = [
        Moved(clock, provisional,
              reckoner.reckon_changed(rules[codes[clock.basis_id]], clock.started_at, changes.get(clock.id, [])))
        for clock, provisional in page
    ]  # fmt: skip
    return [moved for moved in found if moved.is_moved or moved.was_provisional != moved.now.provisional]


def move_deadlines(session: Session, reckoner: Reckoner, moved: list[Moved], now: datetime) -> None:
    """Write the new ends: the clock, its basis, its next look, the callback's date, and the history."""
    insert_new(session, DeadlineBasis, [m.now.basis for m in moved])
    for each in moved:
        clock, was = each.clock, each.clock.due_at
        clock.due_at, clock.basis_id = each.now.due_at, each.now.basis_id
        clock.next_chase_at = _next_look(reckoner, clock)
        session.add(clock)
        if clock.subject == "callback":
            session.execute(update(Callback).where(col(Callback.id) == clock.subject_id).values(due_at=clock.due_at))
        detail = {
            "stage": clock.stage, "from": was.isoformat(), "to": clock.due_at.isoformat(),
            "provisional": each.now.provisional, "calendar": reckoner.calendar.version,
        }  # fmt: skip
        note(session, clock.subject, str(clock.subject_id), "recompute", SYSTEM, now, detail=detail)


def _next_look(reckoner: Reckoner, clock: Clock) -> datetime | None:
    """The first rung that is not yet done, from the new end; what was sent is not sent again."""
    return rung_at(reckoner.profile.ladder, clock.rung, clock.due_at, reckoner.calendar, reckoner.zone)


def store_days(session: Session, days: Iterable[tuple[str, str, str]], source: str) -> None:
    """Keep (day, kind off|work, name); a later file's word replaces an earlier one's."""
    for day, kind, name in days:
        session.merge(CalendarDay(day=day, kind=kind, name=name[:60], source=source[:200]))
