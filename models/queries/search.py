"""Full-text search over segmented tokens: FTS5 on SQLite, a tsvector on PostgreSQL.

FTS5's trigram index misses two-character words such as 电梯, so the judgement's own words are indexed.
"""

from collections.abc import Sequence

from sqlalchemy import text
from sqlmodel import Session

SQLITE_DDL = "CREATE VIRTUAL TABLE order_search USING fts5(tokens, detail=none)"
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


def found_orders(session: Session, words: Sequence[str], most: int = 500) -> list[int]:
    """Ids of orders that have all the words, newest first."""
    if not words:
        return []
    if session.get_bind().dialect.name == "sqlite":
        query = " AND ".join('"' + word.replace('"', '""') + '"' for word in words)
        statement = "SELECT rowid FROM order_search WHERE order_search MATCH :q ORDER BY rowid DESC LIMIT :n"
    else:
        query = " & ".join("'" + word.replace("'", "''").replace("\\", "\\\\") + "'" for word in words)
        statement = (
            "SELECT order_id FROM order_search WHERE tokens @@ CAST(:q AS tsquery) ORDER BY order_id DESC LIMIT :n"
        )
    return list(session.execute(text(statement), {"q": query, "n": most}).scalars())


_INSERT = {
    "sqlite": "INSERT INTO order_search(rowid, tokens) VALUES (?, ?)",
    "postgresql": "INSERT INTO order_search VALUES (%s, array_to_tsvector(string_to_array(%s, ' ')))",
}
