"""The words of a batch as arrays: a hash for each word, so that a batch is looked up in a few NumPy calls.

A Python dictionary answers a word by several waits for the memory; a message has 250 words and three who ask.
64 bits tell words apart: among a million different words two would share a hash once in 40 million batches.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Points = npt.NDArray[np.uint32]
Hashes = npt.NDArray[np.uint64]
Mask = npt.NDArray[np.bool_]

_LONGEST = 255  # characters of a word
_ROUND = 64  # places of a word whose characters are told apart by where they stand
_SLOT_BITS = 18  # tell nearly all words of a batch apart
_SLOTS, _APART = np.uint64(64 - _SLOT_BITS), np.uint64(0x9E37_79B9_7F4A_7C15)
_SPARE_BITS = 2  # four places for each word: so few steps that looking takes half the time
_LAST = np.uint64(0xFFFF_FFFF_FFFF_FFFF)


def _powers() -> Hashes:
    """A multiplier for each place; signatures and tables rest on them: never change."""
    odd, found = 0x9E37_79B9_7F4A_7C15, [1]
    while len(found) < _ROUND:
        found.append(found[-1] * odd % (1 << 64))
    return np.array(found, dtype=np.uint64)


_POWERS = _powers()


@dataclass(frozen=True, slots=True)
class WordArrays:
    """Words in order: word i is points[starts[i] : starts[i] + lengths[i]], stands in row owners[i], has hashes[i].

    They stand so in `text` too. Row i holds the words rows[i] : rows[i + 1]; firsts[i] is where its row says word i
    first, and `new` where that is: half of all words, and enough for what is asked of a word wherever it stands.
    """

    text: str
    points: Points
    starts: Ints
    lengths: Ints
    owners: Ints
    hashes: Hashes
    rows: Ints
    firsts: Ints
    new: Ints

    @property
    def n_rows(self) -> int:
        return len(self.rows) - 1

    @property
    def n_words(self) -> int:
        return len(self.starts)


def word_arrays(rows: Sequence[Sequence[str]]) -> WordArrays:
    """Words, row by row, as arrays."""
    return arrays_of("".join(map("".join, rows)), [lengths_of(row) for row in rows])


def lengths_of(words: Sequence[str]) -> bytes:
    """How many characters each word has, a byte each; one that is longer than a byte tells stands in pieces."""
    try:
        return bytes(map(len, words))
    except ValueError:
        whole, rest = zip(*(divmod(len(word), _LONGEST) for word in words), strict=True)
        return b"".join(bytes([_LONGEST] * n + [m] * (m > 0)) for n, m in zip(whole, rest, strict=True))


def arrays_of(text: str, rows: Sequence[bytes]) -> WordArrays:
    """The same of words that stand one behind the other in a text, given by their lengths."""
    sizes = np.fromiter(map(len, rows), dtype=np.int64, count=len(rows))
    lengths = np.frombuffer(b"".join(rows), dtype=np.uint8).astype(np.int64)
    points = np.frombuffer(text.encode("utf-32-le", "replace"), dtype=np.uint32)
    starts = np.cumsum(lengths) - lengths
    owners = np.repeat(np.arange(len(rows), dtype=np.int64), sizes)
    hashes = _hashes(points, starts, lengths)
    bounds = np.append(0, np.cumsum(sizes))
    firsts = _first_mentions(hashes + owners.astype(np.uint64) * _APART)
    new = np.flatnonzero(firsts == np.arange(len(firsts)))
    return WordArrays(text, points, starts, lengths, owners, hashes, bounds, firsts, new)


def _hashes(points: Points, starts: Ints, lengths: Ints) -> Hashes:
    if not len(starts):
        return np.zeros(0, dtype=np.uint64)
    places = (np.arange(len(points), dtype=np.int32) - np.repeat(starts.astype(np.int32), lengths)) & (_ROUND - 1)
    # Sums from the beginning on, that of each word less what stood before it: half the time of `reduceat`.
    sums = np.cumsum((points + np.uint64(1)) * _POWERS.take(places)).take(starts + lengths - 1)
    sums[1:] -= sums[:-1].copy()
    sums ^= sums >> np.uint64(32)
    sums *= np.uint64(0xD6E8_FEB8_6659_FD93)
    mixed: Hashes = sums ^ (sums >> np.uint64(32))
    return mixed


def _first_mentions(keys: Hashes) -> Ints:
    """For each key the place where it stands first."""
    slots = (keys >> _SLOTS).astype(np.int64)
    first = np.empty(1 << _SLOT_BITS, dtype=np.int32)
    first[slots[::-1]] = np.arange(len(slots), dtype=np.int32)[::-1]  # the last to write stays: the first mention
    found: Ints = first[slots].astype(np.int64)
    crowded = np.flatnonzero(keys[found] != keys)  # another key has the slot: those look for slots of their own
    if len(crowded):
        found[crowded] = crowded[_first_mentions(keys[crowded] * _APART)]
    return found


class WordTable:
    """Finds words of a list by their hash: the leading bits say where to begin, a few steps at most where to end.

    `size`: how many words the list has, at least 1.
    """

    def __init__(self, words: Iterable[str]) -> None:
        hashes = word_arrays([list(words)]).hashes
        order = np.argsort(hashes)
        self.size = max(1, len(order))
        self._numbers = np.append(order, -1)
        self._hashes = np.append(hashes[order], _LAST)
        bits = max(1, len(order).bit_length() + _SPARE_BITS)
        self._shift = np.uint64(64 - bits)
        leading = hashes[order] >> self._shift
        self._first = np.searchsorted(leading, np.arange((1 << bits) + 1, dtype=np.uint64))
        self._steps = int(np.diff(self._first).max(initial=0))

    def find(self, hashes: Hashes) -> Ints:
        """Give each word's place in the table, -1 for one that is not there."""
        at = self._first.take(hashes >> self._shift)
        for _ in range(self._steps):
            at += self._hashes.take(at) < hashes
        return np.where(self._hashes.take(at) == hashes, self._numbers.take(at), -1)
