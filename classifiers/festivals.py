"""The days that promises are tied to («春节前», «国庆节前», «开学前»): fixed ones by rule, lunar ones by library."""

from datetime import date, timedelta
from functools import cache

_FIXED = {"元旦": (1, 1), "五一": (5, 1), "劳动节": (5, 1), "国庆": (10, 1), "十一": (10, 1), "清明": (4, 5)}
_LUNAR = {"春节": "Chinese New Year (Spring Festival)", "端午": "Dragon Boat Festival", "中秋": "Mid-Autumn Festival",
          "清明": "Tomb-Sweeping Day"}  # fmt: skip
_HOLIDAYS = ("元旦", "春节", "清明", "五一", "端午", "中秋", "国庆")
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
    name = name if name in {"劳动节", "春节"} else name.removesuffix("节")
    if not _FIRST <= year <= _LAST:
        return None
    if name == "元宵":
        spring = _lunar(year).get("春节")
        return spring + timedelta(days=14) if spring else None
    if name in _FIXED and name != "清明":
        return date(year, *_FIXED[name])
    return _lunar(year).get(name) or (date(year, *_FIXED[name]) if name in _FIXED else None)


def next_festival(base: date) -> date | None:
    """The public holiday that comes next: what an office means by «节前»."""
    days = [festival(name, year) for year in (base.year, base.year + 1) for name in _HOLIDAYS]
    return min((day for day in days if day is not None and day > base), default=None)


def school_opening(said: str, year: int) -> list[date | None]:
    """The days of «开学» this year and the next, earliest first.

    The spring term opens when the Lantern Festival is over, the autumn term on 1 September.
    """
    lanterns = [festival("元宵", year + more) for more in (0, 1)]
    spring = [day + timedelta(days=1) if day else None for day in lanterns]
    autumn = [date(year, 9, 1), date(year + 1, 9, 1)]
    if said.startswith("春"):
        return spring
    return list(autumn) if said.startswith("秋") else [spring[0], autumn[0], spring[1]]
