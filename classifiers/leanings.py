"""Which legal way a passage leans to: character pairs and triples, and words that mean the same, in NumPy alone.

Rules find what somebody thought of; people write otherwise. So every text is also read through windows of 70
characters, and the window that speaks most for a way (检举控告, 紧急, …) is that text's leaning to it. In a window
count its character n-grams, and which concepts (office, kin, gift, …: corpus/procedures/concepts.txt) meet in it.
One sentence in a long letter weighs as much as a letter of one sentence, less what chance finds in more windows.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from classifiers.features import Floats, Ints
from classifiers.text import chunks

BITS = 18
WINDOW, STRIDE = 70, 20  # characters
LONGEST_WORD = 4  # characters of a concept's word that are compared
_FEWEST_GRAMS = 30
_SHORT = 60  # characters; a longer text has more windows for chance
_PER_LENGTH = 0.9  # what a text e times as long must show more
_BLOCK = 128
_ROW = 8  # numbers
_LONGEST_QUOTE = 24
_PAD = "\0" * LONGEST_WORD
_FIRST_DIGIT, _MARKS, _IDEOGRAPHS, _WIDE_FORMS = 0x30, 0x2000, 0x3400, 0xFF00  # code points
_CLAUSES = re.compile(r"[^，。！？；、：,.!?;:\s]{2,}")
# Odd multipliers spread code points over the buckets; the weights depend on them: never change.
_MIX = (np.uint32(0x9E3779B1), np.uint32(0x85EBCA6B), np.uint32(0xC2B2AE35), np.uint32(0x27D4EB2F))
Hashes = npt.NDArray[np.uint32]
Masks = npt.NDArray[np.uint64]
Grams = Sequence[tuple[Ints, Floats]]  # for pairs and for triples: where they begin, and what they say to each head


@dataclass(frozen=True, slots=True)
class Leanings:
    """`grams`: 2^18 × heads; `pairs`: heads × concepts × concepts; `limits`: per head (held, decided)."""

    heads: tuple[str, ...]
    concepts: Mapping[str, Sequence[str]]
    grams: Floats
    pairs: Floats
    bias: Floats
    limits: Mapping[str, tuple[float, float]]
    figures: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


@dataclass(slots=True)  # not frozen, which takes five times as long to make
class Leaning:
    """How much one text leans to each head, and where most; `base` is where it stands among those read with it."""

    heads: tuple[str, ...]
    scores: Mapping[str, float]
    starts: list[int]
    limits: Mapping[str, tuple[float, float]]
    grams: Grams
    base: int

    def to(self, head: str) -> float:
        return self.scores.get(head, -np.inf)

    def short_of(self, head: str) -> float:
        """How much rules must add before a person looks at it."""
        return self.limits[head][0] - self.to(head)

    def start(self, head: str) -> int:
        """Where the text's strongest window for a head begins."""
        return self.starts[self.heads.index(head)]

    def quote(self, head: str, text: str) -> str:
        """Give the clause of the text's strongest window that says most for a head."""
        column, start = self.heads.index(head), self.start(head)
        clauses = list(_CLAUSES.finditer(text, start, start + WINDOW))
        if not clauses:
            return text[start : start + _LONGEST_QUOTE].strip()
        said = self._said(start, column)
        return max(clauses, key=lambda c: sum(said[c.start() - start : c.end() - start])).group()[:_LONGEST_QUOTE]

    def _said(self, start: int, column: int) -> list[float]:
        """Give what begins at each character of a window."""
        begin, found = self.base + start, np.zeros(WINDOW)
        for at, said in self.grams:
            first, last = at.searchsorted((begin, begin + WINDOW))
            found[at[first:last] - begin] += said[first:last, column]
        return found.tolist()


@dataclass(frozen=True, slots=True)
class Windows:
    """Windows of a batch: what text each belongs to, its ends in the batch's characters, its concepts as bits."""

    owners: Ints
    starts: Ints
    ends: Ints
    concepts: Masks


