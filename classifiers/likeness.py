"""Do two messages tell the same matter? Evidence that a moderator reads; nobody's order is merged by it.

The names of places and the words of the matter are compared apart: neighbours of one estate complain of many things,
and the same trouble is met in many estates.
"""

import math
import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from classifiers.relevance import terms
from classifiers.segmentation import pairs_around, words
from classifiers.spots import first_regions, regions, spots

_READ, _HEAD, _COPIED = (
    300,
    120,
    400,
)  # characters of the text: compared, searched for the region, compared letter by letter
_TITLE = 3.0
_RUN = 3  # letters
_COPY = 0.5  # share of common runs of letters from which a text is the other's copy
_SAME_NAMES, _SAME_MATTER = 0.4, 0.35
_OWN_NAMES, _OWN_MATTER = 0.3, 0.15  # what is enough where the sender is the same
_ONE_WORD = 0.6  # of the best shared word's part is taken off: one word makes no matter
_PIECES = re.compile(r"^[市区县].$|[请问的在了和与到是]|^[A-Z0-9]")
_SAID, _THREE = 5, 3


@dataclass(frozen=True, slots=True)
class Told:
    """One telling of a matter, as the record keeps it. `places`: the profile's region codes."""

    title: str | None
    text: str
    places: Collection[str] = ()
    time: datetime | None = None
    sender: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """Likelihood 0 to 1, whether it is shown as a repeat (重复件), and the reasons."""

    likelihood: float
    repeats: bool
    reasons: list[str]


def evidence(one: Told, other: Told) -> Evidence:
    """Why two messages may be one matter."""
    mine, theirs = _read(one), _read(other)
    _recut(mine, theirs)
    _recut(theirs, mine)
    copied = _overlap(mine.runs, theirs.runs)
    names = _cosine(mine.names, theirs.names)
    matter = _cosine(mine.matter, theirs.matter, _ONE_WORD)
    apart = _apart(one, other, mine, theirs)
    own = bool(one.sender) and one.sender == other.sender
    same = not apart and (
        (names >= _SAME_NAMES and matter >= _SAME_MATTER) or (own and names >= _OWN_NAMES and matter >= _OWN_MATTER)
    )
    likelihood = max(copied, min(1.0, 0.5 * names + 0.75 * matter)) * (0.5 if apart else 1.0)
    return Evidence(
        round(likelihood, 3), copied >= _COPY or same, _reasons(one, other, mine, theirs, copied, apart, own)
    )


@dataclass(frozen=True, slots=True)
class _Read:
    source: str
    names: dict[str, float]
    matter: dict[str, float]
    spots: set[str]
    regions: set[str]
    runs: set[str]


def _read(told: Told) -> _Read:
    title, text = told.title or "", told.text[:_READ]
    found: dict[str, float] = defaultdict(float)
    for part, factor in ((title, _TITLE), (text, 1.0)):
        for term, value in terms(part, mixed=False).items():
            found[term] += factor * math.sqrt(value)
    near = spots(title) | spots(text)
    placed = "|".join([*near, *regions(title), *regions(text)])
    known = {*words(title), *words(text)}
    names, matter = {}, {}
    for term, value in found.items():
        if term not in placed and term in known:
            matter[term] = value
        elif not _PIECES.search(term):  # a place, or two characters that the dictionary does not know together
            names[term] = value
    letters = "".join(letter for letter in told.text[:_COPIED] if letter.isalnum())
    runs = {letters[i : i + _RUN] for i in range(len(letters) - _RUN + 1)}
    return _Read(
        f"{title}。{text}", names, matter, near, set(first_regions(title) or first_regions(text[:_HEAD])), runs
    )


def _recut(one: _Read, other: _Read) -> None:
    """A word of three characters that the other text lacks counts by those of its pairs that the other has."""
    for term in [term for term in one.matter if len(term) == _THREE and term not in other.matter]:
        pairs = [pair for pair in pairs_around(term, one.source) if pair in other.matter]
        for pair in pairs:
            one.matter[pair] = max(one.matter[term], one.matter.get(pair, 0.0))
        if pairs:
            del one.matter[term]


def _cosine(one: Mapping[str, float], other: Mapping[str, float], off: float = 0.0) -> float:
    parts = [value * other[term] for term, value in one.items() if term in other]
    if not parts:
        return 0.0
    squares = [sum(value * value for value in each.values()) for each in (one, other)]
    return (sum(parts) - off * max(parts)) / math.sqrt(squares[0] * squares[1])


def _overlap(one: Collection[str], other: Collection[str]) -> float:
    both = len({*one} & {*other})
    return both / (len(one) + len(other) - both) if both else 0.0


def _apart(one: Told, other: Told, mine: _Read, theirs: _Read) -> bool:
    """Both name a region, and not the same: by the profile's codes, else as written, county against county."""
    if one.places and other.places:
        return not {*one.places} & {*other.places}
    for level in ("市", "区县"):
        here, there = ({name for name in read.regions if name[-1] in level} for read in (mine, theirs))
        if here and there and not here & there:
            return True
    return False


def _reasons(one: Told, other: Told, mine: _Read, theirs: _Read, copied: float, apart: bool, own: bool) -> list[str]:
    shared = sorted(mine.matter.keys() & theirs.matter.keys(), key=lambda term: (-mine.matter[term], term))[:_SAID]
    reasons = [f"文字几乎相同（{copied:.0%}）"] if copied >= _COPY else []
    if shared:
        reasons.append(f"都提到：{'、'.join(shared)}")
    if both := sorted(mine.spots & theirs.spots, key=lambda name: (-len(name), name)):
        reasons.append(f"同一地点：{both[0]}")
    elif apart:
        reasons.append("地点不同")
    if own:
        reasons.append("同一来件人")
    if one.time and other.time:
        reasons.append(f"相隔 {abs((one.time - other.time).days)} 天")
    return reasons
