"""Names of units in a plan: which words are one, and which unit of the profile is meant."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from models.profile import Profile, Unit

_ENDS = re.compile(
    r"(?:局|委|办|厅|部|处|院|所|站|社|会|中心|政府|公司|集团|银行|街道|乡镇|镇|乡|指挥部|部门|单位|办公室|办事处|大队|支队|总队|分局|[镇乡]\(街道\))$"
)
_GROUP = re.compile(
    r"^(?:各|其他|其它|有关|相关|全市|全区|全县)|各(?:相关|有关)?(?:项目主管)?部门|市直|有关部门|相关部门|驻\S{0,8}部门|等部门"
)
_CLAUSE = re.compile(r"[一二三四五六七八九十]+是")
_LONGEST = 40
# A place's full name, or its level alone; 市城市管理局 is not the 管理局 of a place called 市城市.
_PLACE = re.compile(r"^(?:(?![市区县])[一-鿿]{1,6}?(?:省|市|自治州|新区|高新区|区|县)|[市区县])?")
_LEVELS = "市区县"


@dataclass(frozen=True, slots=True)
class Named:
    """A name as the plan writes it. `group`: several units in one word, which a person expands."""

    name: str
    group: bool


def split_units(text: str) -> list[Named]:
    """Split «市府办、数据资源服务中心，其他市级有关部门»; commas in brackets do not part names."""
    names = []
    depth, held = 0, ""
    for char in text.replace("（", "(").replace("）", ")"):
        depth += (char == "(") - (char == ")")
        if char in "、,，;；。 \u3000\t" and depth <= 0:
            names.append(held)
            held = ""
        else:
            held += char
    names.append(held)
    return [Named(name, bool(_GROUP.search(name))) for name in (n.strip(" .·") for n in names) if name]


def is_unit_line(line: str) -> bool:
    """Whether a line of a table holds nothing but names of units."""
    plain = line.strip().rstrip("。.")
    if not plain or _CLAUSE.match(plain) or any(mark in plain for mark in "。；：:“”《》"):
        return False
    names = split_units(plain)
    return bool(names) and all(len(n.name) <= _LONGEST and _ENDS.search(n.name) for n in names)


class UnitFinder:
    """Finds the profile's unit for a name: its name or an alias, else the one that differs by its place only.

    A place cut down to its level (市城市管理局 for 望溪市城市管理局) comes before one that is left out or another's.
    """

    def __init__(self, profile: Profile) -> None:
        self._exact: dict[str, set[str]] = {}
        self._short: dict[str, set[str]] = {}
        self._bare: dict[str, set[str]] = {}
        for unit in profile.units:
            region = profile.regions_by_code[unit.region]
            for name in _names(unit):
                self._exact.setdefault(name, set()).add(unit.code)
                self._bare.setdefault(_bare(name), set()).add(unit.code)
                for level, rest in _cut(name, (region.name, *region.aliases)):
                    self._short.setdefault(level + rest, set()).add(unit.code)
                    self._bare.setdefault(rest, set()).add(unit.code)

    def code(self, name: str) -> str | None:
        """The unit's code; None when there is none or more than one that it could be."""
        found = self.codes(name)
        return next(iter(found)) if len(found) == 1 else None

    def codes(self, name: str) -> set[str]:
        """The units that are called so in the closest of the ways."""
        ways = ((self._exact, name), (self._short, name), (self._bare, name), (self._bare, _bare(name)))
        return next((known[wanted] for known, wanted in ways if wanted in known), set())

    def lead(self, named: Iterable[Named]) -> tuple[str | None, str | None]:
        """The first named single unit leads: (its code or None, its name or None when all are groups)."""
        single = [n.name for n in named if not n.group]
        return (self.code(single[0]), single[0]) if single else (None, None)


def _names(unit: Unit) -> list[str]:
    return [name.replace("（", "(").replace("）", ")") for name in (unit.name, *unit.aliases)]


def _cut(name: str, places: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The level of the unit's own place and the rest of its name: 望溪市城市管理局 → 市, 城市管理局."""
    for place in places:
        rest = name.removeprefix(place)
        if place[-1] in _LEVELS and rest not in {name, ""}:
            yield place[-1], rest


def _bare(name: str) -> str:
    """A name without its place: 建德市司法局, 市司法局 → 司法局."""
    rest = _PLACE.sub("", name, count=1)
    return rest or name
