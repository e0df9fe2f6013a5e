"""From held-out scores to honest probabilities, and to the confidence that a wanted precision needs."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from classifiers.features import Ints

TARGETS = (0.80, 0.85, 0.90, 0.93, 0.95, 0.96, 0.97, 0.98, 0.99)
_FEWEST_ACCEPTED = 20

Scores = npt.NDArray[np.float64]
Curve = tuple[tuple[float, float, float], ...]


@dataclass(frozen=True, slots=True)
class Calibration:
    """`probabilities = softmax(scores * sharpness)`; `curve` as in Artifact; `held_out` figures."""

    sharpness: float
    curve: Curve
    held_out: dict[str, float]


def calibrate(scores: Scores, answers: Ints, folds: Ints) -> Calibration:
    """Learn from held-out scores; the curve comes from halves that did not calibrate it."""
    probabilities = np.zeros_like(scores)
    for half in (0, 1):
        inside = folds % 2 == half
        probabilities[inside] = softmax(scores[inside] * _sharpness(scores[~inside], answers[~inside]))
    right = probabilities.argmax(axis=1) == answers
    curve = precision_curve(probabilities.max(axis=1), right)
    held_out = {"accuracy": round(float(right.mean()), 4), "macro_f1": round(macro_f1(probabilities, answers), 4)}
    return Calibration(_sharpness(scores, answers), curve, held_out)


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


def _sharpness(scores: Scores, answers: Ints) -> float:
    """Find the one factor on all scores under which the true labels are likeliest."""
    if not len(answers):
        return 1.0
    rows = np.arange(len(answers))
    factors = np.geomspace(0.5, 20, 60)
    losses = [-np.log(softmax(scores * factor)[rows, answers] + 1e-12).mean() for factor in factors]
    return float(factors[int(np.argmin(losses))])
