"""When sweeps ran: a sweep works out what is due since it last succeeded, and `/readyz` sees it late."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from models.bulk import insert_new
from models.tables.record import Sweep


def started(session: Session, name: str, now: datetime) -> None:
    _row(session, name).started_at = now


def succeeded(session: Session, name: str, now: datetime, result: dict[str, Any]) -> None:
    row = _row(session, name)
    row.succeeded_at, row.result = now, result


def _row(session: Session, name: str) -> Sweep:
    """The sweep's row; the first time, two that run at once make it together."""
    insert_new(session, Sweep, [{"name": name, "result": {}}])
    return session.exec(select(Sweep).where(Sweep.name == name)).one()
