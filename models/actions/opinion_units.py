"""联动: the units that answer a case together. A rule proposes, a person confirms (市级标准化任务表 17)."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session, col, select

from models.actions.avoiding import must_not_reach
from models.actions.opinion_step import OFFICERS, held, step, tell_unit
from models.actors import SYSTEM, Actor
from models.errors import Conflict, NotFound
from models.opinion_words import OpinionPart
from models.profile import Profile
from models.tables.messages import Message
from models.tables.opinion import OpinionCase, OpinionItem, OpinionUnit
from models.tables.orders import WorkOrder


def propose(
    session: Session, case: OpinionCase, unit: str, part: OpinionPart, rule: str, now: datetime, *,
    by: Actor = SYSTEM,
) -> OpinionUnit:  # fmt: skip
    """A unit's part as a rule sees it; what a person names stands at once. One lead at a time."""
    assert case.id is not None  # noqa: S101  (flushed before)
    if part is OpinionPart.LEAD:
        for other in _parts(session, case.id):
            if other.part == OpinionPart.LEAD and other.unit != unit:
                other.part = OpinionPart.JOINT.value
                session.add(other)
    row = next((p for p in _parts(session, case.id) if p.unit == unit), None)
    if row is None:
        row = OpinionUnit(case_id=case.id, unit=unit, part=part.value, rule=rule, proposed_at=now)
    elif part is OpinionPart.LEAD:
        row.part = part.value
    if by.role is not None:
        row.confirmed, row.confirmed_by, row.confirmed_at = True, by.login, now
    session.add(row)
    session.flush()
    return row


def add_unit(session: Session, profile: Profile, case_id: int, unit: str, actor: Actor, now: datetime) -> OpinionUnit:
    """A person calls another unit in."""
    actor.must_be(*OFFICERS)
    profile.unit(unit)
    case = held(session, case_id)
    must_not_be_about(session, profile, case_id, [unit])
    known = next((p for p in _parts(session, case_id) if p.unit == unit), None)
    if known is not None and known.confirmed:
        raise Conflict(f"{profile.unit(unit).name}已在联动单位中。")
    step(session, case, "propose_unit", actor, now, unit=unit)
    row = propose(session, case, unit, OpinionPart.JOINT, "人工指定", now, by=actor)
    tell_unit(session, profile, case, "opinion_joint", unit, now)
    return row


def decide_unit(
    session: Session, profile: Profile, case_id: int, unit: str, actor: Actor, now: datetime, *, joins: bool
) -> OpinionUnit:
    """确认 or 不需参加; only what was confirmed is told to the unit."""
    actor.must_be(*OFFICERS)
    case = held(session, case_id)
    row = next((p for p in _parts(session, case_id) if p.unit == unit), None)
    if row is None:
        raise NotFound("没有找到该联动单位。")
    if row.confirmed is not None:
        raise Conflict("该单位已经有人确认，请刷新查看。")
    if row.part == OpinionPart.LEAD and not joins:
        raise Conflict("回应主体不能去掉，请在研判中另定回应主体。")
    if joins:
        must_not_be_about(session, profile, case_id, [unit])
    row.confirmed, row.confirmed_by, row.confirmed_at = joins, actor.login, now
    session.add(row)
    step(session, case, "confirm_unit", actor, now, unit=unit, joins=joins)
    if joins:
        tell_unit(session, profile, case, "opinion_joint", unit, now)
    return row


def must_not_be_about(session: Session, profile: Profile, case_id: int, units: Iterable[str]) -> None:
    """回避: a unit that one of the case's items is about has no part in it; raises MustAvoid."""
    wanted = list(units)
    for order in _orders(session, case_id):
        must_not_reach(session, profile, order, wanted)


def _orders(session: Session, case_id: int) -> list[WorkOrder]:
    theirs = (
        select(Message.order_id)
        .join(OpinionItem, col(OpinionItem.message_id) == col(Message.id))
        .where(OpinionItem.case_id == case_id)
    )
    # No DISTINCT over whole orders: PostgreSQL can't compare JSON.
    return list(session.exec(select(WorkOrder).where(col(WorkOrder.id).in_(theirs))).all())


def joined(session: Session, case_id: int) -> list[str]:
    """The units whose part a person confirmed."""
    return [part.unit for part in _parts(session, case_id) if part.confirmed]


def _parts(session: Session, case_id: int) -> list[OpinionUnit]:
    return list(session.exec(select(OpinionUnit).where(OpinionUnit.case_id == case_id)).all())
