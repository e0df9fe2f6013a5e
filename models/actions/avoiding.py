"""回避 where a person dispatches, merges or consults: a report that names a unit reaches it in no part.

检举控告工作规则 第四十七条 forbids it for accusations; DOMAIN's red line asks the same of every report. A supervisor
or the inspector may find that the unit is only asked to act (回避核实), with a reason; what comes in later is
looked at anew.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from models.actions.step import locked, note
from models.actors import Actor
from models.avoiding import Found, about_conduct, accuses_too, units_concerned
from models.errors import BadInput, Conflict, NotAllowed
from models.profile import Profile
from models.tables.calls import CallEntryChange
from models.tables.messages import Message, MessageRevision
from models.tables.orders import Assignment, WorkOrder
from models.tables.record import History
from models.vocabulary import Role

_CLEARED = "clear_unit"


class MustAvoid(NotAllowed):
    """来件涉及该单位自身，按回避规定不得交其办理、协办或知悉。"""


def avoided(session: Session, profile: Profile, order: WorkOrder) -> set[str]:
    """Units that one of the order's messages, or of those merged into it, is about and that nobody has cleared."""
    found: set[str] = set()
    cleared = _cleared(session, order)
    for since, concerned in _concerned(session, profile, order):
        found.update(unit for unit in concerned if unit not in cleared or cleared[unit] < since)
    return found


def also_accuses(order: WorkOrder, message: Message | None) -> bool:
    """同时涉及检举控告: found beside a danger that goes first. Once the danger is over it is sealed, by a person."""
    return message is not None and not order.sealed and accuses_too(_stands(order, message))


def must_not_reach(session: Session, profile: Profile, order: WorkOrder, units: Iterable[str | None]) -> None:
    """Raises MustAvoid where one of the units is what the order is about."""
    about = avoided(session, profile, order)
    if hit := [unit for unit in dict.fromkeys(units) if unit in about]:
        names = "、".join(profile.unit(str(unit)).name for unit in hit)
        raise MustAvoid(
            f"工单 {order.number} 反映的问题涉及{names}，按回避规定不得交其主办、协办、会商或知会。"
            "请派往其上级或其他有权单位；确认只是提到该单位的，请督办员或专办员先作回避核实。"
        )


def clear_unit(
    session: Session, profile: Profile, order_id: int, unit: str, reason: str, actor: Actor, now: datetime
) -> WorkOrder:
    """回避核实: the message asks the unit to act and is not about it. Never by those who dispatch."""
    actor.must_be(Role.SUPERVISOR, Role.INSPECTOR)
    if not reason.strip():
        raise BadInput("回避核实须写明理由。")
    order = locked(session, order_id)
    if order.sealed:
        raise NotAllowed(f"检举控告件 {order.number} 一律回避，不作核实。")
    if unit not in avoided(session, profile, order):
        raise Conflict(f"工单 {order.number} 没有需要核实回避的单位“{unit}”，可能已有人处理，请刷新查看。")
    name = profile.unit(unit).name
    order.triage_reasons = [*order.triage_reasons, f"回避核实：只是提到{name}（{reason.strip()[:200]}）"]
    order.version += 1
    session.add(order)
    note(session, "order", str(order_id), _CLEARED, actor, now, detail={"unit": unit})
    return order


def _concerned(session: Session, profile: Profile, order: WorkOrder) -> Iterator[tuple[datetime, Collection[str]]]:
    """Since when, and which units, each message of the order or of one merged into it is about.

    By what was found when it came and by what people have made of it since; an accusation beside a danger holds as
    long as the order is 紧急转接.
    """
    rows = session.exec(
        select(WorkOrder, Message)
        .join(Message, col(Message.order_id) == col(WorkOrder.id))
        .where((col(WorkOrder.id) == order.id) | (col(WorkOrder.merged_into) == order.id))
    ).all()
    for holder, message in rows:
        found = message.findings
        yield message.registered_at, found.get("holders") or ()  # who has the order that it spoke of
        seen = [
            about
            for about in (
                _stands(holder, message),
                Found(found.get("domain"), found.get("kind"), found.get("procedure")),
            )
            if about_conduct(about)
        ]
        for since, texts in _words(session, message) if seen else ():
            yield since, {unit for about in seen for unit in units_concerned(profile, about, texts)}


def _stands(order: WorkOrder, message: Message) -> Found:
    return Found(order.domain, order.kind, order.procedure, message.findings.get("accusation"))


def _words(session: Session, message: Message) -> Iterator[tuple[datetime, list[str | None]]]:
    yield message.registered_at, [message.title, message.text]
    for later in session.exec(select(MessageRevision).where(MessageRevision.message_id == message.id)).all():
        yield later.received_at, [later.title, later.text]
    for written in _about_unit_later(session, message):
        yield written.at, [written.became]


def _about_unit_later(session: Session, message: Message) -> Sequence[CallEntryChange]:
    """被反映单位 that the office filled in after the call; what was said at once stands in the text."""
    of_it = (CallEntryChange.message_id == message.id, CallEntryChange.field == "about_unit")
    return session.exec(select(CallEntryChange).where(*of_it).order_by(col(CallEntryChange.id))).all()


def _cleared(session: Session, order: WorkOrder) -> dict[str, datetime]:
    """Unit → when it was last found to be only named."""
    rows = session.exec(
        select(History)
        .where(History.subject == "order", History.subject_id == str(order.id), History.action == _CLEARED)
        .order_by(col(History.id))
    ).all()
    return {str(row.detail["unit"]): row.at for row in rows}


def parts_now(session: Session, order_id: int) -> list[str]:
    """Units that have any part in the order at present."""
    statement = select(Assignment.unit).where(Assignment.order_id == order_id, col(Assignment.ended_at).is_(None))
    return list(dict.fromkeys(session.exec(statement).all()))
