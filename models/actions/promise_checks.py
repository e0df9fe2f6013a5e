"""回头看 (C 五(三)4): closed entries are looked at again, by somebody else than who closed them."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session, col, select

from models.actions.clocks import start_recheck_clock, stop_clocks
from models.actions.promise_step import CLOSED, locked, must_stand, needed
from models.actions.promises import reopen_promise
from models.actions.step import note
from models.actors import Actor
from models.errors import BadInput, Conflict, NotFound
from models.reckoning import Reckoner
from models.tables.promise_steps import PromiseCheck
from models.vocabulary import Role


def order_checks(
    session: Session, reckoner: Reckoner, ids: Sequence[int], due: date, actor: Actor, now: datetime
) -> list[PromiseCheck]:
    """Have closed entries looked at again by a day; those with a check under way are left out."""
    actor.must_be(Role.SUPERVISOR)
    if due < now.astimezone(reckoner.zone).date():
        raise BadInput(f"回头看的期限 {due} 已经过去，请重新填写。")
    rows = []
    for promise_id in ids:
        promise = locked(session, promise_id)
        must_stand(session, promise, CLOSED)
        if open_check(session, promise_id) is not None:
            continue
        row = PromiseCheck(promise_id=promise_id, due=due, ordered_by=actor.login, ordered_at=now)
        session.add(row)
        session.flush()
        assert row.id is not None  # noqa: S101  (flushed)
        start_recheck_clock(session, reckoner, row.id, reckoner.profile.supervisor, due, now)
        note(session, "promise", str(promise_id), "order_look_back", actor, now, detail={"due": str(due)})
        rows.append(row)
    if not rows:
        raise BadInput("没有可以安排回头看的已销号事项。")
    return rows


def finish_check(
    session: Session, reckoner: Reckoner, check_id: int, holds: bool, remark: str, actor: Actor, now: datetime,
    *, due: date | None = None,
) -> PromiseCheck:  # fmt: skip
    """What was found, by somebody else than who closed it. What does not hold is reopened, with a new date."""
    actor.must_be(Role.MODERATOR, Role.SUPERVISOR)
    row = session.exec(
        select(PromiseCheck).where(PromiseCheck.id == check_id).with_for_update()
        .execution_options(populate_existing=True)
    ).first()  # fmt: skip
    if row is None:
        raise NotFound(f"没有找到回头看（编号 {check_id}）。")
    if row.done_at is not None:
        raise Conflict(f"这次回头看 {row.done_by} 已经办理，请刷新查看。")
    promise = locked(session, row.promise_id)
    actor.must_differ(promise.closed_by, "承诺的销号与回头看")
    row.holds, row.note = holds, needed(remark, "须写明回头看的情况。")
    row.done_by, row.done_at = actor.login, now
    session.add(row)
    stop_clocks(session, "recheck", check_id, now)
    note(session, "promise", str(promise.id), "look_back", actor, now, detail={"holds": holds})
    if not holds:
        if due is None:
            raise BadInput("回头看不属实的须写明新的期限，重新履行。")
        reopen_promise(session, reckoner, row.promise_id, f"回头看：{remark}", due, actor, now)
    return row


def open_check(session: Session, promise_id: int) -> PromiseCheck | None:
    return session.exec(
        select(PromiseCheck).where(PromiseCheck.promise_id == promise_id, col(PromiseCheck.done_at).is_(None))
    ).first()
