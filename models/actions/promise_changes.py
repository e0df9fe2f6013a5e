"""变更与结转: another date is asked for and approved by somebody else; the old one is kept."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session, col, select

from models.actions.plan_texts import revision_of, take_text
from models.actions.promise_step import AT_WORK, check_due, locked, must_stand, needed, run_clock, turn
from models.actions.step import note
from models.actors import Actor
from models.errors import BadInput, Conflict, NotFound
from models.promise_words import PromiseState
from models.reckoning import Reckoner
from models.tables.promise_steps import PromiseChange
from models.vocabulary import Role


def ask_change(
    session: Session,
    reckoner: Reckoner,
    promise_id: int,
    due: date | None,
    reason: str,
    actor: Actor,
    now: datetime,
    *,
    carries: int | None = None,
    reworded: bool = False,
) -> PromiseChange:
    """申请变更期限; `carries`: the year whose plan it goes on in (结转). The clock runs on until it is granted.

    `reworded`: the words change too, so that the date may stay what it is.
    """
    actor.must_be(Role.UNIT, Role.MODERATOR, Role.SUPERVISOR)
    promise = locked(session, promise_id)
    actor.must_hold(promise.unit)
    must_stand(session, promise, AT_WORK)
    check_due(due, promise.made_at, reckoner.zone)
    past = due is not None and due < now.astimezone(reckoner.zone).date()
    if not (reworded and due == promise.due) and (due is None or past or due == promise.due):
        raise BadInput(f"申请的期限 {due} 已经过去或与现在的相同，请重新填写。")
    if waiting_change(session, promise_id) is not None:
        raise Conflict("已有一份变更申请等待审批，请先等审批结果。")
    row = PromiseChange(
        promise_id=promise_id, old_due=promise.due, new_due=due, reason=needed(reason, "申请变更须写明理由。"),
        carries=carries, asked_by=actor.login, asked_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    detail = {"old_due": str(promise.due or ""), "new_due": str(due or ""), "carries": carries}
    note(session, "promise", str(promise_id), "ask_change", actor, now, detail=detail)
    return row


def decide_change(
    session: Session, reckoner: Reckoner, promise_id: int, grant: bool, remark: str, actor: Actor, now: datetime
) -> PromiseChange:
    """By a supervisor who did not ask. Granted: 经批准变更, a new clock; `first_due` and the request keep the old."""
    actor.must_be(Role.SUPERVISOR)
    promise = locked(session, promise_id)
    row = waiting_change(session, promise_id)
    if row is None:
        raise Conflict("没有等待审批的变更申请，可能已有人审批，请刷新查看。")
    actor.must_differ(row.asked_by, "变更的申请与审批")
    row.granted, row.decided_by, row.decided_at = grant, actor.login, now
    row.note = remark.strip() if grant else needed(remark, "驳回须写明理由。")
    session.add(row)
    if not grant:
        note(session, "promise", str(promise_id), "refuse_change", actor, now)
        return row
    must_stand(session, promise, AT_WORK)
    promise.due = row.new_due
    reworded = revision_of(session, row.id)
    extra = take_text(session, promise, reworded, reckoner.profile.centre) if reworded else {}
    turn(session, promise, PromiseState.CHANGED, "grant_change", actor, now,
         old_due=str(row.old_due or ""), new_due=str(row.new_due or ""), carries=row.carries, **extra)  # fmt: skip
    run_clock(session, reckoner, promise, now)
    return row


def carry_over(
    session: Session, reckoner: Reckoner, ids: Sequence[int], year: int, due: date, reason: str, actor: Actor,
    now: datetime,
) -> list[PromiseChange]:  # fmt: skip
    """结转: ask that unfinished entries go on in the next year; each is then approved like any change."""
    if not ids:
        raise BadInput("没有可以结转的未完成事项。")
    return [ask_change(session, reckoner, i, due, reason, actor, now, carries=year) for i in ids]


def waiting_change(session: Session, promise_id: int) -> PromiseChange | None:
    return session.exec(
        select(PromiseChange).where(PromiseChange.promise_id == promise_id, col(PromiseChange.granted).is_(None))
    ).first()


def stop_series(session: Session, promise_id: int, reason: str, actor: Actor, now: datetime) -> None:
    """不再重复: a recurring task comes no more; its present entry stays as it is."""
    actor.must_be(Role.SUPERVISOR)
    promise = locked(session, promise_id)
    if promise.every is None:
        raise NotFound(f"承诺 {promise_id} 不是周期性任务。")
    promise.every, promise.reason = None, needed(reason, "停止重复须写明理由。")
    promise.version += 1
    session.add(promise)
    note(session, "promise", str(promise_id), "stop_series", actor, now)
