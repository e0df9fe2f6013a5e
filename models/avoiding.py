"""回避: which units a message is about, so that it reaches them in no part. Pure."""

from collections.abc import Iterable

from models.profile import Profile, Unit
from models.vocabulary import Domain, Kind, Procedure

_BODIES = ("局", "委员会", "委")  # what stands for itself without its place; 人民政府 or 中心 does not


def about_conduct(domain: str | None, kind: str | None, procedure: str | None) -> bool:
    """举报, 作风与政务效能 and 检举控告 are about somebody; what else names a unit asks it for something."""
    return domain == Domain.INTEGRITY or kind == Kind.REPORT or procedure == Procedure.ACCUSATION


def units_named(profile: Profile, texts: Iterable[str | None]) -> list[str]:
    """Codes of the units of which one of the texts speaks, rather one too many than one too few."""
    whole = "\n".join(text for text in texts if text)
    return [code for code, names in profile.unit_names.items() if any(name in whole for name in names)]


def spoken_of(profile: Profile, unit: Unit) -> set[str]:
    """What people call a unit: 望溪市教育局, as 市教育局 and 教育局 too, and by its aliases."""
    names = {unit.name, *unit.aliases}
    place = profile.regions_by_code[unit.region].name
    own = unit.name.removeprefix(place)
    if own != unit.name:
        names.add(f"{place[-1]}{own}")
        if own.endswith(_BODIES):
            names.add(own)
    return names
