"""Keys under which the record finds what may be the same matter: pairs of the most telling words of a message.

Two citizens tell one matter in other words, but the estate and the trouble they both name. Fifteen keys of a message
stand in an indexed table; messages that share one are candidates, whatever the history's length.
"""

from collections.abc import Sequence
from functools import cache, lru_cache
from hashlib import blake2b
from itertools import combinations

import numpy as np
import numpy.typing as npt

from classifiers.rarity import weights
from classifiers.segmentation import words
from classifiers.tokens import DIGIT, SIGN, Written, written
from classifiers.word_arrays import Ints, WordArrays, WordTable, word_arrays
from models.matter import keys_of, packed

_READ = 150  # characters of the text; what and where stand early
_TITLE = 3  # times that a word of the title counts
_TELLING = 6  # words, so 15 pairs
_FIRSTS, _SECONDS = np.array([*combinations(range(_TELLING), 2)]).T
_COMMON, _RAREST = 5.0, 14.0
_SINGLES = 1.3  # two single characters side by side: an unknown name, or chance
_COUNTED, _RARE = 0.7, 0.75  # exponents: being said often tells less than being rare
_MOST_KNOWN = 100_000
_LAST = np.uint64(0xFFFF_FFFF_FFFF_FFFF)
Scores = npt.NDArray[np.float64]


def matter_keys(title: str | None, text: str) -> tuple[int, ...]:
    """At most 15 signed 64-bit numbers, fit for a database column; none for a text that says nothing."""
    above = words(title or "")
    told = word_arrays([[*above, *words(text[:_READ])]])
    return keys_of(signatures(told, written(told), [len(above)])[0])


def signatures(told: WordArrays, kinds: Written, titles: Sequence[int]) -> list[bytes]:
    """The same, packed, of texts that are cut into words already, the first `titles` of them the title's."""
    telling = _telling(told, kinds, np.array(titles, dtype=np.int64))
    counts = np.fromiter(map(len, telling), dtype=np.int64, count=len(telling))
    hashes = np.full((len(telling), _TELLING), _LAST)
    every = np.frombuffer(b"".join([_hash(word) for said in telling for word in said]), dtype="<u8")
    hashes[np.arange(_TELLING) < counts[:, None]] = every
    hashes.sort(axis=1)
    keys = (hashes[:, _FIRSTS] * np.uint64(3) + hashes[:, _SECONDS]).astype("<u8")
    # Two words may be one: a name in the table and its two characters side by side.
    usual = (counts == _TELLING) & (hashes[:, 1:] > hashes[:, :-1]).all(axis=1)
    whole, size = keys.tobytes(), keys.shape[1] * keys.itemsize
    found = [whole[start : start + size] for start in range(0, len(whole), size)]
    for row in np.flatnonzero(~usual).tolist():
        said = keys[row, counts[row] > _SECONDS].view(np.int64).tolist()
        found[row] = packed([*dict.fromkeys(said)])
    return found


def _telling(told: WordArrays, kinds: Written, titles: Ints) -> list[list[str]]:
    """For each text the words that tell most; an unknown name is two single characters side by side."""
    at, times = _read(told, titles)
    table, values, shares = _known()
    found, sorts = table.find(told.hashes[at]), kinds.sorts[at]
    value, share = values.take(found), shares.take(found)
    silent = (sorts >= SIGN) | (sorts == DIGIT)
    value[silent] = share[silent] = 0
    counted = (np.arange(times.max(initial=0) + 1) ** _COUNTED).take(times)
    lone = (told.lengths[at] == 1) & (value > 0)
    scores = np.where(told.lengths[at] == 1, 0.0, counted * share)
    second = 1 + np.flatnonzero(lone[1:] & lone[:-1] & (told.owners[at[1:]] == told.owners[at[:-1]]))
    both = np.minimum(_RAREST, (value[second - 1] + value[second]) / _SINGLES)
    scores[second] = np.minimum(counted[second - 1], counted[second]) * np.maximum(both - _COMMON, 0) ** _RARE
    kept = np.flatnonzero(scores)
    return _most(told, at[kept], scores[kept], at[kept - 1])


def _read(told: WordArrays, titles: Ints) -> tuple[Ints, Ints]:
    """Where the different words of the title and of what is read of the body stand first, and how often they count."""
    bodies = told.rows[:-1] + titles
    begins = np.append(told.starts, len(told.points))[bodies]
    above = np.arange(told.n_words) < bodies[told.owners]
    read = np.flatnonzero(above | (told.starts + told.lengths <= begins[told.owners] + _READ))
    first = told.firsts[read]
    counts = np.bincount(first, np.where(above[read], _TITLE, 1))
    at = read[first == read]
    return at, counts[at].astype(np.int64)


def _most(told: WordArrays, at: Ints, scores: Scores, before: Ints) -> list[list[str]]:
    """Of each row the words with the highest scores; of equal ones those that come last in a dictionary."""
    owners = told.owners[at]
    order = np.argsort(-scores)
    order = order[np.argsort(owners[order].astype(np.uint16), kind="stable")]  # few rows: short numbers
    owners, ranked = owners[order], scores[order]
    last = np.searchsorted(owners, np.arange(told.n_rows)) + _TELLING - 1
    least = np.append(ranked, np.inf).take(last, mode="clip")
    kept = np.flatnonzero((np.arange(len(order)) <= last[owners]) | (ranked == least[owners]))
    best = order[kept]
    chosen = at[best]
    begins, ends = told.starts[chosen], told.starts[chosen] + told.lengths[chosen]
    lone = ends - begins == 1  # the second character of an unknown name
    columns = (owners[kept], ranked[kept], begins, ends, np.where(lone, told.starts[before[best]], -1))
    named: list[list[tuple[float, str]]] = [[] for _ in range(told.n_rows)]
    for owner, score, begin, end, first in zip(*(column.tolist() for column in columns), strict=True):
        word = told.text[begin:end]
        named[owner].append((score, told.text[first] + word if first >= 0 else word))
    crowded = (sorted(each, reverse=True)[:_TELLING] if len(each) > _TELLING else each for each in named)
    return [[word for _, word in each] for each in crowded]


@cache
def _known() -> tuple[WordTable, Scores, Scores]:
    """The words of a table, their weights, and what each adds to a score when said once."""
    table, value = weights()
    return table, value, np.maximum(value - _COMMON, 0) ** _RARE


@lru_cache(maxsize=_MOST_KNOWN)
def _hash(word: str) -> bytes:
    return blake2b(word.encode("utf-8", "replace"), digest_size=8).digest()
