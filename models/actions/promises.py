"""The promise ledger (C 二(三)7 台账管理): found in a sent reply, confirmed by a person, closed by somebody else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, select

from models.actions.clocks import start_promise_clock, stop_clocks
from models.actions.step import note
from models.actors import Actor
from models.errors import BadInput, Conflict, NotFound
from models.reckoning import Reckoner
from models.tables.ledger import Promise
from models.tables.orders import Reply
from models.vocabulary import PromiseLevel, PromiseState, Role

_CLOSED = {PromiseState.KEPT, PromiseState.PARTLY, PromiseState.FAILED}


@dataclass(frozen=True, slots=True)
class Found:
    """A promise as the judgement found it: offsets are code points in the reply."""

    text: str
    start: int
    end: int
    level: str
    due: date | None
    due_expr: str | None


def enter_promises(session: Session, reply: Reply, found: Sequence[Found], now: datetime) -> list[Promise]:
    """Dated and specific promises of a sent reply wait for a person's confirmation; soft words are left out."""
    rows = [
        Promise(
            order_id=reply.order_id, reply_id=reply.id, source="reply", unit=reply.unit, text=f.text,
            start=f.start, end=f.end, level=f.level, due=f.due, due_expr=f.due_expr, made_at=reply.sent_at or now,
        )
        for f in found
        if f.level != PromiseLevel.GENERIC
    ]  # fmt: skip
    session.add_all(rows)
    session.flush()
    for row in rows:
        note(session, "promise", str(row.id), "enter", Actor("system"), now, to_status=row.state)
    return rows


def confirm_promise(
    session: Session,
    reckoner: Reckoner,
    promise_id: int,
    actor: Actor,
    now: datetime,
    *,
    due: date | None = None,
) -> Promise:
    """待确认 → 履行中. A person may set the date that the words leave open; it may not lie before the promise."""
    actor.must_be(Role.MODERATOR, Role.SUPERVISOR)
    promise = _locked(session, promise_id)
    _must_stand(promise, {PromiseState.TO_CONFIRM})
    promise.due = due or promise.due
    if promise.due and promise.due < promise.made_at.astimezone(reckoner.zone).date():
        raise BadInput(f"期限 {promise.due} 早于承诺作出之日 {promise.made_at:%Y-%m-%d}，请核对。")
    promise.confirmed_by = actor.login
    _turn(session, promise, PromiseState.RUNNING, "confirm", actor, now)
    if promise.due:
        start_promise_clock(session, reckoner, promise_id, promise.order_id, promise.unit, promise.due, now)
    return promise


def strike_promise(session: Session, promise_id: int, reason: str, actor: Actor, now: datetime) -> Promise:
    """不列为承诺: what the machine took for a promise is none."""
    actor.must_be(Role.MODERATOR, Role.SUPERVISOR)
    promise = _locked(session, promise_id)
    _must_stand(promise, {PromiseState.TO_CONFIRM})
    promise.reason = _needed(reason, "剔除须写明理由。")
    _turn(session, promise, PromiseState.STRUCK, "strike", actor, now)
    return promise


def report_promise(session: Session, promise_id: int, progress: str, actor: Actor, now: datetime) -> Promise:
    """The unit says that it kept its word, with evidence; the ledger believes it only after a check."""
    actor.must_be(Role.UNIT)
    promise = _locked(session, promise_id)
    actor.must_hold(promise.unit)
    _must_stand(promise, {PromiseState.RUNNING, PromiseState.CHANGED})
    promise.progress, promise.reported_by = _needed(progress, "须写明兑现情况。"), actor.login
    _turn(session, promise, PromiseState.TO_VERIFY, "report", actor, now)
    return promise


def close_promise(
    session: Session, promise_id: int, state: PromiseState, reason: str | None, actor: Actor, now: datetime
) -> Promise:
    """销号, by somebody else than who reported it. What was not or partly kept needs its reason."""
    actor.must_be(Role.MODERATOR, Role.SUPERVISOR)
    if state not in _CLOSED:
        raise BadInput("销号结果应为已兑现、部分兑现或无法兑现。")
    promise = _locked(session, promise_id)
    _must_stand(promise, {PromiseState.TO_VERIFY, PromiseState.RUNNING, PromiseState.CHANGED})
    actor.must_differ(promise.reported_by, "承诺的办理与销号")
    if state is not PromiseState.KEPT:
        promise.reason = _needed(reason or "", "部分兑现或无法兑现须写明原因。")
    promise.closed_by, promise.closed_at = actor.login, now
    _turn(session, promise, state, "close", actor, now)
    stop_clocks(session, "promise", promise_id, now)
    return promise


def send_back_promise(session: Session, promise_id: int, reason: str, actor: Actor, now: datetime) -> Promise:
    """核验不通过: back to 履行中; its clock never stopped."""
    actor.must_be(Role.MODERATOR, Role.SUPERVISOR)
    promise = _locked(session, promise_id)
    _must_stand(promise, {PromiseState.TO_VERIFY})
    actor.must_differ(promise.reported_by, "承诺的办理与核验")
    promise.reason = _needed(reason, "退回须写明理由。")
    _turn(session, promise, PromiseState.RUNNING, "send_back", actor, now)
    return promise


def _locked(session: Session, promise_id: int) -> Promise:
    found = session.exec(
        select(Promise).where(Promise.id == promise_id).with_for_update()
        .execution_options(populate_existing=True)
    ).first()  # fmt: skip
    if found is None:
        raise NotFound(f"没有找到承诺（编号 {promise_id}）。")
    return found


def _must_stand(promise: Promise, states: set[PromiseState]) -> None:
    now = PromiseState(promise.state)
    if now not in states:
        raise Conflict(f"承诺 {promise.id} 现为“{now.label}”，不能这样处理。可能已有人办理，请刷新查看。")


def _turn(session: Session, promise: Promise, state: PromiseState, action: str, actor: Actor, now: datetime) -> None:
    was, promise.state = promise.state, state.value
    promise.version += 1
    session.add(promise)
    note(session, "promise", str(promise.id), action, actor, now, was, promise.state)


def _needed(text: str, message: str) -> str:
    if not text.strip():
        raise BadInput(message)
    return text.strip()
