"""From a source to the queue: what is carried, by reference or on a line of its own, and what is kept back."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from support.loop_desk import LoopDesk, open_loop, posts

from flows.relaying import relay
from flows.sweeping import last_success
from models.tables.intake import Intake, Quarantine
from models.tables.messages import Message
from models.vocabulary import Channel
from queues.port import Topic


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> Iterator[LoopDesk]:
    with open_loop(tmp_path, database_url=database_url) as opened:
        yield opened


@pytest.fixture
def small(tmp_path: Path) -> Iterator[LoopDesk]:
    with open_loop(tmp_path) as opened:
        yield opened


def test_a_message_of_five_megabytes_travels_by_reference_and_keeps_every_word(desk: LoopDesk) -> None:
    text = "荷苑小区的路灯坏了很久没有人修。\n" * 110_000
    desk.collect(Channel.BOARD, desk.lines("long.jsonl", [{**posts(1)[0], "text": text}, *posts(3, first=1)]))
    assert len(text.encode()) > 5_000_000
    assert max(len(row.payload.encode()) for row in desk.all(Intake)) < 256 * 1024
    assert desk.work().handled == 4
    assert (desk.one(Message, external_id="P000000").text or "").strip() == text.strip()


def test_what_cannot_be_read_stands_in_quarantine_beside_its_neighbours(small: LoopDesk) -> None:
    good, other = posts(2)
    file = small.lines("mixed.jsonl", [good, {**other, "time": "昨天下午"}])
    with file.open("a") as handle:
        handle.write("不是 JSON\n")
    counts = small.collect(Channel.BOARD, file).counts
    assert (counts.read, counts.accepted, counts.quarantined) == (3, 1, 2)
    assert small.work().handled == 1
    assert all("mixed.jsonl" in q.source_where and q.reason for q in small.all(Quarantine))


def test_a_source_that_is_missing_is_named_and_does_not_stop_the_others(small: LoopDesk) -> None:
    done = small.collect(Channel.BOARD, "没有这个文件.jsonl", small.board(2))
    assert done.counts.accepted == 2
    [(fault, code)] = done.faults
    assert "没有这个文件.jsonl" in fault
    assert code == 3


def test_a_flooding_sender_goes_to_a_line_of_its_own(small: LoopDesk) -> None:
    flood = [{**row, "contact": "19900099999"} for row in posts(260)]
    small.collect(Channel.BOARD, small.lines("flood.jsonl", flood))
    small.now += timedelta(minutes=1)
    small.collect(Channel.BOARD, small.lines("calm.jsonl", posts(5, first=1000)))
    queue = small.queue()
    taken = queue.take(64, 1)
    assert [each.topic for each in taken].count(Topic.MESSAGES) == 5
    assert {each.topic for each in taken} == {Topic.MESSAGES, Topic.OVERFLOW}
    queue.give_back(taken)
    assert small.work().handled == 265


def test_the_relay_says_once_a_minute_that_it_lives(small: LoopDesk) -> None:
    queue = small.queue()
    for seconds in (0, 30, 59):
        relay(small.house, queue, small.now + timedelta(seconds=seconds))
    assert last_success(small.house, "relay") == small.now
    relay(small.house, queue, small.now + timedelta(seconds=60))
    assert last_success(small.house, "relay") == small.now + timedelta(seconds=60)
