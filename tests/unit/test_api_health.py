"""`/healthz`, `/readyz`, `/metrics` and the counts behind them."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from support.desk import Desk, at, open_desk, sealed
from support.interfaces import Counter, answer_order, client_of, open_counter

from flows.house import House
from flows.periods import SWEEP_PERIODS
from models.actions.sweeps import succeeded
from models.database import reading
from models.promise_words import PromiseState
from models.queries.status import status_counts
from models.settings import Settings
from models.tables.ledger import Promise

NOW = at("2026-03-02 09:00")
LETTER = {"text": "路灯坏了", "phone": "19900001234"}


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    with open_counter(tmp_path, NOW) as opened:
        yield opened


def all_ran(counter: Counter) -> None:
    with counter.desk.writing() as session:
        for name in SWEEP_PERIODS:
            succeeded(session, name, counter.now, {})


def failing(counter: Counter) -> list[str]:
    said = counter.http.get("/readyz")
    wrong = [check["name"] for check in said.json()["checks"] if not check["ok"]]
    assert said.status_code == (503 if wrong else 200)
    assert all(check["why"] for check in said.json()["checks"])
    return wrong


def metrics(counter: Counter) -> dict[str, float]:
    families = text_string_to_metric_families(counter.http.get("/metrics").text)
    return {
        sample.name + "".join(f"|{value}" for value in sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }


def test_a_house_that_has_just_begun_is_ready(counter: Counter) -> None:
    assert counter.http.get("/healthz").json() == {"ok": True}
    assert failing(counter) == []


def test_a_sweep_that_never_ran_is_late_three_periods_after_the_start(counter: Counter) -> None:
    counter.now += 3 * SWEEP_PERIODS["chase"]
    assert "定时任务：催办" not in failing(counter)
    counter.now += timedelta(seconds=1)
    assert "定时任务：催办" in failing(counter)


def test_a_sweep_is_late_three_periods_after_its_last_success_and_ready_again_after_the_next(counter: Counter) -> None:
    all_ran(counter)
    counter.now += timedelta(minutes=3, seconds=1)
    assert failing(counter) == ["定时任务：来件入队", "定时任务：送出通知", "定时任务：审计封存"]
    all_ran(counter)
    assert failing(counter) == []


def test_a_clock_that_was_set_back_is_no_lateness(counter: Counter) -> None:
    all_ran(counter)
    counter.now -= timedelta(days=2)
    assert failing(counter) == []


def test_a_database_without_tables_is_not_ready_and_says_what_to_run(tmp_path: Path) -> None:
    house = House(Settings(_env_file=None, data_dir=tmp_path, profile="demo"), clock=lambda: NOW)
    said = client_of(house).get("/readyz")
    house.engine.dispose()
    assert said.status_code == 503
    assert "huiyin init" in said.json()["checks"][0]["why"]


def test_a_database_that_cannot_be_opened_is_told_without_its_address(tmp_path: Path) -> None:
    url = "postgresql+psycopg://huiyin:geheim@127.0.0.1:1/huiyin"
    house = House(Settings(_env_file=None, data_dir=tmp_path, profile="demo", database_url=url), clock=lambda: NOW)
    client = client_of(house)
    said = client.get("/readyz")
    assert said.status_code == 503
    assert client.get("/healthz").status_code == 200
    assert "geheim" not in said.text
    assert client.get("/metrics").text.count("huiyin_up{") == 2


def test_a_broker_that_is_away_is_not_ready(tmp_path: Path) -> None:
    with open_counter(tmp_path, NOW, queue_url="kafka://127.0.0.1:1") as counter:
        assert failing(counter) == ["队列"]


def counts_of_four_orders(desk: Desk) -> dict[str, int]:
    """One answered, one overdue, one new, one sealed; two promises, one of them struck."""
    first = desk.take(NOW - timedelta(days=30))
    desk.take(NOW)
    desk.take(NOW, plan=sealed())
    answer_order(desk, first, "已修好。", NOW - timedelta(days=29))
    desk.take(NOW - timedelta(days=30))
    with desk.writing() as session:
        for state in (PromiseState.RUNNING, PromiseState.STRUCK):
            session.add(Promise(source="reply", unit="housing_bureau", text="三月底前修好", level="dated", made_at=NOW,
                                state=state.value))  # fmt: skip
    with reading(desk.house.engine) as session:
        return status_counts(session, NOW)


def test_the_counts_are_those_of_the_status_command(tmp_path: Path, database_url: str) -> None:
    with open_desk(tmp_path, database_url=database_url) as desk:
        counts = counts_of_four_orders(desk)
    assert list(counts) == [
        "messages", "work_orders", "triage", "open", "overdue", "promises", "callbacks", "quarantined", "dead_letters",
        "undelivered",
    ]  # fmt: skip
    assert counts | {"undelivered": 0} == {
        "messages": 4, "work_orders": 4, "triage": 1, "open": 3, "overdue": 1, "promises": 1, "callbacks": 4,
        "quarantined": 0, "dead_letters": 0, "undelivered": 0,
    }  # fmt: skip


def test_metrics_tell_counts_backlog_and_sweeps(counter: Counter) -> None:
    counter.http.post("/api/messages", json=LETTER)
    counter.desk.take(NOW)
    all_ran(counter)
    counter.now += timedelta(seconds=40)
    told = metrics(counter)
    assert told["huiyin_work_orders"] == told["huiyin_orders|dispatched"] == 1
    assert (told["huiyin_intake_waiting"], told["huiyin_intake_oldest_seconds"]) == (1, 40)
    assert (told["huiyin_up|database"], told["huiyin_up|queue"], told["huiyin_queued"]) == (1, 1, 0)
    assert told["huiyin_sweep_succeeded_timestamp_seconds|chase"] == NOW.timestamp()
    assert told["huiyin_sweep_period_seconds|chase"] == 900


def test_metrics_hold_no_words_of_anybody(counter: Counter) -> None:
    counter.desk.take(NOW, text="楼道里的灯坏了", sender_name="覃小满", phone="19900001234")
    told = counter.http.get("/metrics").text
    assert "楼道" not in told
    assert "housing_bureau" not in told
    assert told.isascii()


def test_two_applications_in_one_process_have_metrics_of_their_own(counter: Counter, tmp_path: Path) -> None:
    counter.desk.take(NOW)
    (tmp_path / "other").mkdir()
    with open_desk(tmp_path / "other") as other:
        assert "huiyin_work_orders 0.0" in client_of(other.house).get("/metrics").text
    assert "huiyin_work_orders 1.0" in counter.http.get("/metrics").text
