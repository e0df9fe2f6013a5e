"""兑现率 as rows that people read."""

from datetime import datetime
from typing import Any

from flows.house import House
from models.database import reading
from models.queries.ledger import PromiseFilter
from models.queries.promise_rates import FORMULAS, unit_rates


def rates_table(
    house: House, year: int | None, now: datetime
) -> tuple[list[dict[str, Any]], tuple[tuple[str, str], ...]]:
    """A row for each unit, and the formulas; a share without a denominator is «—»."""
    zone = house.settings.zone
    with reading(house.engine) as session:
        rates = unit_rates(session, now.astimezone(zone).date(), zone, PromiseFilter(year=year))
    names = house.profile.units_by_code
    rows = [
        {
            "unit": r.unit, "unit_name": names[r.unit].name if r.unit in names else r.unit, "confirmed": r.confirmed,
            "owed": r.owed, "kept": r.kept, "on_time": r.on_time, "partly": r.partly, "failed": r.failed,
            "overdue": r.overdue, "changed": r.changed, "kept_share": _share(r.kept_rate),
            "on_time_share": _share(r.on_time_rate),
        }
        for r in rates
    ]  # fmt: skip
    return rows, FORMULAS


def _share(rate: float | None) -> str:
    return "—" if rate is None else f"{rate:.1%}"
