"""Rows by the batch read back as they were given, defaults and all."""

import uuid
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import DataError, IntegrityError

from models.bulk import core_table, insert_new, insert_pairs, insert_rows
from models.database import open_engine, reading, writing
from models.migrating import upgrade
from models.tables.clocks import DeadlineBasis
from models.tables.intake import Inbox
from models.tables.messages import MatterKey
from models.tables.notices import Notice
from models.tables.record import History, Outbox

NOW = datetime(2026, 11, 22, 9, 30, 0, 123456, tzinfo=timezone(timedelta(hours=8)))


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    engine = open_engine(f"sqlite:///{tmp_path / 'bulk.db'}")
    upgrade(engine)
    return engine


def _history(number: int) -> dict[str, object]:
    return {"subject": "order", "subject_id": str(number), "at": NOW, "actor": "system", "action": "register"}


def test_values_of_every_kind_come_back_as_they_were(engine: Engine) -> None:
    event, payload = uuid.uuid4(), {"unit": "住房局", "cycle": 1}
    row = {"event_id": event, "type": "order.dispatch", "order_number": None, "payload": payload, "created_at": NOW}
    with writing(engine) as session:
        insert_rows(session, Outbox, [row])
    with reading(engine) as session:
        kept = session.execute(select(core_table(Outbox))).mappings().one()
    assert (kept["event_id"], kept["payload"], kept["order_number"]) == (event, payload, None)
    assert kept["created_at"] == NOW
    assert kept["created_at"].tzinfo is UTC


def test_a_column_that_is_left_out_has_its_default(engine: Engine) -> None:
    with writing(engine) as session:
        insert_rows(session, History, [_history(1), _history(2)])
        insert_rows(session, DeadlineBasis, [{"id": uuid.uuid4(), "rule": "r", "source": "s", "calendar_version": ""}])
    with reading(engine) as session:
        assert session.execute(select(core_table(History).c.detail)).scalars().all() == [{}, {}]
        basis = session.execute(select(core_table(DeadlineBasis))).mappings().one()
    assert (basis["provisional"], basis["steps"]) == (False, [])


def test_a_row_without_what_the_others_have_is_an_error_and_nothing_is_written(engine: Engine) -> None:
    with pytest.raises(KeyError, match="actor"), writing(engine) as session:
        insert_rows(session, History, [_history(1), {k: v for k, v in _history(2).items() if k != "actor"}])
    with reading(engine) as session:
        assert session.execute(select(core_table(History))).first() is None


def test_new_rows_join_known_ones_and_a_plain_insert_refuses_them(engine: Engine) -> None:
    one, other = uuid.uuid4(), uuid.uuid4()
    with writing(engine) as session:
        insert_new(session, Inbox, [{"id": one, "batch": "a"}])
        insert_new(session, Inbox, [{"id": one, "batch": "b"}, {"id": other, "batch": "b"}])
        insert_pairs(session, MatterKey, ("key", "order_id"), [])
    kept = core_table(Inbox).c
    with reading(engine) as session:
        assert dict(session.execute(select(kept.id, kept.batch)).tuples().all()) == {one: "a", other: "b"}
    with pytest.raises(IntegrityError), writing(engine) as session:
        insert_rows(session, Inbox, [{"id": one, "batch": "c"}])


def test_postgresql_takes_new_rows_as_they_are_doubles_once_and_refuses_what_is_too_long(postgres_url: str) -> None:
    engine = open_engine(postgres_url)
    awkward = 'a"b\\{},NULL'
    facts = {"said": '引"号\\,{}', "list": [1, None, 2.5]}
    ids = [uuid.uuid4(), uuid.uuid4()]
    same = {"order_id": None, "clock_id": None, "cycle": 1, "trigger": awkward, "facts": facts, "created_at": NOW}
    given = [(ids[0], "NULL"), (ids[1], ""), (ids[0], "b")]
    with writing(engine) as session:
        insert_new(session, Notice, [{"id": i, "kind": "dispatched", "unit": unit, **same} for i, unit in given])
    kept = core_table(Notice).c
    with reading(engine) as session:
        read = session.execute(select(kept.id, kept.unit, kept.trigger, kept.facts, kept.created_at)).all()
    assert {(row.id, row.unit) for row in read} == set(given[:2])
    assert all((row.trigger, row.facts, row.created_at) == (awkward, facts, NOW) for row in read)
    with pytest.raises(DataError), writing(engine) as session:
        insert_new(session, Inbox, [{"id": uuid.uuid4(), "batch": "b" * 33}])
    engine.dispose()
