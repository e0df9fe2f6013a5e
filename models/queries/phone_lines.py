"""对外联系电话 as each side sees it: the register, the day's call list, faults, figures."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.actors import Actor
from models.calling_words import LineFaultStatus, LineResult
from models.tables.phone_lines import LineCheck, LineFault, PhoneLine
from models.vocabulary import Role

_MOST = 500


def list_lines(session: Session, actor: Actor, *, unit: str | None = None) -> list[PhoneLine]:
    """Active lines by unit; a unit sees its own."""
    wanted: list[Any] = [col(PhoneLine.active).is_(True)]
    if owner := _owner(actor, unit):
        wanted.append(col(PhoneLine.unit) == owner)
    statement = select(PhoneLine).where(*wanted).order_by(col(PhoneLine.unit), col(PhoneLine.number))
    return list(session.exec(statement.limit(_MOST)).all())


def call_list(session: Session, actor: Actor) -> list[tuple[LineCheck, PhoneLine]]:
    """What is planned and not made, by its moment: the checker's alone."""
    actor.must_be(Role.SUPERVISOR, Role.AUDITOR, Role.MODERATOR)
    statement = (
        select(LineCheck, PhoneLine)
        .join(PhoneLine, col(PhoneLine.id) == col(LineCheck.line_id))
        .where(col(LineCheck.made_at).is_(None), col(LineCheck.dropped_at).is_(None), col(PhoneLine.active).is_(True))
        .order_by(col(LineCheck.planned_at))
    )
    return [(check, line) for check, line in session.exec(statement).all()]


def made_checks(session: Session, actor: Actor, since: datetime) -> list[tuple[LineCheck, PhoneLine]]:
    """Newest first; a unit sees those of its own lines."""
    wanted: list[Any] = [col(LineCheck.made_at) >= since]
    if owner := _owner(actor, None):
        wanted.append(col(PhoneLine.unit) == owner)
    statement = (
        select(LineCheck, PhoneLine)
        .join(PhoneLine, col(PhoneLine.id) == col(LineCheck.line_id))
        .where(*wanted)
        .order_by(col(LineCheck.made_at).desc())
        .limit(_MOST)
    )
    return [(check, line) for check, line in session.exec(statement).all()]


def open_faults(session: Session, actor: Actor) -> list[tuple[LineFault, PhoneLine]]:
    """What is not yet mended, longest first."""
    wanted: list[Any] = [col(LineFault.status) != LineFaultStatus.CLOSED.value]
    if owner := _owner(actor, None):
        wanted.append(col(LineFault.unit) == owner)
    statement = (
        select(LineFault, PhoneLine)
        .join(PhoneLine, col(PhoneLine.id) == col(LineFault.line_id))
        .where(*wanted)
        .order_by(col(LineFault.due_at))
    )
    return [(fault, line) for fault, line in session.exec(statement).all()]


@dataclass(frozen=True, slots=True)
class LineFigures:
    """接通率 = `connected` ÷ `made`; `missed`: checks whose day went by, which is the supervising office's own."""

    unit: str
    lines: int
    made: int
    connected: int
    faults: int
    missed: int


def line_figures(session: Session, since: datetime) -> list[LineFigures]:
    """By unit, over the checks planned since then."""
    lines = Counter(
        dict(
            session.exec(
                select(PhoneLine.unit, func.count()).where(col(PhoneLine.active).is_(True)).group_by(PhoneLine.unit)
            ).all()
        )
    )
    made, connected, missed = (_checks(session, since, where) for where in (
        [col(LineCheck.made_at).is_not(None)], [LineCheck.result == LineResult.CONNECTED.value],
        [col(LineCheck.dropped_at).is_not(None)],
    ))  # fmt: skip
    faults = Counter(
        dict(
            session.exec(
                select(LineFault.unit, func.count())
                .where(col(LineFault.status) != LineFaultStatus.CLOSED.value)
                .group_by(LineFault.unit)
            ).all()
        )
    )
    units = sorted({*lines, *made, *faults})
    return [LineFigures(u, lines[u], made[u], connected[u], faults[u], missed[u]) for u in units]


def _checks(session: Session, since: datetime, where: Sequence[Any]) -> Counter[str]:
    statement = (
        select(PhoneLine.unit, func.count())
        .join(LineCheck, col(LineCheck.line_id) == col(PhoneLine.id))
        .where(col(LineCheck.planned_at) >= since, *where)
        .group_by(PhoneLine.unit)
    )
    return Counter(dict(session.exec(statement).all()))


def _owner(actor: Actor, unit: str | None) -> str | None:
    return actor.unit if actor.role is Role.UNIT else unit
