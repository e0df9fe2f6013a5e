"""What each message of a collection is about, and where it plays: two vectors of words that are rare in it.

A word is a *name* where it mostly stands in names of places, or is unknown to the language and used in titles of
one region only (an unheard-of company is as good a name as an estate); any other word tells of the *matter*.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from classifiers.rarity import weight
from classifiers.relevance import terms
from classifiers.spots import first_regions, regions, spots

_READ = 400  # characters of the text; the matter stands early
_HEAD = 120
_TITLE = 3.0  # a word of the title counts so many times
_NAMES, _MATTER = 14, 28  # telling words kept of each message
_CROWDED, _CROWDED_SHARE = 20, 50  # a name that more messages, and more than one in fifty, use is a region's
_IN_PLACES, _IN_TITLES = 0.4, 0.2  # shares of its messages from which a word is a name
_UNKNOWN = 13.9  # weight of a word that the dictionary hardly knows
_LONGEST_NAME = 3  # longer unknown words are idioms
_SCATTERED, _FEW = 0.6, 4  # a word met less than this in one region, of so many mentions, is no name
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
    terms: dict[str, float]
    placed: set[str]
    titled: set[str]
    regions: frozenset[str]


def about(texts: Iterable[tuple[str | None, str]]) -> list[About]:
    """What each (title, text) is about, in words rare in the language and in this collection."""
    read = [_read(title or "", text) for title, text in texts]
    seen = Counter(term for one in read for term in one.terms)
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
    for part, words, factor in ((title, titled, _TITLE), (text[:_READ], terms(text[:_READ], mixed=False), 1.0)):
        places = "|".join([*regions(part), *spots(part)])
        for term, value in words.items():
            found[term] += factor * math.sqrt(value)
            if term in places:
                placed.add(term)
    named = first_regions(title) or first_regions(text[:_HEAD])
    return _Read(dict(found), placed, set(titled), frozenset(named))


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
    known: dict[str, str] = {}

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

    def remembered(term: str) -> str:
        if term not in known:
            known[term] = kind(term)
        return known[term]

    return remembered


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
