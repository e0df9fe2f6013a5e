"""One step of a ledger entry: lock, guard, state, history row, outbox row. Every action on it goes through here."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, select

from models import identity
from models.actions.clocks import start_promise_clock, start_review_clock, stop_clocks
from models.actions.step import note
from models.actors import Actor
from models.errors import BadInput, Conflict, NotFound
from models.promise_words import PromiseState
from models.reckoning import Reckoner
from models.tables.ledger import Promise
from models.tables.orders import WorkOrder
from models.tables.people import User
from models.tables.record import History, Outbox

CLOSED = frozenset({PromiseState.KEPT, PromiseState.PARTLY, PromiseState.FAILED})
AT_WORK = frozenset({PromiseState.RUNNING, PromiseState.CHANGED})


class BadDue(BadInput):
    """期限早于承诺作出之日。"""


def locked(session: Session, promise_id: int) -> Promise:
    """The entry, held until the transaction ends and read afresh."""
    found = session.exec(
        select(Promise).where(Promise.id == promise_id).with_for_update()
        .execution_options(populate_existing=True)
    ).first()  # fmt: skip
    if found is None:
        raise NotFound(f"没有找到承诺（编号 {promise_id}）。")
    return found


def must_stand(session: Session, promise: Promise, states: frozenset[PromiseState]) -> None:
    """Conflict names who was there before: two people may have the same page open."""
    now = PromiseState(promise.state)
    if now in states:
        return
    last = session.exec(
        select(History).where(History.subject == "promise", History.subject_id == str(promise.id))
        .order_by(History.id.desc())  # type: ignore[union-attr]
    ).first()  # fmt: skip
    by = session.exec(select(User.name).where(User.login == last.actor)).first() if last else None
    said = f"（{by} 已办理）" if by else ""
    raise Conflict(f"承诺 {promise.id} 现为“{now.label}”{said}，不能这样处理，请刷新查看。")


def turn(
    session: Session, promise: Promise, state: PromiseState, action: str, actor: Actor, now: datetime,
    **detail: Any,  # noqa: ANN401
) -> None:  # fmt: skip
    """Into `state`. `detail` and the event hold codes and dates, never a text; a sealed order's entry tells nobody."""
    was, promise.state = promise.state, state.value
    promise.version += 1
    session.add(promise)
    note(session, "promise", str(promise.id), action, actor, now, was, promise.state, detail)
    order = session.get(WorkOrder, promise.order_id) if promise.order_id else None
    if order is not None and order.sealed:
        return
    payload = {
        "promise": promise.id, "state": promise.state, "unit": promise.unit, "source": promise.source,
        "due": promise.due.isoformat() if promise.due else None, "number": order.number if order else None,
    }  # fmt: skip
    session.add(Outbox(
        event_id=identity.event_id(f"promise:{promise.id}", action, promise.round, f"v{promise.version}"),
        type=f"promise.{action}", order_number=order.number if order else None, payload=payload, created_at=now,
    ))  # fmt: skip


def run_clock(session: Session, reckoner: Reckoner, promise: Promise, now: datetime) -> None:
    """The entry's one clock: to the close of the day that it now names, or until it is to be reviewed."""
    assert promise.id is not None  # noqa: S101  (a stored row has its id)
    stop_clocks(session, "promise", promise.id, now)
    if promise.due:
        start_promise_clock(session, reckoner, promise.id, promise.order_id, promise.unit, promise.due, now)
    else:
        start_review_clock(session, reckoner, promise.id, promise.order_id, promise.unit, now)


def check_due(due: date | None, made_at: datetime, zone: ZoneInfo) -> None:
    made_on = made_at.astimezone(zone).date()
    if due is not None and due < made_on:
        raise BadDue(f"期限 {due} 早于承诺作出之日 {made_on}，请核对。")


def needed(text: str | None, message: str) -> str:
    if not (text or "").strip():
        raise BadInput(message)
    return (text or "").strip()
