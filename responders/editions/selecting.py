"""Which messages represent the week: variety of domain, region, outcome and unit, the unresolved included."""

from collections import Counter
from collections.abc import Sequence
from typing import Protocol, TypeVar

from models.vocabulary import Outcome

_UNRESOLVED = {Outcome.PLANNED.value, Outcome.EXPLAINED.value, Outcome.UNRESOLVED.value}


class Order(Protocol):
    id: int | None
    domain: str
    region: str | None
    outcome: str | None
    lead_unit: str | None


Some = TypeVar("Some", bound=Order)
Aspect = tuple[str, str | None]


def choose(orders: Sequence[Some], most: int) -> list[tuple[Some, str]]:
    """Up to `most` orders with why each was chosen: always the one that adds most to what is there already."""
    left = list(orders)
    seen: Counter[Aspect] = Counter()
    chosen: list[tuple[Some, str]] = []
    while left and len(chosen) < most:
        best = min(left, key=lambda o: (_weight(o, seen), o.id or 0))
        chosen.append((best, _why(best, seen)))
        seen.update(_aspects(best))
        left.remove(best)
    return chosen


def _aspects(order: Order) -> list[Aspect]:
    return [("domain", order.domain), ("region", order.region), ("outcome", order.outcome), ("unit", order.lead_unit)]


def _weight(order: Order, seen: Counter[Aspect]) -> int:
    domain, region, outcome, unit = (seen[a] for a in _aspects(order))
    return 3 * domain + 2 * outcome + 2 * unit + region


def _why(order: Order, seen: Counter[Aspect]) -> str:
    domain, region, outcome, unit = _aspects(order)
    reasons = []
    if not seen[domain]:
        reasons.append("本期该领域首条")
    if order.region and not seen[region]:
        reasons.append("本期该地区首条")
    if order.outcome in _UNRESOLVED and not seen[outcome]:
        reasons.append("问题尚未解决，看如何向群众说明")
    if order.lead_unit and not seen[unit]:
        reasons.append("本期该部门首条")
    return "；".join(reasons) or "补充同类诉求"
