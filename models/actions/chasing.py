"""What a chase sweep reads under lock and writes in one go: notices, deliveries, history, events, the next look.

Bulk statements throughout: a sweep may have ten thousand clocks due.
"""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlmodel import Session, SQLModel, col

from models import identity
from models.actions.notice_rows import Telling, delivery_rows, insert_notices, notice_row
from models.bulk import insert_new, insert_rows
from models.tables.clocks import Clock, DeadlineBasis
from models.tables.notices import Delivery, DeliveryNotice, Notice
from models.tables.orders import WorkOrder
from models.tables.record import History, Outbox
from models.tables.supervision import Instruction

RETRY = timedelta(hours=1)  # a clock that can't be judged is looked at again then: no crash loop


@dataclass(slots=True)  # not frozen: that would double the cost of reading ten thousand of them
class DueClock:
    """A clock whose look is due, with what the ladder needs to know; `number` is None for a promise without order.

    Fields stand as in `_COLUMNS`; `undelivered`: an earlier reminder has not left the house.
    """

    id: int
    subject: str
    subject_id: int
    stage: str
    cycle: int
    unit: str
    started_at: datetime
    due_at: datetime
    changes: int
    rung: int
    rung_at: datetime | None
    order_id: int | None
    rule: str
    number: str | None
    domain: str | None
    urgency: str | None
    status: str | None
    sealed: bool | None
    undelivered: bool

    @property
    def generation(self) -> str:
        """The clock until its limit was last moved by an extension or a pause: each has reminders of its own."""
        return f"clock:{self.id}:{self.changes}"

    @property
    def ref(self) -> str:
        return f"{self.subject}:{self.subject_id}"


@dataclass(slots=True, kw_only=True)
class Look:
    """What became of a due clock. Without `action` only its next look changes; `at`: no delivery before that."""

    clock: DueClock
    rungs_done: int
    next_at: datetime | None
    action: str | None = None
    name: str = ""
    escalates: bool = False
    skipped: tuple[str, ...] = ()
    tellings: tuple[Telling, ...] = ()
    at: datetime | None = None
    draft: dict[str, Any] | None = None  # an instruction to lay before a leader


@dataclass(slots=True)
class Digests:
    """The letters that a sweep has begun: (unit, target, not before) → delivery, for as long as it waits."""

    open: dict[tuple[str, str, datetime], uuid.UUID] = field(default_factory=dict)


