"""Collect: a source's items into the record, then onto the queue. Safe to run again: known items are duplicates."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import select

from channels.options import ReadOptions
from channels.sources import read_source
from flows.house import House
from flows.relaying import relay
from models.actions.intake import IntakeCounts, take_in
from models.database import reading, writing
from models.errors import HuiyinError, Unavailable
from models.inbound import Accepted, Quarantined, SourceItem
from models.tables.intake import MailboxState
from models.vocabulary import Channel
from queues.port import Queue

MOST_TOLD = 20  # quarantined items of one source that are named; all of them stand in the record

log = logging.getLogger("huiyin.collect")


@dataclass(slots=True)
class Collected:
    """Counts over all sources; `faults` name sources that could not be read at all, with their exit codes.

    `broken` says of the first newly quarantined items where they stood and why.
    """

    counts: IntakeCounts = field(default_factory=IntakeCounts)
    faults: list[tuple[str, int]] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)


def collect(house: House, queue: Queue, channel: Channel, sources: Iterable[str], now: datetime) -> Collected:
    """Read every source; one that can't be read does not stop the others."""
    result = Collected()
    for source in sources:
        told: list[str] = []
        try:
            counts = _collect_one(house, channel, source, now, told)
            result.counts.add(counts)
            result.broken += told[: counts.quarantined]
        except HuiyinError as error:
            result.faults.append((f"{_shown(source)}：{error}", error.exit_code))
    try:
        relay(house, queue, now)
    except Unavailable as away:
        # What was read is durable in the record; the relay carries it on when the broker is back.
        log.warning("队列暂不可用，来件已入库，恢复后自动送出：%s", away)
    return result


def _collect_one(house: House, channel: Channel, source: str, now: datetime, told: list[str]) -> IntakeCounts:
    state = _load_state(house, source)
    items = read_source(channel, source, read_options(house, now, state))
    counts = take_in(house.engine, house.blobs, _noting(items, told), house.secret, now)
    _save_state(house, state)  # only now: what was fetched is durable
    return counts


def _noting(items: Iterable[SourceItem], told: list[str]) -> Iterator[SourceItem]:
    """The items as they pass, with a note of the first that are quarantined."""
    for item in items:
        if isinstance(item, Quarantined) and len(told) < MOST_TOLD:
            told.append(f"{item.where}：{item.reason}")
        yield item


def dry_run(house: House, channel: Channel, source: str, now: datetime) -> tuple[IntakeCounts, list[Quarantined]]:
    """What a source would give, without keeping anything: counts and the items that could not be read."""
    counts = IntakeCounts()
    broken: list[Quarantined] = []
    for item in read_source(channel, source, read_options(house, now, {})):
        counts.read += 1
        if isinstance(item, Accepted):
            counts.accepted += 1
        else:
            counts.quarantined += 1
            broken.append(item)
    return counts, broken


def read_options(house: House, now: datetime, state: dict[str, str]) -> ReadOptions:
    own = frozenset({house.settings.mail_from.lower()})
    columns = house.profile.hotline_columns
    return ReadOptions(now=now, zone=house.settings.zone, own_addresses=own, columns=columns, state=state)


def _load_state(house: House, source: str) -> dict[str, str]:
    if "://" not in source:
        return {}
    with reading(house.engine) as session:
        return {row.source: row.state for row in session.exec(select(MailboxState)).all()}


def _save_state(house: House, state: dict[str, str]) -> None:
    with writing(house.engine) as session:
        for source, text in state.items():
            session.merge(MailboxState(source=source, state=text))


def _shown(source: str) -> str:
    """A source without the password that may stand in it."""
    return source.rpartition("@")[2] if "://" in source else source
