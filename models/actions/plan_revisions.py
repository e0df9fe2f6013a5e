"""A plan that came in again says something else of a task: a person takes the new text, or keeps the old one.

What was confirmed changes only as a date changes: asked for by one, granted by another. The old text stays.
"""

from datetime import date, datetime

from sqlmodel import Session, select

from models.actions.plan_texts import take_text
from models.actions.promise_changes import ask_change
from models.actions.promise_step import check_due, locked, needed, turn
from models.actions.step import note
from models.actors import Actor
from models.errors import Conflict, NotFound
from models.plan_words import RevisionDecision
from models.promise_words import PromiseState
from models.reckoning import Reckoner
from models.tables.ledger import Promise
from models.tables.plan_revisions import PlanRevision
from models.vocabulary import Role

_NOBODYS_YET = frozenset({PromiseState.TO_CONFIRM.value, PromiseState.STRUCK.value})


def take_revision(
    session: Session, reckoner: Reckoner, revision_id: int, due: date | None, reason: str, actor: Actor, now: datetime
) -> PlanRevision:
    """采用新文; `due`: the date that the person reads in it, None where it names none and the old date stands.

    A task that waits for its confirmation (or was struck) has the new text at once and waits for it again.
    """
    promise, revision = _open(session, revision_id, actor)
    why = needed(reason, "采用新文须写明理由。")
    if promise.state in _NOBODYS_YET:
        check_due(due, promise.made_at, reckoner.zone)
        promise.due = due or revision.due
        promise.choices = None if promise.due else revision.choices
        detail = take_text(session, promise, revision, reckoner.profile.centre)
        turn(session, promise, PromiseState.TO_CONFIRM, "take_revision", actor, now, **detail)
    else:
        change = ask_change(
            session, reckoner, promise.id or 0, due or promise.due, why, actor, now, reworded=True
        )  # fmt: skip
        revision.change_id = change.id
    return _decided(session, revision, RevisionDecision.TAKEN, why, actor, now)


def keep_old(session: Session, revision_id: int, reason: str, actor: Actor, now: datetime) -> PlanRevision:
    """保留原文: the ledger stays as it is; the new text is kept as what was not taken."""
    promise, revision = _open(session, revision_id, actor)
    why = needed(reason, "保留原文须写明理由。")
    note(session, "promise", str(promise.id), "keep_old", actor, now, detail={"revision": revision.id})
    return _decided(session, revision, RevisionDecision.KEPT, why, actor, now)


def _open(session: Session, revision_id: int, actor: Actor) -> tuple[Promise, PlanRevision]:
    actor.must_be(Role.MODERATOR, Role.SUPERVISOR)
    found = session.exec(
        select(PlanRevision).where(PlanRevision.id == revision_id).with_for_update()
        .execution_options(populate_existing=True)
    ).first()  # fmt: skip
    if found is None:
        raise NotFound(f"没有第 {revision_id} 号新旧文核对。")
    if found.decision is not None:
        said = RevisionDecision(found.decision).label
        raise Conflict(f"这一项已由 {found.decided_by} 办理（{said}），请刷新查看。")
    return locked(session, found.promise_id), found


def _decided(
    session: Session, row: PlanRevision, decision: RevisionDecision, why: str, actor: Actor, now: datetime
) -> PlanRevision:
    row.decision, row.reason, row.decided_by, row.decided_at = decision.value, why, actor.login, now
    session.add(row)
    session.flush()
    return row
