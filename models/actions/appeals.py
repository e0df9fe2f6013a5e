"""不合理诉求剔除 and 考核申诉: a unit says why an order should not count, somebody of the office decides."""

from datetime import datetime

from sqlmodel import Session, col, select

from models.actions.as_seen import must_be_as_shown
from models.actions.deciding import decide
from models.actions.step import locked, note
from models.actors import Actor
from models.errors import BadInput, Conflict
from models.queries.figures import by_unit
from models.tables.supervision import Appeal
from models.vocabulary import Role

ASKED = ("ask_exclusion", "grant_exclusion", "refuse_exclusion")


def ask_exclusion(session: Session, order_id: int, grounds: str, actor: Actor, now: datetime) -> Appeal:
    """By the order's lead unit, with grounds; once, unless it was refused with a reason that can be met."""
    actor.must_be(Role.UNIT)
    if not grounds.strip():
        raise BadInput("申请剔除须写明理由和佐证。")
    order = locked(session, order_id)
    actor.must_hold(order.lead_unit)
    if order.excluded:
        raise Conflict(f"工单 {order.number} 已不计入考核。")
    if _waiting(session, order_id):
        raise Conflict(f"工单 {order.number} 的剔除申请正在审核。")
    appeal = Appeal(order_id=order_id, unit=order.lead_unit or "", grounds=grounds.strip(), asked_by=actor.login,
                    asked_at=now)  # fmt: skip
    session.add(appeal)
    note(session, "order", str(order_id), "ask_exclusion", actor, now, detail={"unit": order.lead_unit})
    return appeal


def decide_exclusion(
    session: Session, order_id: int, actor: Actor, now: datetime, *, granted: bool, text: str, seen: int | None = None
) -> Appeal:
    """On review, always with a reason; the unit's figures before and after are kept with the decision.

    `seen`: the last of the ASKED steps on the page; a refused appeal may have been made anew on other grounds.
    """
    actor.must_be(Role.SUPERVISOR)
    if not text.strip():
        raise BadInput("请写明审核意见。")
    order = locked(session, order_id)
    appeal = _waiting(session, order_id)
    if appeal is None:
        raise Conflict(f"工单 {order.number} 没有待审核的剔除申请，可能已有人处理，请刷新查看。")
    must_be_as_shown(session, "order", order_id, seen, actor, ASKED)
    decide(appeal, "剔除", actor, now, granted=granted, note=text)
    appeal.before = unit_figures(session, appeal.unit, now)
    if granted:
        order.excluded = True
        order.version += 1
        session.add(order)
        session.flush()
    appeal.after = unit_figures(session, appeal.unit, now)
    session.add(appeal)
    action = "grant_exclusion" if granted else "refuse_exclusion"
    note(session, "order", str(order_id), action, actor, now, detail={"unit": appeal.unit})
    return appeal


def unit_figures(session: Session, unit: str, now: datetime) -> dict[str, int]:
    """What the unit's rates are made of: 按期 / (已答复 + 在办超期), 满意 / (已表态 + 在办超期)."""
    found = next((f for f in by_unit(session, now) if f.unit == unit), None)
    if found is None:
        return {"in_time": 0, "due": 0, "satisfied": 0, "rated": 0}
    in_time, satisfied = found.in_time, found.satisfied
    return {"in_time": in_time.count, "due": in_time.of, "satisfied": satisfied.count, "rated": satisfied.of}


def _waiting(session: Session, order_id: int) -> Appeal | None:
    statement = select(Appeal).where(Appeal.order_id == order_id, col(Appeal.granted).is_(None))
    return session.exec(statement).first()
