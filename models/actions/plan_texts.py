"""A task's new text, found when its plan came in again, and how it takes the old one's place."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col, select

from models.actions.step import note
from models.actors import Actor
from models.plan_words import RevisionDecision
from models.tables.ledger import Promise
from models.tables.plan_revisions import PlanRevision
from models.tables.promise_steps import PromiseUnit

_SAME = {RevisionDecision.KEPT.value, RevisionDecision.TAKEN.value, None}


def note_revision(session: Session, promise: Promise, found: PlanRevision, actor: Actor, now: datetime) -> bool:
    """Keep the new text for a person; False where this very text waits already or was decided before.

    A later text takes the place of one that nobody has decided yet.
    """
    known = session.exec(select(PlanRevision).where(PlanRevision.promise_id == promise.id)).all()
    if any(row.text == found.text and row.decision in _SAME for row in known):
        return False
    for row in known:
        if row.decision is None:
            row.decision, row.decided_by, row.decided_at = RevisionDecision.SUPERSEDED.value, actor.login, now
            session.add(row)
    session.add(found)
    session.flush()
    note(session, "promise", str(promise.id), "find_revision", actor, now, detail={"revision": found.id})
    return True


def revision_of(session: Session, change_id: int | None) -> PlanRevision | None:
    """The new text that a change was asked for."""
    return session.exec(select(PlanRevision).where(PlanRevision.change_id == change_id)).first()


def take_text(session: Session, promise: Promise, revision: PlanRevision, centre: str) -> dict[str, Any]:
    """The new words and units; the caller sets the date, the state and the history.

    Units that the new text names as before stay as a person assigned and expanded them; `centre` stands where a plan
    names none.
    """
    promise.text, promise.due_expr = revision.text, revision.due_expr
    named = session.exec(
        select(PromiseUnit).where(PromiseUnit.promise_id == promise.id, col(PromiseUnit.group_id).is_(None))
    ).all()
    if revision.units and {(row.name, row.part) for row in named} != {(u["name"], u["part"]) for u in revision.units}:
        if revision.unit != centre and revision.unit not in {row.unit for row in named if row.part == "lead"}:
            promise.unit = revision.unit
        session.execute(delete(PromiseUnit).where(col(PromiseUnit.promise_id) == promise.id))
        session.add_all(PromiseUnit(promise_id=promise.id or 0, **each) for each in revision.units)
    session.add(promise)
    return {"revision": revision.id}
