"""回电: whoever called and was not answered on the spot is called back, each attempt on record."""

from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, select

from models.actions.clocks import start_callback_clock, stop_clocks
from models.actions.numbers import take_block
from models.actions.step import locked, note
from models.actors import Actor
from models.errors import Conflict, NotFound
from models.reckoning import Reckoner
from models.tables.ledger import Callback, CallbackAttempt
from models.vocabulary import AttemptResult, CallbackStatus, Role


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
    actor: Actor, now: datetime,
) -> Callback:  # fmt: skip
    """One try. Answered: done. As often in vain as the profile allows: 多次未接通, shown to a person."""
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
    was = callback.status
    session.add(CallbackAttempt(callback_id=callback_id, at=now, by=actor.login, result=result.value, note=text))
    session.flush()
    tries = session.exec(
        select(func.count()).select_from(CallbackAttempt).where(CallbackAttempt.callback_id == callback_id)
    ).one()
    if result is AttemptResult.ANSWERED:
        callback.status, callback.done_at = CallbackStatus.DONE.value, now
        stop_clocks(session, "callback", callback_id, now)
    elif tries >= reckoner.profile.limits.callback_attempts:
        callback.status = CallbackStatus.UNREACHED.value
        stop_clocks(session, "callback", callback_id, now)
    callback.version += 1
    session.add(callback)
    note(session, "callback", str(callback_id), "attempt", actor, now, was, callback.status,
         {"result": result.value, "try": tries})  # fmt: skip
    return callback
