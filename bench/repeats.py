"""Candidates for repeats: what is found of our own pairs, and how long it takes with a long history."""

import json
import random
import statistics
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.report import Report
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
_SHARED = 0.3  # of an old order's keys are somebody else's too
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
    from classifiers.likeness import Told, evidence
    from classifiers.matter_keys import matter_keys
    from classifiers.training import CORPUS

    lines = (CORPUS / "repeats.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    same = [row for row in rows if row["same"]]
    met = sum(bool({*matter_keys(*row["one"])} & {*matter_keys(*row["other"])}) for row in same)
    shown = [row for row in rows if evidence(Told(*row["one"]), Told(*row["other"])).repeats]
    right = sum(row["same"] for row in shown)
    reference = f"{len(rows)} of our own pairs, {len(same)} the same matter"
    report.add("repeats: the same matter meets in a key", f"{met / len(same):.2f}", reference, "recall")
    report.add("repeats labelled 重复件: precision / recall",
               f"{right / max(1, len(shown)):.2f} / {right / len(same):.2f}", reference, "precision first")  # fmt: skip


def _looked_up(told: Sequence[tuple[str | None, str]], keys: Sequence[tuple[int, ...]], orders: int) -> float:
    """Median seconds to find and weigh the candidates of one order."""
    from flows.repeats import repeats

    with tempfile.TemporaryDirectory() as folder:
        house = House(Settings(data_dir=Path(folder), profile="demo"))
        house.prepare()
        _fill(house, told, keys, orders)
        asked = random.Random(1).sample(range(1, min(len(told), orders) + 1), min(_ASKED, len(told)))
        seconds = []
        with reading(house.engine) as session:
            for order in asked:
                began = time.perf_counter()
                repeats(session, order)
                seconds.append(time.perf_counter() - began)
        house.engine.dispose()
    return statistics.median(seconds)


def _fill(house: House, told: Sequence[tuple[str | None, str]], keys: Sequence[tuple[int, ...]], orders: int) -> None:
    """`orders` signatures: the texts' own, then ones that mix theirs with keys nobody else has."""
    chance = random.Random(2)
    with writing(house.engine) as session:
        own = range(1, min(len(told), orders) + 1)
        insert_rows(session, WorkOrder, [_order(i) for i in range(1, orders + 1)])
        insert_rows(session, Message, [_message(house, i, *told[i - 1], keys[i - 1]) for i in own])
    for first in range(1, orders + 1, _CHUNK):
        rows = []
        for order in range(first, min(first + _CHUNK, orders + 1)):
            theirs = keys[(order - 1) % len(keys)]
            if order > len(keys):
                theirs = tuple(key if chance.random() < _SHARED else chance.getrandbits(63) for key in theirs)
            rows += [{"key": key, "order_id": order} for key in dict.fromkeys(theirs)]
        with writing(house.engine) as session:
            insert_rows(session, MatterKey, rows)


def _order(i: int) -> dict[str, object]:
    return {
        "id": i, "number": f"WX20261102{i:06d}", "case_type": "order", "status": "handling", "channel": "board",
        "title": "", "domain": "housing", "kind": "complaint", "procedure": "ordinary", "urgency": "normal",
        "lead_unit": None, "sealed": False, "triage_reasons": [], "received_at": _NOW - timedelta(minutes=i),
        "disclosure": "closed", "cycle": 1, "returns": 0, "version": 1,
    }  # fmt: skip


def _message(house: House, i: int, title: str | None, text: str, keys: tuple[int, ...]) -> dict[str, object]:
    from models import identity
    from models.vocabulary import Channel

    intake = identity.inbox_id(Channel.BOARD, str(i))
    return {
        "id": intake, "order_id": i, "channel": "board", "external_id": str(i),
        "query_code": identity.query_code(house.secret, intake), "received_at": _NOW - timedelta(minutes=i),
        "registered_at": _NOW, "title": title, "text": text, "confidential": False, "may_publish": False,
        "attachments": [], "findings": {}, "signature": packed(keys),
    }  # fmt: skip
