"""Which rules may hold in which texts of a batch, and where, so that most patterns are never tried on most texts.

For each pattern the characters it must begin with (and end its last group with) are known: classifiers/literals.py.
Few characters of a text begin any of them: exact tables find those in a few NumPy calls for the whole batch, and
only for them are the bits of the patterns looked up.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from classifiers.cues import Cue
from classifiers.literals import heads, tails

_WORD = 64
_CHARACTERS = 1 << 16  # characters beyond this plane begin no pattern
Bits = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.int32]


class CueScan:
    """Knows a set of cues; `scan` names those that may match each text, and where they may begin."""

    def __init__(self, cues: Sequence[Cue]) -> None:
        self._cues = list(dict.fromkeys(cues))
        patterns = [cue.pattern.pattern for cue in self._cues]
        leads = [[heads(pattern), tails(pattern)] for pattern in patterns]
        sets = {each: i for i, each in enumerate(dict.fromkeys(each for pair in leads for each in pair if each))}
        width = max(1, -(-len(sets) // _WORD))
        self._needed = np.zeros((len(leads), width), dtype=np.uint64)
        self._heads = np.zeros((len(leads), width), dtype=np.uint64)
        self._led = [bool(head) for head, _ in leads]
        begun: dict[str, list[Cue]] = {}
        for row, (cue, (head, tail)) in enumerate(zip(self._cues, leads, strict=True)):
            for each in filter(None, (head, tail)):
                self._needed[row] |= _bit(sets[each], width)
            if head:
                self._heads[row] = _bit(sets[head], width)
            for lead in head or ():
                begun.setdefault(lead, []).append(cue)
        self._learn(sets, begun)

    def scan(self, texts: Sequence[str]) -> list[dict[Cue, list[int] | None]]:
        """Give the cues that may match each text and where (None: anywhere); a cue left out cannot match."""
        if not texts:
            return []
        hits = list(self._hits(texts))
        seen = np.zeros((len(texts), self._needed.shape[1]), dtype=np.uint64)
        for each in hits:
            _merge(seen, each.owners, each.bits)
        rows, cues = np.nonzero(((seen[:, None, :] & self._needed) == self._needed).all(axis=2))
        found: list[dict[Cue, list[int] | None]] = [{} for _ in texts]
        for row, cue in zip(rows.tolist(), cues.tolist(), strict=True):
            found[row][self._cues[cue]] = [] if self._led[cue] else None
        wanted = np.zeros_like(seen)
        _merge(wanted, rows, self._heads[cues])
        _place(found, [each.some(np.flatnonzero((each.bits & wanted[each.owners]).any(axis=1))) for each in hits])
        return found

    def _learn(self, sets: dict[frozenset[str], int], begun: dict[str, list[Cue]]) -> None:
        """Number the leads by their length; number 0 is no lead. Longer ones are found by the lead's beginning."""
        words = self._needed.shape[1]
        bits: dict[str, Bits] = {}
        for lead, number in ((lead, number) for leads, number in sets.items() for lead in leads):
            bits[lead] = bits.get(lead, np.zeros(words, dtype=np.uint64)) | _bit(number, words)
        for beginning in [lead[:size] for lead in bits for size in range(1, len(lead))]:
            bits.setdefault(beginning, np.zeros(words, dtype=np.uint64))
        self._levels = [
            _Level({lead: b for lead, b in bits.items() if len(lead) == n}, begun, words) for n in (1, 2, 3)
        ]
        for shorter, longer in pairwise(self._levels):
            longer.join(shorter)

    def _hits(self, texts: Sequence[str]) -> Iterator["_Hits"]:
        """Find the leads of each length."""
        points = np.frombuffer(("\0".join(texts) + "\0\0\0").encode("utf-32-le", "replace"), dtype=np.uint32)
        points = np.where(points < _CHARACTERS, points, 0)
        ends = np.cumsum([len(text) + 1 for text in texts], dtype=np.int64)
        begins = np.append(0, ends[:-1])
        numbers = self._levels[0].last.take(points[: ends[-1]])
        at = np.flatnonzero(numbers)
        numbers = numbers[at]
        for distance, level in enumerate(self._levels):
            if distance:
                numbers = level.table.take(numbers * level.width + level.last.take(points[at + distance]))
                at, numbers = at[numbers > 0], numbers[numbers > 0]
            whole = np.flatnonzero(level.says.take(numbers))
            owners = np.searchsorted(ends, at[whole], side="right")
            told = numbers[whole]
            yield _Hits(at[whole] - begins[owners], owners, told, level.bits.take(told, axis=0), level.begun)


@dataclass(frozen=True, slots=True)
class _Hits:
    """Where leads of one length stand in which text, their numbers, the bits of their sets, the cues they begin."""

    places: Places
    owners: Places
    numbers: Numbers
    bits: Bits
    begun: Sequence[Sequence[Cue]]

    def some(self, at: Places) -> "_Hits":
        return _Hits(self.places[at], self.owners[at], self.numbers[at], self.bits[at], self.begun)


def _place(found: Sequence[dict[Cue, list[int] | None]], hits: Sequence[_Hits]) -> None:
    """Note where the cues that may match begin, in order."""
    for each in hits:
        for row, place, number in zip(each.owners.tolist(), each.places.tolist(), each.numbers.tolist(), strict=True):
            for cue in each.begun[number]:
                if (starts := found[row].get(cue)) is not None:
                    starts.append(place)
    for cues in found:
        for starts in cues.values():
            if starts and len(starts) > 1:
                starts.sort()


def _merge(into: Bits, owners: Places, bits: Bits) -> None:
    """Add the bits of each row, whose owners stand in order, to those of its owner."""
    first = np.flatnonzero(np.diff(owners, prepend=-1))
    if len(first):
        into[owners[first]] |= np.bitwise_or.reduceat(bits, first, axis=0)


class _Level:
    """Leads of one length: numbered from 1, with the bits of the sets they stand in.

    `says`: it is more than the beginning of one; `begun`: the cues that begin with it. `last` numbers their last
    characters; `table` finds a lead by its beginning's number and its last character's.
    """

    def __init__(self, leads: dict[str, Bits], begun: dict[str, list[Cue]], words: int) -> None:
        self.numbers = {lead: number for number, lead in enumerate(leads, start=1)}
        self.bits = np.stack([np.zeros(words, dtype=np.uint64), *leads.values()])
        self.says = self.bits.any(axis=1)
        self.begun = [[], *(begun.get(lead, []) for lead in leads)]
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
