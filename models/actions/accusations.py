"""检举控告: sealed by a person where the machine missed one, unsealed by the inspector where it saw one too many.

检举控告工作规则 第四十七条: 严禁将检举控告材料转给或者告知被检举控告的组织、人员.
"""

from datetime import datetime

from sqlalchemy import delete, text, update
from sqlmodel import Session, col, select

from models.actions.clocks import hand_over, stop_clocks
from models.actions.stage_clocks import AT_DESK, OF_UNIT, wait_at_desk
from models.actions.step import locked, move
from models.actors import Actor
from models.errors import BadInput, Conflict
from models.matter import keys_of
from models.reckoning import Reckoner
from models.tables.clocks import Clock
from models.tables.messages import MatterKey, Message
from models.tables.notices import Delivery, DeliveryNotice, Notice
from models.tables.orders import Assignment, WorkOrder
from models.tables.supervision import Instruction
from models.vocabulary import Disclosure, OrderStatus, Procedure, Role, Stage
from models.workflow import OPEN, Action


def seal_order(session: Session, reckoner: Reckoner, order_id: int, actor: Actor, now: datetime) -> WorkOrder:
    """转为密封件: the unit loses it at once, what was not yet told is never told, no search finds it any more."""
    actor.must_be(Role.MODERATOR, Role.INSPECTOR)
    order = locked(session, order_id)
    if order.sealed:
        raise Conflict("该件已经密封。")
    ended = OrderStatus(order.status) not in OPEN
    # The move is told before the seal, so that other systems know to forget the order.
    move(session, order, Action.SEAL, actor, now)
    order.sealed, order.procedure, order.title = True, Procedure.ACCUSATION.value, ""
    order.lead_unit, order.disclosure = None, Disclosure.CLOSED.value
    session.execute(
        update(Assignment)
        .where(col(Assignment.order_id) == order_id, col(Assignment.ended_at).is_(None))
        .values(ended_at=now, end_reason="转为密封件")
    )
    _unlink(session, order_id)
    session.execute(text(_FORGET[session.get_bind().dialect.name]), {"id": order_id})
    _call_off(session, order_id)
    for paper in session.exec(select(Instruction.id).where(Instruction.order_id == order_id)).all():
        stop_clocks(session, "instruct", paper or 0, now)
    stop_clocks(session, "order", order_id, now, (*AT_DESK, *OF_UNIT, Stage.REVIEW, Stage.REPLY))
    hand_over(session, order_id, reckoner.profile.centre)
    if ended:
        # What was answered, closed or merged waits for the inspector like anything new.
        order.merged_into = order.replied_at = order.closed_at = order.outcome = None
    wait_at_desk(session, reckoner, order, now)
    # What was merged into it tells the same matter.
    for merged in session.exec(select(WorkOrder.id).where(WorkOrder.merged_into == order_id)).all():
        seal_order(session, reckoner, merged or 0, actor, now)
    return order


def _unlink(session: Session, order_id: int) -> None:
    """Neither the sender nor the matter leads to it any more (身份信息另存, 不得串并)."""
    theirs = select(Message.signature).where(col(Message.order_id) == order_id)
    keys = [key for signature in session.exec(theirs).all() for key in keys_of(signature)]
    session.execute(delete(MatterKey).where(col(MatterKey.key).in_(keys), col(MatterKey.order_id) == order_id))
    session.execute(update(Message).where(col(Message.order_id) == order_id).values(sender_hash=None, signature=None))


def unseal_order(
    session: Session, reckoner: Reckoner, order_id: int, reason: str, actor: Actor, now: datetime
) -> WorkOrder:
    """解除密封: the inspector finds that it is no accusation; it goes to the moderators' desk like any other."""
    actor.must_be(Role.INSPECTOR)
    if not reason.strip():
        raise BadInput("解除密封须写明理由。")
    order = locked(session, order_id)
    if not order.sealed:
        raise Conflict("该件没有密封。")
    order.sealed, order.procedure = False, Procedure.ORDINARY.value
    message = session.exec(select(Message).where(Message.order_id == order_id)).first()
    order.title = (message.title or (message.text or "").strip().split("\n", 1)[0])[:80] if message else ""
    order.triage_reasons = ["专办员认定不属检举控告"]
    move(session, order, Action.UNSEAL, actor, now)
    stop_clocks(session, "order", order_id, now, AT_DESK)
    wait_at_desk(session, reckoner, order, now)
    return order


def _call_off(session: Session, order_id: int) -> None:
    """Notices that have not gone out must not, those about its 督办文书 among them."""
    papers = select(Instruction.id).where(Instruction.order_id == order_id)
    chased = select(Clock.id).where(Clock.subject == "instruct", col(Clock.subject_id).in_(papers))
    notices = select(Notice.id).where((col(Notice.order_id) == order_id) | col(Notice.clock_id).in_(chased))
    waiting = select(Delivery.id).where(Delivery.state == "waiting")
    linked = (col(DeliveryNotice.notice_id).in_(notices), col(DeliveryNotice.delivery_id).in_(waiting))
    ids = session.exec(select(DeliveryNotice.delivery_id).where(*linked)).all()
    session.execute(delete(DeliveryNotice).where(*linked))
    # A digest goes out with what is left in it.
    left = select(DeliveryNotice.delivery_id).where(col(DeliveryNotice.delivery_id).in_(ids))
    session.execute(delete(Delivery).where(col(Delivery.id).in_(ids), col(Delivery.id).not_in(left)))


_FORGET = {
    "sqlite": "DELETE FROM order_search WHERE rowid = :id",
    "postgresql": "DELETE FROM order_search WHERE order_id = :id",
}
