"""Pressure on either queue: a bad record holds nothing up, a flood from one sender makes nobody else wait."""

import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from support.loop_desk import LoopDesk, open_loop, posts

from flows import dead_letters
from flows.relaying import FLOOD_RECORDS
from flows.worker import Worker
from models.tables.intake import DeadLetter, Intake
from models.tables.messages import Message
from models.tables.orders import WorkOrder
from models.vocabulary import Channel
from queues.port import Record, Topic

FLOOD, OTHERS, BATCH = FLOOD_RECORDS * 2, 30, 40
FLOODER = "19900020000"


@pytest.fixture(params=["embedded", "kafka"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LoopDesk]:
    """One partition on Kafka: whatever holds it up holds up everything."""
    url = "embedded:"
    if request.param == "kafka":
        url = f"kafka://{request.getfixturevalue('kafka')}?prefix={uuid.uuid4().hex}.&partitions=1"
    with open_loop(tmp_path, queue_url=url) as opened:
        yield opened


def test_a_bad_record_does_not_hold_up_what_stands_behind_it(desk: LoopDesk) -> None:
    with closing(desk.queue("put")) as queue:
        queue.put(Topic.MESSAGES, [Record("谁", b"\xff\xfe"), Record("谁", b"{}")])
    desk.collect(Channel.BOARD, desk.board(6))
    done = desk.work()
    assert (done.handled, done.dead_letters) == (6, 2)
    assert len(desk.all(WorkOrder)) == 6


def test_a_dead_letter_sent_again_and_again_is_one_order(desk: LoopDesk) -> None:
    judgement = desk.house.judgement

    class Flawed:
        def findings(self, texts: Any) -> Any:  # noqa: ANN401  (the judgement's own)
            if any("第2位网友" in text.text for text in texts):
                raise ZeroDivisionError("判断不了")
            return judgement.findings(texts)

    desk.house.__dict__["judgement"] = Flawed()
    desk.collect(Channel.BOARD, desk.board(4))
    assert desk.work().dead_letters == 1
    desk.house.__dict__["judgement"] = judgement
    letter = desk.one(DeadLetter)
    with closing(desk.queue("replay")) as queue:
        sent = [dead_letters.replay(desk.house, [], desk.now, queue) for _ in range(2)]
        queue.put(Topic.MESSAGES, [Record(letter.queue_key, letter.payload.encode())] * 2)
    done = desk.work()
    assert sent == [1, 0]
    assert (done.handled, done.duplicates) == (1, 2)
    assert len(desk.all(Message)) == len(desk.all(WorkOrder)) == 4


def test_others_are_heard_before_a_flood_from_one_sender_is_through(
    desk: LoopDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.worker.BATCH", BATCH)
    flood = [{**row, "contact": FLOODER} for row in posts(FLOOD, first=1000)]
    desk.collect(Channel.BOARD, desk.lines("flood.jsonl", flood))
    desk.collect(Channel.BOARD, desk.board(OTHERS))
    assert len({row.queue_key for row in desk.all(Intake)}) == OTHERS + 1
    others = {row["id"] for row in posts(OTHERS)}
    with closing(desk.queue()) as queue:
        worker = Worker(desk.house, queue)
        while others - (done := {m.external_id for m in desk.all(Message)}):
            worker.step()
        assert len(done - others) <= FLOOD / 2
        while len(done) < FLOOD + OTHERS:
            worker.step()
            done = {m.external_id for m in desk.all(Message)}
    assert len(desk.all(WorkOrder)) <= FLOOD + OTHERS
