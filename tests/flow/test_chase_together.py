"""Several sweeps at once, on both databases: still one reminder each."""

import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.desk import Desk, at, open_desk

from flows.chasing import chase
from flows.deliveries import deliver
from models.tables.notices import DeliveryNotice, Notice
from models.tables.record import History, Outbox
from models.vocabulary import Stage

FRIDAY, LATE = at("2026-02-13 10:00"), at("2026-02-28 09:00")
CALLS = 60


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path, database_url=database_url) as opened:
        yield opened


def test_sweeps_that_run_at_once_remind_of_everything_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.chasing.BATCH", 7)
    desk.keep_only(*(desk.clock(desk.take(FRIDAY), Stage.CALLBACK) for _ in range(CALLS)))
    results: list[dict[str, int]] = []
    sweeps = [threading.Thread(target=lambda: results.append(chase(desk.house, LATE))) for _ in range(3)]
    senders = [threading.Thread(target=deliver, args=(desk.house, LATE)) for _ in range(2)]
    for thread in (*sweeps, *senders):
        thread.start()
    for thread in (*sweeps, *senders):
        thread.join()
    deliver(desk.house, LATE)
    assert sum(result["reminders"] for result in results) == CALLS
    assert sum(result["failed"] for result in results) == 0
    reminders = {n.id for n in desk.all(Notice, kind="remind")}
    assert len(reminders) == len(desk.all(History, action="remind")) == CALLS
    assert len(desk.all(Outbox, type="order.reminded")) == CALLS
    carried = Counter(row.notice_id for row in desk.all(DeliveryNotice) if row.notice_id in reminders)
    assert set(carried.values()) == {1}
    printed = Counter(row["key"] for row in desk.printed())
    assert set(printed.values()) == {1}


def test_a_second_sweep_finds_nothing(desk: Desk) -> None:
    desk.keep_only(desk.clock(desk.take(FRIDAY), Stage.CALLBACK))
    first = chase(desk.house, LATE)
    assert (first["reminders"], chase(desk.house, LATE)["due"]) == (1, 0)
