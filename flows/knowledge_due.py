"""Entries about to expire: their unit is told once, 30 days before (the calendar's days, not workdays)."""

from datetime import datetime
from typing import Any

from flows.house import House
from models.actions.notice_rows import Telling, tell
from models.database import writing
from models.queries.knowledge import expiring

KIND = "knowledge_expiring"


def tell_expiring(house: House, now: datetime) -> dict[str, Any]:
    """{"expiring"}: how many are in their last 30 days. Told again only for a new version or another last day."""
    today = house.day_of(now)
    with writing(house.engine) as session:
        found = expiring(session, today)
        for said in found:
            ref, last = f"knowledge:{said.entry_id}", said.valid_until.isoformat()
            telling = Telling(
                kind=KIND, unit=said.unit, subject=ref, order_id=None, cycle=said.version, trigger=f"expires:{last}",
                facts={"ref": ref, "domain": said.domain, "valid_until": last},
            )  # fmt: skip
            tell(session, house.profile, telling, now)
    return {"expiring": len(found)}
