"""Engines and sessions for SQLite (WAL) and PostgreSQL."""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic_core import to_json
from sqlalchemy import Engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError
from sqlmodel import Session, create_engine

BUSY_SECONDS = 30
DATABASE_AWAY = (OperationalError, InterfaceError, InternalError)
"""The database is gone, full, locked or read-only (psycopg's internal error): no fault of what was being written."""

_COLLIDED = {"40P01", "40001", "23505"}  # a deadlock, a serialization failure, a unique key taken meanwhile


def collided(error: Exception) -> bool:
    """PostgreSQL let one of two at the same instant go first and refused the other; SQLite's writers wait instead."""
    return getattr(getattr(error, "orig", None), "sqlstate", None) in _COLLIDED


def open_engine(url: str) -> Engine:
    """An engine for the application's database. Errors never show parameters: citizens' words stay out of logs."""
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True, hide_parameters=True, json_serializer=_json)
    file = make_url(url).database
    if file and file != ":memory:":
        Path(file).parent.mkdir(parents=True, exist_ok=True)
    arguments = {"timeout": BUSY_SECONDS, "check_same_thread": False}
    engine = create_engine(url, connect_args=arguments, hide_parameters=True, json_serializer=_json)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _json(value: object) -> str:
    """Four times faster than the standard library on the small values of which each message brings a dozen."""
    try:
        return to_json(value).decode()
    except ValueError:  # half a character, as damaged mail has it: only the library's escapes can hold it
        return json.dumps(value)


_PRAGMAS = (
    "journal_mode=wal",
    "synchronous=full",
    "foreign_keys=on",
    "cache_size=-65536",
    # 32 MB of log before it is copied into the file: after every batch cost a fifth of a commit.
    "wal_autocheckpoint=8000",
)


def _prepare_sqlite(connection: DBAPIConnection, _record: object) -> None:
    connection.isolation_level = None  # we begin ourselves
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"pragma {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:  # noqa: ANN401  (SQLAlchemy's event signature)
    # A deferred transaction that turns to writing fails at once, whatever the timeout: say so at its start.
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """One short transaction: commits at the end, rolls back on any error."""
    with Session(engine.execution_options(writing=True), expire_on_commit=False) as session:
        try:
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A snapshot to read from; nothing is kept."""
    with Session(engine, expire_on_commit=False) as session:
        yield session


def new_token() -> str:
    """Marks the rows that one batch owns."""
    return uuid.uuid4().hex
