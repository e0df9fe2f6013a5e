"""Feed items become opinion cases when heat or kind says so. A machine opens and says why; a person grades."""

import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flows.house import House
from models.actions import opinion_cases
from models.actions.avoiding import MustAvoid
from models.actions.opinion_cases import Found
from models.actions.sweeps import succeeded
from models.actors import SYSTEM
from models.database import reading, writing
from models.errors import Conflict
from models.opinion_rules import OpinionRules
from models.queries.opinion import case_items, free_items, open_cases
from models.tables.messages import Message
from models.tables.orders import WorkOrder
from models.vocabulary import Channel, Kind, Urgency

_HEARSAY = re.compile(r"网传|听说|据说|据传|传言|有人说|是真的假的|真的假的|疑似")
_MOST = 50  # topics looked at in one sweep
Pair = tuple[Message, WorkOrder]


@dataclass(frozen=True, slots=True)
class _Topic:
    """A hot topic among free items and the items of open cases."""

    title: str
    heat: float
    ids: tuple[uuid.UUID, ...]


def find_cases(house: House, now: datetime) -> dict[str, int]:
    """{"opened", "joined": items that went to a case that is open}; a second run at once does nothing."""
    rules = house.profile.opinion
    with reading(house.engine) as session:
        free = free_items(session, now, rules.window_days)
        standing = open_cases(session)
        cases = {i: [m for m, _ in case_items(session, i)] for case in standing if (i := case.id or 0)}
        domains = {case.id or 0: case.domain for case in standing}
    of_case = {message.id: case for case, messages in cases.items() for message in messages}
    pairs = {message.id: (message, order) for message, order in free}
    known = [message for messages in cases.values() for message in messages]
    opened = joined = 0
    for topic in _topics([m for m, _ in free] + known):
        home = next((of_case[i] for i in topic.ids if i in of_case), None)
        fresh = _of_one_domain([i for i in topic.ids if i in pairs], pairs, domains.get(home or 0))
        if home is not None and fresh:
            joined += _join(house, home, fresh, now)
        elif home is None and (why := _hot(rules, topic, [pairs[i] for i in fresh])):
            opened += _open(house, topic.title, [pairs[i][0] for i in fresh], why, now)
        else:
            continue
        for each in fresh:
            del pairs[each]
    for message, order in list(pairs.values()):
        if message.channel == Channel.OPINION and (why := list(_single(house, message, order))):
            opened += _open(house, message.title or message.external_id, [message], why, now)
    result = {"opened": opened, "joined": joined}
    with writing(house.engine) as session:
        succeeded(session, "opinion", now, result)
    return result


def _topics(messages: Sequence[Message]) -> list[_Topic]:
    from classifiers.hotspots import HotText, hotspots

    texts = [
        HotText(str(m.id), m.title, m.text or "", m.received_at, m.likes or 0, m.dislikes or 0) for m in messages
    ]  # fmt: skip
    return [_Topic(topic.title, topic.heat, tuple(uuid.UUID(i) for i in topic.ids)) for topic in hotspots(texts, _MOST)]


def _of_one_domain(ids: Sequence[uuid.UUID], pairs: Mapping[uuid.UUID, Pair], domain: str | None) -> list[uuid.UUID]:
    """Those of the case's domain, or of the first feed item's: what is merely told alike is another matter."""
    ruling = domain or next((pairs[i][1].domain for i in ids if pairs[i][0].channel == Channel.OPINION), None)
    return [i for i in ids if ruling in {None, pairs[i][1].domain}]


def _hot(rules: OpinionRules, topic: _Topic, pairs: Sequence[Pair]) -> list[str]:
    """Why a topic is a case: hot, of several items, and at least one from the feed."""
    if len(pairs) < rules.posts or topic.heat < rules.heat:
        return []
    if all(message.channel != Channel.OPINION for message, _ in pairs):
        return []
    return [f"{rules.window_days}日内同一事项{len(pairs)}条，热度{topic.heat:g}（达到{rules.heat:g}）"]


def _single(house: House, message: Message, order: WorkOrder) -> Iterator[str]:
    """Why one item is a case by itself."""
    rules = house.profile.opinion
    votes = (message.likes or 0) + (message.dislikes or 0)
    if votes >= rules.votes:
        yield f"互动{votes}次（达到{rules.votes}）"
    if order.urgency in rules.urgencies:
        yield f"紧急程度为“{Urgency(order.urgency).label}”"
    if order.domain in rules.domains:
        yield f"属重点领域“{house.profile.domain_labels[order.domain]}”"
    if order.kind in rules.kinds:
        yield f"类型为“{Kind(order.kind).label}”"


def _open(house: House, title: str, messages: Sequence[Message], why: Sequence[str], now: datetime) -> int:
    doubt = next((found[0] for m in messages if (found := _HEARSAY.search(f"{m.title} {m.text}"))), None)
    case = Found(
        title=title[:60], items=[m.id for m in messages], why=why,
        doubt=f"原文有“{doubt}”一类未经证实的说法" if doubt else None,
    )  # fmt: skip
    try:
        with writing(house.engine) as session:
            opinion_cases.open_case(session, house.reckoner, case, SYSTEM, now)
    except Conflict:  # somebody opened one over the same items meanwhile
        return 0
    return 1


def _join(house: House, case_id: int, items: Sequence[uuid.UUID], now: datetime) -> int:
    try:
        with writing(house.engine) as session:
            opinion_cases.add_items(session, house.profile, case_id, items, SYSTEM, now)
    except (Conflict, MustAvoid):  # an item about a unit that answers the case stays by itself
        return 0
    return len(items)
