"""回电: whoever called and was not answered on the spot is called back, each attempt on record."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from models import identity
from models.actions.clocks import start_callback_clock, stop_clocks
from models.actions.numbers import take_block
from models.actions.step import locked, note
from models.actors import Actor
from models.calling_words import AttemptResult, CallbackStatus
from models.errors import BadInput, Conflict, NotFound
from models.reckoning import Reckoner
from models.retrying import Try, next_try, still_to_try
from models.tables.ledger import Callback, CallbackAttempt
from models.tables.orders import WorkOrder
from models.tables.record import Outbox
from models.vocabulary import Role, Satisfaction, Stage


def open_callback(
    session: Session, reckoner: Reckoner, order_id: int, started_at: datetime, actor: Actor, now: datetime
) -> Callback:
    """A further callback for an order, due by the work calendar from `started_at`."""
    order = locked(session, order_id)
    unit = order.lead_unit or reckoner.profile.centre
    callback_id = take_block(session, "order", 1)
    clock = start_callback_clock(session, reckoner, order, callback_id, unit, started_at)
    due = clock.due_at if clock else started_at
    callback = Callback(id=callback_id, order_id=order_id, unit=unit, due_at=due)
    session.add(callback)
    note(session, "callback", str(callback_id), "open", actor, now, to_status=CallbackStatus.DUE.value)
    return callback


def record_attempt(
    session: Session, reckoner: Reckoner, callback_id: int, result: AttemptResult, text: str | None,
    actor: Actor, now: datetime, *, opinion: Satisfaction | None = None,
) -> Callback:  # fmt: skip
    """One try. Answered: done, with what was answered and what the caller says to it. In vain: tried again.

    `next_at` is when the profile's retry plan has it tried again; the clock runs on until somebody is reached
    or the callback is closed with a reason.
    """
    callback = _held(session, callback_id, actor)
    if result is AttemptResult.ANSWERED and not (text or "").strip():
        raise BadInput("已接通的，请写明回复内容。")
    was, said = callback.status, opinion if result is AttemptResult.ANSWERED else None
    session.add(CallbackAttempt(
        callback_id=callback_id, at=now, by=actor.login, result=result.value, note=(text or "").strip() or None,
        opinion=said.value if said else None,
    ))  # fmt: skip
    session.flush()
    profile, tries = reckoner.profile, tries_of(session, callback_id)
    callback.next_at = next_try(profile.callback_retry, tries, reckoner.calendar, profile.office_hours)
    if result is AttemptResult.ANSWERED:
        callback.status, callback.done_at, callback.reason = CallbackStatus.DONE.value, now, None
        stop_clocks(session, "callback", callback_id, now)
        stop_clocks(session, "order", callback.order_id, now, [Stage.FIRST_CONTACT])  # spoken with: 首次联系 too
    detail = {"result": result.value, "try": len(tries), "opinion": said.value if said else None}
    _turned(session, callback, "attempt", was, actor, now, detail)
    return callback


def give_up(
    session: Session, reckoner: Reckoner, callback_id: int, reason: str, actor: Actor, now: datetime
) -> Callback:
    """多次未接通: closed with a reason, once the profile's retry plan has been gone through."""
    callback = _held(session, callback_id, actor)
    if callback.status != CallbackStatus.DUE.value:
        raise Conflict("这项回电已经结束，请刷新查看。")
    if not reason.strip():
        raise BadInput("结束未接通的回电须写明理由。")
    missing = still_to_try(reckoner.profile.callback_retry, tries_of(session, callback_id), reckoner.zone)
    if missing:
        raise Conflict(f"还不能以未接通结束：{missing}。")
    was = callback.status
    callback.status, callback.next_at = CallbackStatus.UNREACHED.value, None
    callback.closed_by, callback.reason = actor.login, reason.strip()
    stop_clocks(session, "callback", callback_id, now)
    _turned(session, callback, "give_up", was, actor, now, {})
    return callback


def tries_of(session: Session, callback_id: int) -> Sequence[Try]:
    rows = session.exec(
        select(CallbackAttempt.at, CallbackAttempt.result)
        .where(CallbackAttempt.callback_id == callback_id)
        .order_by(col(CallbackAttempt.id))
    ).all()
    return [(at, AttemptResult(result)) for at, result in rows]


def _held(session: Session, callback_id: int, actor: Actor) -> Callback:
    actor.must_be(Role.UNIT, Role.MODERATOR)
    callback = session.exec(
        select(Callback).where(Callback.id == callback_id).with_for_update()
        .execution_options(populate_existing=True)
    ).first()  # fmt: skip
    if callback is None:
        raise NotFound(f"没有找到回电任务（编号 {callback_id}）。")
    actor.must_hold(callback.unit)
    if callback.status == CallbackStatus.DONE.value:
        raise Conflict("这个电话已经回过了。")
    return callback


def _turned(
    session: Session, callback: Callback, action: str, was: str, actor: Actor, now: datetime, detail: dict[str, object]
) -> None:
    """History and event: results and numbers, never what was said. Of a sealed order nobody hears (第四十七条)."""
    callback.version += 1
    session.add(callback)
    note(session, "callback", str(callback.id), action, actor, now, was, callback.status, detail)
    order = session.get_one(WorkOrder, callback.order_id)
    if order.sealed:
        return
    told = {"number": order.number, "unit": callback.unit, "status": callback.status, **detail}
    session.add(Outbox(
        event_id=identity.event_id(f"callback:{callback.id}", action, 1, f"v{callback.version}"),
        type=f"callback.{action}", order_number=order.number, payload=told, created_at=now,
    ))  # fmt: skip
