"""大厅办件: a month's count of a service hall, entered by hand; entered again it is corrected, on record."""

from datetime import datetime

from sqlmodel import Session, select

from models.actions.step import note
from models.actors import Actor
from models.errors import BadInput
from models.tables.knowledge import HallCount
from models.vocabulary import Role


def enter_hall_count(
    session: Session, year: int, month: int, unit: str, handled: int, actor: Actor, now: datetime
) -> HallCount:
    actor.must_be(Role.MODERATOR, Role.SUPERVISOR)
    if not 1 <= month <= 12:  # noqa: PLR2004
        raise BadInput(f"月份“{month}”应在 1 到 12 之间。")
    if handled < 0:
        raise BadInput("办件数不能小于 0。")
    row = session.exec(
        select(HallCount).where(HallCount.year == year, HallCount.month == month, HallCount.unit == unit)
    ).first()
    was = row.handled if row else None
    row = row or HallCount(year=year, month=month, unit=unit, handled=handled, entered_by="", entered_at=now)
    row.handled, row.entered_by, row.entered_at = handled, actor.login, now
    session.add(row)
    note(session, "hall", f"{year}-{month:02d}:{unit}"[:60], "enter", actor, now, detail={"was": was, "is": handled})
    return row
