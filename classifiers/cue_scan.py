"""Which rules may hold in which texts of a batch, so that most patterns never run on most texts.

For each pattern the characters it must begin with (and end its last group with) are known: classifiers/literals.py.
Few characters of a text begin any of them: exact tables find those in a few NumPy calls for the whole batch, and
only for them are the bits of the patterns looked up.
"""

from collections.abc import Sequence
from itertools import chain

import numpy as np
import numpy.typing as npt

from classifiers.cues import Cue
from classifiers.literals import heads, tails

_WORD = 64
_CHARACTERS = 1 << 16  # characters beyond this plane begin no pattern
Bits = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int32]


class CueScan:
    """Knows a set of cues; `scan` names those that may match each text."""

    def __init__(self, cues: Sequence[Cue]) -> None:
        self._cues = list(dict.fromkeys(cues))
        needed = [[each for each in (heads(c.pattern.pattern), tails(c.pattern.pattern)) if each] for c in self._cues]
        sets = {each: i for i, each in enumerate(dict.fromkeys(chain.from_iterable(needed)))}
        self._needed = np.zeros((len(self._cues), max(1, -(-len(sets) // _WORD))), dtype=np.uint64)
        for row, each in ((row, each) for row, found in enumerate(needed) for each in found):
            self._needed[row] |= _bit(sets[each], self._needed.shape[1])
        self._learn(sets)

    def scan(self, texts: Sequence[str]) -> list[frozenset[Cue]]:
        """Give the cues that may match each text; a cue left out cannot match."""
        if not texts:
            return []
        seen = self._seen(texts)
        possible = ((seen[:, None, :] & self._needed) == self._needed).all(axis=2)
        return [frozenset(map(self._cues.__getitem__, np.flatnonzero(row).tolist())) for row in possible]

    def _learn(self, sets: dict[frozenset[str], int]) -> None:
        """Number the leads; number 0 is no lead. A pair is found by the numbers of its two characters."""
        words = self._needed.shape[1]
        bits: dict[str, Bits] = {}
        for lead, number in ((lead, number) for leads, number in sets.items() for lead in leads):
            bits[lead] = bits.get(lead, np.zeros(words, dtype=np.uint64)) | _bit(number, words)
        numbers = {lead: i for i, lead in enumerate(bits, start=1)}
        self._bits = np.stack([np.zeros(words, dtype=np.uint64), *bits.values()])
        self._singles = _numbered({lead: i for lead, i in numbers.items() if len(lead) == 1})
        firsts = {lead[0] for lead in numbers if len(lead) > 1}
        seconds = {lead[1] for lead in numbers if len(lead) > 1}
        self._firsts = _numbered({character: i for i, character in enumerate(sorted(firsts), start=1)})
        self._seconds = _numbered({character: i for i, character in enumerate(sorted(seconds), start=1)})
        self._width = np.int32(len(seconds) + 1)
        self._pairs = np.zeros((len(firsts) + 1) * int(self._width), dtype=np.int32)
        for lead, number in numbers.items():
            if len(lead) > 1:
                self._pairs[self._firsts[ord(lead[0])] * self._width + self._seconds[ord(lead[1])]] = number

    def _seen(self, texts: Sequence[str]) -> Bits:
        points = np.frombuffer(("\0".join(texts) + "\0\0").encode("utf-32-le", "replace"), dtype=np.uint32)
        points = np.where(points < _CHARACTERS, points, 0)
        ends = np.cumsum([len(text) + 1 for text in texts], dtype=np.int64)
        pairs = self._pairs.take(self._firsts.take(points[:-1]) * self._width + self._seconds.take(points[1:]))
        seen = np.zeros((len(texts), self._needed.shape[1]), dtype=np.uint64)
        for found in (pairs, self._singles.take(points[:-1])):
            at = np.flatnonzero(found)
            owners = np.searchsorted(ends, at, side="right")
            first = np.flatnonzero(np.diff(owners, prepend=-1))
            if len(at):
                seen[owners[first]] |= np.bitwise_or.reduceat(self._bits.take(found[at], axis=0), first, axis=0)
        return seen


def _bit(number: int, words: int) -> Bits:
    word, bit = divmod(number, _WORD)
    found = np.zeros(words, dtype=np.uint64)
    found[word] = np.uint64(1 << bit)
    return found


def _numbered(numbers: dict[str, int]) -> Ints:
    """Tabulate numbers by code point."""
    table = np.zeros(_CHARACTERS, dtype=np.int32)
    for character, number in numbers.items():
        table[ord(character)] = number
    return table
