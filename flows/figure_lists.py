"""The whole list behind a figure, as a file that a spreadsheet opens: a page shows its beginning only."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlmodel import Session

from flows.concealing import concealed
from flows.exporting import file_of
from flows.house import House
from models.queries.rates import Rate, rate_rows
from models.queries.trends import orders_of_day
from models.vocabulary import DEMONSTRATION, OrderStatus

_NOTICE = "说明"


def rate_list(house: House, session: Session, rate: Rate, since: datetime, now: datetime, unit: str | None) -> bytes:
    rows = rate_rows(session, rate, since, now, unit)
    lines = ((r.number, concealed(r.title), _unit(house, r.unit), OrderStatus(r.status).label, r.hit) for r in rows)
    return _file(house, ("工单", "事项", "单位", "状态", "计入分子"), lines)


def day_list(house: House, session: Session, day: date, *, answered: bool) -> bytes:
    orders = orders_of_day(session, day, house.settings.zone, answered=answered)
    domains = house.profile.domain_labels
    lines = (
        (o.number, concealed(o.title), domains.get(o.domain, o.domain), _unit(house, o.lead_unit),
         OrderStatus(o.status).label)
        for o in orders
    )  # fmt: skip
    return _file(house, ("工单", "事项", "领域", "单位", "状态"), lines)


def _unit(house: House, code: str | None) -> str:
    found = house.profile.units_by_code.get(code or "")
    return found.name if found else (code or "")


def _file(house: House, columns: tuple[str, ...], lines: Iterable[tuple[object, ...]]) -> bytes:
    """UTF-8 with the mark by which spreadsheets know it; a demonstration's rows each say that they are one."""
    marks = (DEMONSTRATION,) if house.profile.demonstration else ()
    head = (*columns, _NOTICE) if marks else columns
    return file_of("csv", head, [dict(zip(head, (*line, *marks), strict=True)) for line in lines])
