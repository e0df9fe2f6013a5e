"""What stands beside ledger entries, for many at once: the units of a task, its progress, its evidence."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session, col, select

from models.tables.promise_steps import PromiseEvidence, PromiseProgress, PromiseUnit

_CHUNK = 500


@dataclass(slots=True)
class PromiseParts:
    """In the order in which they were written."""

    units: list[PromiseUnit] = field(default_factory=list)
    progress: list[PromiseProgress] = field(default_factory=list)
    evidence: list[PromiseEvidence] = field(default_factory=list)


def promise_parts(session: Session, ids: Sequence[int]) -> dict[int, PromiseParts]:
    found = {each: PromiseParts() for each in ids}
    for start in range(0, len(ids), _CHUNK):
        chunk = ids[start : start + _CHUNK]
        for row in _rows(session, PromiseUnit, chunk):
            found[row.promise_id].units.append(row)
        for row in _rows(session, PromiseProgress, chunk):
            found[row.promise_id].progress.append(row)
        for row in _rows(session, PromiseEvidence, chunk):
            found[row.promise_id].evidence.append(row)
    return found


def _rows(session: Session, table: type[Any], ids: Sequence[int]) -> Sequence[Any]:
    return session.exec(select(table).where(col(table.promise_id).in_(ids)).order_by(col(table.id))).all()
