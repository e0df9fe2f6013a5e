"""Hot topics: messages about one matter at one place, found through their rare words and ranked by heat.

Each message looks only at those that share a rare word with it, and joins the topic it is nearest to; words that
many share are passed over. So the work grows with the messages and not with their pairs.
"""

import heapq
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from classifiers.relevance import terms
from classifiers.text import text_from
from classifiers.times import in_shanghai, read_time
from models.errors import BadInput

_READ = 400  # characters of the text; the matter stands early
_TITLE = 3.0  # a word of the title counts so many times
_KEPT = 28  # telling words kept of each message
_CROWDED = 150  # a word that more topics share leads nowhere in particular
_CROWDED_PLACE = 20  # a place that more messages (or one in fifty) name is a region, not a spot
_LOOKED_AT = 40  # topics compared, those first that share the most telling words
# Cosines from which place and matter are the same, from which the matter alone decides, and their weighted sum.
_SAME_PLACE, _SAME_MATTER, _SURE, _NEAR, _MERGED = 0.25, 0.3, 0.5, 1.0, 1.2
_PLACE = re.compile(
    r"[\u4e00-\u9fffA-Z0-9·]{2,12}?(?:小区|花园|家园|社区|公寓|大道|广场|学校|中学|小学|幼儿园"
    r"|医院|公园|市场|[车铁交]站|街道|公馆|[路街巷村苑城园镇乡桥])"
)
_LEAD = re.compile(
    r"^(?:.*[市区县](?!场)|.*(?:关于|反映|投诉|举报|咨询|请求|建议|希望|请问|位于|居住|附近|购买|因为|我们?[是在家]|的|住在|而|定|购房))"
)
# What was caught with a name and is none.
_SENTENCE = re.compile(r"尽快|目前|当时|什么|如何|可以|成功|楼盘|了|这|那|有|没|各|不")
_REGION = re.compile(
    r"[A-Z]\d{0,2}[市区县](?!场|政府)|(?:(?<=^)|(?<=[，。；：、\s“（在是省市县]))[\u4e00-\u9fff]{2,3}?(?<![小社园片校厂矿住宅城])[市区县](?!场"
    r"|民|政|委|长|级|域|里|内|房)"
)


@dataclass(frozen=True, slots=True)
class HotText:
    id: str
    title: str | None
    text: str
    time: datetime
    likes: int = 0
    dislikes: int = 0


@dataclass(frozen=True, slots=True)
class HotTopic:
    """A matter: `heat` is comparable within one run only; `ids` in order of time."""

    rank: int
    heat: float
    title: str
    place: str
    from_: date
    to: date
    ids: list[str]


@dataclass(frozen=True, slots=True)
class _Vector:
    where: dict[str, float]
    what: dict[str, float]
    local: bool  # it names a spot, be it one that nobody else names


@dataclass(slots=True)
class _Centre:
    weights: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    square: float = 0.0

    def add(self, vector: Mapping[str, float]) -> list[str]:
        """Take a member in; the terms that are new."""
        new = [term for term in vector if term not in self.weights]
        for term, value in vector.items():
            old = self.weights[term]
            self.weights[term] = old + value
            self.square += (old + value) ** 2 - old**2
        return new

    def unit(self, most: int) -> dict[str, float]:
        norm = math.sqrt(self.square) or 1.0
        return {term: value / norm for term, value in heapq.nlargest(most, self.weights.items(), key=_worth)}

    def cosine(self, vector: Mapping[str, float]) -> float:
        dot = sum(value * self.weights[term] for term, value in vector.items() if term in self.weights)
        return dot / math.sqrt(self.square) if self.square else 0.0


@dataclass(slots=True)
class _Topic:
    members: list[int] = field(default_factory=list)
    where: _Centre = field(default_factory=_Centre)
    what: _Centre = field(default_factory=_Centre)

    def join(self, number: int, vector: _Vector) -> list[str]:
        self.members.append(number)
        return [*self.where.add(vector.where), *self.what.add(vector.what)]


def _worth(item: tuple[str, float]) -> tuple[float, str]:
    return item[1], item[0]


def hotspots(rows: Iterable[HotText], top: int = 10) -> list[HotTopic]:
    """The `top` hottest topics, the hottest first."""
    texts = sorted((replace(row, time=in_shanghai(row.time)) for row in rows), key=lambda row: (row.time, row.id))
    vectors = _vectors(texts)
    topics = [topic for topic in _clustered(vectors) if topic.members]
    newest = texts[-1].time if texts else None
    ranked = sorted(
        ((_heat([texts[i] for i in topic.members], newest), topic) for topic in topics if newest),
        key=lambda pair: (-pair[0], pair[1].members[0]),
    )
    return [_described(rank, heat, topic, texts, vectors) for rank, (heat, topic) in enumerate(ranked[:top], 1)]


