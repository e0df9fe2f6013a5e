"""The loop when something is wrong: records that break, two owners of one batch, carriers that are away."""

import json
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from support.flaw import Flaw
from support.loop_desk import LoopDesk, open_loop, posts

from flows import dead_letters
from flows.collecting import collect
from flows.relaying import relay
from flows.worker import Worker
from models.errors import Unavailable
from models.tables.intake import DeadLetter, Intake, RecordAttempt
from models.tables.messages import Message, MessageRevision
from models.tables.orders import WorkOrder
from models.tables.record import History, Outbox
from models.vocabulary import Channel
from queues.memory import MemoryQueue
from queues.port import Depth, Queue, Record, Taken, Topic


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> Iterator[LoopDesk]:
    with open_loop(tmp_path, database_url=database_url) as opened:
        yield opened


@pytest.fixture
def small(tmp_path: Path) -> Iterator[LoopDesk]:
    with open_loop(tmp_path) as opened:
        yield opened


def test_a_poison_record_ends_in_the_dead_letters_after_five_tries_and_its_batch_goes_on(desk: LoopDesk) -> None:
    flaw = Flaw(desk.house, "第3位网友")
    desk.collect(Channel.BOARD, desk.board(20))
    done = desk.work()
    assert (done.handled, done.dead_letters, flaw.asked) == (19, 1, 5)
    letter = desk.one(DeadLetter)
    assert "ZeroDivisionError" in letter.error
    assert letter.id == desk.one(Intake, external_id="P000003").id
    assert desk.all(RecordAttempt) == []


def test_a_replayed_dead_letter_becomes_its_order_once(desk: LoopDesk) -> None:
    flaw = Flaw(desk.house, "第3位网友")
    desk.collect(Channel.BOARD, desk.board(5))
    desk.work()
    flaw.there = False
    assert dead_letters.replay(desk.house, [], desk.now, desk.queue()) == 1
    assert dead_letters.replay(desk.house, [], desk.now, desk.queue()) == 0
    desk.work()
    letter = desk.one(DeadLetter)
    desk.queue().put(Topic.MESSAGES, [Record(letter.queue_key, letter.payload.encode())])
    assert desk.work().duplicates == 1
    assert len(desk.all(Message)) == len(desk.all(WorkOrder)) == 5
    assert letter.replayed_at == desk.now


def test_a_dead_letter_that_fails_again_waits_again(small: LoopDesk) -> None:
    Flaw(small.house, "第0位网友")
    small.collect(Channel.BOARD, small.board(1))
    small.work()
    dead_letters.replay(small.house, [], small.now, small.queue())
    assert small.work().dead_letters == 1
    assert small.one(DeadLetter).replayed_at is None


def test_a_revision_of_a_dead_letter_waits_beside_it_and_is_replayed_with_it(small: LoopDesk) -> None:
    flaw = Flaw(small.house, "第0位网友")
    [row] = posts(1)
    small.collect(Channel.BOARD, small.lines("a.jsonl", [row]))
    small.work()
    small.collect(Channel.BOARD, small.lines("b.jsonl", [{**row, "text": "现在更严重了。"}]))
    assert small.work().dead_letters == 1
    flaw.there = False
    assert dead_letters.replay(small.house, [], small.now, small.queue()) == 2
    small.work()
    assert small.one(MessageRevision).text == "现在更严重了。"


@pytest.mark.parametrize("value", [b"\xff\xfe", b"[]", b"{}", b'{"v":1,"blob":"' + b"0" * 64 + b'"}'])
def test_a_record_that_cannot_be_read_is_a_dead_letter_at_once(small: LoopDesk, value: bytes) -> None:
    small.collect(Channel.BOARD, small.board(3))
    small.queue().put(Topic.MESSAGES, [Record("谁", value)])
    done = small.work()
    assert (done.handled, done.dead_letters) == (3, 1)
    assert "无法读取" in small.one(DeadLetter).error


def test_a_damaged_original_does_not_stop_the_others(small: LoopDesk) -> None:
    small.collect(Channel.BOARD, small.lines("long.jsonl", [{**posts(1)[0], "text": "很长。" * 100_000}]))
    key = json.loads(small.one(Intake).payload)["blob"]
    (small.house.settings.data_dir / "blobs" / key[:2] / key).write_bytes(b"damaged")
    small.collect(Channel.BOARD, small.lines("more.jsonl", posts(3, first=1)))
    done = small.work()
    assert (done.handled, done.dead_letters) == (3, 1)
    assert small.one(DeadLetter).id == small.one(Intake, external_id="P000000").id


def test_a_record_at_which_workers_died_is_tried_alone_and_its_tries_are_remembered(small: LoopDesk) -> None:
    small.collect(Channel.BOARD, small.board(4))
    fallen = small.one(Intake, external_id="P000002")
    with small.writing() as session:
        session.add(RecordAttempt(intake_id=fallen.id, attempts=5, tried_at=small.now))
    done = small.work()
    assert (done.handled, done.dead_letters) == (3, 1)
    assert "多次中断" in small.one(DeadLetter).error


