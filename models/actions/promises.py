"""The promise ledger (C 二(三)7 台账管理): found in a sent reply, confirmed by a person, closed by somebody else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from models.actions.clocks import stop_clocks
from models.actions.promise_progress import times_done
from models.actions.promise_step import AT_WORK, CLOSED, check_due, locked, must_stand, needed, run_clock, turn
from models.actions.promise_telling import tell_closed
from models.actions.step import note
from models.actors import Actor
from models.errors import BadInput
from models.promise_words import PromiseLevel, PromiseState
from models.reckoning import Reckoner
from models.rhythms import Rhythm, period_end
from models.tables.ledger import Promise
from models.tables.orders import Reply
from models.vocabulary import Role

_NEW = frozenset({PromiseState.TO_CONFIRM})
_REPORTED = frozenset({PromiseState.TO_VERIFY})


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
    unit: str | None = None,
) -> Promise:
    """待确认 → 履行中. A person sets what the words leave open: the date (not before the promise), the unit.

    A recurring task without a date runs to the end of its first period.
    """
    actor.must_be(Role.MODERATOR, Role.SUPERVISOR)
    promise = locked(session, promise_id)
    must_stand(session, promise, _NEW)
    made_on = promise.made_at.astimezone(reckoner.zone).date()
    promise.due = due or promise.due or (period_end(Rhythm(promise.every), made_on) if promise.every else None)
    check_due(promise.due, promise.made_at, reckoner.zone)
    if unit:
        promise.unit = reckoner.profile.unit(unit).code
    promise.first_due, promise.confirmed_by = promise.due, actor.login
    if promise.every:
        promise.series = promise.series or promise.id
    turn(session, promise, PromiseState.RUNNING, "confirm", actor, now, unit=promise.unit)
    run_clock(session, reckoner, promise, now)
    return promise


def strike_promise(session: Session, promise_id: int, reason: str, actor: Actor, now: datetime) -> Promise:
    """不列为承诺: what the machine took for a promise is none."""
    actor.must_be(Role.MODERATOR, Role.SUPERVISOR)
    promise = locked(session, promise_id)
    must_stand(session, promise, _NEW)
    promise.reason = needed(reason, "剔除须写明理由。")
    turn(session, promise, PromiseState.STRUCK, "strike", actor, now)
    return promise


def report_promise(session: Session, promise_id: int, progress: str, actor: Actor, now: datetime) -> Promise:
    """The unit says that it kept its word; the ledger believes it only after a check.

    The centre's desk may report what a unit told it (and its own): somebody else then checks.
    """
    actor.must_be(Role.UNIT, Role.MODERATOR)
    promise = locked(session, promise_id)
    actor.must_hold(promise.unit)
    must_stand(session, promise, AT_WORK)
    promise.progress, promise.reported_by = needed(progress, "须写明兑现情况。"), actor.login
    promise.reported_at = now
    turn(session, promise, PromiseState.TO_VERIFY, "report", actor, now)
    return promise


def close_promise(
    session: Session, promise_id: int, state: PromiseState, reason: str | None, actor: Actor, now: datetime
) -> Promise:
    """销号, by somebody else than who reported it. What was not or partly kept needs its reason.

    Kept it is only on a report, and a recurring task only with all its times; the citizen who got it is told.
    """
    actor.must_be(Role.MODERATOR, Role.SUPERVISOR)
    if state not in CLOSED:
        raise BadInput("销号结果应为已兑现、部分兑现或无法兑现。")
    promise = locked(session, promise_id)
    must_stand(session, promise, _REPORTED if state is not PromiseState.FAILED else _REPORTED | AT_WORK)
    actor.must_differ(promise.reported_by, "承诺的办理与销号")
    if state is PromiseState.KEPT and promise.times > 1 and (done := times_done(session, promise_id)) < promise.times:
        raise BadInput(f"本期应开展 {promise.times} 次，只登记了 {done} 次，不能按“已兑现”销号。")
    if state is not PromiseState.KEPT:
        promise.reason = needed(reason, "部分兑现或无法兑现须写明原因。")
    promise.closed_by, promise.closed_at = actor.login, now
    turn(session, promise, state, "close", actor, now)
    stop_clocks(session, "promise", promise_id, now)
    tell_closed(session, promise, now)
    return promise


def send_back_promise(session: Session, promise_id: int, reason: str, actor: Actor, now: datetime) -> Promise:
    """核验不通过: back to 履行中; its clock never stopped."""
    actor.must_be(Role.MODERATOR, Role.SUPERVISOR)
    promise = locked(session, promise_id)
    must_stand(session, promise, _REPORTED)
    actor.must_differ(promise.reported_by, "承诺的办理与核验")
    promise.reason = needed(reason, "退回须写明理由。")
    turn(session, promise, PromiseState.RUNNING, "send_back", actor, now)
    return promise


def reopen_promise(
    session: Session, reckoner: Reckoner, promise_id: int, reason: str, due: date, actor: Actor, now: datetime
) -> Promise:
    """重新履行: a closed entry was not done after all. Of two people who reopen it, the second is told so."""
    actor.must_be(Role.MODERATOR, Role.SUPERVISOR)
    promise = locked(session, promise_id)
    must_stand(session, promise, CLOSED)
    if due < now.astimezone(reckoner.zone).date():
        raise BadInput(f"新的期限 {due} 已经过去，请重新填写。")
    promise.reason, promise.due = needed(reason, "重新履行须写明理由。"), due
    promise.closed_by = promise.closed_at = promise.reported_by = promise.reported_at = None
    turn(session, promise, PromiseState.RUNNING, "reopen", actor, now, due=due.isoformat())
    run_clock(session, reckoner, promise, now)
    return promise
