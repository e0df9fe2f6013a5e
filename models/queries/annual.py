"""Yearly figures for the annual report (T 一): by channel, domain, unit and more, month by month.

What is counted are messages (来件): each that came in, joined ones too. Machine mail, void ones and sealed ones are
in no figure. 办件 of a service hall are another count and stand apart.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import case, func
from sqlmodel import Session, col, select

from models.tables.knowledge import HallCount
from models.tables.messages import Message
from models.tables.orders import WorkOrder
from models.vocabulary import OrderStatus

MONTHS = range(1, 13)
BY = {"channel": "渠道", "domain": "领域", "unit": "主办单位", "kind": "诉求类型", "procedure": "办理途径"}
_ANSWERED = [OrderStatus.REPLIED.value, OrderStatus.CLOSED.value]


@dataclass(frozen=True, slots=True)
class Line:
    """One code of a dimension (empty: none yet): how many came in each month, and how many of them are answered."""

    code: str
    months: tuple[int, ...]
    answered: int

    @property
    def received(self) -> int:
        return sum(self.months)


@dataclass(frozen=True, slots=True)
class Yearly:
    """`by`: dimension → its lines, the largest first; every dimension adds up to the same whole."""

    year: int
    whole: Line
    by: dict[str, list[Line]]
    hall: list[tuple[str, tuple[int, ...]]]

    @property
    def hall_handled(self) -> int:
        return sum(sum(months) for _, months in self.hall)


def yearly(session: Session, year: int, zone: ZoneInfo) -> Yearly:
    """What came in between 1 January and 31 December by the office's clock."""
    counted: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0] * 13)
    whole = [0] * 13
    for month in MONTHS:
        for codes, received, answered in _month(session, year, month, zone):
            for keyed in (*((name, code) for name, code in zip(BY, codes, strict=True)), None):
                line = whole if keyed is None else counted[keyed]
                line[month - 1] += received
                line[12] += answered
    lines: dict[str, list[Line]] = {name: [] for name in BY}
    for (name, code), found in counted.items():
        lines[name].append(_line(code, found))
    ranked = {name: sorted(each, key=lambda line: (-line.received, line.code)) for name, each in lines.items()}
    return Yearly(year, _line("", whole), ranked, _hall(session, year))


def _line(code: str, counted: Sequence[int]) -> Line:
    return Line(code, tuple(counted[:12]), counted[12])


def _month(
    session: Session, year: int, month: int, zone: ZoneInfo
) -> list[tuple[tuple[str, str, str, str, str], int, int]]:
    first = datetime(year, month, 1, tzinfo=zone)
    last = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=zone)
    grouped = (Message.channel, WorkOrder.domain, WorkOrder.lead_unit, WorkOrder.kind, WorkOrder.procedure)
    answered = func.sum(case((col(WorkOrder.status).in_(_ANSWERED), 1), else_=0))
    statement = (
        select(*grouped, func.count(), answered)  # type: ignore[call-overload]
        .join(WorkOrder, col(WorkOrder.id) == col(Message.order_id))
        .where(
            col(Message.received_at) >= first, col(Message.received_at) < last, col(WorkOrder.sealed).is_(False),
            col(WorkOrder.status) != OrderStatus.VOID.value,
        )
        .group_by(*grouped)
    )  # fmt: skip
    return [
        ((channel, domain, unit or "", kind, procedure), int(received), int(done or 0))
        for channel, domain, unit, kind, procedure, received, done in session.exec(statement).all()
    ]


def _hall(session: Session, year: int) -> list[tuple[str, tuple[int, ...]]]:
    found: dict[str, list[int]] = defaultdict(lambda: [0] * 12)
    for row in session.exec(select(HallCount).where(HallCount.year == year).order_by(col(HallCount.unit))).all():
        found[row.unit][row.month - 1] = row.handled
    return [(unit, tuple(months)) for unit, months in found.items()]
