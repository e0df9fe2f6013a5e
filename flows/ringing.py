"""值班呼叫 as a sweep: the next post of the duty roster where the last one has not confirmed in time."""

from datetime import datetime

from flows.house import House
from models.actions.ringing import due_ringings, ring_on
from models.database import reading, writing


def ring(house: House, now: datetime) -> dict[str, int]:
    """Ring what is due: {"rung"}; a second run at the same `now` rings nobody."""
    with reading(house.engine) as session:
        if not due_ringings(session, now):
            return {"rung": 0}
    with writing(house.engine) as session:
        rung = sum(ring_on(session, house.profile, each, now) for each in due_ringings(session, now))
    return {"rung": rung}
