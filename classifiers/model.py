"""Prediction with a trained artifact: NumPy alone, a batch at a time."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from classifiers.artifact import Artifact
from classifiers.features import (
    Floats,
    Rows,
    Segmented,
    bucket_table,
    character_buckets,
    count_rows,
    weigh,
    word_keys,
)
from classifiers.segmentation import words
from models.errors import BadInput

_CHUNK = 64  # what is written for this many texts stays in a core's cache
_SHORTEST_REASON = 2


@dataclass(frozen=True, slots=True)
class Scored:
    """Per row: probabilities of the labels (sum 1), margins of the kinds, the words that spoke for the winner."""

    probabilities: npt.NDArray[np.float64]
    kinds: Floats
    reasons: list[list[str]]


def segmented(title: str | None, body: str) -> Segmented:
    return Segmented(title or "", body, words(title) if title else [], words(body))


class LinearModel:
    """Words and character n-grams to label probabilities. Safe to share between threads: nothing changes."""

    def __init__(self, artifact: Artifact) -> None:
        self.artifact = artifact
        self._vocabulary = {word: i for i, word in enumerate(artifact.words)}
        self._buckets = bucket_table(artifact.char_buckets.astype(np.int64))
        self._word_weights = np.hstack([artifact.word_weights, artifact.kind_word_weights])
        self._char_weights = np.hstack([artifact.char_weights, artifact.kind_char_weights])
        self._bias = np.concatenate([artifact.bias, artifact.kind_bias])
        self._may_explain = np.array(
            [len(word) >= _SHORTEST_REASON and not word.isdigit() for word in artifact.words], dtype=bool
        )

    def score(self, batch: Sequence[Segmented], allowed: Collection[str] | None = None, reasons: int = 3) -> Scored:
        """Score texts; `allowed` restricts the labels (an unknown one raises BadInput)."""
        mask = self._mask(allowed)
        parts = [self._chunk(batch[i : i + _CHUNK], mask, reasons) for i in range(0, len(batch), _CHUNK)]
        empty = np.zeros((0, len(self.artifact.labels)))
        no_kinds = np.zeros((0, len(self.artifact.kinds)), dtype=np.float32)
        return Scored(
            np.concatenate([empty, *(part.probabilities for part in parts)]),
            np.concatenate([no_kinds, *(part.kinds for part in parts)]),
            [found for part in parts for found in part.reasons],
        )

    def _mask(self, allowed: Collection[str] | None) -> npt.NDArray[np.bool_]:
        labels = self.artifact.labels
        if allowed is None:
            return np.ones(len(labels), dtype=bool)
        unknown = [label for label in allowed if label not in labels]
        if unknown or not allowed:
            raise BadInput(f"模型不认识这些类别：{'、'.join(unknown) or '（空）'}；可用：{'、'.join(labels)}。")
        return np.array([label in allowed for label in labels], dtype=bool)

    def _chunk(self, batch: Sequence[Segmented], mask: npt.NDArray[np.bool_], reasons: int) -> Scored:
        art, n, labels = self.artifact, len(batch), len(self.artifact.labels)
        by_word = weigh(count_rows(word_keys(batch, self._vocabulary), max(len(art.words), 1), n), art.word_idf)
        votes = _votes(self._word_weights, by_word)
        scores = self._bias + _row_sums(votes, by_word.starts) + self._character_scores(batch)
        logits = np.where(mask, scores[:, :labels] * art.sharpness, -np.inf).astype(np.float64)
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        probabilities = odds / odds.sum(axis=1, keepdims=True)
        winners = probabilities.argmax(axis=1)
        return Scored(probabilities, scores[:, labels:], self._reasons(by_word, votes, winners, reasons))

    def _character_scores(self, batch: Sequence[Segmented]) -> Floats:
        art = self.artifact
        owners, buckets = character_buckets(batch)
        columns = self._buckets[buckets]
        known = columns >= 0
        width = max(len(art.char_buckets), 1)
        counts = count_rows(owners[known] * width + columns[known], width, len(batch))
        rows = weigh(counts, art.char_idf)
        return _row_sums(_votes(self._char_weights, rows), rows.starts)

    def _reasons(self, rows: Rows, votes: Floats, winners: npt.NDArray[np.intp], most: int) -> list[list[str]]:
        """Give the `most` words of each row with the largest positive share in the winner's score."""
        share = votes[np.arange(len(votes)), np.repeat(winners, rows.lengths)]
        share = np.where(self._may_explain[rows.columns], share, 0)
        found: list[list[str]] = []
        for start, end in zip(rows.starts[:-1].tolist(), rows.starts[1:].tolist(), strict=True):
            best = np.argsort(-share[start:end], kind="stable")[:most] + start
            found.append([self.artifact.words[rows.columns[i]] for i in best.tolist() if share[i] > 0])
        return found


def _votes(weights: Floats, rows: Rows) -> Floats:
    """Tell what each feature of each row says for each label."""
    votes: Floats = weights.take(rows.columns, axis=0)
    votes *= rows.values[:, None]
    return votes


def _row_sums(values: Floats, starts: npt.NDArray[np.int64]) -> Floats:
    """Sum the values of each row; reduceat misreads empty rows, so they are left out and stay zero."""
    sums = np.zeros((len(starts) - 1, values.shape[1]), dtype=np.float32)
    filled = starts[:-1] < starts[1:]
    if filled.any():
        sums[filled] = np.add.reduceat(values, starts[:-1][filled], axis=0)
    return sums