def due_ids(session: Session, now: datetime, most: int) -> list[int]:
    """Clocks to look at, longest due first; on PostgreSQL locked, those that another sweep holds left out."""
    statement = (
        select(col(Clock.id))
        .where(*_is_due(now))
        .order_by(col(Clock.next_chase_at))
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    return list(session.execute(statement).scalars())


def due_clocks(session: Session, ids: Sequence[int], now: datetime) -> list[DueClock]:
    """Read the clocks afresh under lock; those that stopped, paused or moved meanwhile are left out."""
    statement = (
        select(*_COLUMNS)
        .select_from(Clock)
        .join(DeadlineBasis, col(DeadlineBasis.id) == col(Clock.basis_id))
        .outerjoin(WorkOrder, col(WorkOrder.id) == col(Clock.order_id))
        .where(col(Clock.id).in_(ids), *_is_due(now))
        .with_for_update(of=Clock)
    )
    rows = session.execute(statement).all()
    on_their_way = _undelivered(session, [row.id for row in rows if row.rung])
    return [DueClock(*[*row, row.id in on_their_way]) for row in rows]


def _is_due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return col(Clock.stopped_at).is_(None), col(Clock.next_chase_at) <= now, col(Clock.paused_at).is_(None)


_COLUMNS = (
    *(getattr(Clock, name) for name in (
        "id", "subject", "subject_id", "stage", "cycle", "unit", "started_at", "due_at", "changes",
        "rung", "rung_at", "order_id",
    )),
    col(DeadlineBasis.rule),
    *(getattr(WorkOrder, name) for name in ("number", "domain", "urgency", "status", "sealed")),
)  # fmt: skip


def _undelivered(session: Session, clocks: Sequence[int]) -> set[int]:
    """Clocks of which an earlier reminder has not left the house."""
    if not clocks:
        return set()
    waiting = (
        select(col(Notice.clock_id))
        .join(DeliveryNotice, col(DeliveryNotice.notice_id) == col(Notice.id))
        .join(Delivery, col(Delivery.id) == col(DeliveryNotice.delivery_id))
        .where(col(Notice.clock_id).in_(clocks), col(Delivery.state).in_(["waiting", "leased"]))
    )
    return set(session.execute(waiting).scalars())


def write_looks(session: Session, looks: Sequence[Look], digests: Digests, now: datetime) -> int:
    """Write what became of the clocks; how many notices are new."""
    fresh = _fresh(session, looks)
    rows: dict[type[SQLModel], list[dict[str, Any]]] = {Notice: [], Delivery: [], DeliveryNotice: []}
    for _, telling in fresh:
        rows[Notice].append(notice_row(telling, now)[1])
    for table, row in _letters(session, fresh, digests, now):
        rows[table].append(row)
    insert_notices(session, rows)
    insert_new(session, Instruction, [look.draft for look in looks if look.draft])
    acted = [look for look in looks if look.action]
    insert_rows(session, History, [_history(look, now) for look in acted])
    insert_rows(session, Outbox, [_event(look, now) for look in acted if _may_be_told(look.clock)])
    _move_on(session, looks, now)
    return len(fresh)


def _may_be_told(clock: DueClock) -> bool:
    """Events go to other systems: none of an accusation, none of who is to be asked (回访)."""
    return not clock.sealed and clock.subject != "follow_up"


def put_off(session: Session, clock_id: int, now: datetime) -> None:
    """A clock that could not be judged: its next look is an hour away."""
    session.execute(
        update(Clock)
        .where(col(Clock.id) == clock_id, col(Clock.stopped_at).is_(None))
        .values(next_chase_at=now + RETRY)
    )


def _fresh(session: Session, looks: Sequence[Look]) -> list[tuple[Look, Telling]]:
    """What was never told: a reminder exists once, and a letter with it."""
    tellings = {telling.key: (look, telling) for look in looks for telling in look.tellings}
    if not tellings:
        return []
    known = set(session.execute(select(col(Notice.id)).where(col(Notice.id).in_(tellings))).scalars())
    return [pair for key, pair in tellings.items() if key not in known]


def _letters(
    session: Session, fresh: Sequence[tuple[Look, Telling]], digests: Digests, now: datetime
) -> Iterator[tuple[type[SQLModel], dict[str, Any]]]:
    """One letter per unit and target: into the one that this sweep began, while it still waits."""
    _forget_gone(session, digests)
    gathered: dict[tuple[str, str, datetime], list[Telling]] = {}
    for look, telling in fresh:
        for target in telling.targets:
            gathered.setdefault((telling.unit, target, look.at or now), []).append(telling)
    for place, tellings in gathered.items():
        if place in digests.open:
            delivery = digests.open[place]
            yield from ((DeliveryNotice, {"delivery_id": delivery, "notice_id": t.key}) for t in tellings)
            continue
        _, target, at = place
        digests.open[place] = identity.delivery_id(target, [t.key for t in tellings])
        yield from delivery_rows(target, tellings, now, at)


def _forget_gone(session: Session, digests: Digests) -> None:
    """Letters that left while the sweep went on; the others are held until the commit."""
    if not digests.open:
        return
    statement = (
        select(col(Delivery.id))
        .where(col(Delivery.id).in_(digests.open.values()), col(Delivery.state) == "waiting",
               col(Delivery.attempts) == 0)
        .with_for_update()
    )  # fmt: skip
    waiting = set(session.execute(statement).scalars())
    digests.open = {place: delivery for place, delivery in digests.open.items() if delivery in waiting}


def _move_on(session: Session, looks: Sequence[Look], now: datetime) -> None:
    """Clocks with the same deadline go on together: one statement for each of few groups."""
    groups: dict[tuple[int, datetime | None, datetime | None], list[int]] = {}
    for look in looks:
        rung_at = now if look.action else look.clock.rung_at
        groups.setdefault((look.rungs_done, look.next_at, rung_at), []).append(look.clock.id)
    for (rung, next_at, rung_at), ids in groups.items():
        values = {"rung": rung, "next_chase_at": next_at, "rung_at": rung_at}
        session.connection().execute(update(Clock).where(col(Clock.id).in_(ids)).values(**values))


def _history(look: Look, now: datetime) -> dict[str, Any]:
    clock = look.clock
    subject, subject_id = ("order", clock.order_id) if clock.order_id else (clock.subject, clock.subject_id)
    detail = {
        "name": look.name, "stage": clock.stage, "about": clock.ref, "due_at": clock.due_at.isoformat(),
        "skipped": list(look.skipped), "told": sorted({t.unit for t in look.tellings}),
    }  # fmt: skip
    return {
        "subject": subject, "subject_id": str(subject_id), "at": now, "actor": "system", "action": look.action,
        "detail": detail,
    }  # fmt: skip


def _event(look: Look, now: datetime) -> dict[str, Any]:
    clock = look.clock
    payload = {
        "number": clock.number, "status": clock.status, "domain": clock.domain, "unit": clock.unit,
        "cycle": clock.cycle, "stage": clock.stage, "action": look.action, "due_at": clock.due_at.isoformat(),
    }  # fmt: skip
    return {
        "event_id": identity.event_id(clock.ref, "reminded", clock.cycle, f"{clock.generation}:{look.action}"),
        "type": "order.reminded" if clock.order_id else f"{clock.subject}.reminded",
        "order_number": clock.number, "payload": payload, "created_at": now,
    }  # fmt: skip
