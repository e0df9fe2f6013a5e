"""并单: several messages about one matter become one order with one answer, which every complainant hears."""

from datetime import datetime

from sqlmodel import Session, select

from models.actions.avoiding import must_not_reach, parts_now
from models.actions.clocks import start_order_clock
from models.actions.ending import end_order
from models.actions.stage_clocks import wait_at_desk
from models.actions.step import locked, locked_both, move, note
from models.actors import Actor
from models.errors import BadInput, Conflict
from models.profile import Profile
from models.reckoning import Reckoner
from models.tables.messages import Message
from models.tables.orders import WorkOrder
from models.vocabulary import OrderStatus, Role, Stage
from models.workflow import OPEN, Action


def merge(session: Session, profile: Profile, order_id: int, into: int, actor: Actor, now: datetime) -> WorkOrder:
    """Every complainant is kept, and hears the one answer. Can be undone."""
    actor.must_be(Role.MODERATOR)
    if order_id == into:
        raise BadInput("不能把工单并入它自己，请填写另一件工单的编号。")
    order, main = locked_both(session, order_id, into)
    if order.sealed or main.sealed:
        raise BadInput("检举控告件不得并单。")
    if OrderStatus(main.status) not in OPEN:
        raise Conflict(f"工单 {main.number} 已结束，不能再并入。")
    must_not_reach(session, profile, order, parts_now(session, into))
    move(session, order, Action.MERGE, actor, now, into=main.number)
    order.merged_into, order.repeats = main.id, None
    for message in session.exec(select(Message).where(Message.order_id == order_id)).all():
        joined = {"from": order.number, "message": str(message.id)}
        note(session, "order", str(into), Action.JOIN.value, actor, now, detail=joined)
    end_order(session, order_id, now)
    return order


def unmerge(session: Session, reckoner: Reckoner, order_id: int, actor: Actor, now: datetime) -> WorkOrder:
    """撤销并单: back to triage with clocks of its own, reckoned from the day it came."""
    actor.must_be(Role.MODERATOR)
    order = locked(session, order_id)
    move(session, order, Action.UNMERGE, actor, now)
    order.merged_into = None
    order.lead_unit = None
    centre = reckoner.profile.centre
    start_order_clock(session, reckoner, order, Stage.HANDLE, centre, order.received_at)
    wait_at_desk(session, reckoner, order, now)
    return order
