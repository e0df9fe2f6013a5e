"""Rows by the batch: SQLAlchemy writes the statement once, and values are made ready here, a column at a time.

Core readies every value of every row by itself, which costs more than the database's own work does.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from typing import Any

from sqlalchemy import Column, Dialect, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.schema import CallableColumnDefault
from sqlmodel import Session, SQLModel

from models.tables.base import Utc

Row = dict[str, Any]
_LENGTH = re.compile(r"\(\d+\)")
BY_NUMBER = attrgetter("int")  # the order of UUIDs, without a call of theirs for each comparison


def insert_rows(session: Session, table: type[SQLModel], rows: Sequence[Row]) -> None:
    """Insert rows that all have the same keys, in one statement; a key that exists in the table is an error."""
    _insert(session, table, rows, new=False)


def insert_new(session: Session, table: type[SQLModel], rows: Sequence[Row]) -> None:
    """Insert those rows that are new by any unique key, all in one statement."""
    _insert(session, table, rows, new=True)


def insert_pairs(
    session: Session, table: type[SQLModel], names: tuple[str, str], pairs: Sequence[tuple[int, int]]
) -> None:
    """Insert those pairs of whole numbers that are new: as the driver takes them, for tables of many narrow rows."""
    if pairs:
        connection = session.connection()
        if connection.dialect.name == "postgresql":
            sql, _ = _spread(connection.dialect, table, names)
            connection.exec_driver_sql(sql, tuple(map(list, zip(*pairs, strict=True))))
        else:
            sql, _ = _prepared(connection.dialect, table, names, new=True)
            connection.exec_driver_sql(sql, list(pairs))


def core_table(table: type[SQLModel]) -> Table:
    """The table behind a class: a batch written through it skips the ORM."""
    return SQLModel.metadata.tables[str(table.__tablename__)]


def insertion(dialect: Dialect, table: type[SQLModel]) -> Any:  # noqa: ANN401  (two dialects' classes)
    """An insert that can be told what to do about a key that exists."""
    return (postgresql if dialect.name == "postgresql" else sqlite).insert(core_table(table))


def _insert(session: Session, table: type[SQLModel], rows: Sequence[Row], *, new: bool) -> None:
    if not rows:
        return
    connection = session.connection()
    if new and connection.dialect.name == "postgresql":
        sql, columns = _spread(connection.dialect, table, tuple(rows[0]))
        connection.exec_driver_sql(sql, tuple(column.ready(rows) for column in columns))
        return
    sql, columns = _prepared(connection.dialect, table, tuple(rows[0]), new=new)
    given: list[Any] = list(zip(*(column.ready(rows) for column in columns), strict=True))
    if not connection.dialect.positional:
        names = [column.name for column in columns]
        given = [dict(zip(names, values, strict=True)) for values in given]
    connection.exec_driver_sql(sql, given)


@dataclass(frozen=True, slots=True)
class _Column:
    """`convert` makes a value fit for the driver; where rows leave the column out, all of them have its `default`."""

    name: str
    convert: Callable[[Any], Any] | None
    repeats: bool
    given: bool
    default: Any

    def ready(self, rows: Sequence[Row]) -> list[Any]:
        name, convert = self.name, self.convert
        values = [row[name] for row in rows] if self.given else [self.default] * len(rows)
        if convert is None:
            return values
        if self.repeats:
            known = {value: convert(value) for value in set(values)}
            return [known[value] for value in values]
        return [convert(value) for value in values]


@lru_cache(maxsize=256)
def _prepared(
    dialect: Dialect, table: type[SQLModel], names: tuple[str, ...], *, new: bool
) -> tuple[str, list[_Column]]:
    """The statement as the driver takes it, and its columns in the order of its parameters."""
    statement = insertion(dialect, table).inline()  # inline: nothing is asked back
    statement = statement.on_conflict_do_nothing() if new else statement
    compiled = statement.compile(dialect=dialect, column_keys=list(names))
    order = compiled.positiontup or list(compiled.binds)
    columns = core_table(table).c
    return compiled.string, [_column(dialect, columns[name], given=name in names) for name in order]


@lru_cache(maxsize=256)
def _spread(dialect: Dialect, table: type[SQLModel], names: tuple[str, ...]) -> tuple[str, list[_Column]]:
    """An insert of what is new for PostgreSQL, a list for each column: the server reads one statement, not one a row.

    For narrow rows, three to eight times faster; long texts cost more within a list than by themselves.
    """
    _, columns = _prepared(dialect, table, names, new=True)
    kept = core_table(table).c
    quoted = ", ".join(dialect.identifier_preparer.quote(column.name) for column in columns)
    # Without its length: a cast would cut what the column refuses.
    types = (_LENGTH.sub("", kept[column.name].type.compile(dialect)) for column in columns)
    lists = ", ".join(f"%s::{kind}[]" for kind in types)
    into = f"INSERT INTO {table.__tablename__} ({quoted})"
    return f"{into} SELECT * FROM unnest({lists}) ON CONFLICT DO NOTHING", columns  # noqa: S608  (our own names)


def _column(dialect: Dialect, column: Column[Any], *, given: bool) -> _Column:
    """Moments repeat a great deal within a batch: making each ready once is enough."""
    convert = column.type.dialect_impl(dialect).bind_processor(dialect)
    default = column.default
    made = isinstance(default, CallableColumnDefault)  # a list or a dict, whatever the context
    value = default.arg(None) if made else getattr(default, "arg", None)  # type: ignore[union-attr]
    return _Column(column.name, convert, isinstance(column.type, Utc), given, value)
