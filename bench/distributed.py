"""Kafka and PostgreSQL with one, two and four workers, against the embedded form with one, in the same run."""

import json
import os
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import func
from sqlmodel import select

from bench.report import Report
from flows.collecting import collect
from flows.house import House
from flows.relaying import relay
from models.database import reading
from models.settings import Settings
from models.tables.messages import Message
from models.vocabulary import Channel

Texts = Sequence[tuple[str | None, str]]
MOST, WORKERS = 6000, (1, 2, 4)
PARTITIONS = 8


def measure(report: Report, texts: Texts) -> None:
    given = texts[:MOST]
    with tempfile.TemporaryDirectory() as folder:
        embedded = _rate(Path(folder) / "embedded", given, 1)
    with servers() as (postgres, kafka):
        for workers in WORKERS:
            with tempfile.TemporaryDirectory() as folder:
                queue = f"kafka://{kafka}?prefix={uuid.uuid4().hex}.&partitions={PARTITIONS}"
                rate = _rate(Path(folder), given, workers, database_url=postgres.create(), queue_url=queue)
            what = f"Kafka + PostgreSQL, {workers} worker{'s' if workers > 1 else ''}"
            asked = "≥ 0.6 ×" if workers == 1 else "as measured"
            report.add(what, f"{rate / embedded:.2f} × ({rate:,.0f}/s)", f"embedded {embedded:,.0f}/s", asked)


def with_tests() -> None:
    """Have the tests' supports at hand."""
    tests = str(Path(__file__).parents[1] / "tests")
    if tests not in sys.path:
        sys.path.insert(0, tests)


@contextmanager
def servers() -> Iterator[tuple[Any, str]]:
    """The tests' own starters: the same brokers and databases, on this machine."""
    with_tests()
    from support.kafka_server import KafkaServer
    from support.postgres_server import Databases, PostgresServer

    postgres, kafka = PostgresServer(), KafkaServer()
    try:
        postgres.start()
        kafka.start()
        yield Databases(postgres.url), kafka.bootstrap
    finally:
        kafka.remove()
        postgres.remove()


def _rate(folder: Path, texts: Texts, workers: int, **where: str) -> float:
    """Messages a second from the first worker's first claim to the last one's last commit."""
    house = House(Settings(_env_file=None, data_dir=folder, profile="demo", **where))
    house.prepare()
    fill(house, folder, texts)
    env = {
        **os.environ, "HUIYIN_DATA_DIR": str(folder), "HUIYIN_DATABASE_URL": house.settings.database,
        "HUIYIN_QUEUE_URL": house.settings.queue_url, "HUIYIN_PROFILE": "demo", "OMP_NUM_THREADS": "1",
    }  # fmt: skip
    running = [_start(number, env) for number in range(workers)]
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    told = []
    for process in running:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in running:
        said, _ = process.communicate()
        told.append(json.loads(said))
    with reading(house.engine) as session:
        registered = session.exec(select(func.count()).select_from(Message)).one()
    house.engine.dispose()
    assert registered == len(texts), (registered, len(texts))
    worked = [each for each in told if each["handled"]]
    return len(texts) / max(float(each["seconds"]) for each in worked)


def fill(house: House, folder: Path, texts: Texts) -> None:
    source = folder / "board.jsonl"
    posted = "2026-11-02T09:00:00"
    rows = ({"id": i, "title": title, "text": text, "time": posted} for i, (title, text) in enumerate(texts))
    source.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    queue = house.queue("fill")
    collect(house, queue, Channel.BOARD, [str(source)], house.now())
    relay(house, queue, house.now())
    queue.close()


def _start(number: int, env: dict[str, str]) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "bench.drain", f"work-{number}"]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env)
