"""How good the judgement is, on labelled rows: the figures of BENCHMARKS.md and of `huiyin evaluate`."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from classifiers.calibration import TARGETS, precision_curve
from classifiers.judgement import Findings, Judgement
from classifiers.model import LinearModel, segmented
from classifiers.text import Text
from classifiers.training import BadTraining, Example, examples, fit, fold_numbers
from models.vocabulary import Domain

# Names under which offices keep the same domains; a profile's own renames come on top.
ALSO_CALLED = {
    "城乡建设": Domain.HOUSING,
    "劳动和社会保障": Domain.LABOUR,
    "教育文体": Domain.EDUCATION,
    "商贸旅游": Domain.MARKET,
    "环境保护": Domain.ENVIRONMENT,
    "卫生计生": Domain.HEALTH,
    "交通运输": Domain.TRANSPORT,
}
_TASKS: dict[str, Callable[[Findings], str]] = {
    "domain": lambda found: found.domain,
    "kind": lambda found: found.kind,
    "procedure": lambda found: found.procedure,
    "urgency": lambda found: found.urgency,
}
_BATCH = 512


@dataclass(frozen=True, slots=True)
class LabelFigures:
    precision: float
    recall: float
    f1: float
    rows: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """`coverage`: for each precision the share of rows that can be accepted at it (0 when it is out of reach)."""

    rows: int
    accuracy: float
    macro_f1: float
    per_label: dict[str, LabelFigures]
    coverage: dict[str, float]
    accepted: float | None = None
    accepted_precision: float | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def evaluate(
    rows: Iterable[Mapping[str, Any]],
    judgement: Judgement,
    task: str = "domain",
    domains: Collection[str] | None = None,
) -> Evaluation:
    """Judge labelled rows (`label`, or a field named like the task) and compare; an unknown task is an error."""
    if task not in _TASKS:
        raise BadTraining(f"不认识的任务“{task}”，可用：{'、'.join(_TASKS)}。")
    read = list(rows)
    gold = [_answer(row, task, number) for number, row in enumerate(read, start=1)]
    texts = [Text(str(i), str(row.get("text") or ""), row.get("title")) for i, row in enumerate(read)]
    found = [
        finding
        for start in range(0, len(texts), _BATCH)
        for finding in judgement.findings(texts[start : start + _BATCH], domains)
    ]
    told = [_TASKS[task](finding) for finding in found]
    if task != "domain":
        return measure(gold, told)
    gold = [domain_code(label, judgement.labels) for label in gold]
    return measure(gold, told, [f.confidence for f in found], [f.accepted for f in found])


def cross_validate(rows: Iterable[Mapping[str, Any]], folds: int = 5, seed: int = 1) -> Evaluation:
    """Train on all folds but one, measure on that one, for each; labels are taken as they stand."""
    learned = examples(rows)
    labels = sorted({example.label for example in learned})
    numbers = fold_numbers(np.array([labels.index(example.label) for example in learned]), folds, seed)
    told, confidence = [""] * len(learned), [0.0] * len(learned)
    for fold in range(folds):
        model = LinearModel(fit([e for e, n in zip(learned, numbers, strict=True) if n != fold], seed=seed))
        inside = np.flatnonzero(numbers == fold).tolist()
        for i, label, sure in zip(inside, *_predict(model, [learned[i] for i in inside]), strict=True):
            told[i], confidence[i] = label, sure
    return measure([example.label for example in learned], told, confidence)


def measure(
    gold: Sequence[str],
    told: Sequence[str],
    confidence: Sequence[float] | None = None,
    accepted: Sequence[bool] | None = None,
) -> Evaluation:
    """Compare answers; macro-F1 is over the labels that occur in `gold`."""
    right = np.array([a == b for a, b in zip(gold, told, strict=True)], dtype=bool)
    per_label = {label: _figures(label, gold, told) for label in sorted(set(gold))}
    taken = np.array(accepted, dtype=bool) if accepted is not None else None
    return Evaluation(
        rows=len(gold),
        accuracy=_rounded(right.mean()) if len(gold) else 0.0,
        macro_f1=_rounded(sum(f.f1 for f in per_label.values()) / len(per_label)) if gold else 0.0,
        per_label=per_label,
        coverage=_coverage(confidence, right) if confidence is not None else {},
        accepted=_rounded(taken.mean()) if taken is not None and len(taken) else None,
        accepted_precision=_rounded(right[taken].mean()) if taken is not None and taken.any() else None,
    )


def domain_code(label: str, known: Collection[str]) -> str:
    """Give the code that a label stands for: itself where the model knows it, else by its Chinese name."""
    if label in known:
        return label
    by_name = {domain.label: domain for domain in Domain} | ALSO_CALLED
    return str(by_name.get(label, label))


def _predict(model: LinearModel, batch: Sequence[Example]) -> tuple[list[str], list[float]]:
    scored = model.score([segmented(example.title, example.body) for example in batch], reasons=0)
    winners = scored.probabilities.argmax(axis=1).tolist()
    return [model.labels[i] for i in winners], scored.probabilities.max(axis=1).tolist()


def _answer(row: Mapping[str, Any], task: str, number: int) -> str:
    label = row.get(task) or row.get("label")
    if not isinstance(label, str):
        raise BadTraining(f"第 {number} 行没有标注：缺少字段 {task} 或 label。")
    return label


def _figures(label: str, gold: Sequence[str], told: Sequence[str]) -> LabelFigures:
    counts = Counter(zip((g == label for g in gold), (t == label for t in told), strict=True))
    hits, rows, claims = counts[True, True], counts[True, True] + counts[True, False], counts[True, True]
    claims += counts[False, True]
    precision, recall = hits / claims if claims else 0.0, hits / rows
    f1 = 2 * hits / (rows + claims)
    return LabelFigures(_rounded(precision), _rounded(recall), _rounded(f1), rows)


def _coverage(confidence: Sequence[float], right: npt.NDArray[np.bool_]) -> dict[str, float]:
    reached = {target: share for target, _, share in precision_curve(np.array(confidence), right)}
    return {f"{target:.2f}": reached.get(target, 0.0) for target in TARGETS}


def _rounded(value: float) -> float:
    return round(float(value), 4)
