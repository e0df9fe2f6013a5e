"""回避: which units a message is about, so that it reaches them in no part. Pure."""

from collections.abc import Iterable, Iterator

from models.profile import Profile, Unit
from models.vocabulary import Domain, Kind, Procedure

_LEVELS = "省市区县镇乡"
_LONGEST_PLACE = 20
_BODIES = ("局", "委员会", "委")  # what stands for itself without its place; 人民政府 or 中心 does not


def about_conduct(domain: str | None, kind: str | None, procedure: str | None) -> bool:
    """举报, 作风与政务效能 and 检举控告 are about somebody; what else names a unit asks it for something."""
    return domain == Domain.INTEGRITY or kind == Kind.REPORT or procedure == Procedure.ACCUSATION


def units_named(profile: Profile, texts: Iterable[str | None]) -> list[str]:
    """Codes of the units of which one of the texts speaks, rather one too many than one too few."""
    whole = "\n".join(text for text in texts if text)
    return [unit.code for unit in profile.units if _speaks_of(profile, whole, unit)]


def _speaks_of(profile: Profile, text: str, unit: Unit) -> bool:
    """By its name or an alias; 望溪市教育局 as 市教育局 and 教育局 too, unless it is another place's."""
    place = profile.regions_by_code[unit.region].name
    own = unit.name.removeprefix(place)
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
