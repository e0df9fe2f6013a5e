"""An edition's way to the public: reviewed by four people who had no hand in it, published, perhaps withdrawn."""

from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.actions.editions import EDITORS, held, must_be_as_seen, must_be_open
from models.actions.step import note
from models.actors import Actor
from models.errors import BadInput, Conflict, NotAllowed
from models.queries.editions import chosen_of, hands_of, missing_steps, reviews_of
from models.tables.editions import Edition, EditionReview
from models.vocabulary import EditionStatus, ReviewStep

# 初审、复审、终审 follow one another; the secrecy review may be made at any time.
_AFTER = {ReviewStep.SECOND: (ReviewStep.FIRST,), ReviewStep.FINAL: (ReviewStep.FIRST, ReviewStep.SECOND)}


class ReviewMissing(Conflict):
    """审核没有完成，不能发布。"""


class LeakFound(Conflict):
    """成稿中仍有个人信息，不能发布。"""


class EmptyEdition(Conflict):
    """这一期没有可以公开的留言，不能发布。"""


class NoLongerOpen(Conflict):
    """选入的留言已不能公开。"""


def review(
    session: Session, week: str, step: ReviewStep, *, approved: bool, text: str | None, actor: Actor, now: datetime,
    seen: int | None = None,
) -> EditionReview:  # fmt: skip
    """保密审查、初审、复审、终审: four people, none of whom compiled or edited it.

    It counts for the draft that the reviewer read (`seen`) and for no other.
    """
    actor.must_be(*EDITORS)
    if actor.role is None:
        raise NotAllowed("审核须由人办理，系统不能代审。")
    edition = held(session, week)
    must_be_open(edition)
    must_be_as_seen(edition, seen, "审")
    must_have_items(session, edition)
    if actor.login in hands_of(session, edition).people:
        raise NotAllowed(f"编辑与审核，不能由同一人办理（{actor.login}）。")
    _must_be_next(session, edition, step, actor)
    if not approved and not (text or "").strip():
        raise BadInput("不同意须写明意见。")
    row = EditionReview(edition_id=edition.id or 0, edition_version=edition.version, step=step.value,
                        reviewer=actor.login, approved=approved, note=text, at=now)  # fmt: skip
    session.add(row)
    edition.status = EditionStatus.REVIEWING.value if approved else EditionStatus.DRAFT.value
    session.add(edition)
    detail = {"approved": approved, "version": edition.version}
    note(session, "edition", week, f"review_{step.value}", actor, now, to_status=edition.status, detail=detail)
    return row


def _must_be_next(session: Session, edition: Edition, step: ReviewStep, actor: Actor) -> None:
    done = reviews_of(session, edition)
    if any(not r.approved for r in done):
        raise Conflict(f"第 {edition.version} 稿已被退回，请修改后重新送审。")
    if any(r.step == step.value for r in done):
        raise Conflict(f"本稿的{step.label}已有结论。")
    agreed = {r.step for r in done}
    before = [s.label for s in _AFTER.get(step, ()) if s.value not in agreed]
    if before:
        raise Conflict(f"{step.label}之前还需{'、'.join(before)}。")
    for other in done:
        actor.must_differ(other.reviewer, "各级审核")


def must_be_reviewed(session: Session, edition: Edition) -> None:
    """All four, of this version, all in favour, by four people who had no hand in it (§4: four eyes)."""
    must_have_items(session, edition)
    missing = [s.label for s in missing_steps(session, edition)]
    if missing:
        raise ReviewMissing(f"{edition.week} 还缺{'、'.join(missing)}（当前为第 {edition.version} 稿）。")
    reviewers = {r.reviewer for r in reviews_of(session, edition)}
    if len(reviewers) != len(ReviewStep) or reviewers & hands_of(session, edition).people:
        raise ReviewMissing(f"{edition.week} 的编辑与四项审核须由不同的人完成。")


def must_have_items(session: Session, edition: Edition) -> None:
    if not chosen_of(session, edition.id):
        raise EmptyEdition(f"{edition.week} 这一期没有选入可以公开的留言，不能送审或发布。")


def next_issue(session: Session, year: int) -> int:
    """The year's editions are locked first: two weeks published at once get two numbers."""
    session.exec(select(Edition.id).where(Edition.year == year).order_by(col(Edition.id)).with_for_update()).all()
    last = session.exec(select(func.max(Edition.issue)).where(Edition.year == year)).one()
    return int(last or 0) + 1


def published(
    session: Session, edition: Edition, issue: int, digests: dict[str, str], actor: Actor, now: datetime
) -> Edition:
    """The files stand; the record says so."""
    actor.must_be(*EDITORS)
    was = edition.status
    edition.issue, edition.digests, edition.published_at = issue, digests, now
    edition.status = EditionStatus.PUBLISHED.value
    session.add(edition)
    note(session, "edition", edition.week, "publish", actor, now, was, edition.status,
         detail={"issue": issue, "version": edition.version, "digests": digests})  # fmt: skip
    return edition


def withdraw(
    session: Session, week: str, text: str, actor: Actor, now: datetime, *, seen: int | None = None
) -> Edition:
    """撤下, with a note that the public may read; a corrected version needs its reviews anew."""
    actor.must_be(*EDITORS)
    if not text.strip():
        raise BadInput("撤下须写明原因。")
    edition = held(session, week)
    if edition.status != EditionStatus.PUBLISHED.value:
        raise Conflict("只有已发布的选登才能撤下。")
    must_be_as_seen(edition, seen, "撤下")
    was = edition.status
    edition.status, edition.note = EditionStatus.WITHDRAWN.value, text.strip()
    edition.version += 1
    session.add(edition)
    note(session, "edition", week, "withdraw", actor, now, was, edition.status, {"version": edition.version})
    return edition
