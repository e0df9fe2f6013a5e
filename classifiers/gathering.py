"""Messages gathered into topics: neighbours first, the nearest pair first, as long as the topics' centres agree.

Only messages that share a rare word are compared (a sparse product), and each brings its nearest few, so that the
work grows with the messages and not with their pairs. The order of the messages does not matter.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from classifiers.topics import About

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

_CROWDED = 200  # a word that more messages share pairs nobody; of names one in fifty, since a hot matter has one
_CROWDED_SHARE = 50
_NEIGHBOURS, _ALIKE = 12, 0.3  # pairs brought by each message; the sum of both cosines from which it is one
_ROWS = 2_000  # multiplied at a time
_ROUNDS = 3
# Cosines of names and of matter from which topics may be one, their weighted sum, and what another region adds.
_SAME_PLACE, _SAME_MATTER, _MATTER, _NEAR, _ELSEWHERE = 0.25, 0.04, 1.5, 0.6, 0.4
_NAMELESS = 0.5  # without any name, the matter alone has to be this near
_ONE_WORD = 0.7  # of the best shared word's part is taken off: one word makes no matter
_SAME_REGION = 0.3


class Centre:
    """The sum of what the members are about."""

    __slots__ = ("members", "regions", "what", "what_square", "where", "where_square")

    def __init__(self, number: int, one: About) -> None:
        self.members = [number]
        self.where, self.what = dict(one.where), dict(one.what)
        self.where_square, self.what_square = float(bool(one.where)), float(bool(one.what))
        self.regions = Counter(one.regions)

    def takes(self, other: "Centre") -> bool:
        """Tell whether both are one matter at one place."""
        place, _ = _product(self.where, other.where)
        shared, best = _product(self.what, other.what)
        where = place / math.sqrt(self.where_square * other.where_square) if place else 0.0
        what = (shared - _ONE_WORD * best) / math.sqrt(self.what_square * other.what_square) if shared else 0.0
        if where < _SAME_PLACE or what < _SAME_MATTER:
            return what >= _NAMELESS and not (self.where and other.where)
        return where + _MATTER * what >= _NEAR + _ELSEWHERE * self._elsewhere(other)

    def add(self, other: "Centre") -> None:
        self.where_square += other.where_square + 2 * _product(self.where, other.where)[0]
        self.what_square += other.what_square + 2 * _product(self.what, other.what)[0]
        _sum(self.where, other.where)
        _sum(self.what, other.what)
        self.members += other.members
        self.regions.update(other.regions)

    def nearness(self, one: About) -> float:
        where, what = _product(one.where, self.where)[0], _product(one.what, self.what)[0]
        return where / math.sqrt(self.where_square or 1.0) + what / math.sqrt(self.what_square or 1.0)

    def _elsewhere(self, other: "Centre") -> bool:
        if not self.regions or not other.regions:
            return False
        both = sum(count * other.regions[region] for region, count in self.regions.items())
        squares = [sum(count * count for count in named.regions.values()) for named in (self, other)]
        return both < _SAME_REGION * math.sqrt(squares[0] * squares[1])


def gathered(abouts: Sequence[About]) -> list[Centre]:
    """All messages, by number, in topics of one and more."""
    topics: list[Centre | None] = [Centre(number, one) for number, one in enumerate(abouts)]
    into = list(range(len(topics)))
    pairs = neighbours(abouts)
    for _ in range(_ROUNDS):
        apart = []
        for pair in pairs:
            a, b = (_root(into, number) for number in pair)
            one, other = topics[a], topics[b]
            if a == b or one is None or other is None:
                continue
            if not one.takes(other):
                apart.append(pair)
                continue
            if len(one.members) < len(other.members):
                a, b, one, other = b, a, other, one
            one.add(other)
            into[b], topics[b] = a, None
        if len(apart) == len(pairs):
            break
        pairs = apart
    return [topic for topic in topics if topic is not None]


def _root(into: list[int], number: int) -> int:
    while into[number] != number:
        into[number] = into[into[number]]
        number = into[number]
    return number


def neighbours(abouts: Sequence[About]) -> list[tuple[int, int]]:
    """Pairs of messages that may be one matter, the nearest first."""
    import numpy as np

    if len(abouts) < 2:  # noqa: PLR2004  (a pair)
        return []
    words = _matrix(abouts)
    turned = words.T.tocsr()
    found: list[NDArray[np.float64]] = []
    for first in range(0, len(abouts), _ROWS):
        found.extend(_nearest((words[first : first + _ROWS] @ turned).tocsr(), first))
    rows = np.concatenate(found) if found else np.empty((0, 3))
    order = np.lexsort((rows[:, 2], rows[:, 1], -rows[:, 0]))
    return list(dict.fromkeys((int(a), int(b)) for _, a, b in rows[order].tolist()))


def _nearest(products: "csr_matrix", first: int) -> "list[NDArray[np.float64]]":
    """(likeness, lower number, higher number) of the nearest few of each row."""
    import numpy as np

    found = []
    for row in range(products.shape[0]):
        begin, end = products.indptr[row], products.indptr[row + 1]
        others, alike = products.indices[begin:end], products.data[begin:end]
        near = (alike > _ALIKE) & (others != first + row)
        others, alike = others[near], np.round(alike[near].astype(np.float64), 6)
        if len(others) > _NEIGHBOURS:
            best = np.lexsort((others, -alike))[:_NEIGHBOURS]
            others, alike = others[best], alike[best]
        if len(others):
            mine = np.full(len(others), first + row)
            found.append(np.column_stack([alike, np.minimum(others, mine), np.maximum(others, mine)]))
    return found


def _matrix(abouts: Sequence[About]) -> "csr_matrix":
    """One row of names and matter for each message, without crowded words."""
    import numpy as np
    from scipy.sparse import csr_matrix

    names = Counter(term for one in abouts for term in one.where)
    matter = Counter(term for one in abouts for term in one.what)
    most = max(_CROWDED, len(abouts) // _CROWDED_SHARE)
    column: dict[str, int] = {}
    data: list[float] = []
    indices: list[int] = []
    starts = [0]
    for one in abouts:
        rare = [(term, value) for term, value in one.where.items() if names[term] <= most]
        rare += [(term, value) for term, value in one.what.items() if matter[term] <= _CROWDED]
        data += [value for _, value in rare]
        indices += [column.setdefault(term, len(column)) for term, _ in rare]
        starts.append(len(data))
    shape = (len(abouts), max(1, len(column)))
    return csr_matrix((np.array(data, dtype=np.float32), indices, starts), shape=shape)


def _product(a: Mapping[str, float], b: Mapping[str, float]) -> tuple[float, float]:
    """The dot product, and its largest part."""
    if len(a) > len(b):
        a, b = b, a
    whole = best = 0.0
    for term, value in a.items():
        if term in b:
            part = value * b[term]
            whole += part
            best = max(best, part)
    return whole, best


def _sum(into: dict[str, float], more: Mapping[str, float]) -> None:
    for term, value in more.items():
        into[term] = into.get(term, 0.0) + value
