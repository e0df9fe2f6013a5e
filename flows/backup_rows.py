"""Rows as JSON lines that SQLite and PostgreSQL both read back: a backup of one restores into the other."""

import base64
import json
import uuid
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import IO, Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Date,
    Integer,
    LargeBinary,
    Table,
    Uuid,
    bindparam,
    func,
    insert,
    select,
    text,
    update,
)
from sqlmodel import Session, SQLModel

import models.tables  # noqa: F401  (fills the metadata)
from models.queries.search import write_search_rows
from models.tables.base import Utc

SEARCH = "order_search"
_BATCH = 500
_SEARCH_ROWS = {
    "sqlite": "SELECT rowid, tokens FROM order_search ORDER BY rowid",
    "postgresql": "SELECT order_id, array_to_string(tsvector_to_array(tokens), ' ') FROM order_search ORDER BY 1",
}


def tables() -> list[Table]:
    """Every table, those that others refer to first."""
    return list(SQLModel.metadata.sorted_tables)


def write_table(connection: Connection, table: Table, handle: IO[str]) -> int:
    """One JSON array per row, in the order of the table's columns; how many."""
    encoders = [_encoder(column) for column in table.columns]
    statement = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=_BATCH)
    count = 0
    for count, row in enumerate(connection.execute(statement), start=1):  # noqa: B007  (how many, after the loop)
        values = [None if value is None else encode(value) for encode, value in zip(encoders, row, strict=True)]
        handle.write(json.dumps(values, ensure_ascii=False) + "\n")
    return count


def write_search(connection: Connection, handle: IO[str]) -> int:
    count = 0
    rows = connection.execute(text(_SEARCH_ROWS[connection.dialect.name]))
    for count, (order_id, words) in enumerate(rows, start=1):  # noqa: B007
        handle.write(json.dumps([order_id, words], ensure_ascii=False) + "\n")
    return count


def read_table(session: Session, table: Table, columns: list[str], lines: Iterable[str]) -> int:
    """Insert a table's lines. References of a table to itself come last: their row may stand further down."""
    decoders = {name: _decoder(table.columns[name]) for name in columns}
    own = [c.name for c in table.columns if any(key.column.table is table for key in c.foreign_keys)]
    later: list[dict[str, Any]] = []
    count = 0
    for batch in _batches(_decoded(lines, decoders)):
        later += [_reference(row, own) for row in batch if any(row[name] is not None for name in own)]
        session.execute(insert(table), [{**row, **dict.fromkeys(own)} for row in batch])
        count += len(batch)
    if later:
        values: dict[str, Any] = {name: bindparam(f"its_{name}") for name in own}
        session.connection().execute(update(table).where(table.c.id == bindparam("its_id")).values(values), later)
    return count


def read_search(session: Session, lines: Iterable[str]) -> int:
    count = 0
    for batch in _batches(json.loads(line) for line in lines):
        write_search_rows(session, [(order_id, words) for order_id, words in batch])
        count += len(batch)
    return count


def sequences(connection: Connection) -> dict[str, int]:
    """The highest number that each table ever gave out: a deleted row's number is not given again."""
    if connection.dialect.name == "sqlite":
        rows = connection.execute(text("SELECT name, seq FROM sqlite_sequence")).all()
        return {name: seq for name, seq in rows if name in SQLModel.metadata.tables}
    found = {}
    for table in filter(_is_numbered, tables()):
        name = connection.execute(text("SELECT pg_get_serial_sequence(:t, 'id')"), {"t": table.name}).scalar()
        if name and (value := connection.execute(text(f"SELECT last_value FROM {name} WHERE is_called")).scalar()):  # noqa: S608  (a name that the database gave)
            found[table.name] = int(value)
    return found


def restore_sequences(session: Session, kept: dict[str, int]) -> None:
    connection = session.connection()
    for table in filter(_is_numbered, tables()):
        highest = max(kept.get(table.name, 0), connection.execute(select(func.max(table.c.id))).scalar() or 0)
        if not highest:
            continue
        if connection.dialect.name == "postgresql":
            restart = text("SELECT setval(pg_get_serial_sequence(:t, 'id'), :n)")
            connection.execute(restart, {"t": table.name, "n": highest})
        elif table.dialect_options["sqlite"]["autoincrement"]:
            connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :t"), {"t": table.name})
            connection.execute(
                text("INSERT INTO sqlite_sequence (name, seq) VALUES (:t, :n)"), {"t": table.name, "n": highest}
            )


def _is_numbered(table: Table) -> bool:
    column = table.columns.get("id")
    return column is not None and isinstance(column.type, (Integer, BigInteger))


def _reference(row: dict[str, Any], own: list[str]) -> dict[str, Any]:
    return {"its_id": row["id"], **{f"its_{name}": row[name] for name in own}}


def _decoded(lines: Iterable[str], decoders: dict[str, Callable[[Any], Any]]) -> Iterator[dict[str, Any]]:
    for line in lines:
        pairs = zip(decoders.items(), json.loads(line), strict=True)
        yield {name: None if value is None else decode(value) for (name, decode), value in pairs}


def _batches(rows: Iterable[Any]) -> Iterator[list[Any]]:
    batch: list[Any] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _encoder(column: Column[Any]) -> Callable[[Any], Any]:
    if isinstance(column.type, LargeBinary):
        return lambda value: base64.b64encode(value).decode()
    if isinstance(column.type, (Utc, Date)):
        return lambda value: value.isoformat()
    return str if isinstance(column.type, Uuid) else lambda value: value


def _decoder(column: Column[Any]) -> Callable[[Any], Any]:
    if isinstance(column.type, LargeBinary):
        return base64.b64decode
    if isinstance(column.type, Utc):
        return datetime.fromisoformat
    if isinstance(column.type, Date):
        return date.fromisoformat
    return uuid.UUID if isinstance(column.type, Uuid) else lambda value: value
