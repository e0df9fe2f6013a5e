"""Which rules may hold in which texts of a batch, so that most patterns never run on most texts.

For each pattern the characters it must begin with (and end its last group with) are known: classifiers/literals.py.
A table from hashed characters to bits answers for the whole batch in a few NumPy calls; false alarms only cost time.
"""

from collections.abc import Sequence
from itertools import chain

import numpy as np
import numpy.typing as npt

from classifiers.cues import Cue
from classifiers.literals import heads, tails

_BITS = 16
_WORD = 64
_SPREAD = np.uint32(0x9E3779B1)
_SHIFT = np.uint32(32 - _BITS)
_SINGLE = np.uint32(0x5BD1E995)
Bits = npt.NDArray[np.uint64]


class CueScan:
    """Knows a set of cues; `scan` names those that may match each text."""

    def __init__(self, cues: Sequence[Cue]) -> None:
        self._cues = list(dict.fromkeys(cues))
        needed = [[each for each in (heads(c.pattern.pattern), tails(c.pattern.pattern)) if each] for c in self._cues]
        numbers = {each: i for i, each in enumerate(dict.fromkeys(chain.from_iterable(needed)))}
        self._table = _table(list(numbers))
        self._needed = np.zeros((len(self._cues), len(self._table)), dtype=np.uint64)
        for row, sets in enumerate(needed):
            for each in sets:
                word, bit = divmod(numbers[each], _WORD)
                self._needed[row, word] |= np.uint64(1 << bit)

    def scan(self, texts: Sequence[str]) -> list[frozenset[Cue]]:
        """Give the cues that may match each text; a cue left out cannot match."""
        if not texts:
            return []
        seen = self._seen(texts)
        possible = ((seen[:, None, :] & self._needed) == self._needed).all(axis=2)
        return [frozenset(self._cues[i] for i in np.flatnonzero(row).tolist()) for row in possible]

    def _seen(self, texts: Sequence[str]) -> Bits:
        points = np.frombuffer(("\0".join(texts) + "\0\0").encode("utf-32-le", "replace"), dtype=np.uint32)
        starts = np.concatenate(([0], np.cumsum([len(text) + 1 for text in texts[:-1]], dtype=np.int64)))
        pairs, singles = _pair(points[:-1], points[1:]), _single(points[:-1])
        words = (column.take(pairs) | column.take(singles) for column in self._table)
        return np.stack([np.bitwise_or.reduceat(word, starts) for word in words], axis=1)


def _table(sets: Sequence[frozenset[str]]) -> Bits:
    table = np.zeros((max(1, -(-len(sets) // _WORD)), 1 << _BITS), dtype=np.uint64)
    for number, leads in enumerate(sets):
        word, bit = divmod(number, _WORD)
        for lead in leads:
            first, *more = (np.array([ord(character)], dtype=np.uint32) for character in lead)
            at = _pair(first, more[0]) if more else _single(first)
            table[word, at] |= np.uint64(1 << bit)
    return table


def _pair(first: npt.NDArray[np.uint32], second: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    found: npt.NDArray[np.uint32] = ((first * _SINGLE) ^ second) * _SPREAD >> _SHIFT
    return found


def _single(first: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    found: npt.NDArray[np.uint32] = first * _SPREAD >> _SHIFT
    return found
