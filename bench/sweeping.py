"""One chase sweep with the same number due, over few and over many open orders, and against the same rows in SQL."""

import re
import statistics
import tempfile
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from bench.report import Report
from flows.chasing import chase
from flows.house import House
from models.bulk import core_table
from models.database import writing
from models.settings import Settings
from models.tables.clocks import Clock, DeadlineBasis
from models.tables.orders import WorkOrder

DUE, FEW, MANY = 10_000, 50_000, 500_000
_NOW = datetime(2026, 11, 19, 2, 0, tzinfo=UTC)  # a Thursday morning in the office
_CHUNK = 10_000
_BATCH = 500
_WRITTEN = ("notice", "delivery", "delivery_notice", "history", "outbox")


def measure(report: Report) -> None:
    seconds, plain = {}, 0.0
    for orders in (FEW, MANY):
        with tempfile.TemporaryDirectory() as folder:
            house = House(Settings(data_dir=Path(folder), profile="demo"))
            house.prepare()
            _fill(house, orders)
            house.reckoner  # noqa: B018  (warm: profile and calendar are read)
            start = time.perf_counter()
            result = chase(house, _NOW)
            seconds[orders] = time.perf_counter() - start
            assert result["due"] == DUE, result
            plain = plain or _plain(house)
    ratio = seconds[MANY] / seconds[FEW]
    reference = f"{seconds[FEW]:.1f} s over {FEW:,}"
    report.add(f"chase sweep, {DUE:,} due, over {MANY:,} open orders", f"{ratio:.2f} × the time", reference, "≤ 1.6 ×")
    rate = plain / statistics.fmean(seconds.values())
    report.add("the same, against plain SQL updates", f"{rate:.2f} × the rate", f"{plain:.2f} s in SQL", "≥ 0.2 ×")


def _fill(house: House, orders: int) -> None:
    units = [unit.code for unit in house.profile.units]
    basis = uuid.uuid4()
    with writing(house.engine) as session:
        session.connection().execute(insert(core_table(DeadlineBasis)), [{
            "id": basis, "rule": "bench", "source": "bench", "calendar_version": "", "provisional": False, "steps": [],
        }])  # fmt: skip
    for first in range(1, orders + 1, _CHUNK):
        ids = range(first, min(first + _CHUNK, orders + 1))
        with writing(house.engine) as session:
            connection = session.connection()
            connection.execute(insert(core_table(WorkOrder)), [_order(i, units[i % len(units)]) for i in ids])
            clocks = [_clock(i, units[i % len(units)], basis, orders) for i in ids]
            connection.execute(insert(core_table(Clock)), clocks)


def _order(i: int, unit: str) -> dict[str, object]:
    return {
        "id": i, "number": f"WX20261102{i:06d}", "case_type": "order", "status": "handling", "channel": "board",
        "title": "", "domain": "housing", "kind": "complaint", "procedure": "ordinary", "urgency": "normal",
        "lead_unit": unit, "sealed": False, "triage_reasons": [], "received_at": _NOW - timedelta(days=10),
        "disclosure": "closed", "cycle": 1, "returns": 0, "version": 1,
    }  # fmt: skip


def _clock(i: int, unit: str, basis: uuid.UUID, orders: int) -> dict[str, object]:
    due = i % (orders // DUE) == 0
    at = _NOW - timedelta(days=3) if due else _NOW + timedelta(days=9)
    return {
        "id": i, "order_id": i, "subject": "order", "subject_id": i, "stage": "handle", "cycle": 1, "unit": unit,
        "basis_id": basis, "started_at": _NOW - timedelta(days=10), "due_at": at, "changes": 0, "rung": 0,
        "next_chase_at": _NOW - timedelta(hours=1) if due else at,
    }  # fmt: skip


def _plain(house: House) -> float:
    """The rows that the sweep wrote, written again in plain SQL into tables of the same form; the clocks' updates."""
    connection = house.engine.raw_connection()
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=FULL")
    written = {name: _copy_of(cursor, name) for name in _WRITTEN}
    clocks = cursor.execute(
        "SELECT rung, next_chase_at, rung_at, id FROM clock WHERE rung_at IS NOT NULL ORDER BY id"
    ).fetchall()
    assert len(clocks) == DUE, len(clocks)
    start = time.perf_counter()
    for first in range(0, DUE, _BATCH):
        cursor.execute("BEGIN IMMEDIATE")
        for name, rows in written.items():
            share = len(rows) * first // DUE, len(rows) * (first + _BATCH) // DUE
            if part := rows[slice(*share)]:
                cursor.executemany(f"INSERT INTO plain_{name} VALUES ({', '.join('?' * len(part[0]))})", part)
        cursor.executemany(
            "UPDATE clock SET rung = ?, next_chase_at = ?, rung_at = ? WHERE id = ?", clocks[first : first + _BATCH]
        )
        connection.commit()
    seconds = time.perf_counter() - start
    connection.close()
    return seconds


def _copy_of(cursor: Any, name: str) -> list[tuple[Any, ...]]:  # noqa: ANN401  (sqlite3's)
    """An empty table like `name`, its indexes too; the rows of `name`."""
    cursor.execute(
        "SELECT sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL AND type <> 'trigger'", (name,)
    )
    for (ddl,) in cursor.fetchall():
        cursor.execute(re.sub(rf"\b(ix_)?{name}", rf"plain_\1{name}", ddl))
    return list(cursor.execute(f"SELECT * FROM {name}").fetchall())
