"""What a log says of an error: what happened, on one line, without anybody's data."""

import logging
import uuid

import pytest
from sqlalchemy.exc import IntegrityError

from console.cli.main import _OneLine
from models.bulk import insert_rows
from models.database import open_engine, writing
from models.tables.intake import Inbox


def logged(error: Exception) -> str:
    record = logging.LogRecord("huiyin", logging.ERROR, __file__, 1, "没有完成", (), (type(error), error, None))
    return _OneLine().format(record)


def test_an_error_of_the_databases_names_the_constraint_and_not_the_values(postgres_url: str) -> None:
    engine, row = open_engine(postgres_url), {"id": uuid.uuid4(), "batch": "a"}
    with writing(engine) as session:
        insert_rows(session, Inbox, [row])
    with pytest.raises(IntegrityError) as met, writing(engine) as session:
        insert_rows(session, Inbox, [row])
    engine.dispose()
    said = logged(met.value)
    assert "inbox_pkey" in said
    assert str(row["id"]) in str(met.value)
    assert str(row["id"]) not in said


def test_any_other_error_is_told_whole_on_two_lines() -> None:
    assert logged(ValueError("第 3 行\n不是日期")).splitlines()[1:] == ["  ValueError：第 3 行 不是日期"]
