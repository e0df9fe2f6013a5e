"""Totals that only grow: several workers add to the same few rows."""

from collections.abc import Mapping

from sqlmodel import Session, col, select, update

from models.bulk import insert_new
from models.tables.record import Tally


def add_to_tallies(session: Session, adds: Mapping[str, float]) -> None:
    """In the order of their names, so that two workers never wait for one another."""
    insert_new(session, Tally, [{"name": name, "total": 0.0} for name in sorted(adds)])
    for name in sorted(adds):
        session.execute(update(Tally).where(col(Tally.name) == name).values(total=col(Tally.total) + adds[name]))


def tallies(session: Session) -> dict[str, float]:
    return {row.name: row.total for row in session.exec(select(Tally)).all()}
