"""协办: what a co-unit or a consulted unit has to say, and the lead's combined reply."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from models.actions.clocks import stop_co_clock
from models.actions.step import locked, move
from models.actors import Actor
from models.errors import BadInput, NotFound
from models.tables.orders import Assignment
from models.vocabulary import Role
from models.workflow import Action

HEARD = ("co", "consulted")


def contribute(session: Session, order_id: int, text: str, actor: Actor, now: datetime) -> Assignment:
    """反馈协办意见; said again, the later word stands and both are in the history."""
    actor.must_be(Role.UNIT)
    if not text.strip():
        raise BadInput("协办意见不能为空。")
    order = locked(session, order_id)
    mine = [part for part in active_parts(session, order_id, HEARD) if part.unit == actor.unit]
    if not mine:
        raise NotFound("没有找到该工单，或本单位不是协办、会商单位。")
    move(session, order, Action.CONTRIBUTE, actor, now, unit=actor.unit)
    for part in mine:
        part.contribution, part.contributed_by, part.contributed_at = text.strip(), actor.login, now
        session.add(part)
    stop_co_clock(session, order_id, actor.unit or "", now)
    return mine[0]


def active_parts(session: Session, order_id: int, parts: Sequence[str]) -> list[Assignment]:
    """Who has these parts in the order now."""
    statement = select(Assignment).where(
        Assignment.order_id == order_id, col(Assignment.ended_at).is_(None), col(Assignment.part).in_(parts)
    )
    return list(session.exec(statement.order_by(col(Assignment.id))).all())


def silent_co_units(session: Session, order_id: int) -> list[str]:
    """Co-units that have not been heard yet."""
    return [part.unit for part in active_parts(session, order_id, ("co",)) if part.contribution is None]