class Reader:
    """Reads texts with trained leanings. Safe to share between threads: nothing changes."""

    def __init__(self, leanings: Leanings) -> None:
        self.leanings = leanings
        self._words = ConceptWords(leanings.concepts)
        # Small enough to stay in a core's cache: a third of all buckets, and of most texts' pairs about half.
        self._known = leanings.grams.any(axis=1)
        # In rows of 32 bytes, which NumPy copies in two thirds of the time that those of 24 take.
        self._said = np.pad(leanings.grams, ((0, 0), (0, -len(leanings.heads) % _ROW)))

    def read(self, texts: Sequence[str]) -> list[Leaning]:
        """Give each text's leanings, in order."""
        return [each for part in chunks(map(len, texts)) for each in self._chunk(texts[part])]

    def _chunk(self, texts: Sequence[str]) -> list[Leaning]:
        told = self.leanings
        hashes = gram_hashes(texts)
        found, sizes = windows(texts, self._words.seen(hashes))
        grams = self._grams(hashes)
        said = _within(found, len(hashes[2]), grams, len(told.heads)) / gram_norms(found)[:, None]
        met, which = np.unique(found.concepts, return_inverse=True)  # neighbours often hold the same
        said += _meetings(concept_rows(met, len(told.concepts)), told.pairs)[which]
        firsts = np.searchsorted(found.owners, np.arange(len(texts)))
        most = np.maximum.reduceat(said, firsts)
        best = most + told.bias - length_share(sizes)[:, None]
        bases = found.starts[firsts]
        numbers = np.where(said == most[found.owners], np.arange(len(said))[:, None], len(said))
        strongest = np.minimum.reduceat(numbers, firsts)  # of equal ones the first
        starts = found.starts[strongest] - bases[:, None]
        return [
            Leaning(told.heads, dict(zip(told.heads, scores, strict=True)), at, told.limits, grams, base)
            for scores, at, base in zip(best.tolist(), starts.tolist(), bases.tolist(), strict=True)
        ]

    def _grams(self, hashes: Mapping[int, Hashes]) -> Grams:
        """Where pairs, and triples, begin that say anything, and what: positions, and positions × heads."""
        found = []
        for size in (2, 3):
            buckets = hashes[size] >> np.uint32(32 - BITS)
            at = np.flatnonzero(self._known.take(buckets))
            found.append((at, self._said.take(buckets[at], axis=0)))
        return found


class ConceptWords:
    """Finds the words of concepts among the hashes of a batch's n-grams: exact, by tables."""

    def __init__(self, concepts: Mapping[str, Sequence[str]]) -> None:
        bits: dict[str, int] = {}
        for number, words in enumerate(concepts.values()):
            for word in words:
                bits[word[:LONGEST_WORD]] = bits.get(word[:LONGEST_WORD], 0) | 1 << number
        self._bits = np.array([0, *bits.values()], dtype=np.uint64)
        self._hashes = np.zeros(len(bits) + 1, dtype=np.uint32)
        self._tables = {size: np.zeros(1 << BITS, dtype=np.int32) for size in range(2, LONGEST_WORD + 1)}
        hashes = gram_hashes(list(bits))
        start = 0
        for number, word in enumerate(bits, start=1):
            code = hashes[len(word)][start]
            start += len(word) + LONGEST_WORD
            self._hashes[number] = code
            self._tables[len(word)][code >> np.uint32(32 - BITS)] = number
        # Small enough to stay in a core's cache: few characters begin any word.
        self._taken = {size: table > 0 for size, table in self._tables.items()}

    def seen(self, hashes: Mapping[int, Hashes]) -> Masks:
        """Give the bits of the concepts whose words begin at each character."""
        masks = np.zeros(len(hashes[2]), dtype=np.uint64)
        for size, table in self._tables.items():
            buckets = hashes[size] >> np.uint32(32 - BITS)
            at = np.flatnonzero(self._taken[size].take(buckets))
            numbers = table.take(buckets[at])
            same = self._hashes[numbers] == hashes[size][at]
            masks[at[same]] |= self._bits[numbers[same]]
        return masks


