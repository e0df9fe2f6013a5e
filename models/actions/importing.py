"""导入原有工单: each once, by its number and channel; what is known already is left as it stands here."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from models.actions.numbers import take_block
from models.actions.past_rows import PastRows
from models.actors import Actor
from models.bulk import insert_new
from models.database import new_token
from models.past_orders import Import
from models.registration import Office
from models.tables.intake import Inbox, Intake
from models.tables.orders import WorkOrder


@dataclass(slots=True)
class Imported:
    """`taken`: rows whose number another order has, `changed`: known ones whose words differ now; by place."""

    entered: int = 0
    duplicates: int = 0
    taken: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)

    def add(self, other: "Imported") -> None:
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


def import_orders(
    session: Session, batch: Sequence[Import], intakes: Sequence[dict[str, Any]], office: Office, actor: Actor,
    now: datetime,
) -> Imported:  # fmt: skip
    """Write a batch in the caller's transaction. `intakes`: the intake row of each, so that collecting knows it."""
    done = Imported()
    known = _known(session, [row["id"] for row in intakes])
    numbers = _numbers(session, [entry.past.number for entry in batch])
    fresh: list[tuple[Import, dict[str, Any]]] = []
    for entry, intake in zip(batch, intakes, strict=True):
        if intake["id"] in known:
            done.duplicates += 1
            if known[intake["id"]] != intake["digest"]:
                done.changed.append(entry.past.where)
        elif entry.past.number in numbers:
            done.taken.append(entry.past.where)
        else:
            known[intake["id"]] = intake["digest"]
            numbers.add(entry.past.number)
            fresh.append((entry, intake))
    if fresh:
        _write(session, fresh, office, actor, now)
    done.entered = len(fresh)
    return done


def _write(
    session: Session, fresh: Sequence[tuple[Import, dict[str, Any]]], office: Office, actor: Actor, now: datetime
) -> None:
    token = new_token()
    rows = PastRows(office, take_block(session, "order", len(fresh)), now, actor)
    insert_new(session, Intake, [intake for _, intake in fresh])
    insert_new(session, Inbox, [{"id": intake["id"], "batch": token} for _, intake in fresh])
    for entry, _ in fresh:
        rows.add_past(entry)
    rows.write(session)


def _known(session: Session, ids: Sequence[Any]) -> dict[Any, str]:
    return dict(session.exec(select(Intake.id, Intake.digest).where(col(Intake.id).in_(ids))).all())


def _numbers(session: Session, numbers: Sequence[str]) -> set[str]:
    return set(session.exec(select(WorkOrder.number).where(col(WorkOrder.number).in_(numbers))).all())
