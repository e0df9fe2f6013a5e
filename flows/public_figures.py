"""A finished month's unit figures, counted from the record and put forward for the public (approved by another)."""

import calendar
from datetime import date, datetime, timedelta

from flows.house import House
from models.actions import public_figures as acts
from models.actors import Actor
from models.database import reading, writing
from models.errors import BadInput
from models.queries.rates import unit_rates
from models.tables.public_figures import PublicFigures

_OFFERED = 12  # months


def finished_months(house: House, now: datetime) -> list[str]:
    """The last year's, newest first."""
    day: date = house.day_of(now).replace(day=1)
    months = []
    for _ in range(_OFFERED):
        day = (day - timedelta(days=1)).replace(day=1)
        months.append(f"{day:%Y-%m}")
    return months


def propose_figures(house: House, month: str, actor: Actor, now: datetime) -> PublicFigures:
    """BadInput for a month that is not over: its rates would still move."""
    if month not in finished_months(house, now):
        raise BadInput("只能提交已经结束的月份。")
    year, number = (int(part) for part in month.split("-"))
    first = datetime(year, number, 1, tzinfo=house.settings.zone)
    end = first + timedelta(days=calendar.monthrange(year, number)[1])
    with reading(house.engine) as session:
        found = unit_rates(session, first, end)
    rates = {u.unit: {code: [share.count, share.of] for code, share in u.shares.items()} for u in found}
    with writing(house.engine) as session:
        return acts.propose(session, month, rates, actor, now)
