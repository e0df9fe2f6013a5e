"""The duty roster in the demonstration: somebody picks up, sooner or later."""

from datetime import datetime

from sqlmodel import col, select

from flows.demo.people import SUPERVISOR
from flows.house import House
from flows.ringing import ring
from models.actions.ringing import confirm
from models.database import reading, writing
from models.tables.links import Ringing


def on_call(house: House, now: datetime) -> None:
    """Confirm what rang before this round, then let the roster be rung for the rest."""
    with reading(house.engine) as session:
        waiting = select(Ringing.order_id).where(col(Ringing.ended_at).is_(None), col(Ringing.rung) > 0)
        orders = sorted(set(session.exec(waiting).all()))
    ring(house, now)
    for order in orders:
        with reading(house.engine) as session:
            still = select(Ringing.order_id).where(Ringing.order_id == order, col(Ringing.ended_at).is_(None))
            open_ = session.exec(still).first()
        if open_ is not None:
            with writing(house.engine) as session:
                confirm(session, order, SUPERVISOR, now, name="值班员甲（虚构）")
