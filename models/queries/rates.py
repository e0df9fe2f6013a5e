"""The six rates by unit, from the record alone, each with its formula, its denominator and its rows.

A period is the answers, dispatches and calls of [since, now]; `now` may lie in the past (a report of last week).
What is open and overdue at its end is always in the denominator where a rate asks how well it was done: a unit gains
nothing by not answering. Whoever said nothing (silence) is in no numerator and no denominator, and is counted apart.
Accusations, and what was excluded on review (剔除), count for nobody. What a unit says of itself counts nowhere.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CompoundSelect, Select, and_, case, exists, func, literal, or_, select, union_all
from sqlmodel import Session, col

from models.queries.unit_counts import HANDLING, counted, late_at_unit, moved_on, running_late
from models.tables.clocks import Clock
from models.tables.follow_ups import FollowUp
from models.tables.orders import Assignment, Rating, Reply, ReturnRequest, WorkOrder
from models.vocabulary import OrderStatus, Satisfaction, Stage
from models.workflow import OPEN_STATUSES

_Rows = Select[Any] | CompoundSelect[Any]
_NOT_HANDLED = [s.value for s in (OrderStatus.MERGED, OrderStatus.WITHDRAWN, OrderStatus.VOID, OrderStatus.DECLINED,
                                  OrderStatus.DIVERTED)]  # fmt: skip
_CONTENT = (Satisfaction.SATISFIED.value, Satisfaction.FAIR.value)


def responded(since: datetime, now: datetime) -> _Rows:
    """响应率 = 按时签收或首次联系、且回访未否认的 ÷（已签收或已首次联系 + 逾期未响应）.

    The limit is that of 首次联系 where the profile sets one, else 签收, charged to whoever held it; a citizen who
    says in the follow-up that nobody spoke with him outweighs the click.
    """
    first = exists().where(
        col(Clock.order_id) == col(WorkOrder.id), col(Clock.stage) == Stage.FIRST_CONTACT.value
    ).correlate(WorkOrder)  # fmt: skip
    denied = exists().where(
        col(FollowUp.order_id) == col(Clock.order_id), col(FollowUp.cycle) == col(Clock.cycle),
        col(FollowUp.contacted).is_(False),
    )  # fmt: skip
    hit = and_(col(Clock.stopped_at).is_not(None), col(Clock.stopped_at) <= col(Clock.due_at), ~denied)
    return (
        _select(Clock.unit, Clock.order_id, hit)
        .join(WorkOrder, col(WorkOrder.id) == col(Clock.order_id))
        .where(
            col(Clock.subject) == "order", *counted(), col(WorkOrder.status).not_in(_NOT_HANDLED),
            or_(col(Clock.stage) == Stage.FIRST_CONTACT.value,
                and_(col(Clock.stage) == Stage.ACKNOWLEDGE.value, ~first)),
            or_(and_(col(Clock.stopped_at).is_not(None), col(Clock.started_at).between(since, now)), running_late(now)),
            ~exists().where(moved_on()),
        )
    )  # fmt: skip


def resolved(since: datetime, now: datetime) -> _Rows:
    """解决率 = 回访中说“已解决”的 ÷（回访中说是否解决的 + 在办超期）. 办理结果是单位自填的，不作依据."""
    said = (
        _select(FollowUp.unit, FollowUp.order_id, col(FollowUp.resolved).is_(True))
        .join(WorkOrder, col(WorkOrder.id) == col(FollowUp.order_id))
        .where(*counted(), col(FollowUp.resolved).is_not(None), col(FollowUp.done_at).between(since, now))
    )
    return union_all(said, _overdue(now))


def satisfied(since: datetime, now: datetime) -> _Rows:
    """满意率 =（满意 + 基本满意）÷（已表态 + 在办超期）; 每次答复只计一次，回访的话先于评价. 未表态另列."""
    word = func.coalesce(FollowUp.satisfaction, Rating.satisfaction)
    said = _answers(since, now, word.in_(_CONTENT)).where(word.is_not(None))
    return union_all(said, _overdue(now))


def in_time(since: datetime, now: datetime) -> _Rows:
    """按期办结率 = 期限内答复的 ÷（已答复 + 在办超期）; 期限含批准的延期和暂停.

    A unit has done its part when it hands its signed reply in: our own review is not its lateness.
    """
    late = exists().where(
        col(Clock.order_id) == col(Reply.order_id), col(Clock.cycle) == col(Reply.cycle), col(Clock.subject) == "order",
        col(Clock.stage).in_(HANDLING), func.coalesce(Reply.signed_at, Reply.sent_at) > col(Clock.due_at),
    )  # fmt: skip
    return union_all(_answers(since, now, ~late), _overdue(now))


def reopened(since: datetime, now: datetime) -> _Rows:
    """重办率 = 答复后又重办的 ÷ 已答复（按次）."""
    return _answers(since, now, col(WorkOrder.cycle) > col(Reply.cycle))


def returned(since: datetime, now: datetime) -> _Rows:
    """退单率 = 申请退单的 ÷ 派到本单位主办的（按次）."""
    asked = exists().where(
        col(ReturnRequest.order_id) == col(Assignment.order_id), col(ReturnRequest.unit) == col(Assignment.unit),
        col(ReturnRequest.asked_at) >= col(Assignment.assigned_at),
        or_(col(Assignment.ended_at).is_(None), col(ReturnRequest.asked_at) <= col(Assignment.ended_at)),
    )  # fmt: skip
    return (
        _select(Assignment.unit, Assignment.order_id, asked)
        .join(WorkOrder, col(WorkOrder.id) == col(Assignment.order_id))
        .where(*counted(), col(Assignment.part) == "lead", col(Assignment.assigned_at).between(since, now))
    )


def _sum(side: str) -> str:
    return f"（{side}）" if " + " in side else f" {side}"


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate's name, the two sides of its formula in words, and the rows that it counts."""

    code: str
    name: str
    numerator: str
    denominator: str
    rows: Callable[[datetime, datetime], _Rows]

    @property
    def formula(self) -> str:
        """As it is printed: numerator ÷ denominator."""
        return f"{_sum(self.numerator).strip()} ÷{_sum(self.denominator)}"


