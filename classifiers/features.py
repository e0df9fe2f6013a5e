"""From a segmented text to numbers: words and characters, both as one sparse row.

Words stand in a vocabulary; single characters and pairs are hashed to 20 bits and looked up in a table, so that
a whole batch is encoded with a few NumPy calls. A title counts three times, the opening of a text without one twice.
Each of the two blocks has (1 + log tf) · idf weights and length one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from classifiers.text import JUDGED_CHARACTERS
from classifiers.word_arrays import Points, WordArrays, WordTable

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]
Buckets = npt.NDArray[np.uint16] | npt.NDArray[np.uint32]

HASH_BITS = 20
_BUCKETS = 1 << HASH_BITS
TITLE_COPIES = 3
OPENING = 30  # characters of an untitled text that count twice: people begin with what it is about
# Odd multipliers spread code points over the buckets; the artifact depends on them: never change.
_FIRST, _SECOND = np.uint32(0x9E3779B1), np.uint32(0x85EBCA6B)


@dataclass(slots=True)  # not frozen, which takes five times as long to make
class Segmented:
    """A text and how long its words are, the title's first.

    `stressed` of the words, title or opening, count `again` more times.
    """

    title: str
    body: str
    lengths: bytes
    stressed: int
    again: int

    @property
    def read(self) -> str:
        """What was cut, without a gap: all words one behind the other."""
        return self.title[:JUDGED_CHARACTERS] + self.body[:JUDGED_CHARACTERS]

    @property
    def words(self) -> list[str]:
        """The words themselves."""
        text, ends = self.read.encode("utf-8", "replace").decode(), accumulate(self.lengths)
        return [text[start:end] for start, end in pairwise([0, *ends])]

    @property
    def title_words(self) -> int:
        """How many of the words are the title's."""
        return self.stressed if self.title else 0


@dataclass(frozen=True, slots=True)
class Rows:
    """Sparse rows: row i holds columns[starts[i]:starts[i+1]] with the values beside them."""

    columns: Ints
    values: Floats
    starts: Ints

    @property
    def lengths(self) -> Ints:
        return np.diff(self.starts)


def weigh(counts: Rows, idf: Floats) -> Rows:
    """(1 + log tf) · idf, each row of length one; an empty row stays empty."""
    values = (1 + np.log(counts.values)) * idf[counts.columns]
    lengths = counts.lengths
    said = np.flatnonzero(lengths > 0)
    norms = np.ones(len(lengths))
    norms[said] = np.sqrt(np.add.reduceat(np.square(values, dtype=np.float64), counts.starts[said]))
    scaled = values / np.repeat(norms, lengths).astype(np.float32)
    return Rows(counts.columns, scaled.astype(np.float32), counts.starts)


def count_words(batch: Sequence[Segmented], told: WordArrays, table: WordTable) -> Rows:
    """Count every word of a batch that the table knows; `told` are the batch's words."""
    stressed = np.fromiter((row.stressed for row in batch), dtype=np.int64, count=len(batch))
    again = np.fromiter((row.again for row in batch), dtype=np.int64, count=len(batch))
    often = np.ones(told.n_words)
    begins = np.cumsum(stressed) - stressed
    often[np.arange(int(stressed.sum())) + np.repeat(told.rows[:-1] - begins, stressed)] += np.repeat(again, stressed)
    counts = np.bincount(told.firsts, often, minlength=told.n_words).take(told.new)
    columns = table.find(told.hashes.take(told.new))
    known = np.flatnonzero(columns >= 0)
    at, columns, counts = told.new[known], columns[known], counts[known]
    starts = np.searchsorted(at, told.rows)
    order = np.argsort(told.owners[at] * table.size + columns)
    return Rows(columns[order], counts[order].astype(np.float32), starts)


def count_characters(batch: Sequence[Segmented], table: Buckets) -> Rows:
    """Count every character and pair of neighbours within a title or a body that the table knows."""
    parts = [
        ((row.title + "\0") * TITLE_COPIES if row.title else row.body[:OPENING] + "\0")
        + row.body[:JUDGED_CHARACTERS]
        + "\0\0"
        for row in batch
    ]
    points = np.frombuffer("".join(parts).encode("utf-32-le", "replace"), dtype=np.uint32)
    bounds = 2 * np.append(0, np.cumsum([len(part) for part in parts], dtype=np.int64))
    columns = _columns(points, table).ravel()
    for start, end in pairwise(bounds.tolist()):
        columns[start:end].sort()
    first = np.append(True, columns[1:] != columns[:-1])
    first[bounds[:-1]] = True
    places = np.flatnonzero(first)
    counts = np.diff(places, append=len(columns)).astype(np.float32)
    known = columns[places] != _unknown(table.dtype)
    places = places[known]
    return Rows(columns[places].astype(np.int64), counts[known], np.searchsorted(places, bounds))


def _columns(points: Points, table: Buckets) -> Points:
    """Give the column of each character and, beside it, of the pair that it begins.

    In 32 bits, which NumPy sorts in half the time of 16, wherever it runs.
    """
    shift = np.uint32(32 - HASH_BITS)
    one = points + np.uint32(1)  # changed in place from here: new memory costs more than the sums
    one *= _FIRST
    two = one[:-1] ^ points[1:]
    two *= _SECOND
    one >>= shift
    two >>= shift
    columns = np.full((len(points), 2), _unknown(table.dtype), dtype=np.uint32)
    columns[:, 0] = table.take(one)
    columns[:-1, 1] = table.take(two)
    outside = np.flatnonzero(points <= 0x20)  # noqa: PLR2004 - spaces and line ends are no text
    columns[outside] = _unknown(table.dtype)
    columns[outside - 1, 1] = _unknown(table.dtype)  # the last character begins no pair anyway
    return columns


def bucket_table(buckets: Ints) -> Buckets:
    """Map bucket to column, the largest number where the model has never seen it: 16 bits where they do."""
    kind = np.dtype(np.uint16 if len(buckets) < _unknown(np.dtype(np.uint16)) else np.uint32)
    table = np.full(_BUCKETS, _unknown(kind), dtype=kind)
    table[buckets] = np.arange(len(buckets), dtype=kind)
    return table


def _unknown(kind: np.dtype[Any]) -> int:
    return int(np.iinfo(kind).max)
