"""`make bench [DATA=folder]`: each figure against its reference in one run, each part in a process of its own.

DATA is a folder with messages_labelled.jsonl, messages_with_votes.jsonl, replies_promises.jsonl, replies.jsonl; without
it the shipped samples are used, which are few: ratios then say little. `--only` names the parts to measure.
"""

import argparse
import multiprocessing
import platform
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bench import (
    distributed,
    judging,
    knowledge,
    memory,
    never,
    office,
    one_by_one,
    pipeline,
    repeats,
    startup,
    sweeping,
    topics,
    training,
)
from bench.report import Report, measured
from bench.texts import load_texts


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("--data", type=Path, default=None)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="+", default=())
    given = parser.parse_args()
    parts = _parts(given.data, given.rounds)
    if strangers := [name for name in given.only if name not in parts]:
        parser.error(f"no part called {', '.join(strangers)}; there are: {', '.join(parts)}")
    print(f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, Python {sys.version.split()[0]}")
    report = Report()
    # What one part leaves in memory, and its threads, would weigh on the next.
    apart = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=apart, max_tasks_per_child=1) as processes:
        for name in given.only or parts:
            report.rows += processes.submit(measured, parts[name]).result()
    print(report.table())


def _parts(data: Path | None, rounds: int) -> dict[str, Callable[[Report], None]]:
    texts = load_texts(data)
    return {
        "pipeline": partial(pipeline.measure, texts=texts, rounds=rounds),
        "startup": partial(startup.measure, rounds=rounds),
        "sweeping": sweeping.measure,
        "distributed": partial(distributed.measure, texts=texts),
        "one_by_one": partial(one_by_one.measure, texts=texts),
        "memory": partial(memory.measure, texts=texts),
        "office": partial(office.measure, texts=texts),
        "judging": partial(judging.measure, data=data),
        "training": partial(training.measure, data=data),
        "topics": partial(topics.measure, texts=texts, data=data),
        "repeats": partial(repeats.measure, texts=texts),
        "knowledge": partial(knowledge.measure, data=data),
        "never": partial(never.measure, data=data),
    }


if __name__ == "__main__":
    main()
