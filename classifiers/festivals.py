"""The days that promises are tied to («春节前», «国庆节前»): fixed ones by rule, lunar ones by calendar library."""

from datetime import date
from functools import cache

_FIXED = {"元旦": (1, 1), "五一": (5, 1), "劳动节": (5, 1), "国庆": (10, 1), "十一": (10, 1), "清明": (4, 5)}
_LUNAR = {"春节": "Chinese New Year (Spring Festival)", "端午": "Dragon Boat Festival", "中秋": "Mid-Autumn Festival",
          "清明": "Tomb-Sweeping Day"}  # fmt: skip
_FIRST, _LAST = 1950, 2099


@cache
def _lunar(year: int) -> dict[str, date]:
    from holidays import country_holidays

    table = country_holidays("CN", years=year, language="en_US")
    return {
        name: min(day for day, label in table.items() if english in label and day.year == year)
        for name, english in _LUNAR.items()
        if any(english in label and day.year == year for day, label in table.items())
    }


def festival(name: str, year: int) -> date | None:
    """The festival's day, or None where the library does not know the year."""
    name = name if name == "劳动节" else name.removesuffix("节") if name != "春节" else name
    if not _FIRST <= year <= _LAST:
        return None
    if name == "元宵":
        spring = _lunar(year).get("春节")
        return date.fromordinal(spring.toordinal() + 14) if spring else None
    if name in _FIXED and name != "清明":
        return date(year, *_FIXED[name])
    return _lunar(year).get(name) or (date(year, *_FIXED[name]) if name in _FIXED else None)
