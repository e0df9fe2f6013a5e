"""The morning's draw of 回访."""

from datetime import datetime

from flows.house import House
from models.actions.follow_ups import draw
from models.database import writing


def draw_follow_ups(house: House, now: datetime) -> dict[str, int]:
    """Once a day, however often it is called: {"candidates","drawn"} of this call."""
    with writing(house.engine) as session:
        row = draw(session, house.reckoner, house.secret, now)
        return {"candidates": len(row.rounds) if row else 0, "drawn": row.drawn if row else 0}
