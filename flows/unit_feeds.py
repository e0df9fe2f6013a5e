"""iCalendar (RFC 5545) of a unit's deadlines: order number, stage and link, nothing of what a citizen wrote."""

import hmac
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from flows.house import House
from models.actions.unit_feeds import generation
from models.database import reading
from models.errors import NotFound
from models.queries.unit_deadlines import unit_deadlines
from models.tables.clocks import Clock
from models.vocabulary import DEMONSTRATION, Stage

if TYPE_CHECKING:
    from icalendar import Event

_LENGTH: Final = timedelta(minutes=30)  # a deadline is a moment; calendars show what has a length


def feed_address(house: House, unit: str) -> str:
    with reading(house.engine) as session:
        key = _key(house, unit, generation(session, unit))
    return f"{house.settings.public_url.rstrip('/')}/calendar/{unit}/{key}.ics"


def unit_feed(house: House, unit: str, key: str, now: datetime) -> bytes:
    """The feed of whoever knows its address; NotFound for everybody else, known unit or not."""
    with reading(house.engine) as session:
        right = _key(house, unit, generation(session, unit))
        known = house.profile.units_by_code.get(unit)
        if not hmac.compare_digest(key.encode(), right.encode()) or known is None:
            raise NotFound("没有这个日历，地址可能已经更换，请向本单位索取新地址。")
        rows = unit_deadlines(session, unit)
    return _calendar(house, known.name, rows, now)


def _key(house: House, unit: str, number: int) -> str:
    return hmac.digest(house.secret, f"feed:{unit}:{number}".encode(), "sha256").hex()[:40]


def _calendar(house: House, unit: str, rows: Sequence[tuple[Clock, str]], now: datetime) -> bytes:
    from icalendar import Calendar

    mark = f"（{DEMONSTRATION}）" if house.profile.demonstration else ""
    made = Calendar.new(
        prodid="-//Huiyin//deadlines//ZH", name=f"{unit}办理期限{mark}", language="zh-CN",
        refresh_interval=timedelta(hours=1),
    )  # fmt: skip
    for clock, number in rows:
        made.add_component(_event(house, clock, number, now))
    content: bytes = made.to_ical()
    return content


def _event(house: House, clock: Clock, number: str, now: datetime) -> "Event":
    """One deadline; `sequence` counts granted changes, so that a calendar moves what it has."""
    from icalendar import Event

    link = f"{house.settings.public_url.rstrip('/')}/unit/orders/{number}"
    due = clock.due_at.astimezone(UTC)
    return Event.new(
        uid=f"clock-{clock.id}@{house.profile.code}.huiyin", stamp=now.astimezone(UTC), sequence=clock.changes,
        start=due - _LENGTH, end=due, summary=f"{number} {Stage(clock.stage).label}到期", url=link, description=link,
    )  # fmt: skip
