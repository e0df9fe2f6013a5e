"""Who handles it: the most specific row of the matrix wins (属地管理、分级负责、谁主管谁负责)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from models.errors import Conflict, NotFound
from models.profile_parts import ANY, Region, Route
from models.vocabulary import CaseType

if TYPE_CHECKING:
    from models.profile import Profile


@dataclass(frozen=True, slots=True)
class Routing:
    """One lead (主办单位, for opinion 回应主体), who helps, who is told, and why.

    `reported_to` is set when an opinion goes up to another level: the lead is then the local liaison
    that keeps the clock.
    """

    lead: str
    co_units: tuple[str, ...] = ()
    informed: tuple[str, ...] = ()
    source: str = ""
    presumed: bool = False
    coordinator: str | None = None
    reported_to: str | None = None
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What a message is, as far as rows tell messages apart beside places. `words`: those of the rows that it says."""

    domain: str
    kind: str
    case_type: str
    words: frozenset[str] = frozenset()


def route(profile: "Profile", asked: Asked, named: Sequence[str], *, avoiding: Collection[str]) -> Routing:
    """Route a message that names these places, in its order; see Profile.route."""
    places = _innermost(profile, named)
    routing = _over_counties(profile, asked, places) if asked.case_type == CaseType.OPINION else None
    if routing is None:
        routing = _first_received(profile, asked, places)
    return _recuse(profile, routing, avoiding) if avoiding else routing


def lineage(regions: Mapping[str, Region], code: str | None) -> list[str]:
    """Return the place and what it lies in, nearest first; an unknown place has no line."""
    line: list[str] = []
    while code is not None and code in regions and code not in line:
        line.append(code)
        code = regions[code].parent
    return line


def best_route(routes: Iterable[Route], asked: Asked, places: Sequence[str]) -> Route | None:
    """Pick the winning row: by case type, domain, words, nearest region, kind, in that order; None if none fits."""
    ranked = [(rank, row) for row in routes if (rank := _rank(row, asked, places)) is not None]
    return max(ranked, key=lambda pair: pair[0])[1] if ranked else None


def fits(row: Route, asked: Asked, places: Sequence[str]) -> bool:
    return (
        row.domain in {ANY, asked.domain}
        and (row.region == ANY or row.region in places)
        and row.kind in {ANY, asked.kind}
        and (row.case_type in {ANY, asked.case_type} or asked.case_type == CaseType.OPINION)
        and (not row.words or not asked.words.isdisjoint(row.words))
    )


def _rank(row: Route, asked: Asked, places: Sequence[str]) -> tuple[bool, bool, int, int, bool] | None:
    if not fits(row, asked, places):
        return None
    nearness = 0 if row.region == ANY else len(places) - places.index(row.region)
    said = len(asked.words.intersection(row.words))
    return (row.case_type == asked.case_type, row.domain == asked.domain, said, nearness, row.kind == asked.kind)


def _innermost(profile: "Profile", named: Sequence[str]) -> list[str]:
    """Leave out places that only contain another named one (区 beside its own 街道) and unknown ones."""
    known = [code for code in dict.fromkeys(named) if code in profile.regions_by_code]
    outer = {code for place in known for code in lineage(profile.regions_by_code, place)[1:]}
    return [code for code in known if code not in outer]


def _row(profile: "Profile", asked: Asked, place: str | None) -> Route:
    row = best_route(profile.routing, asked, lineage(profile.regions_by_code, place or profile.jurisdiction))
    if row is None:
        raise NotFound(f"{profile.name}的派单规则没有覆盖领域“{asked.domain}”，请在 routing 中补充")
    return row


def _routing(profile: "Profile", row: Route, asked: Asked) -> Routing:
    return Routing(
        lead=row.lead,
        co_units=tuple(row.co_units),
        informed=tuple(row.informed),
        source=row.source,
        presumed=row.presumed,
        coordinator=profile.opinion_coordinator if asked.case_type == CaseType.OPINION else None,
        reasons=(_why(profile, row, asked),),
    )