def test_two_workers_with_the_same_batch_make_one_order_each(desk: LoopDesk) -> None:
    desk.collect(Channel.BOARD, desk.board(60))
    records = [each.record for each in desk.queue().take(100, 1)]
    counts = at_once(*(Worker(desk.neighbour(), shuffled(records, turn)) for turn in range(2)))
    assert sum(c.handled for c in counts) == 60
    assert sum(c.duplicates for c in counts) == 60
    assert set(Counter(m.order_id for m in desk.all(Message)).values()) == {1}
    assert len(desk.all(WorkOrder)) == len(desk.all(Outbox)) == len(desk.all(History, subject="order")) == 60
    assert desk.open_without_clock() == []


def test_two_workers_share_a_queue_and_nothing_is_done_twice(desk: LoopDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.worker.BATCH", 7)
    desk.collect(Channel.BOARD, desk.board(80))
    counts = at_once(*(Worker(house, house.queue("w")) for house in (desk.neighbour(), desk.neighbour())))
    assert sum(c.handled for c in counts) == len(desk.all(WorkOrder)) == 80
    assert sum(c.duplicates + c.dead_letters for c in counts) == 0


def test_two_relays_at_once_lose_nothing_and_on_postgresql_double_nothing(
    desk: LoopDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.relaying.BATCH", 5)
    house = desk.neighbour()
    collect(desk.house, Away(), Channel.BOARD, [str(desk.board(60))], desk.now)
    queue = MemoryQueue()
    run_all(*(lambda h=h: relay(h, queue, desk.now) for h in (desk.house, house)))
    ids = Counter(json.loads(each.record.value)["record"] for each in queue.take(1000, 0))
    assert len(ids) == 60
    if house.engine.dialect.name == "postgresql":
        assert set(ids.values()) == {1}


def test_a_worker_whose_lease_ran_out_doubles_nothing_when_it_finishes_late(small: LoopDesk) -> None:
    small.collect(Channel.BOARD, small.board(8))
    house = small.neighbour()
    late = Late(small.queue(), lambda: Worker(house, house.queue("fast")).step())
    assert Worker(small.house, late).step() == 8
    assert len(small.all(WorkOrder)) == len(small.all(Message)) == 8
    assert small.work().handled == 0


def test_texts_that_would_fill_the_memory_are_opened_a_few_at_a_time(
    small: LoopDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.worker.PORTION", 300)
    seen: list[int] = []
    findings = small.house.judgement.findings

    class Counting:
        def findings(self, texts: Sequence[Any]) -> Any:  # noqa: ANN401  (the judgement's own)
            seen.append(len(texts))
            return findings(texts)

    small.house.__dict__["judgement"] = Counting()
    rows = [{**row, "text": row["text"] + "很长" * 100} for row in posts(6)]
    small.collect(Channel.BOARD, small.lines("long.jsonl", rows))
    assert Worker(small.house, small.queue()).step() == 6
    assert seen == [2, 2, 2]
    assert len(small.all(WorkOrder)) == 6


def test_a_message_is_not_taken_for_the_first_time_twice_when_two_collect_it(desk: LoopDesk) -> None:
    file = desk.board(50)
    other = LoopDesk(desk.neighbour())
    run_all(lambda: desk.collect(Channel.BOARD, file), lambda: other.collect(Channel.BOARD, file))
    desk.now += timedelta(minutes=1)
    desk.work()
    assert len(desk.all(Intake)) == len(desk.all(Message)) == len(desk.all(WorkOrder)) == 50
    assert desk.all(MessageRevision) == []


class Away:
    """A carrier that nobody reaches."""

    def put(self, *_: object) -> None:
        raise Unavailable("没有人听")

    def take(self, *_: object) -> list[Taken]:
        raise Unavailable("没有人听")

    def depth(self) -> Depth:
        raise Unavailable("没有人听")

    def done(self, *_: object) -> None: ...
    def give_back(self, *_: object) -> None: ...
    def keep(self, *_: object) -> None: ...
    def close(self) -> None: ...


class Late:
    """A queue whose reader is overtaken between taking and finishing."""

    def __init__(self, queue: Queue, meanwhile: Any) -> None:  # noqa: ANN401  (a callable)
        self._queue, self._meanwhile = queue, meanwhile
        for name in ("put", "give_back", "keep", "depth", "close", "done"):
            setattr(self, name, getattr(queue, name))

    def take(self, limit: int, wait_seconds: float) -> list[Taken]:
        taken = self._queue.take(limit, wait_seconds)
        self._queue.give_back(taken)
        self._meanwhile()
        return taken


def shuffled(records: Sequence[Record], turn: int) -> Queue:
    """The same records for each worker, the second's in reverse: whoever locks in that order would deadlock."""
    queue = MemoryQueue()
    queue.put(Topic.MESSAGES, records if turn == 0 else list(reversed(records)))
    return queue


def at_once(*workers: Worker) -> list[Any]:
    def drain(worker: Worker) -> None:
        while worker.step(0.5):
            pass

    run_all(*(lambda w=w: drain(w) for w in workers))
    return [worker.counts for worker in workers]


def run_all(*works: Any) -> None:  # noqa: ANN401  (callables)
    failures: list[BaseException] = []

    def run(work: Any) -> None:  # noqa: ANN401  (a callable)
        try:
            work()
        except BaseException as error:  # noqa: BLE001  (raised again below)
            failures.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