RATES = (
    Rate("responded", "响应率", "按时签收或首次联系、且回访中未被否认的", "已签收或已首次联系 + 逾期未响应", responded),
    Rate("resolved", "解决率", "回访中说“已解决”的", "回访中说是否解决的 + 在办超期", resolved),
    Rate("satisfied", "满意率", "满意 + 基本满意", "已表态 + 在办超期", satisfied),
    Rate("in_time", "按期办结率", "期限内答复的", "已答复 + 在办超期", in_time),
    Rate("reopened", "重办率", "答复后又重办的（按次）", "已答复", reopened),
    Rate("returned", "退单率", "申请退单的（按次）", "派到本单位主办的", returned),
)
BY_CODE = {rate.code: rate for rate in RATES}


@dataclass(frozen=True, slots=True)
class Share:
    """`count` of `of`; no share where there is nothing to divide by."""

    count: int = 0
    of: int = 0

    @property
    def percent(self) -> float | None:
        return 100 * self.count / self.of if self.of else None

    def __add__(self, other: "Share") -> "Share":
        return Share(self.count + other.count, self.of + other.of)


@dataclass(frozen=True, slots=True)
class UnitRates:
    """A unit's rates by their code, and the answers on which nobody said anything."""

    unit: str
    shares: dict[str, Share]
    silent: int


def unit_rates(session: Session, since: datetime, now: datetime) -> list[UnitRates]:
    """Every unit with anything to count, by its code."""
    by_rate = {rate.code: _shares(session, rate.rows(since, now)) for rate in RATES}
    silent = _silent(session, since, now)
    units = sorted({*silent, *(unit for shares in by_rate.values() for unit in shares)})
    return [UnitRates(u, {code: by_rate[code].get(u, Share()) for code in by_rate}, silent.get(u, 0)) for u in units]


