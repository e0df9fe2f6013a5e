"""The embedded queue when its database goes away and comes back, or can't be written."""

import sqlite3
from pathlib import Path

import pytest
from support.carriers import embedded_carrier
from support.postgres_server import PostgresServer

from models.errors import Unavailable
from queues.port import Record, Topic


def test_a_database_that_goes_away_is_named_and_work_goes_on_when_it_is_back(
    own_postgres: PostgresServer, tmp_path: Path
) -> None:
    carrier = embedded_carrier(tmp_path, own_postgres.url)
    queue = carrier.open("甲")
    queue.put(Topic.MESSAGES, [Record("a", b"1"), Record("b", b"2")])
    held = queue.take(1, 1)
    own_postgres.kill()
    for attempt in (
        lambda: queue.put(Topic.MESSAGES, [Record("c", b"3")]),
        lambda: queue.take(1, 0.1),
        lambda: queue.done(held),
        lambda: queue.keep(held),
        queue.depth,
    ):
        with pytest.raises(Unavailable, match="队列"):
            attempt()
    own_postgres.start()
    queue.done(held)
    assert [each.record.value for each in queue.take(5, 1)] == [b"2"]
    carrier.close()


def test_a_locked_database_is_named_after_its_patience_and_loses_nothing(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.database.BUSY_SECONDS", 0.2)
    carrier = embedded_carrier(tmp_path, sqlite_url)
    queue = carrier.open("甲")
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable, match="locked"):
        queue.put(Topic.MESSAGES, [Record("a", b"1")])
    other.execute("ROLLBACK")
    other.close()
    queue.put(Topic.MESSAGES, [Record("a", b"1")])
    assert queue.depth().queued == 1
    carrier.close()
