"""Hot topics: messages about one matter at one place, ranked by heat.

text → what each message is about (topics) → messages gathered (gathering) → heat, title, place.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from classifiers.gathering import Centre, gathered
from classifiers.spots import bare, first_regions, spots
from classifiers.text import text_from
from classifiers.times import in_shanghai, read_time
from classifiers.topics import About, about
from models.errors import BadInput

_HEAD = 120  # characters of the text in which the place is looked for
_MARKED = 3  # names of a topic that a place must hold one of
_SHORTEST, _LONGEST = 3, 10  # characters of a name that no ending shows
_UNNAMED = re.compile(r"(?:线|铁|道|马|公|出)路$")
# What a letter's title begins and ends with, and a topic's need not.
_OPENING = re.compile(r"^(?:再次|紧急|强烈)?(?:投诉|举报|反映|反应|关于|请求解决|求助)+[：:，,\s]*")
_CLOSING = re.compile(r"(?:的(?:问题|投诉|举报|反映|求助))?[？?！!。．.，,；;…\s]+$|的(?:问题|投诉|举报|反映|求助)$")


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


def hotspots(rows: Iterable[HotText], top: int = 10) -> list[HotTopic]:
    """The `top` hottest topics, the hottest first."""
    texts = sorted((replace(row, time=in_shanghai(row.time)) for row in rows), key=lambda row: (row.time, row.id))
    abouts = about((text.title, text.text) for text in texts)
    topics = [(sorted(centre.members), centre) for centre in gathered(abouts)]
    ranked = sorted(
        ((_heat([texts[i] for i in members], texts[-1].time), members, centre) for members, centre in topics),
        key=lambda item: (-item[0], item[1]),
    )
    return [
        _described(rank, heat, centre, members, texts, abouts)
        for rank, (heat, members, centre) in enumerate(ranked[:top], 1)
    ]


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


def _described(
    rank: int, heat: float, centre: Centre, numbers: Sequence[int], texts: Sequence[HotText], abouts: Sequence[About]
) -> HotTopic:
    members = [texts[i] for i in numbers]
    nearest = max(numbers, key=lambda i: (centre.nearness(abouts[i]), -i))
    return HotTopic(
        rank,
        heat,
        _heading(texts[nearest]),
        _place(members, sorted(centre.where, key=lambda term: (-centre.where[term], term))[:_MARKED]),
        members[0].time.date(),
        members[-1].time.date(),
        [row.id for row in members],
    )


def _heading(row: HotText) -> str:
    """The title of the most typical message, without the form of a letter."""
    title = (row.title or "").strip() or row.text.strip()[:30]
    return _CLOSING.sub("", _OPENING.sub("", title)) or title


def _place(members: Sequence[HotText], names: Sequence[str]) -> str:
    """The region and the nearest place that most of the members name; empty where they name none."""
    heads = [f"{row.title or ''} {row.text[:_HEAD]}" for row in members]
    region = _most(Counter("".join(first_regions(head)[-1:]) for head in heads), len(members))
    named = Counter(hit for head in heads for hit in spots(head) if not _UNNAMED.search(hit))
    spot = _most(named, len(members)) or _common(members, names)
    return spot if spot.startswith(region) else region + spot


def _most(named: Mapping[str, int], members: int) -> str:
    """The longest of the names that nearly as many use as use the commonest."""
    most = max(named.values(), default=0)
    if 2 * most < members:
        return ""
    return max((name for name, count in named.items() if 10 * count >= 7 * most), key=lambda name: (len(name), name))


def _common(members: Sequence[HotText], names: Sequence[str]) -> str:
    """What the titles have in common around the topic's names, for a place whose ending says nothing."""
    found: Counter[str] = Counter()
    for row in members:
        title = row.title or ""
        spans = ((a, a + size) for size in range(_SHORTEST, _LONGEST + 1) for a in range(len(title) - size + 1))
        found.update({title[a:b] for a, b in spans if any(name in title[a:b] for name in names)})
    often = {span: count for span, count in found.items() if span.isalnum() and 4 * count >= 3 * len(members) > 3}  # noqa: PLR2004
    return bare(max(often, key=lambda span: (len(span), span), default=""))


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
