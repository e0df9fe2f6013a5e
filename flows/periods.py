"""How often each sweep should succeed; three periods late and `/readyz` says so."""

from datetime import timedelta
from typing import Final

SWEEP_PERIODS: Final[dict[str, timedelta]] = {
    "relay": timedelta(minutes=1),  # the worker's short sweeps say once a minute that they live (flows/heartbeat)
    "deliver": timedelta(minutes=1),
    "seal": timedelta(minutes=1),
    "collect": timedelta(minutes=5),
    "chase": timedelta(minutes=15),
    "promises": timedelta(days=1),
    "opinion": timedelta(minutes=30),
    "erase": timedelta(days=1),
    "publish": timedelta(weeks=1),
    "retrain": timedelta(weeks=1),
}

LATE_AFTER: Final = 3
"""Periods without a success after which a sweep is late (DESIGN: a chase must not wait for long)."""
