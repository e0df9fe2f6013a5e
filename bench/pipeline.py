"""Intake to dispatched, and judging alone, against the floor of the same run."""

import json
import statistics
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from bench.floor import messages_per_second
from bench.report import Report
from flows.collecting import collect
from flows.house import House
from flows.worker import settle, work
from models.settings import Settings
from models.vocabulary import Channel

Texts = Sequence[tuple[str | None, str]]
BATCH = 512


def measure(report: Report, texts: Texts, rounds: int) -> None:
    labels = _labels(texts)
    # Each in a process of its own: what one leaves in memory slows the next.
    apart = ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn"), max_tasks_per_child=1)
    with tempfile.TemporaryDirectory() as folder, apart:
        floors, whole, alone = [], [], []
        for n in range(rounds):  # turn by turn, so that a machine that drifts drifts for all
            floors.append(apart.submit(messages_per_second, texts, labels, Path(folder)).result())
            whole.append(apart.submit(_intake_to_dispatched, texts, Path(folder) / f"house-{n}").result())
            alone.append(apart.submit(_judging, texts).result())
    floor = statistics.median(floors)
    reference = f"floor {floor:,.0f}/s"
    for name, rates, asked in (
        ("intake to dispatched, all findings, one worker, embedded", whole, "≥ 0.4 ×"),
        ("classification alone, batches of 512", alone, "≥ 0.7 ×"),
    ):
        rate = statistics.median(rates)
        report.add(name, f"{rate / floor:.2f} × ({rate:,.0f}/s)", reference, asked)


def _labels(texts: Texts) -> list[str]:
    house = _house(Path(tempfile.mkdtemp()))
    house.prepare()
    found = house.judgement.findings(_texts(texts[:2000]))
    return [f.domain for f in found]


def _house(folder: Path) -> House:
    return House(Settings(data_dir=folder, profile="demo"))


def _texts(texts: Texts) -> list:  # type: ignore[type-arg]
    from classifiers.text import Text

    return [Text(id=str(i), title=title, text=text) for i, (title, text) in enumerate(texts)]


def _intake_to_dispatched(texts: Texts, folder: Path) -> float:
    house = _house(folder)
    house.prepare()
    source = folder / "board.jsonl"
    posted = "2026-11-02T09:00:00"
    rows = ({"id": i, "title": title, "text": text, "time": posted} for i, (title, text) in enumerate(texts))
    source.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    queue = house.queue("bench")
    collect(house, queue, Channel.BOARD, [str(source)], house.now())
    house.judgement.findings(_texts(texts[:64]))
    settle(house)  # as a worker's process does
    counts = work(house, queue, drain=True)
    assert counts.work_orders == len(texts), counts
    return counts.handled / counts.seconds


def _judging(texts: Texts) -> float:
    house = _house(Path(tempfile.mkdtemp()))
    house.prepare()
    judgement = house.judgement
    ready = _texts(texts)
    judgement.findings(ready[:64])
    settle(house)
    start = time.perf_counter()
    for i in range(0, len(ready), BATCH):
        judgement.findings(ready[i : i + BATCH])
    return len(ready) / (time.perf_counter() - start)