def _first_received(profile: "Profile", asked: Asked, places: list[str]) -> Routing:
    """首接单位主办: the first place's unit leads, the other places' units co-handle."""
    first, *others = [_row(profile, asked, place) for place in places or [profile.jurisdiction]]
    routing = _routing(profile, first, asked)
    if all(row.lead == first.lead for row in others):
        return routing
    helping = dict.fromkeys([*first.co_units, *(row.lead for row in others)])
    why = f"涉及多个地区（{_places(profile, places)}），首接单位主办，其他协办"
    return replace(
        _settled(routing, first.lead, helping),
        presumed=any(row.presumed for row in (first, *others)),
        reasons=(*routing.reasons, why),
    )


def _over_counties(profile: "Profile", asked: Asked, places: list[str]) -> Routing | None:
    """Send an opinion over several counties up a level (重庆高新区 2021 二(三)1); None if it is not one.

    Where that level lies within this jurisdiction its domain unit answers; where it lies above, the case
    is reported up (上报) and a local liaison keeps the clock.
    """
    if len({_county(profile, place) for place in places}) <= 1:
        return None
    inside = [place for place in places if not profile.regions_by_code[place].outside]
    upper = _routing(profile, _row(profile, asked, None), asked)
    local = _first_received(profile, asked, inside)
    helping = dict.fromkeys([upper.lead, *upper.co_units, local.lead, *local.co_units])
    why = f"舆情涉及多个区县（{_places(profile, places)}），由上级主管部门为第一责任主体"
    if len(inside) == len(places):
        return replace(_settled(upper, upper.lead, helping), reasons=(*upper.reasons, why))
    liaison = profile.opinion_liaison or profile.opinion_coordinator
    return replace(
        _settled(upper, liaison, helping),
        reported_to=profile.upper_unit,
        reasons=(*upper.reasons, f"{why}；上报{_name(profile, profile.upper_unit)}，本地联络单位计时"),
    )


def _recuse(profile: "Profile", routing: Routing, avoiding: Collection[str]) -> Routing:
    """回避: what is about a unit never reaches that unit, in any part (检举控告工作规则 第四十七条)."""
    lead, reasons = routing.lead, routing.reasons
    if lead in avoiding:
        lead = _recusal_unit(profile, avoiding)
        reasons = (*reasons, f"涉及{_name(profile, routing.lead)}自身，按回避规定改派")
    kept = [unit for unit in routing.co_units if unit not in avoiding]
    told = tuple(unit for unit in routing.informed if unit not in avoiding)
    return replace(
        _settled(replace(routing, informed=told), lead, kept),
        coordinator=None if routing.coordinator in avoiding else routing.coordinator,
        reported_to=None if routing.reported_to in avoiding else routing.reported_to,
        reasons=reasons,
    )


def _recusal_unit(profile: "Profile", avoiding: Collection[str]) -> str:
    for unit in (profile.recusal_unit, profile.supervisor, profile.upper_unit):
        if unit not in avoiding:
            return unit
    raise Conflict("来件涉及的单位包括全部可承接的监督单位，请人工报上级处理")


def _settled(routing: Routing, lead: str, helping: Iterable[str]) -> Routing:
    """Give each unit one part only: leading goes before helping, helping before being told."""
    co_units = tuple(unit for unit in helping if unit != lead)
    informed = tuple(unit for unit in routing.informed if unit != lead and unit not in co_units)
    return replace(routing, lead=lead, co_units=co_units, informed=informed)


def _county(profile: "Profile", place: str) -> str:
    line = lineage(profile.regions_by_code, place)
    return next((code for code in line if profile.regions_by_code[code].level == "county"), place)


def _why(profile: "Profile", row: Route, asked: Asked) -> str:
    place = "全域" if row.region == ANY else _places(profile, [row.region])
    domain = profile.domain_labels.get(row.domain, "任何领域")
    presumed = "" if not row.presumed or "推定" in row.source else "（推定，待本地确认）"
    said = "".join(f"·提到“{word}”" for word in row.words if word in asked.words)
    return f"{domain}·{place}{said} → {_name(profile, row.lead)}，依据：{row.source}{presumed}"


def _name(profile: "Profile", unit: str) -> str:
    return profile.units_by_code[unit].name if unit in profile.units_by_code else unit


def _places(profile: "Profile", codes: Sequence[str]) -> str:
    return "、".join(profile.regions_by_code[code].name for code in codes)
