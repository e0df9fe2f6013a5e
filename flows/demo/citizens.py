"""The citizens in the simulation: a few say whether they are content; a dissatisfied one gets a new clock."""

import random
from datetime import timedelta

from sqlmodel import col, select

from flows.demo.people import CITIZEN
from flows.demo.temper import rating
from flows.house import House
from models.actions import closing
from models.database import reading, writing
from models.tables.orders import Rating, WorkOrder
from models.vocabulary import OrderStatus, Satisfaction

_WORDS = {
    Satisfaction.SATISFIED: "处理得挺快，谢谢。",
    Satisfaction.FAIR: "总算有个说法。",
    Satisfaction.DISSATISFIED: "光说不练，现场还是老样子！",
}


class Citizens:
    def __init__(self, house: House, rng: random.Random) -> None:
        self._house, self._rng = house, rng
        self._asked: set[tuple[int, int]] = set()

    def rate(self) -> None:
        """On the evening of the answer or the day after."""
        now = self._house.now()
        with reading(self._house.engine) as session:
            rated = select(Rating.order_id)
            orders = session.exec(
                select(WorkOrder).where(
                    WorkOrder.status == OrderStatus.REPLIED.value,
                    col(WorkOrder.lead_unit).is_not(None),
                    col(WorkOrder.replied_at) > now - timedelta(days=2),
                    col(WorkOrder.id).not_in(rated),
                )
            ).all()
        for order in orders:
            key = (order.id or 0, order.cycle)
            if key in self._asked:
                continue
            self._asked.add(key)
            said = rating(self._rng)
            if said is not None and order.id is not None:
                with writing(self._house.engine) as session:
                    closing.rate(session, self._house.reckoner, order.id, said, _WORDS[said], CITIZEN, now)
