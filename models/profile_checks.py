"""Checks on a profile as a whole; every fault is listed at once, with its file, row and field."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from models.errors import BadProfile
from models.profile import SHIPPED, Profile, selector
from models.profile_parts import ANY, CODE_PATTERN, ClockRule, Region, Route, Unit
from models.profile_yaml import Document, Place, parse_yaml, read_yaml
from models.routing import Asked, best_route, lineage
from models.vocabulary import CaseType, Kind, Stage, Word

Fault = tuple[Place, str]

# Nothing open is without a clock: each of these stages needs a limit that holds for any message.
NEEDED = (
    Stage.SCREEN,
    Stage.DISPATCH,
    Stage.ACKNOWLEDGE,
    Stage.RETURN_WINDOW,
    Stage.HANDLE,
    Stage.REVIEW,
    Stage.REPLY,
    Stage.CALLBACK,
    Stage.OPINION_FIRST,
)
_ALTERNATIVES = ("constrained-str", "literal[", "lax-or-strict", "function-")
_CODE = "应为代码：小写字母开头，只含小写字母、数字和下划线"
_REASONS = {
    "missing": "缺少这一项",
    "extra_forbidden": "不认识这个键，请检查拼写",
    "string_pattern_mismatch": "格式不对，应形如 {pattern}",
    "string_type": "应为文字",
    "list_type": "应为列表",
    "too_short": "不能为空",
    "enum": "只能是 {expected}",
    "literal_error": "只能是 {expected}",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "date_from_datetime_parsing": "应为 2026-02-16 这样的日期",
    "date_parsing": "应为 2026-02-16 这样的日期",
    "time_parsing": '应为 "09:00" 这样的时刻',
    "float_type": "应为数字",
    "float_parsing": "应为数字",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_from_float": "应为整数",
    "greater_than_equal": "不能小于 {ge}",
    "greater_than": "应大于 {gt}",
    "less_than_equal": "不能大于 {le}",
    "value_error": "{error}",
    "model_type": "应为键值对",
    "dict_type": "应为键值对",
    "string_too_short": "不能为空",
}


def read_checked(path: Path) -> Profile:
    """Read the profile in this file with its rule packs; BadProfile lists all that is wrong."""
    document = read_yaml(path)
    if not isinstance(document.data, dict):
        raise BadProfile(f"{path.name}：内容应为键值对，请参照自带的 demo.yaml")
    _add_packs(document)
    try:
        profile = Profile.model_validate(document.data)
    except ValidationError as error:
        raise _bad(document, _validation_faults(error)) from None
    faults = list(faults_of(profile))
    if faults:
        raise _bad(document, faults)
    return profile


def with_matrix(profile: Profile, text: str) -> Profile:
    """The same profile with another routing matrix, given as YAML rows; BadProfile lists all that is wrong."""
    document = parse_yaml(text, Path("候选规则"))
    rows = document.data.get("routing") if isinstance(document.data, dict) else document.data
    if not isinstance(rows, list):
        raise BadProfile("候选规则：应为派单规则的列表，每行形如 - {domain: housing, lead: 单位代码, source: 依据}")
    if not isinstance(document.data, dict):
        document.lines = {("routing", *place): line for place, line in document.lines.items()}
    try:
        given = {name: getattr(profile, name) for name in Profile.model_fields}
        changed = Profile.model_validate(given | {"routing": rows})
    except ValidationError as error:
        raise _bad(document, _validation_faults(error)) from None
    if faults := list(faults_of(changed)):
        raise _bad(document, faults)
    return changed


def faults_of(profile: Profile) -> Iterator[Fault]:
    """Find everything that is wrong with a profile whose single values are sound."""
    yield from _doubles(profile)
    yield from _unknown_regions(profile)
    yield from _unknown_units(profile)
    yield from _contradictions(profile)
    yield from _gaps(profile)
    yield from _clock_faults(profile)


def _bad(document: Document, faults: Iterable[Fault]) -> BadProfile:
    lines = [f"{document.where(place)}：{_field(place)}{text}" for place, text in faults]
    return BadProfile(f"辖区配置 {document.path.name} 有 {len(lines)} 处错误：\n" + "\n".join(lines))


def _field(place: Place) -> str:
    name = ".".join(f"第{part + 1}条" if isinstance(part, int) else part for part in place)
    return f"{name} " if name else ""


def _validation_faults(error: ValidationError) -> list[Fault]:
    """Tell pydantic's findings in Chinese; of the alternatives at one place, the first."""
    faults: dict[Place, str] = {}
    for fault in error.errors():
        place = tuple(part for part in fault["loc"] if not str(part).startswith(_ALTERNATIVES))
        context = {"error": "", **fault.get("ctx", {})}
        if "expected" in context:
            context["expected"] = str(context["expected"]).replace(" or ", "、").replace(", ", "、")
        told = _CODE if context.get("pattern") == CODE_PATTERN else _REASONS.get(fault["type"])
        text = told.format(**context) if told else f"不符合要求（{fault['msg']}）"
        given = fault.get("input")
        faults.setdefault(place, text + (f"，现为“{given}”" if isinstance(given, str | int | float) else ""))
    return list(faults.items())


