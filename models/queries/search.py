"""Full-text search over segmented tokens: FTS5 on SQLite, a tsvector on PostgreSQL.

FTS5's trigram index misses two-character words such as 电梯, so the judgement's own words are indexed. They come cut
and in small letters, and nothing is ranked: SQLite splits at spaces alone, and keeps no lengths.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import false, text
from sqlmodel import Session, col

from models.tables.orders import WorkOrder

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

SQLITE_DDL = "CREATE VIRTUAL TABLE order_search USING fts5(tokens, detail=none, columnsize=0, tokenize='ascii')"
POSTGRES_DDL = (
    "CREATE TABLE order_search (order_id BIGINT PRIMARY KEY, tokens TSVECTOR NOT NULL)",
    "CREATE INDEX ix_order_search ON order_search USING gin (tokens)",
)


def write_search_rows(session: Session, rows: Sequence[tuple[int, str]]) -> None:
    """`rows`: order id and its space-separated words."""
    if not rows:
        return
    connection = session.connection()
    connection.exec_driver_sql(_INSERT[connection.dialect.name], list(rows))


def has_words(session: Session, words: Sequence[str]) -> "ColumnElement[bool]":
    """Whether an order has all the words, as a condition on it; one character stands for every word it begins.

    Longer ones stay whole: there is one list of orders to read for a word, and as many as it begins for a beginning.
    """
    if not words:
        return false()
    dialect = session.get_bind().dialect.name
    sign, and_, begins = _SYNTAX[dialect]
    quoted = ((word.replace("\\", "\\\\") if dialect != "sqlite" else word).replace(sign, sign * 2) for word in words)
    asked = and_.join(
        sign + said + sign + (begins if len(word) == 1 else "") for word, said in zip(words, quoted, strict=True)
    )
    return col(WorkOrder.id).in_(_FOUND[dialect].bindparams(words=asked))


_SYNTAX = {"sqlite": ('"', " AND ", " *"), "postgresql": ("'", " & ", ":*")}  # quote, and, what makes it a beginning
_FOUND = {
    "sqlite": text("SELECT rowid FROM order_search WHERE order_search MATCH :words"),
    "postgresql": text("SELECT order_id FROM order_search WHERE tokens @@ CAST(:words AS tsquery)"),
}
_INSERT = {
    "sqlite": "INSERT INTO order_search(rowid, tokens) VALUES (?, ?)",
    "postgresql": "INSERT INTO order_search VALUES (%s, array_to_tsvector(string_to_array(%s, ' ')))",
}