def _vectors(texts: Sequence[HotText]) -> list[_Vector]:
    """What each message is about and where it plays, in words rare in the language and in this collection."""
    raw = [_weighted(text) for text in texts]
    seen: Counter[str] = Counter(term for where, what in raw for term in {**where, **what})
    rarity = {term: math.log(1 + len(texts) / count) for term, count in seen.items() if count > 1}
    wide = max(_CROWDED_PLACE, len(texts) // 50)
    spots = {term: value for term, value in rarity.items() if seen[term] <= wide}
    return [
        _Vector(_unit(where, spots), _unit(what, rarity), local=any(seen[term] <= wide for term in where))
        for where, what in raw
    ]


def _unit(vector: Mapping[str, float], rarity: Mapping[str, float]) -> dict[str, float]:
    scored = {term: value * rarity[term] for term, value in vector.items() if term in rarity}
    kept = dict(sorted(scored.items(), key=lambda item: (-item[1], item[0]))[:_KEPT])
    norm = math.sqrt(sum(value * value for value in kept.values())) or 1.0
    return {term: value / norm for term, value in kept.items()}


def _weighted(text: HotText) -> tuple[dict[str, float], dict[str, float]]:
    """Weights of the words in place names, and of all others; the title's count more."""
    where: dict[str, float] = defaultdict(float)
    what: dict[str, float] = defaultdict(float)
    for part, factor in ((text.text[:_READ], 1.0), (text.title or "", _TITLE)):
        places = "|".join([*_REGION.findall(part), *_spots(part)])
        for term, value in terms(part, mixed=False).items():
            (where if term in places else what)[term] += factor * value**0.5
    return where, what


def _clustered(vectors: Sequence[_Vector]) -> list[_Topic]:
    """One pass in order of time: each message joins its nearest topic or opens one."""
    topics: list[_Topic] = []
    index: dict[str, list[int]] = defaultdict(list)
    for number, vector in enumerate(vectors):
        at = _nearest(vector, topics, index)
        if at is None:
            topics.append(_Topic())
            at = len(topics) - 1
        for term in topics[at].join(number, vector):
            index[term].append(at)
    return _united(topics)


def _united(topics: Sequence[_Topic]) -> list[_Topic]:
    """Topics that began apart and turned out to be one: their centres are nearer than a message need be."""
    kept: list[_Topic] = []
    index: dict[str, list[int]] = defaultdict(list)
    for topic in sorted(topics, key=lambda topic: (-len(topic.members), topic.members[0])):
        centre = _Vector(topic.where.unit(_KEPT), topic.what.unit(_KEPT), local=True)
        at = _nearest(centre, kept, index, _MERGED) if len(topic.members) > 1 else None
        if at is None:
            kept.append(topic)
            for term in (*centre.where, *centre.what):
                index[term].append(len(kept) - 1)
        else:
            kept[at].members = sorted([*kept[at].members, *topic.members])
    return kept


def _nearest(
    vector: _Vector, topics: Sequence[_Topic], index: Mapping[str, list[int]], near: float = _NEAR
) -> int | None:
    telling = [index[term] for term in (*vector.where, *vector.what) if term in index]
    close = Counter(topic for found in telling if len(found) <= _CROWDED for topic in found)
    best, score = None, 0.0
    for at, _ in close.most_common(_LOOKED_AT):
        where = topics[at].where.cosine(vector.where)
        if where < _SAME_PLACE and vector.local:
            continue
        what = topics[at].what.cosine(vector.what)
        enough = _SAME_MATTER if where >= _SAME_PLACE else _SURE
        if what >= enough and where + 2 * what > max(score, near):
            best, score = at, where + 2 * what
    return best


def _heat(members: Sequence[HotText], newest: datetime) -> float:
    """Many voices, many votes, lately, and growing; one message alone is heated by its votes only."""
    voices = len(members)
    votes = sum(row.likes + row.dislikes for row in members)
    age = (newest - members[-1].time).days
    span = max(1, (members[-1].time - members[0].time).days)
    late = sum((members[-1].time - row.time).days <= span / 2 for row in members)
    growth = late / voices if voices > 1 else 0.0
    voices_and_votes = 3 * math.log2(1 + voices) + 1.2 * math.log2(1 + votes)
    return round(voices_and_votes * (0.6 + 0.4 * math.exp2(-age / 90)) * (0.9 + 0.2 * growth), 2)


def _described(rank: int, heat: float, topic: _Topic, texts: Sequence[HotText], vectors: Sequence[_Vector]) -> HotTopic:
    nearest = max(
        topic.members, key=lambda i: (topic.what.cosine(vectors[i].what) + topic.where.cosine(vectors[i].where), -i)
    )
    members = [texts[i] for i in topic.members]
    title = texts[nearest].title or texts[nearest].text[:30]
    return HotTopic(
        rank,
        heat,
        title.strip(),
        _place(members),
        members[0].time.date(),
        members[-1].time.date(),
        [row.id for row in members],
    )


def _place(members: Sequence[HotText]) -> str:
    """The region and the nearest place that most of the members name; empty where they name none."""
    heads = [f"{row.title or ''} {row.text[:120]}" for row in members]
    region = _most(Counter(hit for head in heads for hit in {*_REGION.findall(head)}), len(members))
    spot = _most(Counter(hit for head in heads for hit in _spots(head)), len(members))
    return spot if spot.startswith(region) else region + spot


def _most(named: Mapping[str, int], members: int) -> str:
    """The longest of the names that nearly as many use as use the commonest."""
    most = max(named.values(), default=0)
    if 2 * most < members:
        return ""
    return max((name for name, count in named.items() if 10 * count >= 7 * most), key=lambda name: (len(name), name))


def _spots(head: str) -> set[str]:
    names = (_LEAD.sub("", name) for name in _PLACE.findall(head))
    return {name for name in names if len(name) > 1 and not _SENTENCE.search(name)}


def hot_text(line: Mapping[str, Any]) -> HotText:
    """One line of the `hotspots` filter."""
    message = text_from(line)
    votes = [line.get(name) or 0 for name in ("likes", "dislikes")]
    if not all(isinstance(vote, int) and vote >= 0 for vote in votes):
        raise BadInput("likes、dislikes 应为非负整数")
    return HotText(message.id, message.title, message.text, read_time(line, "time"), *votes)


def hotspot_rows(topics: Iterable[HotTopic]) -> list[dict[str, Any]]:
    """Lines of the `hotspots` filter."""
    return [
        {"rank": t.rank, "heat": t.heat, "title": t.title, "place": t.place, "from": t.from_.isoformat(),
         "to": t.to.isoformat(), "ids": t.ids}
        for t in topics
    ]  # fmt: skip
