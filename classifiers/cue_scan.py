"""Which rules may hold in which texts of a batch, so that most patterns never run on most texts.

For each pattern the characters it must begin with (and end its last group with) are known: classifiers/literals.py.
Few characters of a text begin any of them: exact tables find those in a few NumPy calls for the whole batch, and
only for them are the bits of the patterns looked up.
"""

from collections.abc import Sequence
from itertools import chain, pairwise

import numpy as np
import numpy.typing as npt

from classifiers.cues import Cue
from classifiers.literals import heads, tails

_WORD = 64
_CHARACTERS = 1 << 16  # characters beyond this plane begin no pattern
Bits = npt.NDArray[np.uint64]


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
        """Number the leads by their length; number 0 is no lead. Longer ones are found by the lead's beginning."""
        words = self._needed.shape[1]
        bits: dict[str, Bits] = {}
        for lead, number in ((lead, number) for leads, number in sets.items() for lead in leads):
            bits[lead] = bits.get(lead, np.zeros(words, dtype=np.uint64)) | _bit(number, words)
        for beginning in [lead[:size] for lead in bits for size in range(1, len(lead))]:
            bits.setdefault(beginning, np.zeros(words, dtype=np.uint64))
        self._levels = [_Level({lead: b for lead, b in bits.items() if len(lead) == n}, words) for n in (1, 2, 3)]
        for shorter, longer in pairwise(self._levels):
            longer.join(shorter)

    def _seen(self, texts: Sequence[str]) -> Bits:
        points = np.frombuffer(("\0".join(texts) + "\0\0\0").encode("utf-32-le", "replace"), dtype=np.uint32)
        points = np.where(points < _CHARACTERS, points, 0)
        ends = np.cumsum([len(text) + 1 for text in texts], dtype=np.int64)
        seen = np.zeros((len(texts), self._needed.shape[1]), dtype=np.uint64)
        numbers = self._levels[0].last.take(points[: ends[-1]])
        at = np.flatnonzero(numbers)
        numbers = numbers[at]
        for distance, level in enumerate(self._levels):
            if distance:
                numbers = level.table.take(numbers * level.width + level.last.take(points[at + distance]))
                at, numbers = at[numbers > 0], numbers[numbers > 0]
            owners = np.searchsorted(ends, at, side="right")
            first = np.flatnonzero(np.diff(owners, prepend=-1))
            if len(at):
                seen[owners[first]] |= np.bitwise_or.reduceat(level.bits.take(numbers, axis=0), first, axis=0)
        return seen


class _Level:
    """Leads of one length: numbered from 1, with the bits of the sets they stand in.

    `last` numbers their last characters; `table` finds a lead by its beginning's number and its last character's.
    """

    def __init__(self, leads: dict[str, Bits], words: int) -> None:
        self.numbers = {lead: number for number, lead in enumerate(leads, start=1)}
        self.bits = np.stack([np.zeros(words, dtype=np.uint64), *leads.values()])
        characters = sorted({lead[-1] for lead in leads}) if any(len(lead) > 1 for lead in leads) else list(leads)
        self.last = np.zeros(_CHARACTERS, dtype=np.int32)
        self.last[[ord(character) for character in characters]] = np.arange(1, len(characters) + 1)
        self.width = np.int32(len(characters) + 1)
        self.table = np.zeros(0, dtype=np.int32)

    def join(self, shorter: "_Level") -> None:
        """Learn how leads of this length begin with those of the next shorter."""
        self.table = np.zeros((len(shorter.numbers) + 1) * int(self.width), dtype=np.int32)
        for lead, number in self.numbers.items():
            self.table[shorter.numbers[lead[:-1]] * int(self.width) + self.last[ord(lead[-1])]] = number


def _bit(number: int, words: int) -> Bits:
    word, bit = divmod(number, _WORD)
    found = np.zeros(words, dtype=np.uint64)
    found[word] = np.uint64(1 << bit)
    return found