def whole_share(session: Session, rate: Rate, since: datetime, now: datetime) -> Share:
    """One rate of all units as one."""
    return sum(_shares(session, rate.rows(since, now)).values(), Share())


def share_of(session: Session, rate: Rate, since: datetime, now: datetime, unit: str | None) -> Share:
    """One rate of one unit, or of all as one: how many rows there are in all."""
    shares = _shares(session, rate.rows(since, now))
    return shares.get(unit, Share()) if unit else sum(shares.values(), Share())


def together(units: list[UnitRates]) -> UnitRates:
    """All units as one."""
    shares = {rate.code: sum((u.shares[rate.code] for u in units), Share()) for rate in RATES}
    return UnitRates("", shares, sum(u.silent for u in units))


@dataclass(frozen=True, slots=True)
class RateRow:
    """An order that a rate counts, and whether it is in the numerator."""

    number: str
    title: str
    status: str
    unit: str
    hit: bool


def rate_rows(
    session: Session, rate: Rate, since: datetime, now: datetime, unit: str | None, most: int | None = None
) -> list[RateRow]:
    """The rows behind a figure, those outside the numerator first; `most`: no more than so many."""
    behind = rate.rows(since, now).subquery()
    statement = (
        select(col(WorkOrder.number), col(WorkOrder.title), col(WorkOrder.status), behind.c.unit, behind.c.hit)
        .join(behind, behind.c.order_id == col(WorkOrder.id))
        .order_by(behind.c.hit, col(WorkOrder.id).desc())
        .limit(most)
    )
    if unit:
        statement = statement.where(behind.c.unit == unit)
    return [
        RateRow(number, title, status, of, bool(hit)) for number, title, status, of, hit in session.execute(statement)
    ]


def _select(unit: Any, order_id: Any, hit: Any) -> Select[Any]:  # noqa: ANN401  (SQL expressions)
    return select(unit.label("unit"), order_id.label("order_id"), case((hit, 1), else_=0).label("hit"))


def _answers(since: datetime, now: datetime, hit: Any) -> Select[Any]:  # noqa: ANN401
    """Every answer that was sent in the period, with what was said to it; turning away (不予受理、分流) is none."""
    return (
        _select(Reply.unit, Reply.order_id, hit)
        .join(WorkOrder, col(WorkOrder.id) == col(Reply.order_id))
        .join(FollowUp, and_(col(FollowUp.order_id) == col(Reply.order_id), col(FollowUp.cycle) == col(Reply.cycle)),
              isouter=True)
        .join(Rating, and_(col(Rating.order_id) == col(Reply.order_id), col(Rating.cycle) == col(Reply.cycle)),
              isouter=True)
        .where(*counted(), col(WorkOrder.status).not_in(_NOT_HANDLED), col(Reply.sent_at).between(since, now))
    )  # fmt: skip


def _overdue(now: datetime) -> Select[Any]:
    """在办超期: open now and past the limit of handling, whenever it came in; a reply handed in late is late too."""
    return select(
        col(WorkOrder.lead_unit).label("unit"), col(WorkOrder.id).label("order_id"), literal(0).label("hit")
    ).where(
        *counted(), or_(col(WorkOrder.status).in_(OPEN_STATUSES), col(WorkOrder.replied_at) > now),
        col(WorkOrder.lead_unit).is_not(None), late_at_unit(now),
    )  # fmt: skip


def _shares(session: Session, rows: _Rows) -> dict[str, Share]:
    behind = rows.subquery()
    statement = select(behind.c.unit, func.sum(behind.c.hit), func.count()).group_by(behind.c.unit)
    return {unit: Share(int(hits or 0), of) for unit, hits, of in session.execute(statement).all()}


def _silent(session: Session, since: datetime, now: datetime) -> dict[str, int]:
    word = func.coalesce(FollowUp.satisfaction, Rating.satisfaction)
    behind = _answers(since, now, word.is_(None)).where(word.is_(None)).subquery()
    statement = select(behind.c.unit, func.count()).group_by(behind.c.unit)
    return {unit: count for unit, count in session.execute(statement).all()}  # noqa: C416  (rows are no pairs)
