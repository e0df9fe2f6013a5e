"""The space that learned texts are laid out in: which words and characters count, and how much each says.

A feature weighs (its rarity) x (how unevenly it falls on the labels), and both are kept as one number: a word that
every label's texts use says little, however rare it is. Where labels are learned, only those of the learned rows
are looked at.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from classifiers.features import (
    HASH_BITS,
    Floats,
    Ints,
    Rows,
    Segmented,
    bucket_table,
    count_characters,
    count_words,
    weigh,
)
from classifiers.model import told
from classifiers.word_arrays import WordTable

Matrix = Any  # scipy.sparse.csr_matrix, which has no types
_CHUNK = 2_000
_MOST_CHARACTERS = 1 << 18
_SMALL = 500  # below this many rows every feature counts, above it those seen twice
_EVEN, _MOST_UNEVEN = 0.3, 3.0  # what a feature says that falls on all labels alike, and on one alone
_DOUBT = 0.5  # added to every count, so that what was seen once proves little


@dataclass(frozen=True, slots=True)
class Space:
    """Words and character buckets with their weights, and the learned texts in them: rows x (words + buckets)."""

    words: tuple[str, ...]
    word_idf: Floats
    buckets: Ints
    char_idf: Floats
    matrix: Matrix

    def weighted(self, saying: Floats) -> "Space":
        """Weigh every feature by what it says, too."""
        n_words = len(self.words)
        return replace(
            self,
            word_idf=self.word_idf * saying[:n_words],
            char_idf=self.char_idf * saying[n_words:],
            matrix=stretched(self.matrix, n_words, saying),
        )


def lay_out(texts: Iterable[Segmented]) -> Space:
    """Choose the features of these texts and encode them."""
    batch = list(texts)
    least = 1 if len(batch) < _SMALL else 2
    seen_in = Counter(word for row in batch for word in set(row.words) if word.strip())
    words = tuple(sorted(word for word, count in seen_in.items() if count >= least))
    frequency = np.zeros(1 << HASH_BITS, dtype=np.int64)
    every = bucket_table(np.arange(len(frequency)))
    for rows in (count_characters(chunk, every) for chunk in _chunks(batch)):
        frequency += np.bincount(rows.columns, minlength=len(frequency))
    kept = np.flatnonzero(frequency >= least)
    if len(kept) > _MOST_CHARACTERS:
        kept = np.sort(kept[np.argsort(-frequency[kept], kind="stable")[:_MOST_CHARACTERS]])
    word_idf = _idf(np.array([seen_in[word] for word in words]), len(batch))
    char_idf = _idf(frequency[kept], len(batch))
    return Space(words, word_idf, kept, char_idf, _encode(batch, words, word_idf, kept, char_idf))


def sayings(matrix: Matrix, answers: Ints, weights: Any) -> Floats:  # noqa: ANN401 - what scikit-learn takes
    """Tell how far each feature leans to one label: the largest log of its share there against the other labels."""
    from scipy import sparse

    labels = np.unique(answers)
    if len(labels) < 2:  # noqa: PLR2004
        return np.ones(matrix.shape[1], dtype=np.float32)
    member = sparse.csr_matrix((weights, (answers, np.arange(len(answers)))), shape=(int(labels[-1]) + 1, len(answers)))
    totals = np.asarray(member.sum(axis=1)).ravel()[labels]
    shares = (np.asarray((member @ matrix).todense())[labels]) / totals[:, None] + _DOUBT / weights.sum()
    logs = np.log(shares)
    leaning = (logs - logs.mean(axis=0)).max(axis=0)
    saying: Floats = (_EVEN + np.minimum(leaning, _MOST_UNEVEN)).astype(np.float32)
    return saying


def stretched(matrix: Matrix, n_words: int, saying: Floats) -> Matrix:
    """Weigh the features of encoded texts, and bring both halves of every row back to length one.

    A part of the rows at a time, beside the indices that are there: a copy of the whole takes gigabytes.
    """
    from scipy import sparse

    values = np.empty(len(matrix.data), dtype=np.float32)
    for start in range(0, matrix.shape[0], _CHUNK):
        bounds = matrix.indptr[start : start + _CHUNK + 1]
        here = slice(int(bounds[0]), int(bounds[-1]))
        columns = matrix.indices[here]
        weighed = matrix.data[here] * saying[columns]
        halves = 2 * np.repeat(np.arange(len(bounds) - 1), np.diff(bounds)) + (columns >= n_words)
        lengths = np.sqrt(np.bincount(halves, np.square(weighed, dtype=np.float64), minlength=1))
        lengths[lengths <= 0] = 1
        values[here] = weighed / lengths[halves]
    return sparse.csr_matrix((values, matrix.indices, matrix.indptr), shape=matrix.shape)


def _encode(batch: Sequence[Segmented], words: Sequence[str], word_idf: Floats, kept: Ints, char_idf: Floats) -> Matrix:
    from scipy import sparse

    vocabulary, table = WordTable(words), bucket_table(kept)
    blocks = []
    for chunk in _chunks(batch):
        halves = [
            (weigh(count_words(chunk, told(chunk), vocabulary), word_idf), len(words)),
            (weigh(count_characters(chunk, table), char_idf), len(kept)),
        ]
        blocks.append(sparse.hstack([_csr(rows, width) for rows, width in halves], format="csr"))
    return sparse.vstack(blocks, format="csr")


def _csr(rows: Rows, width: int) -> Matrix:
    from scipy import sparse

    shape = (len(rows.starts) - 1, width)
    return sparse.csr_matrix((rows.values, rows.columns.astype(np.int32), rows.starts.astype(np.int32)), shape=shape)


def _chunks(batch: Sequence[Segmented]) -> Iterable[Sequence[Segmented]]:
    return (batch[start : start + _CHUNK] for start in range(0, len(batch), _CHUNK))


def _idf(seen_in: Ints, total: int) -> Floats:
    idf: Floats = (np.log((1 + total) / (1 + seen_in)) + 1).astype(np.float32)
    return idf
