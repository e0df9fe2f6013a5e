"""The secret address of a unit's calendar: its generation is all that is kept; renewing it ends the old address."""

from datetime import datetime

from sqlmodel import Session

from models.actions.numbers import take_block
from models.actions.step import note
from models.actors import Actor
from models.errors import NotAllowed
from models.tables.record import Counter
from models.vocabulary import Role


def generation(session: Session, unit: str) -> int:
    row = session.get(Counter, _name(unit))
    return row.value if row else 0


def renew_feed(session: Session, unit: str, actor: Actor, now: datetime) -> int:
    """By the unit's own people or the operator; the number of the new generation."""
    actor.must_be(Role.UNIT, Role.OPERATOR)
    if actor.role is Role.UNIT and actor.unit != unit:
        raise NotAllowed("只能更换本单位的日历地址。")
    fresh = take_block(session, _name(unit), 1)
    note(session, "feed", unit, "renew_feed", actor, now, detail={"generation": fresh})
    return fresh


def _name(unit: str) -> str:
    return f"feed:{unit}"[:40]
