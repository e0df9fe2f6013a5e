"""From held-out scores to honest probabilities, and to the confidence that a wanted precision needs."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from classifiers.features import Floats, Ints

TARGETS = (0.80, 0.85, 0.90, 0.93, 0.95, 0.96, 0.97, 0.98, 0.99)
_ROWS_PER_LABEL = 50  # with fewer, one temperature for all labels is all that can be learned
_FEWEST_ACCEPTED = 20

Scores = npt.NDArray[np.float64]
Curve = tuple[tuple[float, float, float], ...]


@dataclass(frozen=True, slots=True)
class Calibration:
    """`probabilities = softmax(scores @ mixing + shift)`; `curve` as in Artifact; `held_out` figures."""

    mixing: Floats
    shift: Floats
    curve: Curve
    held_out: dict[str, float]


def calibrate(scores: Scores, answers: Ints, folds: Ints, *, local: bool = True) -> Calibration:
    """Learn from held-out scores; the curve comes from halves that did not calibrate it."""
    probabilities = np.zeros_like(scores)
    for half in (0, 1):
        inside = folds % 2 == half
        mixing, shift = _fit(scores[~inside], answers[~inside], local=local)
        probabilities[inside] = softmax(scores[inside] @ mixing + shift)
    mixing, shift = _fit(scores, answers, local=local)
    right = probabilities.argmax(axis=1) == answers
    curve = precision_curve(probabilities.max(axis=1), right)
    held_out = {
        "accuracy": round(float(right.mean()), 4),
        "macro_f1": round(macro_f1(probabilities, answers), 4),
    }
    return Calibration(mixing.astype(np.float32), shift.astype(np.float32), curve, held_out)


def softmax(logits: Scores) -> Scores:
    odds: Scores = np.exp(logits - logits.max(axis=1, keepdims=True))
    odds /= odds.sum(axis=1, keepdims=True)
    return odds


def precision_curve(confidence: Scores, right: npt.NDArray[np.bool_]) -> Curve:
    """Give (target precision, least confidence, coverage) for each target that 20 rows or more reach.

    One more error than was seen is assumed, so that a short run of luck promises nothing.
    """
    order = np.argsort(-confidence, kind="stable")
    taken = np.arange(1, len(order) + 1)
    precision = np.cumsum(right[order]) / (taken + 1)
    curve = []
    for target in TARGETS:
        enough = np.flatnonzero((precision >= target) & (taken >= _FEWEST_ACCEPTED))
        if len(enough):
            last = int(enough[-1])
            curve.append((target, float(confidence[order[last]]), round((last + 1) / len(order), 4)))
    return tuple(curve)


def macro_f1(probabilities: Scores, answers: Ints) -> float:
    told = probabilities.argmax(axis=1)
    figures = []
    for label in np.unique(answers):
        hits = int(((told == label) & (answers == label)).sum())
        wrong = int(((told == label) ^ (answers == label)).sum())
        figures.append(2 * hits / (2 * hits + wrong))
    return float(np.mean(figures))


def _fit(scores: Scores, answers: Ints, *, local: bool) -> tuple[Scores, Scores]:
    n_labels = scores.shape[1]
    present = np.unique(answers)
    if not local or len(present) < n_labels or len(answers) < _ROWS_PER_LABEL * n_labels or n_labels == 2:  # noqa: PLR2004
        return _temperature(scores, answers), np.zeros(n_labels)
    from sklearn.linear_model import LogisticRegression

    learned = LogisticRegression(C=1.0, max_iter=2_000).fit(scores, answers)
    return learned.coef_.T, learned.intercept_


def _temperature(scores: Scores, answers: Ints) -> Scores:
    """Find the one factor on all scores under which the true labels are likeliest."""
    if not len(answers):
        return np.eye(scores.shape[1])
    rows = np.arange(len(answers))
    factors = np.geomspace(0.5, 20, 60)
    losses = [-np.log(softmax(scores * f)[rows, answers] + 1e-12).mean() for f in factors]
    best: Scores = np.eye(scores.shape[1]) * factors[int(np.argmin(losses))]
    return best
