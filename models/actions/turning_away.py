"""What a unit is not asked to handle: 不予受理, 分流, 作废, 撤回. Nothing ends without a word."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlmodel import Session

from models.actions.ending import end_order
from models.actions.replying import tell_citizens
from models.actions.step import locked, move
from models.actors import Actor
from models.errors import BadInput
from models.tables.orders import Reply, WorkOrder
from models.vocabulary import Outcome, Role
from models.workflow import Action

_VERBS = {Action.DECLINE: "不予受理", Action.DIVERT: "已转其他渠道办理"}


@dataclass(frozen=True, slots=True)
class Grounds:
    """Why, by which rule, and where to turn instead; none of them may be missing."""

    reason: str
    rule: str
    proper_channel: str
    number: str = ""  # what the other system calls it, where it has taken the matter over

    def answer(self, verb: str) -> str:
        reason, rule, channel = (part.strip().rstrip("。") for part in (self.reason, self.rule, self.proper_channel))
        if not (reason and rule and channel):
            raise BadInput("须写明理由、依据和应向何处提出，三项缺一不可。")
        taken = f"该渠道的受理编号：{self.number.strip()}。" if self.number.strip() else ""
        return f"您反映的事项{verb}。理由：{reason}。依据：{rule}。您可以向以下单位或渠道提出：{channel}。{taken}"


def turn_away(
    session: Session, order_id: int, action: Literal[Action.DECLINE, Action.DIVERT], grounds: Grounds, actor: Actor,
    now: datetime,
) -> WorkOrder:  # fmt: skip
    """不予受理, or 分流 to another procedure's own system (信访、12315、110 …): recorded here, answered there."""
    actor.must_be(Role.MODERATOR, Role.INSPECTOR)
    text = grounds.answer(_VERBS[action])
    order = locked(session, order_id)
    move(session, order, action, actor, now)
    order.accepted_at = order.replied_at = now
    order.outside_number = grounds.number.strip()[:60] or None
    order.outcome = Outcome.EXPLAINED.value
    session.add(_word(order, text, actor, now))
    tell_citizens(session, order, now)
    end_order(session, order_id, now)
    return order


def void(session: Session, order_id: int, reason: str, actor: Actor, now: datetime) -> WorkOrder:
    """作废 of what says nothing (骚扰、测试): with a reason, and never silently."""
    actor.must_be(Role.MODERATOR)
    if not reason.strip():
        raise BadInput("作废须写明理由。")
    order = locked(session, order_id)
    move(session, order, Action.VOID, actor, now)
    order.closed_at = now
    session.add(_word(order, f"作废：{reason.strip()}", actor, now))
    end_order(session, order_id, now)
    return order


def withdraw(session: Session, order_id: int, actor: Actor, now: datetime) -> WorkOrder:
    """撤回, at the citizen's own wish."""
    order = locked(session, order_id)
    move(session, order, Action.WITHDRAW, actor, now)
    order.closed_at = now
    end_order(session, order_id, now)
    return order


def _word(order: WorkOrder, text: str, actor: Actor, now: datetime) -> Reply:
    """The desk's own answer: no unit handled it."""
    return Reply(
        order_id=order.id or 0, cycle=order.cycle, unit="", text=text, outcome=Outcome.EXPLAINED.value,
        writer=actor.login, written_at=now, approved=True, sent_at=now,
    )  # fmt: skip
