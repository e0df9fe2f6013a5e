"""Which messages represent the week: variety of domain, region and outcome, the unresolved included."""

from collections import Counter
from collections.abc import Sequence
from typing import Protocol

from models.vocabulary import Outcome

_UNRESOLVED = {Outcome.PLANNED.value, Outcome.EXPLAINED.value, Outcome.UNRESOLVED.value}


class Order(Protocol):
    id: int | None
    domain: str
    region: str | None
    outcome: str | None


def choose(orders: Sequence[Order], most: int) -> list[tuple[Order, str]]:
    """Up to `most` orders with why each was chosen: always the one that adds most to what is there already."""
    left = list(orders)
    seen: Counter[tuple[str, str | None]] = Counter()
    chosen: list[tuple[Order, str]] = []
    while left and len(chosen) < most:
        best = min(left, key=lambda o: (_weight(o, seen), o.id or 0))
        chosen.append((best, _why(best, seen)))
        seen.update(_aspects(best))
        left.remove(best)
    return chosen


def _aspects(order: Order) -> list[tuple[str, str | None]]:
    return [("domain", order.domain), ("region", order.region), ("outcome", order.outcome)]


def _weight(order: Order, seen: Counter[tuple[str, str | None]]) -> int:
    domain, region, outcome = (seen[a] for a in _aspects(order))
    return 3 * domain + 2 * outcome + region


def _why(order: Order, seen: Counter[tuple[str, str | None]]) -> str:
    domain, region, outcome = _aspects(order)
    reasons = []
    if not seen[domain]:
        reasons.append("本期该领域首条")
    if order.region and not seen[region]:
        reasons.append("本期该地区首条")
    if order.outcome in _UNRESOLVED and not seen[outcome]:
        reasons.append("反映尚未解决的问题如何说明")
    return "；".join(reasons) or "补充同类诉求"
