"""An edition's way to the public: compiled, edited, reviewed by four other people, published, perhaps withdrawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, select

from models.actions.step import note
from models.actors import Actor
from models.errors import BadInput, Conflict, NotAllowed, NotFound
from models.queries.editions import find_edition, items_of, must_find, reviews_of
from models.tables.editions import Edition, EditionItem, EditionReview
from models.vocabulary import EditionStatus, ReviewStep, Role

_EDITORS = (Role.EDITOR, Role.SUPERVISOR)


class ReviewMissing(NotAllowed):
    """审核没有完成，不能发布。"""


class LeakFound(NotAllowed):
    """成稿里还有个人信息，不能发布。"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of an edition as the compiler proposes it; texts are redacted already."""

    order_id: int
    why: str
    summary: str
    accepted_on: date
    replied_on: date
    unit: str
    answer: str
    outcome: str
    masked: list[dict[str, Any]]


def compile_draft(
    session: Session, draft: Edition, entries: Sequence[Entry], actor: Actor, now: datetime
) -> Edition:
    """Make the week's draft, or bring it up to date: what an editor has touched stays as it is."""
    actor.must_be(*_EDITORS)
    edition = find_edition(session, draft.week) or draft
    if edition.status == EditionStatus.PUBLISHED.value:
        raise Conflict(f"{edition.week} 这一期已经发布，不能重编；需要更正请先撤下。")
    known = edition.id is not None
    session.add(edition)
    session.flush()
    before = {item.order_id: item for item in items_of(session, edition.id)}
    added = [e for e in entries if e.order_id not in before]
    for position, entry in enumerate(added, len(before) + 1):
        session.add(_item(edition, position, entry))
    if added and known:
        _changed(session, edition)
    note(session, "edition", edition.week, "compile", actor, now, detail={"items": len(before) + len(added)})
    return edition


def _item(edition: Edition, position: int, entry: Entry) -> EditionItem:
    assert edition.id is not None  # noqa: S101  (flushed)
    return EditionItem(
        edition_id=edition.id, order_id=entry.order_id, position=position, why=entry.why, summary=entry.summary,
        accepted_on=entry.accepted_on, replied_on=entry.replied_on, unit=entry.unit, answer=entry.answer,
        outcome=entry.outcome, masked=entry.masked,
    )  # fmt: skip


def edit_item(
    session: Session, item_id: int, actor: Actor, now: datetime, *, summary: str | None = None,
    answer: str | None = None, chosen: bool | None = None, position: int | None = None,
) -> EditionItem:  # fmt: skip
    """The editor's hand; reviews of the earlier version no longer count."""
    actor.must_be(Role.EDITOR)
    item = session.get(EditionItem, item_id)
    if item is None:
        raise NotFound("没有这一条。")
    edition = session.exec(select(Edition).where(Edition.id == item.edition_id).with_for_update()).one()
    _must_be_open(edition)
    given = {"summary": summary, "answer": answer, "chosen": chosen, "position": position}
    for name, value in given.items():
        if value is None:
            continue
        if isinstance(value, str) and not value.strip():
            raise BadInput("摘要和答复内容不能为空。")
        setattr(item, name, value)
    session.add(item)
    _changed(session, edition)
    fields = [name for name, value in given.items() if value is not None]
    note(session, "edition", edition.week, "edit", actor, now, detail={"item": item_id, "fields": fields})
    return item


def review(
    session: Session, week: str, step: ReviewStep, *, approved: bool, text: str | None, actor: Actor, now: datetime
) -> EditionReview:
    """保密审查、初审、复审、终审: four people, none of whom compiled or edited it."""
    actor.must_be(*_EDITORS)
    edition = must_find(session, week)
    _must_be_open(edition)
    actor.must_differ(edition.compiled_by, "编辑与审核")
    done = reviews_of(session, edition)
    if any(r.step == step.value for r in done):
        raise Conflict(f"这一版的{step.label}已经有结论。")
    for other in done:
        actor.must_differ(other.reviewer, "各级审核")
    if not approved and not (text or "").strip():
        raise BadInput("不同意须写明意见。")
    row = EditionReview(edition_id=edition.id or 0, edition_version=edition.version, step=step.value,
                        reviewer=actor.login, approved=approved, note=text, at=now)  # fmt: skip
    session.add(row)
    edition.status = EditionStatus.REVIEWING.value if approved else EditionStatus.DRAFT.value
    session.add(edition)
    note(session, "edition", week, f"review_{step.value}", actor, now, detail={"approved": approved,
                                                                            "version": edition.version})  # fmt: skip
    return row


def must_be_reviewed(session: Session, edition: Edition) -> None:
    """All four, of this version, all in favour, by four people (§4: four eyes)."""
    done = reviews_of(session, edition)
    agreed = {r.step for r in done if r.approved}
    missing = [s.label for s in ReviewStep if s.value not in agreed]
    if missing:
        raise ReviewMissing(f"{edition.week} 还缺{'、'.join(missing)}（当前稿第 {edition.version} 版）。")
    if len({r.reviewer for r in done} | {edition.compiled_by}) != len(ReviewStep) + 1:
        raise ReviewMissing(f"{edition.week} 的编辑与四项审核须由不同的人完成。")


def next_issue(session: Session, year: int) -> int:
    last = session.exec(select(func.max(Edition.issue)).where(Edition.year == year)).one()
    return int(last or 0) + 1


def published(
    session: Session, edition: Edition, issue: int, digests: dict[str, str], actor: Actor, now: datetime
) -> Edition:
    """The files stand; the record says so."""
    edition.issue, edition.digests, edition.published_at = issue, digests, now
    edition.status = EditionStatus.PUBLISHED.value
    session.add(edition)
    note(session, "edition", edition.week, "publish", actor, now, to_status=edition.status,
         detail={"issue": issue, "digests": digests})  # fmt: skip
    return edition


def withdraw(session: Session, week: str, text: str, actor: Actor, now: datetime) -> Edition:
    """撤下, with a note that the public may read; a corrected version needs its reviews anew."""
    actor.must_be(*_EDITORS)
    if not text.strip():
        raise BadInput("撤下须写明原因。")
    edition = must_find(session, week)
    if edition.status != EditionStatus.PUBLISHED.value:
        raise Conflict("只有已发布的才能撤下。")
    edition.status, edition.note = EditionStatus.WITHDRAWN.value, text.strip()
    edition.version += 1
    session.add(edition)
    note(session, "edition", week, "withdraw", actor, now, to_status=edition.status)
    return edition


def _must_be_open(edition: Edition) -> None:
    if edition.status == EditionStatus.PUBLISHED.value:
        raise Conflict("这一期已经发布，请先撤下再改。")


def _changed(session: Session, edition: Edition) -> None:
    edition.version += 1
    edition.status = EditionStatus.DRAFT.value
    session.add(edition)


def all_chosen(session: Session, edition: Edition) -> list[EditionItem]:
    return [item for item in items_of(session, edition.id) if item.chosen]


