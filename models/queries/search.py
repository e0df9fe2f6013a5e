"""Full-text search over segmented tokens: FTS5 on SQLite, a tsvector on PostgreSQL.

FTS5's trigram index misses two-character words such as 电梯, so the judgement's own words are indexed. They come cut
and in small letters, and nothing is ranked: SQLite splits at spaces alone, and keeps no lengths.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, cast, column, false, table
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlmodel import Session, col

from models.tables.orders import WorkOrder

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, UnaryExpression

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


@dataclass(frozen=True, slots=True)
class Found:
    """Which orders a search means, and how its list is sorted.

    A search of words is sorted by the index's own id: SQLite then reads a word's orders from the newest and stops where
    the page is full. That the order's id is the same it does not see by itself.
    """

    condition: "ColumnElement[bool]"
    newest: "UnaryExpression[Any]" = field(default_factory=lambda: col(WorkOrder.id).desc())


def has_words(session: Session, words: Sequence[str]) -> Found:
    """The orders that have all the words; one character stands for every word it begins.

    Longer ones stay whole: there is one list of orders to read for a word, and as many as it begins for a beginning.
    """
    if not words:
        return Found(false())
    dialect = session.get_bind().dialect.name
    sign, and_sign, begins = _SYNTAX[dialect]
    quoted = ((word.replace("\\", "\\\\") if dialect != "sqlite" else word).replace(sign, sign * 2) for word in words)
    asked = and_sign.join(
        sign + said + sign + (begins if len(word) == 1 else "") for word, said in zip(words, quoted, strict=True)
    )
    if dialect == "sqlite":
        return _joined(_INDEX.c.rowid, _INDEX.c.order_search.bool_op("MATCH")(asked))
    return _joined(_INDEX.c.order_id, _INDEX.c.tokens.bool_op("@@")(cast(asked, TSQUERY)))


def _joined(order_id: "ColumnElement[int]", matches: "ColumnElement[bool]") -> Found:
    return Found((col(WorkOrder.id) == order_id) & matches, order_id.desc())


_INDEX = table(
    "order_search", column("rowid", Integer), column("order_search"), column("order_id", Integer), column("tokens")
)
_SYNTAX = {"sqlite": ('"', " AND ", " *"), "postgresql": ("'", " & ", ":*")}  # quote, and, what makes it a beginning
_INSERT = {
    "sqlite": "INSERT INTO order_search(rowid, tokens) VALUES (?, ?)",
    "postgresql": "INSERT INTO order_search VALUES (%s, array_to_tsvector(string_to_array(%s, ' ')))",
}
