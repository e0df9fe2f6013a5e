"""Candidates for repeats: what is found of our own pairs, and how long it takes with a long history."""

import random
import statistics
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from bench.report import Report
from flows.evaluating import evaluate_file
from flows.house import House
from models.bulk import insert_rows
from models.database import reading, writing
from models.matter import packed
from models.settings import Settings
from models.tables.messages import MatterKey, Message
from models.tables.orders import WorkOrder

FEW, MANY = 10_000, 1_000_000
_REAL = 10_000  # orders with a message of their own; of the others only the keys are needed
_CHUNK = 20_000
_ASKED = 200
_NOW = datetime(2026, 11, 19, 2, 0, tzinfo=UTC)


def measure(report: Report, texts: Sequence[tuple[str | None, str]]) -> None:
    from classifiers.matter_keys import matter_keys

    _pairs(report)
    told = texts[:_REAL]
    matter_keys(*told[0])
    began = time.process_time()
    keys = [matter_keys(title, text) for title, text in told]
    each = (time.process_time() - began) / len(told) * 1e6
    report.add("keys of a message", f"{each:.0f} µs", f"{len(told):,} messages", "small")
    few, many = (_looked_up(told, keys, orders) for orders in (FEW, MANY))
    report.add(f"candidates from {MANY:,} stored signatures", f"{many / few:.2f} × the time",
               f"{few * 1e3:.1f} ms from {FEW:,} (median)", "no scan")  # fmt: skip


def _pairs(report: Report) -> None:
    """Our own pairs: half tell one matter, half only share the place or the kind of trouble."""
    from classifiers.training import CORPUS

    with tempfile.TemporaryDirectory() as folder:
        house = House(Settings(data_dir=Path(folder), profile="demo"))
        found, _ = evaluate_file(house, CORPUS / "repeats.jsonl", "repeats", None, 0)
    reference = f"{found['rows']} of our own pairs, {found['same']} the same matter"
    report.add("repeats: the same matter meets in a key", f"{found['met']:.2f}", reference, "recall")
    report.add("repeats labelled 重复件: precision / recall", f"{found['precision']:.2f} / {found['recall']:.2f}",
               reference, "precision first")  # fmt: skip


def _looked_up(told: Sequence[tuple[str | None, str]], keys: Sequence[tuple[int, ...]], orders: int) -> float:
    """Median seconds to find and weigh the candidates of one order."""
    from flows.repeats import repeats

    with tempfile.TemporaryDirectory() as folder:
        house = House(Settings(data_dir=Path(folder), profile="demo"))
        house.prepare()
        _fill(house, told, keys, orders)
        newest = range(orders - min(len(told), orders) + 1, orders + 1)
        asked = random.Random(1).sample(newest, min(_ASKED, len(newest)))
        seconds = []
        with reading(house.engine) as session:
            for order in asked:
                began = time.perf_counter()
                repeats(session, order)
                seconds.append(time.perf_counter() - began)
        house.engine.dispose()
    return statistics.median(seconds)


def _fill(house: House, told: Sequence[tuple[str | None, str]], keys: Sequence[tuple[int, ...]], orders: int) -> None:
    """`orders` signatures: the newest the texts' own, the older ones a mix of theirs and of keys nobody else has."""
    old = orders - min(len(told), orders)
    own = range(old + 1, orders + 1)
    with writing(house.engine) as session:
        insert_rows(session, WorkOrder, [_order(i) for i in own])
        insert_rows(session, Message, [_message(house, i, *told[i - old - 1], keys[i - old - 1]) for i in own])
        rows = sorted({(key, i) for i in own for key in keys[i - old - 1]})
        insert_rows(session, MatterKey, [{"key": key, "order_id": order} for key, order in rows])
    for first in range(1, old + 1, _CHUNK):
        with writing(house.engine) as session:
            insert_rows(session, WorkOrder, [_order(i) for i in range(first, min(first + _CHUNK, old + 1))])
    with writing(house.engine) as session:
        session.execute(text("CREATE TEMP TABLE known (n INTEGER PRIMARY KEY, k INTEGER)"))
        session.execute(text("INSERT INTO known (k) SELECT key FROM matter_key ORDER BY order_id"))
        session.execute(text(_OLD), {"old": old, "own": len(own)})


_OLD = """
WITH RECURSIVE place(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM place WHERE n < 14),
mixed(k, o) AS (
  SELECT CASE WHEN abs(random()) % 10 < 3 THEN
    (SELECT k FROM known WHERE known.n = (work_order.id * 15 + place.n) % (:own * 14)) ELSE random() END, work_order.id
  FROM work_order, place WHERE work_order.id <= :old
)
INSERT OR IGNORE INTO matter_key (key, order_id) SELECT k, o FROM mixed WHERE k IS NOT NULL ORDER BY k, o
"""


def _order(i: int) -> dict[str, object]:
    return {
        "id": i, "number": f"WX20261102{i:06d}", "case_type": "order", "status": "handling", "channel": "board",
        "title": "", "domain": "housing", "kind": "complaint", "procedure": "ordinary", "urgency": "normal",
        "lead_unit": None, "sealed": False, "triage_reasons": [], "received_at": _NOW - timedelta(minutes=i),
        "disclosure": "closed", "cycle": 1, "returns": 0, "version": 1,
    }  # fmt: skip


def _message(house: House, i: int, title: str | None, body: str, keys: tuple[int, ...]) -> dict[str, object]:
    from models import identity
    from models.vocabulary import Channel

    intake = identity.inbox_id(Channel.BOARD, str(i))
    return {
        "id": intake, "order_id": i, "channel": "board", "external_id": str(i),
        "query_code": identity.query_code(house.secret, intake), "received_at": _NOW - timedelta(minutes=i),
        "registered_at": _NOW, "title": title, "text": body, "confidential": False, "may_publish": False,
        "attachments": [], "findings": {}, "signature": packed(keys),
    }  # fmt: skip
