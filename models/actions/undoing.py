"""撤销: the last dispatch, correction or merge is taken back by whoever made it, while nobody has acted since."""

from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col, select

from models.actions.clocks import hand_over, stop_clocks
from models.actions.ending import end_parts
from models.actions.looking import UNMASK
from models.actions.merging import unmerge
from models.actions.stage_clocks import AT_DESK, OF_UNIT
from models.actions.step import locked, move
from models.actions.urgency_changes import restore_urgency
from models.actors import Actor
from models.calling_words import CallbackStatus
from models.errors import Conflict
from models.reckoning import Reckoner
from models.tables.clocks import Clock
from models.tables.ledger import Callback
from models.tables.messages import Message
from models.tables.orders import Assignment, Correction, WorkOrder
from models.tables.record import History
from models.vocabulary import OrderStatus, Role
from models.workflow import ACTION_LABELS, Action

UNDOABLE = (Action.DISPATCH.value, Action.RECLASSIFY.value, Action.SET_URGENCY.value, Action.MERGE.value)


def undo(session: Session, reckoner: Reckoner, order_id: int, actor: Actor, now: datetime) -> str:
    """Take the order's last step back; the history keeps both. Returns the undone action's code.

    Conflict where somebody has acted since, where another person made the step, or where it was a re-dispatch: the
    earlier unit's clocks have ended, and sending it there again is a new dispatch.
    """
    actor.must_be(Role.MODERATOR)
    order = locked(session, order_id)
    last = session.exec(
        select(History)
        .where(History.subject == "order", History.subject_id == str(order_id), History.action != UNMASK)
        .order_by(col(History.id).desc())
    ).first()  # fmt: skip
    if last is None or last.action not in UNDOABLE or last.actor != actor.login:
        raise Conflict(f"工单 {order.number} 在您操作之后已有变动，不能撤销，请打开工单查看。")
    if last.action == Action.MERGE:
        unmerge(session, reckoner, order_id, actor, now)
    elif last.action == Action.RECLASSIFY:
        _restore_domain(session, order, last, actor, now)
    elif last.action == Action.SET_URGENCY:
        restore_urgency(session, reckoner, order, last, actor, now)
    else:
        _take_back(session, reckoner, order, last, actor, now)
    return last.action


def _restore_domain(session: Session, order: WorkOrder, made: History, actor: Actor, now: datetime) -> None:
    """The machine learns nothing from a slip."""
    was = str(made.detail["was"])
    move(session, order, Action.UNDO_RECLASSIFY, actor, now, was=order.domain, domain=was)
    order.domain = was
    messages = select(Message.id).where(Message.order_id == order.id)
    session.execute(
        delete(Correction).where(col(Correction.message_id).in_(messages), col(Correction.field) == "domain",
                                 col(Correction.by) == actor.login, col(Correction.at) == made.at)
    )  # fmt: skip


def _take_back(
    session: Session, reckoner: Reckoner, order: WorkOrder, made: History, actor: Actor, now: datetime
) -> None:
    """Back to the desk, whose clocks run on as if they had never stopped."""
    if made.from_status != OrderStatus.TRIAGE:
        raise Conflict(f"工单 {order.number} 是{ACTION_LABELS['dispatch']}后改派的，不能撤销，请再改派。")
    assert order.id is not None  # noqa: S101  (a stored row has its id)
    sent_at, centre = order.dispatched_at, reckoner.profile.centre
    move(session, order, Action.UNDO_DISPATCH, actor, now, unit=order.lead_unit)
    end_parts(session, order.id, now, "撤销派单")
    stop_clocks(session, "order", order.id, now, OF_UNIT)
    stop_clocks(session, "co_unit", order.id, now)
    for clock in session.exec(
        select(Clock).where(Clock.subject == "order", Clock.subject_id == order.id, Clock.stopped_at == sent_at,
                            col(Clock.stage).in_([stage.value for stage in AT_DESK]))
    ).all():  # fmt: skip
        clock.stopped_at, clock.next_chase_at = None, now
    order.accepted_at = None if order.accepted_at == sent_at else order.accepted_at
    order.lead_unit, order.dispatched_at = None, _sent_before(session, order.id, sent_at)
    hand_over(session, order.id, centre)
    for callback in session.exec(
        select(Callback).where(Callback.order_id == order.id, Callback.status == CallbackStatus.DUE.value)
    ).all():
        callback.unit = centre


def _sent_before(session: Session, order_id: int, sent_at: datetime | None) -> datetime | None:
    """An order that a unit returned had been dispatched before."""
    return session.exec(
        select(Assignment.assigned_at)
        .where(Assignment.order_id == order_id, Assignment.part == "lead", col(Assignment.assigned_at) != sent_at)
        .order_by(col(Assignment.id).desc())
    ).first()
