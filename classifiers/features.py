"""From a segmented text to numbers: words and characters, both as one sparse row.

Words stand in a vocabulary; single characters and pairs are hashed to 20 bits and looked up in a table, so that
a whole batch is encoded with a few NumPy calls. A title counts three times, the opening of a text without one twice.
Each of the two blocks has (1 + log tf) · idf weights and length one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from classifiers.text import JUDGED_CHARACTERS
from classifiers.word_arrays import WordArrays, WordTable

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]

HASH_BITS = 20
_BUCKETS = 1 << HASH_BITS
TITLE_COPIES = 3
OPENING = 30  # characters of an untitled text that count twice: people begin with what it is about
_SMALL_KEYS = 1 << 31
# Odd multipliers spread code points over the buckets; the artifact depends on them: never change.
_FIRST, _SECOND = np.uint32(0x9E3779B1), np.uint32(0x85EBCA6B)


@dataclass(frozen=True, slots=True)
class Segmented:
    """A text with its words; the first `stressed` of them, title or opening, count `again` more times."""

    title: str
    body: str
    title_words: Sequence[str]
    body_words: Sequence[str]
    stressed: int
    again: int

    @property
    def words(self) -> Sequence[str]:
        """All of them, the title's first."""
        return [*self.title_words, *self.body_words]


@dataclass(frozen=True, slots=True)
class Rows:
    """Sparse rows: row i holds columns[starts[i]:starts[i+1]] with the values beside them."""

    columns: Ints
    values: Floats
    starts: Ints

    @property
    def lengths(self) -> Ints:
        return np.diff(self.starts)


def count_rows(keys: Ints, width: int, n_rows: int) -> Rows:
    """Count rows from keys `row * width + column`, in any order."""
    # Sorting is what encoding costs, and half as much with 32 bits.
    keys = np.sort(keys.astype(np.int32) if n_rows * width < _SMALL_KEYS else keys)
    first = np.empty(len(keys), dtype=bool)
    first[:1] = True
    np.not_equal(keys[1:], keys[:-1], out=first[1:])
    places = np.flatnonzero(first)
    counts = np.diff(places, append=len(keys)).astype(np.float32)
    distinct = keys[places]
    starts = np.searchsorted(distinct, np.arange(n_rows + 1, dtype=np.int64) * width)
    return Rows(distinct % width, counts, starts)


def weigh(counts: Rows, idf: Floats) -> Rows:
    """(1 + log tf) · idf, each row of length one; an empty row stays empty."""
    values = (1 + np.log(counts.values)) * idf[counts.columns]
    totals = np.concatenate(([0.0], np.cumsum(np.square(values, dtype=np.float64))))
    norms = np.sqrt(totals[counts.starts[1:]] - totals[counts.starts[:-1]])
    norms[norms <= 0] = 1
    scaled = values / np.repeat(norms, counts.lengths).astype(np.float32)
    return Rows(counts.columns, scaled.astype(np.float32), counts.starts)


def count_words(batch: Sequence[Segmented], told: WordArrays, table: WordTable) -> Rows:
    """Count every word of a batch that the table knows; `told` are the batch's words."""
    columns = table.find(told.hashes)
    keys = told.owners * table.size + columns
    firsts = np.searchsorted(told.owners, np.arange(len(batch)))
    ends = firsts + np.fromiter((row.stressed for row in batch), dtype=np.int64, count=len(batch))
    times = np.fromiter((row.again for row in batch), dtype=np.int64, count=len(batch))
    known = columns >= 0
    more = np.flatnonzero(known & (np.arange(len(columns)) < ends[told.owners]))
    return count_rows(np.append(keys[known], np.repeat(keys[more], times[told.owners[more]])), table.size, len(batch))


def character_buckets(batch: Sequence[Segmented]) -> tuple[Ints, Ints]:
    """Give the row and the bucket of every character and pair of neighbours within a title or a body."""
    parts = [
        ((row.title + "\0") * TITLE_COPIES if row.title else row.body[:OPENING] + "\0")
        + row.body[:JUDGED_CHARACTERS]
        + "\0\0"
        for row in batch
    ]
    points = np.frombuffer("".join(parts).encode("utf-32-le", "replace"), dtype=np.uint32)
    rows = np.repeat(np.arange(len(batch), dtype=np.int64), [len(part) for part in parts])
    shift = np.uint32(32 - HASH_BITS)
    inside = points > 0x20  # noqa: PLR2004 - spaces and line ends are no text
    one = (points + np.uint32(1)) * _FIRST
    two = (one[:-1] ^ points[1:]) * _SECOND
    keep_two = inside[:-1] & inside[1:]
    buckets = np.concatenate((one[inside], two[keep_two])) >> shift
    owners = np.concatenate((rows[inside], rows[:-1][keep_two]))
    return owners, buckets.astype(np.int64)


def bucket_table(buckets: Ints) -> npt.NDArray[np.int32]:
    """Map bucket to column, -1 where the model has never seen it."""
    table = np.full(_BUCKETS, -1, dtype=np.int32)
    table[buckets] = np.arange(len(buckets), dtype=np.int32)
    return table
