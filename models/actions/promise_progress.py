"""Progress of a ledger entry (进展) with its evidence (佐证). The entry's state does not change by it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.actions.promise_step import AT_WORK, locked, must_stand, needed
from models.actions.step import note
from models.actors import Actor
from models.errors import BadInput, NotFound
from models.promise_words import PromiseState
from models.tables.ledger import Promise
from models.tables.promise_steps import PromiseEvidence, PromiseProgress, PromiseUnit
from models.vocabulary import Role

MOST_BYTES = 50_000_000
MOST_FILES = 10


class EvidenceTooLarge(BadInput):
    """佐证文件过大。"""

    status_code = 413


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file that is in the blob store already."""

    name: str
    media: str
    size: int
    blob: str


def check_sizes(files: Sequence[tuple[str, int]]) -> None:
    """(name, bytes) of every file, before any is kept; EvidenceTooLarge names the file and what to do."""
    if len(files) > MOST_FILES:
        raise EvidenceTooLarge(f"一次最多上传 {MOST_FILES} 个文件，本次有 {len(files)} 个，请分次上传。")
    for name, size in files:
        if size > MOST_BYTES:
            raise EvidenceTooLarge(
                f"佐证“{name}”有 {size // 1_000_000} MB，超过单个文件 {MOST_BYTES // 1_000_000} MB 的上限，"
                "没有收下。请压缩、截取片段或分成几个文件再传；已填写的进展和以前的佐证都在。"
            )


def add_progress(
    session: Session,
    promise_id: int,
    text: str,
    actor: Actor,
    now: datetime,
    *,
    files: Sequence[Evidence] = (),
    counts: bool = False,
) -> PromiseProgress:
    """By the unit that holds it, a unit that stands beside it, or the centre's desk for one that told it."""
    actor.must_be(Role.UNIT, Role.MODERATOR, Role.SUPERVISOR)
    promise = locked(session, promise_id)
    must_share(session, promise, actor)
    must_stand(session, promise, AT_WORK | {PromiseState.TO_VERIFY})
    check_sizes([(f.name, f.size) for f in files])
    row = PromiseProgress(
        promise_id=promise_id, at=now, by=actor.login, unit=actor.unit or promise.unit,
        text=needed(text, "须写明进展情况。"), counts=counts,
    )  # fmt: skip
    session.add(row)
    session.flush()
    assert row.id is not None  # noqa: S101  (flushed)
    session.add_all(
        PromiseEvidence(
            promise_id=promise_id, progress_id=row.id, name=f.name[:200], media=f.media[:100], size=f.size, blob=f.blob
        )
        for f in files
    )
    note(session, "promise", str(promise_id), "progress", actor, now, detail={"files": len(files), "counts": counts})
    return row


def must_share(session: Session, promise: Promise, actor: Actor) -> None:
    """A unit touches what it holds or stands beside; another's does not exist for it."""
    if actor.role is not Role.UNIT or actor.unit == promise.unit:
        return
    beside = session.exec(
        select(PromiseUnit.id).where(PromiseUnit.promise_id == promise.id, PromiseUnit.unit == actor.unit)
    ).first()
    if beside is None:
        raise NotFound(f"没有找到承诺（编号 {promise.id}）。")


def times_done(session: Session, promise_id: int) -> int:
    """How many of the times that a recurring task asks for are on record."""
    statement = select(func.count()).where(
        col(PromiseProgress.promise_id) == promise_id, col(PromiseProgress.counts).is_(True)
    )
    return int(session.exec(statement).one())
