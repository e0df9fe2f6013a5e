"""The loop when a broker or the database goes away and comes back: nothing lost, nothing doubled."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from support.kafka_server import KafkaServer
from support.loop_desk import open_loop, posts, share_judgement
from support.postgres_server import PostgresServer
from support.processes import free_port

from flows.relaying import relay
from flows.worker import Worker
from models.errors import Unavailable
from models.tables.intake import Intake
from models.tables.orders import WorkOrder
from models.vocabulary import Channel
from queues.memory import MemoryQueue


def test_while_the_broker_is_away_intake_is_durable_and_the_relay_goes_on_later(tmp_path: Path) -> None:
    nobody = f"kafka://127.0.0.1:{free_port()}"
    with open_loop(tmp_path, queue_url=nobody) as desk:
        counts = desk.collect(Channel.BOARD, desk.board(9)).counts
        assert (counts.accepted, len(desk.all(Intake))) == (9, 9)
        assert all(row.relayed_at is None for row in desk.all(Intake))
        with pytest.raises(Unavailable, match="Kafka"):
            desk.work()
        queue = MemoryQueue()
        assert relay(desk.house, queue, desk.now)["records"] == 9
        assert len(queue.take(100, 0)) == 9


def test_a_broker_that_comes_back_has_everything_within_one_turn(own_kafka: KafkaServer, tmp_path: Path) -> None:
    url = f"kafka://{own_kafka.bootstrap}?session_seconds=10&delivery_seconds=4&partitions=2"
    with open_loop(tmp_path, queue_url=url) as desk:
        desk.collect(Channel.BOARD, desk.lines("before.jsonl", posts(5)))
        own_kafka.kill()
        desk.collect(Channel.BOARD, desk.lines("during.jsonl", posts(5, first=5)))
        with pytest.raises(Unavailable):
            desk.work()
        own_kafka.start()
        assert desk.work().handled == 10
        assert len(desk.all(WorkOrder)) == 10


def test_a_database_that_goes_away_in_the_middle_costs_nothing(own_postgres: PostgresServer, tmp_path: Path) -> None:
    with open_loop(tmp_path, database_url=own_postgres.url, queue_url="embedded:?lease_seconds=1") as desk:
        desk.collect(Channel.BOARD, desk.board(6))
        worker = Worker(desk.house, desk.queue())
        flaw = desk.house.judgement.findings

        class Pulled:
            def findings(self, texts: Sequence[Any]) -> Any:  # noqa: ANN401  (the judgement's own)
                own_postgres.kill()
                return flaw(texts)

        desk.house.__dict__["judgement"] = Pulled()
        with pytest.raises(Unavailable, match="数据库"):
            worker.step()
        own_postgres.start()
        share_judgement(desk.house)
        assert desk.work().handled == 6
        assert len(desk.all(WorkOrder)) == 6
