"""The knowledge base: what is found of message and reply pairs, and how long it takes among 10,000 entries."""

import json
import statistics
import time
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from bench.report import Report

MANY = 10_000
_ASKED = 200
_PAIRS = "replies.jsonl"


def measure(report: Report, data: Path | None) -> None:
    """With no data nothing is said of recall: shipped samples have no replies of another's writing."""
    if data is None or not (data / _PAIRS).exists():
        return
    rows = [json.loads(line) for line in (data / _PAIRS).read_text(encoding="utf-8").splitlines()]
    _recall(report, rows)
    _speed(report, rows)


def _recall(report: Report, rows: list[dict[str, Any]]) -> None:
    from flows.house import House
    from flows.knowledge_figures import knowledge_figures
    from models.settings import Settings

    found, _ = knowledge_figures(House(Settings(profile="demo")), rows)
    replies = f"among all {found['rows']:,} replies ({found['answers']:,} without the same again)"
    for name, reference, asked in (
        ("recall", f"{replies}, learned from the other four fifths, all messages known", "0.85"),
        ("recall_told", f"the {found['rows_told']:,} replies that say something", ""),
        ("recall_untaught", f"{replies}, nothing learned", ""),
        ("recall_with_question", "entries with a question, by the message's text", ""),
    ):
        shown = f"{found[f'{name}_at_5']:.3f} ({found[f'{name}_at_1']:.3f})"
        report.add("own reply in the top 5 (top 1)", shown, reference, asked)


def _speed(report: Report, rows: list[dict[str, Any]]) -> None:
    """The same replies over and over, each time without its first words, so that no two are the same."""
    from classifiers.knowledge import AnswerIndex, lessons, signature

    kept = {
        i: signature(row.get("title") or "", row["reply"][7 * (i // len(rows)) :])
        for i, row in enumerate(islice(cycle(rows), MANY))
    }
    answered = [(row.get("title") or "", row["text"], row["reply"]) for row in rows]
    asked = [(title, text) for title, text, _ in answered]
    began = time.process_time()
    learned = lessons(kept.values(), answered, asked)
    taught = time.process_time()
    index = AnswerIndex(kept, learned)
    built = time.process_time()
    few = AnswerIndex(dict(list(kept.items())[: MANY // 10]), learned)
    one, ten = _median(few, asked[:_ASKED]), _median(index, asked[:_ASKED])
    report.add(f"one message against {MANY:,} entries", f"{ten * 1e3:.1f} ms", f"{one * 1e3:.1f} ms against a tenth",
               "tens of ms")  # fmt: skip
    report.add(f"index of {MANY:,} entries", f"{built - taught:.2f} s", "made when an entry changes", "")
    report.add(f"what {MANY:,} entries and the record teach", f"{taught - began:.2f} s", "learned once a day", "")


def _median(index: Any, asked: list[tuple[str, str]]) -> float:  # noqa: ANN401  (imported late)
    seconds = []
    for title, text in asked:
        began = time.process_time()
        index.best(title, text, 5)
        seconds.append(time.process_time() - began)
    return statistics.median(seconds)
