"""When sweeps ran: a sweep works out what is due since it last succeeded, and `/readyz` sees it late."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.tables.record import Sweep


def started(session: Session, name: str, now: datetime) -> None:
    row = session.get(Sweep, name) or Sweep(name=name)
    row.started_at = now
    session.add(row)


def succeeded(session: Session, name: str, now: datetime, result: dict[str, Any]) -> None:
    row = session.get(Sweep, name) or Sweep(name=name)
    row.succeeded_at, row.result = now, result
    session.add(row)
