"""更正紧急程度: a moderator says how urgent an order is and why; its running limits follow the profile's rules."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from models.actions.notice_rows import DUTY, Telling, tell
from models.actions.stage_clocks import looked_at
from models.actions.step import locked, move
from models.actions.urgency_clocks import follow_urgency, restore_limits
from models.actors import Actor
from models.errors import BadInput
from models.reckoning import Reckoner
from models.tables.links import Ringing
from models.tables.messages import Message
from models.tables.notices import Notice
from models.tables.orders import Correction, WorkOrder
from models.tables.record import History
from models.vocabulary import Procedure, Role, Urgency, UrgencyGround
from models.workflow import Action

FIELD = "urgency"


def correct_urgency(
    session: Session, reckoner: Reckoner, order_id: int, actor: Actor, now: datetime, *, urgency: str,
    grounds: Sequence[str],
) -> WorkOrder:  # fmt: skip
    """A moderator's correction with its grounds: kept to measure the machine by, except from what is sealed.

    What is not 紧急 is no 紧急转接 either: its procedure becomes 普通诉求.
    """
    actor.must_be(Role.MODERATOR, Role.INSPECTOR)
    if urgency not in set(Urgency):
        raise BadInput(f"没有紧急程度“{urgency}”，可用：{'、'.join(each.value for each in Urgency)}。")
    given = list(dict.fromkeys(grounds))
    if unknown := [ground for ground in given if ground not in set(UrgencyGround)]:
        raise BadInput(f"没有更正理由“{unknown[0]}”，可用：{'、'.join(each.value for each in UrgencyGround)}。")
    if not given:
        raise BadInput("更正紧急程度须至少选一项理由。")
    order = locked(session, order_id)
    was = order.urgency
    if was == urgency:
        raise BadInput(f"工单 {order.number} 的紧急程度已经是“{Urgency(urgency).label}”，无须更正。")
    procedure = order.procedure
    calmed = procedure == Procedure.EMERGENCY and urgency != Urgency.EMERGENCY
    follows = Procedure.ORDINARY.value if calmed else procedure
    looked_at(session, order_id, now)
    limits = follow_urgency(session, reckoner, order, urgency, follows, now)
    move(session, order, Action.SET_URGENCY, actor, now, was=was, urgency=urgency, grounds=given,
         procedure_was=procedure, limits=limits)  # fmt: skip
    _tell_of_it(session, reckoner, order, now)
    if not order.sealed:
        for message in session.exec(select(Message).where(Message.order_id == order_id)).all():
            session.add(Correction(message_id=message.id, field=FIELD, was=was, corrected=urgency, by=actor.login,
                                   at=now, model_version=message.model_version))  # fmt: skip
    return order


def restore_urgency(
    session: Session, reckoner: Reckoner, order: WorkOrder, made: History, actor: Actor, now: datetime
) -> None:
    """撤销: the limits are again what they were, and nothing is kept to measure by."""
    was, procedure = str(made.detail["was"]), str(made.detail["procedure_was"])
    move(session, order, Action.UNDO_SET_URGENCY, actor, now, was=order.urgency, urgency=was)
    order.urgency, order.procedure = was, procedure
    restore_limits(session, reckoner, made.detail["limits"], now)
    _tell_of_it(session, reckoner, order, now)
    messages = select(Message.id).where(Message.order_id == order.id)
    session.execute(
        delete(Correction).where(col(Correction.message_id).in_(messages), col(Correction.field) == FIELD,
                                 col(Correction.by) == actor.login, col(Correction.at) == made.at)
    )  # fmt: skip


def _tell_of_it(session: Session, reckoner: Reckoner, order: WorkOrder, now: datetime) -> None:
    """Whoever must know: the unit whose limits moved, and the duty roster, which rings for an emergency alone."""
    if order.urgency == Urgency.EMERGENCY:
        _tell(session, reckoner, order, "emergency", DUTY, now)
    else:
        _ring_no_more(session, order, now)
    if order.lead_unit:
        _tell(session, reckoner, order, "urgency_changed", order.lead_unit, now)


def _tell(session: Session, reckoner: Reckoner, order: WorkOrder, kind: str, unit: str, now: datetime) -> None:
    if order.sealed:
        return  # not even that it exists is told (检举控告工作规则 第四十七条)
    telling = Telling(
        kind=kind, unit=unit, subject=f"order:{order.id}", order_id=order.id, cycle=order.cycle,
        trigger=f"v{order.version}",
        facts={"number": order.number, "domain": order.domain, "urgency": order.urgency},
    )  # fmt: skip
    tell(session, reckoner.profile, telling, now)


def _ring_no_more(session: Session, order: WorkOrder, now: datetime) -> None:
    """What rings because the order was an emergency; what rings for an hour's limit rings on."""
    alarms = select(Notice.id).where(Notice.order_id == order.id, Notice.kind == "emergency")
    session.execute(
        update(Ringing)
        .where(col(Ringing.order_id) == order.id, col(Ringing.ended_at).is_(None), col(Ringing.notice_id).in_(alarms))
        .values(ended_at=now)
    )