def gram_hashes(texts: Sequence[str]) -> dict[int, Hashes]:
    """Hash the 2, 3 and 4 characters from each position on; 0 where they reach over a mark, a space or the end.

    Between texts stand four empty characters.
    """
    points = np.frombuffer((_PAD.join(texts) + _PAD).encode("utf-32-le", "replace"), dtype=np.uint32)
    letters = ((points >= _FIRST_DIGIT) & (points < _MARKS)) | ((points >= _IDEOGRAPHS) & (points < _WIDE_FORMS))
    mixed, whole, found = np.zeros(len(points), dtype=np.uint32), letters.copy(), {}
    for size in range(1, LONGEST_WORD + 1):
        here = len(points) - size + 1
        mixed[:here] ^= points[size - 1 :]
        mixed += np.uint32(size)
        mixed *= _MIX[size - 1]
        mixed ^= mixed >> np.uint32(15)
        whole[:here] &= letters[size - 1 :]
        if size > 1:
            found[size] = mixed * whole
    return found


def _within(found: Windows, length: int, grams: Grams, heads: int) -> Floats:
    """Sum what is said within each window: first between all their ends, which are few, then over those."""
    ends = np.zeros(length, dtype=bool)
    ends[found.starts] = ends[found.ends] = True
    numbers = np.cumsum(ends)
    sums = np.zeros((int(numbers[-1]) + 1, heads))
    for at, said in grams:
        between = numbers[at]
        for column in range(heads):  # six short runs take half the time of one over rows of six
            sums[:, column] += np.bincount(between, said[:, column], minlength=len(sums))
    np.cumsum(sums, axis=0, out=sums)
    within: Floats = (sums[numbers[found.ends] - 1] - sums[numbers[found.starts] - 1]).astype(np.float32)
    return within


def windows(texts: Sequence[str], concepts: Masks) -> tuple[Windows, Ints]:
    """Cut texts into overlapping windows, the last one flush with the text's end; also give the texts' lengths."""
    sizes = np.array([len(text) for text in texts], dtype=np.int64)
    spare = np.maximum(sizes - WINDOW, 0)
    counts = 1 + -(-spare // STRIDE)
    owners = np.repeat(np.arange(len(texts)), counts)
    steps = np.arange(len(owners)) - np.repeat(np.cumsum(counts) - counts, counts)
    bases = np.cumsum(sizes + LONGEST_WORD) - sizes - LONGEST_WORD
    starts = bases[owners] + np.minimum(steps * STRIDE, spare[owners])
    ends = starts + np.minimum(sizes, WINDOW)[owners]
    edges = np.column_stack([starts, np.maximum(ends, starts + 1)]).ravel()
    return Windows(owners, starts, ends, np.bitwise_or.reduceat(concepts, edges)[::2]), sizes


def gram_norms(found: Windows) -> Floats:
    """Give the square root of about how many n-grams a window holds."""
    held = np.maximum(2 * (found.ends - found.starts) - 3, _FEWEST_GRAMS)
    norms: Floats = np.sqrt(held).astype(np.float32)
    return norms


def concept_rows(masks: Masks, width: int) -> Floats:
    """Spread bits over columns: windows × concepts of zeros and ones."""
    bits = masks[:, None] >> np.arange(width, dtype=np.uint64)
    return (bits & np.uint64(1)).astype(np.float32)


def _meetings(met: Floats, pairs: Floats) -> Floats:
    """Sum what each pair of concepts that meet in a window says: windows × heads.

    In blocks, because a larger product would start threads that cost more than they bring.
    """
    blocks = -(-len(met) // _BLOCK)
    padded = np.zeros((blocks * _BLOCK, met.shape[1]), dtype=np.float32)
    padded[: len(met)] = met
    apart = padded.reshape(blocks, _BLOCK, met.shape[1])
    said = [np.einsum("bij,bij->bi", apart @ each, apart).ravel()[: len(met)] for each in pairs]
    return np.stack(said, axis=1)


def length_share(sizes: Ints) -> Floats:
    """Give what chance alone finds in a text of so many characters."""
    share: Floats = _PER_LENGTH * np.log(np.maximum(sizes, _SHORT) / _SHORT).astype(np.float32)
    return share
