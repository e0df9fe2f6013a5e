"""The sealer: history rows chained by hash, in the order in which they are sealed.

Rows are taken where `seal` is null, by id: whoever commits late, with an id long passed, is sealed by the
next run, never skipped. One sealer at a time: an advisory lock on PostgreSQL, BEGIN IMMEDIATE on SQLite.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select, text, update
from sqlmodel import Session, col

from models.errors import HuiyinError
from models.tables.record import History, Meta

GENESIS = "0" * 64
HEAD = "audit_head"
_LOCK = 7203111
_PAGE = 2000
_COLUMNS = ("id", "subject", "subject_id", "at", "actor", "action", "from_status", "to_status", "detail")


class ChainBroken(HuiyinError):
    """审计链已损坏，请先运行 huiyin audit verify 查明。"""


@dataclass(frozen=True, slots=True)
class Report:
    """What a check of the chain found; `broken` is the id of the first row that does not hold."""

    ok: bool
    sealed: int
    unsealed: int
    head: str
    broken: int | None
    why: str


def seal_batch(session: Session, most: int) -> int:
    """Seal up to `most` rows; the caller holds a writing transaction. How many were sealed."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _LOCK})
    rows = session.execute(_rows().where(col(History.seal).is_(None)).order_by(col(History.id)).limit(most)).all()
    if not rows:
        return 0
    number, previous = _head(session)
    sealed = []
    for row in rows:
        number += 1
        previous = row_hash(previous, number, row._mapping)  # noqa: SLF001  (public API)
        sealed.append({"id": row.id, "seal": number, "hash": previous})
    session.execute(update(History), sealed)
    _keep_head(session, number, previous)
    return len(sealed)


def row_hash(previous: str, seal: int, row: Any) -> str:  # noqa: ANN401  (a row's mapping)
    """SHA-256 over the previous hash, the seal's number and every column. NEVER change: chains rest on it."""
    at: datetime = row["at"]
    values = {**{name: row[name] for name in _COLUMNS}, "at": at.astimezone(UTC).isoformat(timespec="microseconds")}
    canonical = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    content = f"{previous}\x1f{seal}\x1f{canonical}".encode("utf-8", errors="surrogatepass")
    return hashlib.sha256(content).hexdigest()


def verify(session: Session) -> Report:
    """Walk the chain from its first link, in a fresh session. The head, kept apart, shows rows cut off at the end."""
    if session.get_bind().dialect.name == "postgresql":
        # The sealer goes on meanwhile: pages and head must be of one moment (SQLite's snapshot is).
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    number, previous = 0, GENESIS
    for row in _sealed(session):
        number += 1
        fault = _fault(row, number, previous)
        if fault:
            return _report(session, number - 1, previous, row.id, fault)
        previous = row.hash
    kept = session.get(Meta, HEAD)
    if kept is not None and kept.value != f"{number}:{previous}":
        return _report(session, number, previous, None, f"末尾有记录被删除：应封存到第 {kept.value.split(':')[0]} 号")
    return _report(session, number, previous, None, "")


def _fault(row: Any, number: int, previous: str) -> str:  # noqa: ANN401  (a row)
    if row.seal != number:
        return f"第 {number} 号封存记录缺失"
    if row.hash != row_hash(previous, number, row._mapping):  # noqa: SLF001  (public API)
        return f"第 {number} 号封存记录（编号 {row.id}）被改动过"
    return ""


def _report(session: Session, sealed: int, head: str, broken: int | None, fault: str) -> Report:
    unsealed = session.execute(select(func.count()).where(col(History.seal).is_(None))).scalar_one()
    why = f"审计链不完整：{fault}。" if fault else f"审计链完好：{sealed} 条已封存，{unsealed} 条待封存。"
    return Report(not fault, sealed, unsealed, head, broken, why)


def _rows() -> Any:  # noqa: ANN401  (a select of many columns)
    return select(*(getattr(History, name) for name in (*_COLUMNS, "seal", "hash")))


def _sealed(session: Session) -> Iterator[Any]:
    """Sealed rows in order, a page at a time; none of them can change meanwhile."""
    last = 0
    while True:
        page = session.execute(_rows().where(col(History.seal) > last).order_by(col(History.seal)).limit(_PAGE)).all()
        yield from page
        if len(page) < _PAGE:
            return
        last = page[-1].seal


def _head(session: Session) -> tuple[int, str]:
    """The last link. A head that is kept but has no row is a chain that was cut: nothing is sealed onto it."""
    last = session.execute(
        select(col(History.seal), col(History.hash))
        .where(col(History.seal).is_not(None)).order_by(col(History.seal).desc()).limit(1)
    ).first()  # fmt: skip
    number, digest = (last[0], last[1]) if last else (0, GENESIS)
    kept = session.get(Meta, HEAD, populate_existing=True)
    if kept is not None and kept.value != f"{number}:{digest}":
        raise ChainBroken
    return number, digest


def _keep_head(session: Session, number: int, digest: str) -> None:
    kept = session.get(Meta, HEAD) or Meta(key=HEAD, value="")
    kept.value = f"{number}:{digest}"
    session.add(kept)
