"""`make bench [DATA=folder]`: each figure against its reference, measured in this one run.

DATA is a folder with messages_labelled.jsonl, messages_with_votes.jsonl, replies_promises.jsonl, replies.jsonl; without
it the shipped samples are used, which are few: ratios then say little.
"""

import argparse
import platform
import sys
from datetime import UTC, datetime
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
from bench.report import Report
from bench.texts import load_texts


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("--data", type=Path, default=None)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    report = Report()
    texts = load_texts(given.data)
    print(f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {len(texts)} messages, Python {sys.version.split()[0]}")
    pipeline.measure(report, texts, given.rounds)
    startup.measure(report, given.rounds)
    sweeping.measure(report)
    distributed.measure(report, texts)
    one_by_one.measure(report, texts)
    memory.measure(report, texts)
    office.measure(report, texts)
    judging.measure(report, given.data)
    training.measure(report, given.data)
    topics.measure(report, texts, given.data)
    repeats.measure(report, texts)
    knowledge.measure(report, given.data)
    never.measure(report, given.data)
    print(report.table())


if __name__ == "__main__":
    main()
