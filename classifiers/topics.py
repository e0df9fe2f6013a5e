"""What each message of a collection is about, and where it plays: two vectors of words that are rare in it.

A word is a *name* where it mostly stands in names of places, or is unknown to the language and used in titles of
one region only (an unheard-of company is as good a name as an estate); any other word tells of the *matter*.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations

from classifiers.rarity import weight
from classifiers.relevance import terms
from classifiers.segmentation import pairs_around, words
from classifiers.spots import first_regions, regions, spots

_READ = 400  # characters of the text; the matter stands early
_HEAD = 120
_TITLE = 3.0  # a word of the title counts so many times
_NAMES, _MATTER = 14, 28  # telling words kept of each message
_CROWDED, _CROWDED_SHARE = 20, 50  # a name that more messages, and more than one in fifty, use is a region's
_IN_PLACES, _IN_TITLES = 0.4, 0.2  # shares of its messages from which a word is a name
_UNKNOWN = 13.9  # weight of a word that the dictionary hardly knows
_THREE = 3
_LONGEST_NAME = 3  # longer unknown words are idioms
_SCATTERED, _FEW = 0.6, 4  # a word met less than this in one region, of so many mentions, is no name
_TOGETHER, _PARTS = 0.6, 2  # a word so often beside a name is part of it, and so on for names of three words
_EVERYWHERE = 4  # a region that more than one in four messages name tells nothing
# Pairs of characters that belong to two words: 市南, 请A.
_PIECES = re.compile(r"^[市区县].$|[请问的在了和与到是]|^[A-Z0-9]+[\u4e00-\u9fff]$|^[\u4e00-\u9fff][A-Z0-9]")


@dataclass(frozen=True, slots=True)
class About:
    """Unit vectors of names and of matter, and the regions that are named."""

    where: dict[str, float]
    what: dict[str, float]
    regions: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Read:
    source: str
    terms: dict[str, float]
    placed: set[str]
    titled: set[str]
    beside: list[tuple[str, str]]  # neighbours in the title
    regions: frozenset[str]


def about(texts: Iterable[tuple[str | None, str]]) -> list[About]:
    """What each (title, text) is about, in words rare in the language and in this collection."""
    read = [_read(title or "", text) for title, text in texts]
    seen = Counter(term for one in read for term in one.terms)
    _halved(read, seen)
    rarity = {term: math.log(1 + len(read) / count) * (1 - 0.5 / count) for term, count in seen.items() if count > 1}
    kind = _kinds(read, seen)
    named = Counter(region for one in read for region in one.regions)
    telling = frozenset(r for r, count in named.items() if 1 < count <= max(_FEW, len(read) / _EVERYWHERE))
    return [
        About(
            _unit(one.terms, rarity, _NAMES, lambda term: kind(term) == "name"),
            _unit(one.terms, rarity, _MATTER, lambda term: kind(term) == "matter"),
            one.regions & telling,
        )
        for one in read
    ]


def _read(title: str, text: str) -> _Read:
    found: dict[str, float] = defaultdict(float)
    placed: set[str] = set()
    titled = terms(title, mixed=False)
    for part, weighed, factor in ((title, titled, _TITLE), (text[:_READ], terms(text[:_READ], mixed=False), 1.0)):
        places = "|".join([*regions(part), *spots(part)])
        for term, value in weighed.items():
            found[term] += factor * math.sqrt(value)
            if term in places:
                placed.add(term)
    named = first_regions(title) or first_regions(text[:_HEAD])
    beside = [pair for pair in permutations(titled, 2) if pair[0] + pair[1] in title]
    return _Read(
        f"{title}。{text[:_READ]}", dict(found), placed, titled.keys() - words(title), beside, frozenset(named)
    )


def _halved(read: Sequence[_Read], seen: Counter[str]) -> None:
    """A word of three characters that nobody else uses counts by its pairs."""
    for one in read:
        for term in [term for term in one.terms if len(term) == _THREE and seen[term] == 1]:
            pairs = {pair for pair in pairs_around(term, one.source) if pair in seen and pair not in one.terms}
            one.terms.update(dict.fromkeys(pairs, one.terms[term]))
            seen.update(pairs)


def _kinds(read: Sequence[_Read], seen: Mapping[str, int]) -> Callable[[str], str]:
    """Tell name, matter, or neither, for each word once."""
    placed = Counter(term for one in read for term in one.placed)
    titled = Counter(term for one in read for term in one.titled)
    around: dict[str, Counter[str]] = defaultdict(Counter)
    for one in read:
        if one.regions:
            for term in one.titled:
                around[term].update(one.regions)
    crowded = max(_CROWDED, len(read) // _CROWDED_SHARE)

    def kind(term: str) -> str:
        count = seen[term]
        in_places = placed[term] / count
        if count > crowded:
            return "neither" if in_places >= 0.5 else "matter"  # noqa: PLR2004  (half: a region's name)
        if _PIECES.search(term):
            return "neither"
        if in_places >= _IN_PLACES:
            return "name"
        rare = len(term) <= _LONGEST_NAME and titled[term] >= _IN_TITLES * count and weight(term) >= _UNKNOWN
        return "name" if rare and titled[term] and not _scattered(around[term]) else "matter"

    known = {term: kind(term) for term in seen}
    companions = {term: others for term, others in _companions(read).items() if seen[term] <= crowded}
    for _ in range(_PARTS):
        parts = [t for t, others in companions.items() if any(known[other] == "name" for other in others)]
        known.update((term, "name") for term in parts if known[term] == "matter")
    return known.__getitem__


def _companions(read: Sequence[_Read]) -> dict[str, list[str]]:
    """For words of titles that mostly stand beside the same others: those others, as in 云锦 | 翠竹 | 雅居."""
    beside: dict[str, Counter[str]] = defaultdict(Counter)
    for left, right in (pair for one in read for pair in one.beside):
        beside[left][right] += 1
        beside[right][left] += 1
    return {
        term: [other for other, count in others.items() if 1 < count >= _TOGETHER * others.total() / 2]
        for term, others in beside.items()
    }


def _scattered(named: Mapping[str, int]) -> bool:
    """A word met all over the town is a kind of trouble, not a place."""
    mentions = sum(named.values())
    return mentions >= _FEW and max(named.values()) < _SCATTERED * mentions


def _unit(
    found: Mapping[str, float], rarity: Mapping[str, float], most: int, wanted: Callable[[str], bool]
) -> dict[str, float]:
    scored = [(value * rarity[term], term) for term, value in found.items() if term in rarity and wanted(term)]
    kept = sorted(scored, key=lambda item: (-item[0], item[1]))[:most]
    norm = math.sqrt(sum(value * value for value, _ in kept)) or 1.0
    return {term: value / norm for value, term in kept}
