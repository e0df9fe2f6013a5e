"""回避: which units a message is about, so that it reaches them in no part. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from models.profile import Profile, Unit
from models.vocabulary import Domain, Kind, Procedure

_LEVELS = "省市区县镇乡"
_LONGEST_PLACE = 20
_BODIES = ("局", "委员会", "委")  # what stands for itself without its place; 人民政府 or 中心 does not
# Whose people the words mean, by what the name of their unit has in it.
_SPOKEN = tuple(
    (re.compile(words), names)
    for words, names in (
        ("城管|综合执法|执法(?:局|大?队|队员)", ("城市管理", "城管", "综合执法")),
        ("派出所|公安|警察|民警|交警|特警|[辅协]警|刑警|车管所", ("公安",)),
        ("街道(?:办|干部|领导|书记|主任|副主任|工作人员|执法|的人)", ("街道办",)),
        ("[镇乡](?:政府|长|干部|领导|书记)", ("镇人民政府", "镇政府", "乡人民政府", "乡政府")),
        ("学校|[小中]学|幼儿园|[校园]长|教师|老师|班主任|教(?:育|体)局|教委", ("教育",)),
        ("医院的?(?:领导|院长|医生|护士)|卫健|卫生局", ("卫生健康", "卫健")),
        ("市监|工商(?:局|所)|市场监[管督]", ("市场监管", "市场监督管理")),
        ("住建|房管(?:局|所)", ("住房", "住建")),
        ("环保(?:局|所|站|的人)", ("生态环境",)),
        ("交通局|交通执法|运管", ("交通",)),
        ("社保局|人社|劳动(?:局|所|监察)", ("人力资源", "人力社保")),
        ("民政(?:局|所|办)", ("民政",)),
        ("国土(?:局|所)|规划局|自然资源(?:局|所)", ("自然资源",)),
        ("税务(?:局|所)", ("税务",)),
        ("消防(?:队|员|大队|支队)", ("消防",)),
    )
)  # fmt: skip


class About(Protocol):
    """What is found of a message. `accusation`: decided, suspected or nothing, whatever the procedure is."""

    @property
    def domain(self) -> str | None: ...
    @property
    def kind(self) -> str | None: ...
    @property
    def procedure(self) -> str | None: ...
    @property
    def accusation(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Found:
    """What is on record of a message that is no longer judged."""

    domain: str | None
    kind: str | None
    procedure: str | None
    accusation: str | None = None


def about_conduct(about: About) -> bool:
    """举报, 作风与政务效能 and 检举控告, even suspected, are about somebody; what else names a unit asks it to act."""
    by_kind = about.domain == Domain.INTEGRITY or about.kind == Kind.REPORT
    return by_kind or about.procedure == Procedure.ACCUSATION or bool(about.accusation)


def accuses_too(about: About) -> bool:
    """紧急转接 that accuses or may accuse: danger goes first, so that it is open, and nobody has time to judge.

    Such a message is offered to no unit, and dispatched only by hand, one by one.
    """
    return bool(about.accusation) and about.procedure == Procedure.EMERGENCY


def stays_apart(about: About) -> bool:
    """Whether it is a matter of its own, whatever order it speaks of: who has that order is likely whom it accuses."""
    return about.procedure == Procedure.ACCUSATION or accuses_too(about)


def units_concerned(profile: Profile, about: About, texts: Iterable[str | None]) -> list[str]:
    """Codes of the units that a message is about; none where it is about nobody's conduct."""
    if accuses_too(about):
        return units_accused(profile, texts)
    if about_conduct(about):
        return units_named(profile, texts)
    return []


def units_named(profile: Profile, texts: Iterable[str | None]) -> list[str]:
    """Codes of the units of which one of the texts speaks, rather one too many than one too few."""
    whole = "\n".join(text for text in texts if text)
    if not profile.unit_signs.search(whole):  # most speak of none: one look instead of one for each unit
        return []
    return [unit.code for unit in profile.units if _speaks_of(profile, whole, unit)]


def units_accused(profile: Profile, texts: Iterable[str | None]) -> list[str]:
    """Codes of the units that an accusation may mean: those named, and those of whose people it speaks in plain words.

    «城管打人» names no unit. Where a place stands before the word and has such a unit it is that one, else all of them.
    """
    whole = "\n".join(text for text in texts if text)
    meant = set(units_named(profile, [whole]))
    for words, names in _SPOKEN:
        units = [unit for unit in profile.units if any(name in unit.name for name in names)]
        for match in words.finditer(whole) if units else ():
            near = whole[max(0, match.start() - _LONGEST_PLACE) : match.start()], match.group()
            meant.update(unit.code for unit in _of_the_place(profile, units, *near))
    return [unit.code for unit in profile.units if unit.code in meant]


def _of_the_place(profile: Profile, units: list[Unit], before: str, word: str) -> list[Unit]:
    """南塘街道干部 are 南塘街道's: a place's name may end within the word."""
    names = {unit.code: profile.regions_by_code[unit.region].name for unit in units}
    ends = [before, *(before + word[: n + 1] for n in range(len(word)))]
    here = [unit for unit in units if any(end.endswith(names[unit.code]) for end in ends)]
    return here or units


def _speaks_of(profile: Profile, text: str, unit: Unit) -> bool:
    """By its name or an alias; 望溪市教育局 as 市教育局 and 教育局 too, unless it is another place's."""
    place, own = profile.regions_by_code[unit.region].name, profile.own_name(unit)
    if unit.aliases and any(alias in text for alias in unit.aliases):
        return True
    if own not in text:  # most are not: nor is the whole name, then
        return False
    if unit.name in text:
        return True
    others = tuple(region.name for region in profile.regions if region.name != place)
    for before in _before_each(text, own):
        level = before[-1:] if before[-1:] in _LEVELS else ""
        if before.endswith(others) or (level and level != place[-1]):
            continue
        if level or own.endswith(_BODIES):
            return True
    return False


def _before_each(text: str, word: str) -> Iterator[str]:
    """What stands before each time that the text has the word."""
    at = text.find(word)
    while at >= 0:
        yield text[max(0, at - _LONGEST_PLACE) : at]
        at = text.find(word, at + len(word))
