"""Search tokens: segmented words for a full-text index, which by itself cannot find words of two characters.

SQLite's trigram index misses 电梯, so words are indexed as tokens; a long word also gives its two-character
parts, so that 电梯 finds 电梯间. Long numbers stay out: a phone number is not something to search texts by.
"""

from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from classifiers.segmentation import words
from classifiers.word_arrays import Mask, Points, WordArrays, WordTable

_LONGEST_NUMBER = 6
LETTER, DIGIT, SIGN = 1, 2, 4  # of whatever script
_NO_NUMERAL, _WIDE = 8, 16  # beside those: not 0 to 9, not of ASCII
_SORTS = LETTER | DIGIT | SIGN
Kinds = npt.NDArray[np.uint8]
_PLANE = 1 << 16  # characters; of those beyond only the ideographs are words
_IDEOGRAPHS, _MORE_IDEOGRAPHS = 0x20000, 0x12000
_SPACE, _ASCII = 0x20, 0x80
_COMMON = frozenset("的了是在我你他和与及也都就不有这那个请") | {
    "我们",
    "你们",
    "他们",
    "请问",
    "您好",
    "你好",
    "谢谢",
    "希望",
}


@cache
def _common() -> WordTable:
    return WordTable(sorted(_COMMON))


@cache
def _characters() -> tuple[Kinds, Points]:
    """What each character is, and its small letter; everything from the last one on is a sign."""
    every = "".join(map(chr, range(_PLANE)))
    # One capital has two characters for its small letter: the second is a mark above.
    small = every.replace("\u0130", "i").lower().encode("utf-32-le", "surrogatepass")
    kinds = np.full(_IDEOGRAPHS + _MORE_IDEOGRAPHS + 1, SIGN, dtype=np.uint8)
    kinds[_IDEOGRAPHS:-1] = LETTER
    kinds[:_PLANE][np.fromiter(map(str.isalnum, every), dtype=bool, count=_PLANE)] = LETTER
    kinds[:_PLANE][np.fromiter(map(str.isdecimal, every), dtype=bool, count=_PLANE)] = DIGIT
    kinds[_ASCII:] |= _WIDE
    kinds |= _NO_NUMERAL
    kinds[ord("0") : ord("9") + 1] = DIGIT
    return kinds, np.frombuffer(small, dtype=np.uint32)


@dataclass(frozen=True, slots=True)
class Written:
    """For each word: which of LETTER, DIGIT and SIGN its characters are, as bits; only 0 to 9; not all of ASCII."""

    sorts: Kinds
    number: Mask
    wide: Mask


def written(told: WordArrays) -> Written:
    """Look at the characters of each word, once for all who ask."""
    bits = np.zeros(0, dtype=np.uint8)
    if told.n_words:
        bits = np.bitwise_or.reduceat(_characters()[0].take(told.points, mode="clip"), told.starts)
    return Written(bits & np.uint8(_SORTS), (bits & _NO_NUMERAL) == 0, (bits & _WIDE) > 0)


def search_tokens(told: WordArrays, kinds: Written) -> list[str]:
    """Give for each row what its words are found by: each word, and every pair of neighbours in a longer one."""
    small = _characters()[1]
    inside = np.minimum(told.points, _PLANE - 1)
    new = told.new[kinds.sorts[told.new] < SIGN]
    chosen = new[~(kinds.number[new] & (told.lengths[new] > _LONGEST_NUMBER)) & (_common().find(told.hashes[new]) < 0)]
    parts = np.where(kinds.wide[chosen] & (told.lengths[chosen] > 2), told.lengths[chosen], 1)  # noqa: PLR2004
    of = np.repeat(chosen, parts)
    number_of = np.arange(len(of)) - np.repeat(np.cumsum(parts) - parts, parts)
    begins = told.starts[of] + np.maximum(number_of - 1, 0)
    sizes = np.where(number_of == 0, told.lengths[of], 2)
    folded = np.where(told.points < _PLANE, small.take(inside), told.points)
    return _joined(folded, begins, sizes, np.searchsorted(of, told.rows))


def _joined(
    points: Points, begins: npt.NDArray[np.int64], sizes: npt.NDArray[np.int64], rows: npt.NDArray[np.int64]
) -> list[str]:
    """Copy the pieces one behind the other, a space after each, and cut the whole at the rows."""
    ends = np.cumsum(sizes + 1)
    source = np.arange(int(ends[-1]) if len(ends) else 0) + np.repeat(begins - (ends - sizes - 1), sizes + 1)
    out = np.append(points, np.uint32(_SPACE)).take(source, mode="clip")
    out[ends - 1] = _SPACE
    whole = out.tobytes().decode("utf-32-le", "replace")
    bounds = np.concatenate(([0], ends))[rows].tolist()
    return [whole[start : max(start, end - 1)] for start, end in pairwise(bounds)]


def query_tokens(query: str) -> list[str]:
    """Tokens that a search for `query` must all find; each word stands for itself."""
    folded = (word.strip().lower() for word in words(query))
    return [word for word in dict.fromkeys(folded) if word.isalnum() and word not in _COMMON]