def _add_packs(document: Document) -> None:
    """Join the shared rule packs; a profile's own clock, cap or ladder goes before a pack's for the same thing."""
    data = document.data
    if not isinstance(data, dict) or not isinstance(data.get("packs") or [], list):
        return
    for name in data.get("packs") or []:
        pack = _pack(document, str(name))
        if isinstance(data.get("clocks") or [], list):
            own = data.get("clocks") or []
            data["clocks"] = [*own, *(rule for rule in pack.get("clocks", []) if not _said(rule, own))]
        if isinstance(data.get("limits") or {}, dict) and "limits" in pack:
            data["limits"] = pack["limits"] | (data.get("limits") or {})
        if "ladder" in pack:
            data.setdefault("ladder", pack["ladder"])


def _pack(document: Document, name: str) -> dict[str, Any]:
    path = SHIPPED / "packs" / f"{name}.yaml"
    if not path.is_file():
        known = "、".join(sorted(p.stem for p in path.parent.glob("*.yaml")))
        raise _bad(document, [(("packs",), f"没有名为“{name}”的规则包，可用：{known}")])
    data = read_yaml(path).data
    return data if isinstance(data, dict) else {}


def _said(rule: dict[str, object], own: list[object]) -> bool:
    fields = ("stage", "procedure", "case_type", "urgency", "kind", "channel")
    return any(
        mine.get("code") == rule["code"] or all(mine.get(f) == rule.get(f) for f in fields)
        for mine in own
        if isinstance(mine, dict)
    )


def _doubles(profile: Profile) -> Iterator[Fault]:
    lists: dict[str, Sequence[Region | Unit | ClockRule]] = {
        "regions": profile.regions,
        "units": profile.units,
        "clocks": profile.clocks,
    }
    for field, rows in lists.items():
        seen: set[str] = set()
        for n, row in enumerate(rows):
            if row.code in seen:
                yield (field, n, "code"), f"代码“{row.code}”重复"
            seen.add(row.code)


def _unknown_regions(profile: Profile) -> Iterator[Fault]:
    known = profile.regions_by_code
    named: list[tuple[Place, str | None]] = [(("jurisdiction",), profile.jurisdiction)]
    named += [(("regions", n, "parent"), region.parent) for n, region in enumerate(profile.regions)]
    named += [(("units", n, "region"), unit.region) for n, unit in enumerate(profile.units)]
    named += [(("routing", n, "region"), r.region) for n, r in enumerate(profile.routing) if r.region != ANY]
    for place, code in named:
        if code is not None and code not in known:
            yield place, f"没有地区“{code}”"
    for n, region in enumerate(profile.regions):
        line = lineage(known, region.code)
        if line and known[line[-1]].parent in line:
            yield ("regions", n, "parent"), f"“{region.name}”的上级绕回了自己"


def _unknown_units(profile: Profile) -> Iterator[Fault]:
    roles = ("centre", "supervisor", "recusal_unit", "opinion_coordinator", "opinion_liaison", "upper_unit")
    named: list[tuple[Place, str | None]] = [((role,), getattr(profile, role)) for role in roles]
    for n, route in enumerate(profile.routing):
        named.append((("routing", n, "lead"), route.lead))
        named += [(("routing", n, "co_units"), unit) for unit in route.co_units]
        named += [(("routing", n, "informed"), unit) for unit in route.informed]
    for n, rule in enumerate(profile.opinion.joint):
        named += [(("opinion", "joint", n, "units"), unit) for unit in rule.units]
    for place, code in named:
        if code is not None and code not in profile.units_by_code:
            yield place, f"没有单位“{code}”"


def _contradictions(profile: Profile) -> Iterator[Fault]:
    first: dict[tuple[object, ...], tuple[int, Route]] = {}
    for n, route in enumerate(profile.routing):
        if route.domain != ANY and route.domain not in profile.domain_labels:
            yield ("routing", n, "domain"), f"没有领域“{route.domain}”"
        key = (route.domain, route.region, route.kind, route.case_type, frozenset(route.words))
        if key not in first:
            first[key] = (n, route)
            continue
        earlier, other = first[key]
        what = "重复" if other.lead == route.lead else "矛盾"
        told = f"与第{earlier + 1}条{what}：领域、地区、类型都相同"
        yield ("routing", n), f"{told}，主办单位分别为“{other.lead}”和“{route.lead}”"


def _gaps(profile: Profile) -> Iterator[Fault]:
    line = lineage(profile.regions_by_code, profile.jurisdiction)
    for domain, label in profile.domain_labels.items():
        kinds = [k for k in Kind if best_route(profile.routing, Asked(domain, k, CaseType.ORDER), line) is None]
        if kinds:
            told = "" if len(kinds) == len(Kind) else f"的{_labels(kinds)}"
            yield ("routing",), f"领域“{domain}”（{label}）{told}没有全域的派单规则"


def _clock_faults(profile: Profile) -> Iterator[Fault]:
    first: dict[tuple[object, ...], int] = {}
    for n, rule in enumerate(profile.clocks):
        earlier = first.setdefault((rule.stage, *selector(rule)), n)
        if earlier != n:
            yield ("clocks", n), f"“{rule.code}”与“{profile.clocks[earlier].code}”适用范围相同，时限矛盾"
    missing = [stage for stage in NEEDED if not _has_general_clock(profile, stage)]
    for stage in missing:
        yield ("clocks",), f"缺少“{stage.label}”（{stage}）的通用时限"


def _has_general_clock(profile: Profile, stage: Stage) -> bool:
    case_type = CaseType.OPINION if stage == Stage.OPINION_FIRST else CaseType.ORDER
    return profile.clock(stage, case_type=case_type) is not None or (
        stage == Stage.CALLBACK and profile.clock(stage, channel="hotline") is not None
    )


def _labels(words: Iterable[Word]) -> str:
    return "、".join(word.label for word in words)
