"""One chase sweep with the same number due, over few and over many open orders, and against plain SQL."""

import statistics
import tempfile
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert, text

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
_PLAIN = ("notice", "delivery_notice", "history", "outbox")
_BODY = '{"number": "WX20261102000001", "domain": "housing", "stage": "handle", "due": "2026-11-16"}'


def measure(report: Report) -> None:
    seconds, plain = {}, 0.0
    for orders in (FEW, MANY):
        with tempfile.TemporaryDirectory() as folder:
            house = House(Settings(data_dir=Path(folder), profile="demo"))
            house.prepare()
            _fill(house, orders)
            plain = plain or _plain(house)
            house.reckoner  # noqa: B018  (warm: profile and calendar are read)
            start = time.perf_counter()
            result = chase(house, _NOW)
            seconds[orders] = time.perf_counter() - start
            assert result["due"] == DUE, result
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
    """The same rows in plain SQL: a notice, its place in a delivery, a history row, an event, the clock's update."""
    with writing(house.engine) as session:
        for name in _PLAIN:
            session.execute(text(f"CREATE TABLE plain_{name} (id TEXT PRIMARY KEY, body TEXT, at TEXT)"))
    start = time.perf_counter()
    with writing(house.engine) as session:
        due = text("SELECT id FROM clock WHERE stopped_at IS NULL AND next_chase_at <= :now")
        ids = session.execute(due, {"now": f"{_NOW:%Y-%m-%d %H:%M:%S.%f}"}).scalars().all()
    assert len(ids) == DUE, len(ids)
    for first in range(0, len(ids), 500):
        rows = [{"i": i, "k": uuid.uuid4().hex, "b": _BODY, "t": str(_NOW)} for i in ids[first : first + 500]]
        with writing(house.engine) as session:
            for name in _PLAIN:
                session.execute(text(f"INSERT INTO plain_{name} VALUES (:k, :b, :t)"), rows)
            session.execute(text("UPDATE clock SET rung = rung, next_chase_at = next_chase_at WHERE id = :i"), rows)
    return time.perf_counter() - start
