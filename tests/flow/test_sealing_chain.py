"""The audit chain: every committed row is sealed once, and whatever is changed afterwards is found."""

# ruff: noqa: S608  (the statements are this file's own)

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session
from support.desk import CLERK, Desk, at, open_desk

from flows.sealing import seal, verify_chain
from models.actions.step import note
from models.database import writing
from models.tables.record import History, Meta, Sweep

NOW = at("2026-03-02 09:00")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path) as opened:
        yield opened


@pytest.fixture
def either(database_url: str, tmp_path: Path) -> Iterator[Desk]:
    """On SQLite, and on PostgreSQL."""
    with open_desk(tmp_path, database_url=database_url) as opened:
        yield opened


@pytest.fixture
def sealed_desk(desk: Desk) -> Desk:
    write(desk, 5)
    seal(desk.house, NOW)
    return desk


def write(desk: Desk, count: int) -> None:
    with desk.writing() as session:
        for n in range(count):
            note(session, "order", str(n), "acknowledge", CLERK, NOW, "dispatched", "handling", {"次": n, "单位": "甲"})


def tamper(desk: Desk, statement: str) -> None:
    """As someone with the keys to the database would: the guards first."""
    with desk.writing() as session:
        for trigger in ("history_no_update", "history_sealed_once", "history_no_delete"):
            on = "" if session.get_bind().dialect.name == "sqlite" else " ON history"
            session.execute(text(f"DROP TRIGGER {trigger}{on}"))
        session.execute(text(statement))


def test_everything_is_sealed_once_in_one_chain(either: Desk) -> None:
    write(either, 5)
    assert seal(either.house, NOW) == {"sealed": 5}
    assert seal(either.house, NOW) == {"sealed": 0}
    write(either, 3)
    assert seal(either.house, NOW) == {"sealed": 3}
    rows = sorted(either.all(History), key=lambda row: row.seal or 0)
    assert [row.seal for row in rows] == list(range(1, 9))
    assert len({row.hash for row in rows}) == 8
    assert verify_chain(either.house) | {"head": ""} == {
        "ok": True, "sealed": 8, "unsealed": 0, "head": "", "broken": None,
        "why": "审计链完好：8 条已封存，0 条待封存。",
    }  # fmt: skip


def test_an_empty_history_holds(desk: Desk) -> None:
    assert verify_chain(desk.house)["ok"]


@pytest.mark.parametrize(
    "change",
    ["actor = 'someone'", "detail = '{}'", "subject_id = '77'", "at = '2020-01-01 00:00:00'", "to_status = NULL"],
)
def test_a_changed_row_is_found_by_its_id(sealed_desk: Desk, change: str) -> None:
    third = sealed_desk.one(History, seal=3)
    tamper(sealed_desk, f"UPDATE history SET {change} WHERE id = {third.id}")
    report = verify_chain(sealed_desk.house)
    assert (report["ok"], report["broken"], report["sealed"]) == (False, third.id, 2)
    assert f"编号 {third.id}" in report["why"]


def test_a_row_that_was_taken_out_is_missed(sealed_desk: Desk) -> None:
    tamper(sealed_desk, "DELETE FROM history WHERE seal = 2")
    report = verify_chain(sealed_desk.house)
    assert not report["ok"]
    assert "第 2 号封存记录缺失" in report["why"]


def test_rows_cut_off_at_the_end_are_missed_and_nothing_is_sealed_onto_the_stump(sealed_desk: Desk) -> None:
    tamper(sealed_desk, "DELETE FROM history WHERE seal > 3")
    report = verify_chain(sealed_desk.house)
    assert not report["ok"]
    assert "应封存到第 5 号" in report["why"]
    beats = sealed_desk.one(Sweep, name="seal").succeeded_at
    write(sealed_desk, 1)
    assert seal(sealed_desk.house, at("2026-03-03 09:00")) == {"sealed": 0}
    assert sealed_desk.one(Sweep, name="seal").succeeded_at == beats  # so that /readyz tells


def test_a_row_with_a_forged_hash_of_its_own_breaks_the_next_link(sealed_desk: Desk) -> None:
    second = sealed_desk.one(History, seal=2)
    tamper(sealed_desk, f"UPDATE history SET hash = '{'a' * 64}' WHERE id = {second.id}")
    assert verify_chain(sealed_desk.house)["broken"] == second.id


def test_the_database_itself_refuses_to_change_history(sealed_desk: Desk) -> None:
    for change in (
        "UPDATE history SET actor = 'x'",
        "DELETE FROM history",
        "UPDATE history SET seal = 9, hash = 'x'",
    ):
        with pytest.raises(DBAPIError), sealed_desk.writing() as session:
            session.execute(text(change))
    assert verify_chain(sealed_desk.house)["ok"]


def test_sealers_at_once_make_one_chain(either: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.sealing.BATCH", 10)
    write(either, 60)
    counts: list[int] = []
    sealers = [threading.Thread(target=lambda: counts.append(seal(either.house, NOW)["sealed"])) for _ in range(4)]
    writers = [threading.Thread(target=write, args=(either, 5)) for _ in range(4)]
    for thread in (*sealers, *writers):
        thread.start()
    for thread in (*sealers, *writers):
        thread.join()
    counts.append(seal(either.house, NOW)["sealed"])
    assert sum(counts) == 80
    assert verify_chain(either.house)["sealed"] == 80


def test_a_late_committer_with_an_early_id_is_sealed_later_not_skipped(postgres_url: str, tmp_path: Path) -> None:
    with open_desk(tmp_path, database_url=postgres_url) as desk:
        with Session(desk.house.engine) as late:
            note(late, "order", "1", "return", CLERK, NOW)
            late.flush()  # its id is given out, its commit is not yet there
            write(desk, 3)
            assert seal(desk.house, NOW) == {"sealed": 3}
            late.commit()
        assert seal(desk.house, NOW) == {"sealed": 1}
        late_row = desk.one(History, action="return")
        assert late_row.seal == 4
        assert late_row.id == min(row.id or 0 for row in desk.all(History))
        assert verify_chain(desk.house)["ok"]


def test_a_check_while_the_sealer_works_holds(either: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.actions.sealing._PAGE", 3)
    write(either, 30)
    seal(either.house, NOW)
    reports: list[bool] = []
    checker = threading.Thread(target=lambda: reports.extend(verify_chain(either.house)["ok"] for _ in range(5)))
    checker.start()
    for _ in range(10):
        write(either, 2)
        seal(either.house, NOW)
    checker.join()
    assert reports == [True] * 5


def test_the_head_of_the_chain_is_kept_apart(sealed_desk: Desk) -> None:
    with writing(sealed_desk.house.engine) as session:
        head = session.get(Meta, "audit_head")
    assert head is not None
    assert head.value == f"5:{verify_chain(sealed_desk.house)['head']}"
