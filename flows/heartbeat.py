"""Sweeps that run every second say once a minute that they live; otherwise only when they did something."""

from datetime import datetime, timedelta
from typing import Any

from flows.house import House
from models.actions.sweeps import succeeded
from models.database import reading, writing
from models.tables.record import Sweep

_EVERY = timedelta(minutes=1)


def beat(house: House, name: str, now: datetime, result: dict[str, Any]) -> None:
    """Record a sweep's success, unless it had nothing to do and said so within the minute."""
    if not any(result.values()):
        with reading(house.engine) as session:
            row = session.get(Sweep, name)
        if row and row.succeeded_at and timedelta() <= now - row.succeeded_at < _EVERY:
            return
    with writing(house.engine) as session:
        succeeded(session, name, now, result)
