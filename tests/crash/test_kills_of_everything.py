"""Everything killed with -9 at random, the database and the broker too: nothing lost, nothing doubled."""

import uuid
from pathlib import Path

import pytest
from support.faults import OFTEN, SELDOM, live_through
from support.kafka_server import KafkaServer
from support.loop_desk import open_loop
from support.postgres_server import PostgresServer


@pytest.fixture
def servers(own_postgres: PostgresServer, own_kafka: KafkaServer) -> tuple[PostgresServer, KafkaServer]:
    """They are killed too."""
    return own_postgres, own_kafka


def on_kafka(servers: tuple[PostgresServer, KafkaServer]) -> dict[str, str]:
    postgres, kafka = servers
    queue = f"kafka://{kafka.bootstrap}?prefix={uuid.uuid4().hex}.&session_seconds=2&partitions=4&delivery_seconds=5"
    return {"database_url": postgres.url, "queue_url": queue}


def test_a_thousand_messages_survive_kills_on_sqlite(tmp_path: Path) -> None:
    with open_loop(tmp_path, queue_url="embedded:?lease_seconds=2") as desk:
        assert live_through(desk, 1000, OFTEN) == {}


def test_a_thousand_messages_survive_kills_of_workers_broker_and_database(
    servers: tuple[PostgresServer, KafkaServer], tmp_path: Path
) -> None:
    postgres, kafka = servers

    def strike(first: int) -> None:
        for server, moment in ((kafka, 300), (postgres, 600)):
            if first == moment:
                server.kill()
                server.start()

    with open_loop(tmp_path, **on_kafka(servers)) as desk:
        assert live_through(desk, 1000, OFTEN, strike) == {}


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_ten_thousand_messages_survive_kills_on_sqlite(tmp_path: Path) -> None:
    with open_loop(tmp_path, queue_url="embedded:?lease_seconds=5") as desk:
        assert live_through(desk, 10_000, SELDOM) == {}


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_ten_thousand_messages_survive_kills_on_kafka_and_postgresql(
    servers: tuple[PostgresServer, KafkaServer], tmp_path: Path
) -> None:
    with open_loop(tmp_path, **on_kafka(servers)) as desk:
        assert live_through(desk, 10_000, SELDOM) == {}
