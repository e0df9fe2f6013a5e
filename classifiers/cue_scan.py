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
_PLACE_BITS = 32  # no text has more characters
_CHARACTERS = 1 << 16  # characters beyond this plane begin no pattern
Bits = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.int32]


class CueScan:
    """Knows a set of cues; `scan` names those that may match each text, and where they may begin."""

    def __init__(self, cues: Sequence[Cue]) -> None:
        self._cues = list(dict.fromkeys(cues))
        for cue in self._cues:
            _ = cue.pattern  # compiled now: whoever scans will need most of them, and none in the midst of a batch
        patterns = [cue.source for cue in self._cues]
        leads = [[heads(pattern), tails(pattern)] for pattern in patterns]
        sets = {each: i for i, each in enumerate(dict.fromkeys(each for pair in leads for each in pair if each))}
        width = max(1, -(-len(sets) // _WORD))
        self._needed = np.zeros((len(leads), width), dtype=np.uint64)
        self._led = np.array([bool(head) for head, _ in leads])
        begun: dict[str, list[int]] = {}
        for row, (head, tail) in enumerate(leads):
            for each in filter(None, (head, tail)):
                self._needed[row] |= _bit(sets[each], width)
            for lead in head or ():
                begun.setdefault(lead, []).append(row)
        self._learn(sets, begun)

    def scan(self, texts: Sequence[str]) -> list[dict[Cue, list[int] | None]]:
        """Give the cues that may match each text and where (None: anywhere); a cue left out cannot match."""
        if not texts:
            return []
        hits = list(self._hits(texts))
        seen = np.zeros((len(texts), self._needed.shape[1]), dtype=np.uint64)
        for each in hits:
            _merge(seen, each.owners, each.bits)
        possible = np.ones((len(texts), len(self._cues)), dtype=bool)
        for has, needed in zip(seen.T, self._needed.T, strict=True):  # a test for all at once reads three times as much
            possible &= (has[:, None] & needed) == needed
        found: list[dict[Cue, list[int] | None]] = [{} for _ in texts]
        for row, cue in zip(*(each.tolist() for each in np.nonzero(possible & ~self._led)), strict=True):
            found[row][self._cues[cue]] = None
        for row, cue, places in _starts(hits, possible):
            found[row][self._cues[cue]] = places
        return found

    def _learn(self, sets: dict[frozenset[str], int], begun: dict[str, list[int]]) -> None:
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
        at = np.flatnonzero(numbers > 0)  # of truths, which takes a third of the time
        numbers = numbers.take(at)
        for distance, level in enumerate(self._levels):
            if distance:
                numbers = level.table.take(numbers * level.width + level.last.take(points[at + distance]))
                longer = np.flatnonzero(numbers > 0)
                at, numbers = at.take(longer), numbers.take(longer)
            whole = np.flatnonzero(level.says.take(numbers))
            owners = np.repeat(np.arange(len(texts)), np.diff(np.searchsorted(at[whole], ends), prepend=0))
            told = numbers[whole]
            bits, firsts, counts = level.bits.take(told, axis=0), level.firsts.take(told), level.counts.take(told)
            yield _Hits(at[whole] - begins[owners], owners, bits, firsts, counts, level.begun)


@dataclass(frozen=True, slots=True)
class _Hits:
    """Where leads of one length stand in which text, the bits of their sets, and the cues that each begins.

    Hit i begins the cues begun[firsts[i] : firsts[i] + counts[i]].
    """

    places: Places
    owners: Places
    bits: Bits
    firsts: Numbers
    counts: Numbers
    begun: Numbers


def _starts(hits: Sequence[_Hits], possible: npt.NDArray[np.bool_]) -> Iterator[tuple[int, int, list[int]]]:
    """Give for each text and cue that may match it where it may begin, in order."""
    rows, cues, places = (np.concatenate(each) for each in zip(*map(_begun, hits), strict=True))
    kept = np.flatnonzero(possible[rows, cues])
    pairs = rows[kept] * possible.shape[1] + cues[kept]
    keys = np.sort((pairs << _PLACE_BITS) + places[kept])  # one number each: sorted in a third of the time
    pairs = keys >> _PLACE_BITS
    new = np.flatnonzero(np.diff(pairs, prepend=-1))
    told = (keys & ((1 << _PLACE_BITS) - 1)).tolist()
    begins = (each.tolist() for each in np.divmod(pairs[new], possible.shape[1]))
    for row, cue, (start, end) in zip(*begins, pairwise([*new.tolist(), len(told)]), strict=True):
        yield row, cue, told[start:end]


def _begun(hits: _Hits) -> tuple[Places, Numbers, Places]:
    """Spread hits over the cues that they begin: texts, cues, places."""
    which = np.repeat(np.arange(len(hits.places)), hits.counts)
    within = np.arange(len(which)) - np.repeat(np.cumsum(hits.counts) - hits.counts, hits.counts)
    return hits.owners[which], hits.begun[hits.firsts[which] + within], hits.places[which]


def _merge(into: Bits, owners: Places, bits: Bits) -> None:
    """Add the bits of each row, whose owners stand in order, to those of its owner."""
    first = np.flatnonzero(np.diff(owners, prepend=-1))
    if len(first):
        into[owners[first]] |= np.bitwise_or.reduceat(bits, first, axis=0)


class _Level:
    """Leads of one length: numbered from 1, with the bits of the sets they stand in.

    `says`: it is more than the beginning of one. Lead n begins the cues begun[firsts[n] : firsts[n] + counts[n]].
    `last` numbers their last characters; `table` finds a lead by its beginning's number and its last character's.
    """

    def __init__(self, leads: dict[str, Bits], begun: dict[str, list[int]], words: int) -> None:
        self.numbers = {lead: number for number, lead in enumerate(leads, start=1)}
        self.bits = np.stack([np.zeros(words, dtype=np.uint64), *leads.values()])
        self.says = self.bits.any(axis=1)
        groups = [[], *(begun.get(lead, []) for lead in leads)]
        self.begun = np.array([cue for group in groups for cue in group], dtype=np.int32)
        self.counts = np.array([len(group) for group in groups], dtype=np.int32)
        self.firsts = np.cumsum(self.counts, dtype=np.int32) - self.counts
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
