"""重复件 already answered: what may be told again, to whom, and in which words."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from flows.answers import for_others
from flows.house import House
from flows.repeats import Candidate, repeats
from flows.route_trials import known_of, told_of
from models.actions.telling_again import may_be_told, may_be_told_of, tell_again
from models.actors import Actor
from models.database import writing
from models.errors import Conflict
from models.queries.alike import first_message
from models.queries.answered import sent_reply
from models.queries.orders import find_order
from models.tables.messages import Message
from models.tables.orders import Reply, WorkOrder
from responders.dispatching import concerned_units


@dataclass(frozen=True, slots=True)
class Earlier:
    """An answered order of the same matter; `text` is what this citizen would be told."""

    order: WorkOrder
    reply: Reply
    text: str
    reasons: list[str]


def answered_before(session: Session, house: House, order: WorkOrder) -> list[Earlier]:
    """The likeliest first; nothing where the order is not for telling. Suggests, and does nothing by itself.

    What is about a unit itself is not answered by that unit's earlier words (回避).
    """
    message = first_message(session, order.id or 0)
    if message is None or not may_be_told(order):
        return []
    avoiding = concerned_units(told_of(message), known_of(message, order), house.profile)
    found = []
    for each in repeats(session, order.id or 0):
        if each.repeats and each.order.lead_unit not in avoiding and may_be_told_of(session, each.order):
            found += _earlier(session, house, message, each)
    return found


def tell(house: House, number: str, earlier: str, actor: Actor, now: datetime) -> None:
    """Tell the answer of `earlier`, if it is among those that may be told. Conflict otherwise."""
    with writing(house.engine) as session:
        order = find_order(session, actor, number)
        chosen = next((e for e in answered_before(session, house, order) if e.order.number == earlier), None)
        if chosen is None:
            raise Conflict(f"工单 {earlier} 的答复不能沿用到 {number}：事项不同、尚未答复、来件人不满意，或须回避。")
        tell_again(session, order.id or 0, chosen.order.id or 0, chosen.text, actor, now)


def _earlier(session: Session, house: House, message: Message, candidate: Candidate) -> list[Earlier]:
    reply, before = sent_reply(session, candidate.order), first_message(session, candidate.order.id or 0)
    if reply is None or before is None or reply.sent_at is None:
        return []
    same = message.sender_hash is not None and message.sender_hash == before.sender_hash
    day = reply.sent_at.astimezone(house.settings.zone)
    said = reply.text if same else for_others(session, candidate.order.id or 0, reply.text)
    text = f"您反映的事项，{day:%Y年%-m月%-d日}已有答复，内容如下：\n{said}"
    return [Earlier(candidate.order, reply, text, candidate.reasons)]
