"""Prediction with a trained artifact: NumPy alone, a batch at a time."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from classifiers.artifact import Artifact
from classifiers.features import (
    OPENING,
    TITLE_COPIES,
    Floats,
    Rows,
    Segmented,
    bucket_table,
    count_characters,
    count_words,
    weigh,
)
from classifiers.segmentation import words
from classifiers.text import chunks
from classifiers.word_arrays import WordArrays, WordTable, arrays_of, lengths_of
from models.errors import BadInput

_SHORTEST_REASON = 2


@dataclass(frozen=True, slots=True)
class Scored:
    """Per row: probabilities of the labels (sum 1), margins of the kinds, the words that spoke for the winner."""

    probabilities: npt.NDArray[np.float64]
    kinds: Floats
    reasons: list[list[str]]


def joined(parts: Sequence[Scored]) -> Scored:
    """One behind the other, at least one."""
    return Scored(
        np.concatenate([part.probabilities for part in parts]),
        np.concatenate([part.kinds for part in parts]),
        [found for part in parts for found in part.reasons],
    )


def segmented(title: str | None, body: str) -> Segmented:
    """Cut a text. Its words are let go of while they are in a core's cache: the next text's take their place."""
    said = words(body)
    if not title:
        return Segmented("", body, lengths_of(said), _opening(said), 1)
    above = lengths_of(words(title))
    return Segmented(title, body, above + lengths_of(said), len(above), TITLE_COPIES - 1)


def _opening(said: Sequence[str]) -> int:
    """How many words stand in the opening of a text."""
    length = 0
    for number, word in enumerate(said):
        length += len(word)
        if length > OPENING:
            return number
    return len(said)


def told(batch: Sequence[Segmented]) -> WordArrays:
    """The words of a batch as arrays; a chunk stays in a core's cache."""
    return arrays_of("".join([row.read for row in batch]), [row.lengths for row in batch])


class LinearModel:
    """Words and character n-grams to label probabilities. Safe to share between threads: nothing changes."""

    def __init__(self, artifact: Artifact) -> None:
        self.artifact = artifact
        self.labels = tuple(dict.fromkeys(artifact.labels))
        self._vocabulary = WordTable(artifact.words)
        self._buckets = bucket_table(artifact.char_buckets.astype(np.int64))
        self._word_weights = np.hstack([artifact.word_weights, artifact.kind_word_weights])
        self._char_weights = np.hstack([artifact.char_weights, artifact.kind_char_weights])
        self._bias = np.concatenate([artifact.bias, artifact.kind_bias])
        self._may_explain = np.array(
            [len(word) >= _SHORTEST_REASON and not word.isdigit() for word in artifact.words], dtype=bool
        )

    def score(self, batch: Sequence[Segmented], allowed: Collection[str] | None = None, reasons: int = 3) -> Scored:
        """Score texts; `allowed` restricts the labels (an unknown one raises BadInput)."""
        parts = chunks(len(row.title) + len(row.body) for row in batch) or [slice(0)]
        return joined([self.score_told(batch[part], told(batch[part]), allowed, reasons) for part in parts])

    def _mask(self, allowed: Collection[str] | None) -> npt.NDArray[np.bool_]:
        labels = self.artifact.labels
        if allowed is None:
            return np.ones(len(labels), dtype=bool)
        unknown = [label for label in allowed if label not in labels]
        if unknown or not allowed:
            raise BadInput(f"模型不认识这些类别：{'、'.join(unknown) or '（空）'}；可用：{'、'.join(labels)}。")
        return np.array([label in allowed for label in labels], dtype=bool)

    def score_told(
        self, batch: Sequence[Segmented], words: WordArrays, allowed: Collection[str] | None = None, reasons: int = 3
    ) -> Scored:
        """Score a chunk of texts whose words are already there as arrays."""
        art, labels, mask = self.artifact, len(self.artifact.labels), self._mask(allowed)
        by_word = weigh(count_words(batch, words, self._vocabulary), art.word_idf)
        scores = self._bias + _sums(self._word_weights, by_word) + self._character_scores(batch)
        logits = np.where(mask, scores[:, :labels] * art.sharpness, -np.inf).astype(np.float64)
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        probabilities = odds / odds.sum(axis=1, keepdims=True)
        winners = probabilities.argmax(axis=1)
        return Scored(self._by_code(probabilities), scores[:, labels:], self._reasons(by_word, winners, reasons))

    def _by_code(self, probabilities: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Several of a town's labels may stand for one domain: its probability is their sum."""
        if len(self.labels) == len(self.artifact.labels):
            return probabilities
        places = [self.labels.index(label) for label in self.artifact.labels]
        summed = np.zeros((len(probabilities), len(self.labels)))
        for column, place in enumerate(places):
            summed[:, place] += probabilities[:, column]
        return summed

    def _character_scores(self, batch: Sequence[Segmented]) -> Floats:
        art = self.artifact
        return _sums(self._char_weights, weigh(count_characters(batch, self._buckets), art.char_idf))

    def _reasons(self, rows: Rows, winners: npt.NDArray[np.intp], most: int) -> list[list[str]]:
        """Give the `most` words of each row with the largest positive share in the winner's score."""
        words: list[list[str]] = [[] for _ in winners]
        said = np.flatnonzero(rows.lengths)
        if not (most and len(said)):
            return words
        owners = np.repeat(said, rows.lengths[said])
        shares = self._word_weights.take(rows.columns * self._word_weights.shape[1] + winners[owners]) * rows.values
        shares *= self._may_explain[rows.columns]
        for _ in range(most):
            largest = np.zeros(len(winners), dtype=shares.dtype)
            largest[said] = np.maximum.reduceat(shares, rows.starts[said])
            at = np.flatnonzero((shares > 0) & (shares == largest[owners]))
            at = at[np.flatnonzero(np.diff(owners[at], prepend=-1))]  # of equal ones the first
            for owner, column in zip(owners[at].tolist(), rows.columns[at].tolist(), strict=True):
                words[owner].append(self.artifact.words[column])
            shares[at] = 0
        return words


def _sums(weights: Floats, rows: Rows) -> Floats:
    """Sum what the features of each row say for each column; row by row, because one row's weights stay in cache."""
    pieces = zip(rows.starts[:-1].tolist(), rows.starts[1:].tolist(), strict=True)
    sums = [rows.values[a:b].dot(weights.take(rows.columns[a:b], axis=0)) for a, b in pieces]
    return np.stack(sums) if sums else np.zeros((0, weights.shape[1]), dtype=np.float32)
