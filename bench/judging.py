"""What the judgement gets right on labelled real messages: cold, as shipped, and trained on the data itself."""

import json
import tempfile
from pathlib import Path
from typing import Any

from bench.report import Report

_DOMAINS = ("housing", "environment", "transport", "education", "labour", "market", "health")


def measure(report: Report, data: Path | None) -> None:
    _cases(report)
    _blind(report)
    if data is None:
        return
    if (data / "messages_labelled.jsonl").exists():
        _domains(report, _rows(data / "messages_labelled.jsonl"))
    if (data / "replies_promises.jsonl").exists():
        _promises(report, data / "replies_promises.jsonl")
    if (data / "replies.jsonl").exists():
        _review(report, data / "replies.jsonl")


def _cases(report: Report) -> None:
    """Our own labelled cases: recall of what breaks a red line when missed, precision beside it."""
    from classifiers.evaluation import evaluate
    from classifiers.judgement import Judgement
    from classifiers.training import CORPUS

    rows = [row | {"id": i} for i, row in enumerate(_rows(CORPUS / "labelled_cases.jsonl"))]
    found = evaluate(rows, Judgement.load(), "procedure")
    for name, figures in found.per_label.items():
        if name != "ordinary":
            report.add(f"procedure {name}: recall / precision", f"{figures.recall:.3f} / {figures.precision:.3f}",
                       f"{figures.rows} of our own {found.rows} cases", "recall ≥ 0.95")  # fmt: skip


def _blind(report: Report) -> None:
    """Cases by another hand, on which nothing was tuned: what is seen, and what at least waits for a person."""
    from classifiers.judgement import Judgement
    from classifiers.text import Text
    from classifiers.training import CORPUS

    rows = [row for row in _rows(CORPUS / "blind_procedures.jsonl") if row["part"] == "b"]
    texts = [Text(str(row["id"]), str(row["text"]), str(row.get("title") or "") or None) for row in rows]
    found = list(zip(rows, Judgement.load().findings(texts), strict=True))
    for name in ("accusation", "emergency", "petition", "disclosure", "declined", "enforcement"):
        theirs = [each for row, each in found if row["procedure"] == name]
        named = sum(each.procedure == name for _, each in found)
        seen = sum(each.procedure == name for each in theirs)
        held = sum(each.procedure == name or bool(each.never_automatic) for each in theirs)
        figures = f"{seen / len(theirs):.3f} / {seen / max(named, 1):.3f}; {held / len(theirs):.3f} never automatic"
        report.add(f"blind, {name}: recall / precision", figures, f"{len(theirs)} of {len(rows)} cases by another hand",
                   "—")  # fmt: skip


def _domains(report: Report, rows: list[dict[str, object]]) -> None:
    from classifiers.evaluation import cross_validate, evaluate
    from classifiers.judgement import Judgement

    reference = f"{len(rows)} real messages, 7 labels"
    cold = evaluate(rows, Judgement.load(), "domain", _DOMAINS)
    report.add("domain macro-F1, cold, as shipped", f"{cold.macro_f1:.3f}", reference, "≥ 0.80")
    sure = "—" if cold.accepted_precision is None else f"{cold.accepted_precision:.3f}"
    taken = f"{cold.accepted:.2f} / {sure}"
    report.add("cold: accepted / precision of the accepted", taken, reference, "precision 0.97")
    trained = cross_validate(rows, folds=5, seed=1)
    report.add("domain macro-F1, trained, 5-fold, seed 1", f"{trained.macro_f1:.3f}", reference, "≥ 0.905")
    for name, wanted in (("titled", True), ("untitled", False)):
        some = [row for row in rows if bool(row.get("title")) is wanted]
        report.add(f"cold, {name} rows alone", f"{evaluate(some, Judgement.load(), 'domain', _DOMAINS).macro_f1:.3f}",
                   f"{len(some)} of them", "—")  # fmt: skip


def _promises(report: Report, file: Path) -> None:
    figures = _figures(file, "promises")
    asked = {"dated": "≥ 0.85", "due_exact": "≥ 0.90", "dated_or_specific": "≥ 0.75"}
    for name, wanted in asked.items():
        value = figures[name]
        f1 = value["f1"] if isinstance(value, dict) else value
        report.add(f"promises, {name.replace('_', ' ')}", f"{f1:.3f}", "150 real replies", wanted)


def _review(report: Report, file: Path) -> None:
    figures = _figures(file, "review")
    measured = f"{figures['auc_swapped']:.3f}, apart {figures['auc_spread']:.3f}"
    pairs = f"{figures['rows']:,} real pairs, strangers drawn with seeds 1–5"
    report.add("reply told from another message's, AUC", measured, pairs, "≥ 0.97")


def _figures(file: Path, task: str) -> dict[str, Any]:
    from flows.evaluating import evaluate_file
    from flows.house import House
    from models.settings import Settings

    with tempfile.TemporaryDirectory() as folder:
        house = House(Settings(data_dir=Path(folder), profile="demo"))
        house.prepare()
        return evaluate_file(house, file, task, None, 0)[0]


def _rows(file: Path) -> list[dict[str, object]]:
    with file.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]
