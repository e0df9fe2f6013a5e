"""What the house lacks for a while: it says so, refuses in plain words, and goes on by itself when it is back."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from support.desk import at
from support.interfaces import client_of
from support.loop_desk import LoopDesk, open_loop
from support.web import serving, visiting

from flows import conditions, doctor
from models.errors import Unavailable
from models.tables.intake import DeadLetter, Intake
from models.tables.messages import Message
from models.tables.notices import Notice
from models.vocabulary import Channel

LETTER = {"text": "荷苑小区门口的路灯坏了半个月，晚上黑漆漆的，请尽快维修。", "phone": "19900001234"}
PLENTY_OF_PAGES = 1_000_000_000


def readiness(desk: LoopDesk) -> dict[str, Any]:
    said = client_of(desk.house).get("/readyz")
    checks = {check["name"]: check for check in said.json()["checks"]}
    assert said.status_code == (200 if all(check["ok"] for check in checks.values()) else 503)
    return checks


def found_by_doctor(desk: LoopDesk, name: str) -> doctor.Finding:
    return next(finding for finding in doctor.examine(desk.house) if finding.name == name)


@contextmanager
def full(engine: Engine) -> Iterator[None]:
    """SQLite itself refuses every further page, as on a disk without room."""
    limit = [1]

    def bound(connection: DBAPIConnection, *_: object) -> None:
        cursor = connection.cursor()
        cursor.execute(f"pragma max_page_count={limit[0]}")  # never below what there is: not one page more
        cursor.close()

    event.listen(engine, "checkout", bound)
    try:
        yield
    finally:
        limit[0] = PLENTY_OF_PAGES
        with engine.connect():
            event.remove(engine, "checkout", bound)


@contextmanager
def read_only(desk: LoopDesk) -> Iterator[None]:
    """As PostgreSQL's own standby would be: everything can be read, nothing written."""
    url = make_url(desk.house.settings.database_url)
    address = url.set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)

    def turn(state: str) -> None:
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f'ALTER DATABASE "{url.database}" SET default_transaction_read_only = {state}'.encode())
        desk.house.engine.dispose()

    turn("on")
    try:
        yield
    finally:
        turn("off")


def test_a_read_only_database_is_told_and_nothing_is_lost_or_taken_for_a_bad_record(
    postgres_url: str, tmp_path: Path
) -> None:
    with open_loop(tmp_path, database_url=postgres_url) as desk:
        desk.collect(Channel.BOARD, desk.board(5))
        with read_only(desk):
            assert not readiness(desk)["数据库"]["ok"]
            assert not found_by_doctor(desk, "数据库").ok
            refused = client_of(desk.house).post("/api/messages", json=LETTER)
            assert refused.status_code == 503
            assert "稍后" in refused.json()["error"]
            with serving(desk.house) as address, visiting(address) as citizen:
                page = citizen.post("/send", title="路灯", **LETTER)
                assert page.status_code == 503
                assert "没有收下" in page.text
            with pytest.raises(Unavailable):
                desk.work()
        assert readiness(desk)["数据库"]["ok"]
        assert client_of(desk.house).post("/api/messages", json=LETTER).status_code == 202
        desk.work()
        assert len(desk.all(Message)) == 6
        assert desk.all(DeadLetter) == []


def test_a_full_disk_is_told_and_what_was_acknowledged_is_there_when_there_is_room_again(tmp_path: Path) -> None:
    with open_loop(tmp_path) as desk:
        desk.collect(Channel.BOARD, desk.board(40))
        client = client_of(desk.house)
        with full(desk.house.engine):
            answers = [client.post("/api/messages", json={**LETTER, "external_id": str(n)}) for n in range(60)]
            kept = [answer for answer in answers if answer.status_code == 202]
            refused = [answer for answer in answers if answer.status_code == 503]
            assert refused
            assert len(kept) + len(refused) == len(answers)
            with pytest.raises(Unavailable, match="full"):
                desk.work()
        desk.work()
        assert len(desk.all(Intake)) == len(desk.all(Message)) == 40 + len(kept)
        assert desk.all(DeadLetter) == []


def test_little_room_is_told_by_readyz_and_doctor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_loop(tmp_path) as desk:
        assert readiness(desk)["磁盘空间"]["ok"]
        endless = 10**18
        monkeypatch.setattr(conditions, "ENOUGH_DISK", endless)
        assert "尽快清理" in readiness(desk)["磁盘空间"]["why"]
        assert not found_by_doctor(desk, "磁盘空间").ok
        monkeypatch.setattr(conditions, "LEAST_DISK", endless)
        assert not readiness(desk)["磁盘空间"]["ok"]


def test_a_calendar_that_ended_stops_nothing_and_says_so(tmp_path: Path) -> None:
    with open_loop(tmp_path, now=at("2031-03-03 10:00")) as desk:
        desk.collect(Channel.BOARD, desk.board(1))
        desk.work()
        assert len(desk.all(Message)) == 1
        said = readiness(desk)["工作日历"]
        assert said["ok"]
        assert "暂定" in said["why"]
        assert not found_by_doctor(desk, "工作日历").ok


def test_a_clock_that_is_set_back_loses_and_repeats_nothing(tmp_path: Path) -> None:
    with open_loop(tmp_path) as desk:
        desk.collect(Channel.BOARD, desk.board(6))
        desk.work()
        told = len(desk.all(Notice))
        desk.now -= timedelta(hours=3)
        desk.collect(Channel.BOARD, desk.board(12, "more.jsonl"))
        desk.work()
        assert len(desk.all(Message)) == 12
        assert desk.open_without_clock() == []
        desk.now += timedelta(hours=3)
        desk.work()
        once = {(n.kind, n.unit, n.order_id, n.trigger) for n in desk.all(Notice)}
        assert len(once) == len(desk.all(Notice)) > told
