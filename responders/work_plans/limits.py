"""Time limits of a task: a date that stands there is taken, a damaged one is shown with what it may have been."""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from models.rhythms import Rhythm

# A lost 年, 月 or 日: «20216月底前», «2021531前», «2022115前».
_DAMAGED = re.compile(r"(?<!\d)(20[1-4]\d)(\d{1,4})(月底|月)?(?:以|之)?前")
_BARE = re.compile(r"^\s*(20[1-4]\d)(\d{2,4})()\s*$")
_PERIOD = r"每(?:个)?(?:年度?|半年|季度|月|周)|按(?:年度|季度|月)|全年"
_OFTEN = r"(?:不少于|至少|参加|举办|召开|开展)[^，,。；;\d]{0,6}?(?P<times>[\d一二两三四五六七八九十]+)\s*(?:次|场|期)"
_RECURRING = re.compile(rf"(?P<period>{_PERIOD})(?:[^，,。；;]{{0,30}}?{_OFTEN})?")
_AMONG = re.compile(rf"其中[，,]?[^，,。；;]{{0,40}}?{_OFTEN}")
_EVERY = (
    ("周", Rhythm.WEEK), ("月", Rhythm.MONTH), ("季", Rhythm.QUARTER), ("半年", Rhythm.HALF), ("年", Rhythm.YEAR)
)  # fmt: skip
_NUMBERS = {word: number for number, word in enumerate("一二三四五六七八九十", 1)} | {"两": 2}
_AFTER_EVENT = re.compile(
    r"[^，,。；;]{0,16}?[\d１-９一二三四五六七八九十]+\s*个?(?:工作日|小时|日|天|月|周)(?:之|以)?内"
)
_BOUND = re.compile(r"(?:前|底|内)$")
_RELATIVE = re.compile(r"(?:日|天|周|月|小时)(?:之|以)?内$")

Dates = Callable[[str, date], Sequence[tuple[str, date | None]]]


@dataclass(frozen=True, slots=True)
class Again:
    """How often: «每年不少于4次» is (year, 4)."""

    every: Rhythm
    times: int
    expr: str


@dataclass(frozen=True, slots=True)
class Limit:
    """`due` is None for what recurs, follows an event or is damaged; `candidates` are a damaged date's readings.

    `again`: each of a task's recurring demands. `event`: «3个工作日内» after something that is yet to happen.
    """

    due: date | None
    expr: str | None
    candidates: tuple[date, ...] = ()
    damaged: bool = False
    again: tuple[Again, ...] = ()
    event: bool = False


def find_limit(text: str, base: date, dates: Dates) -> Limit:
    """The limit of a task. `dates` gives the time expressions of a text with their last day."""
    again = tuple(find_recurring(text))
    if damaged := _DAMAGED.search(text):
        return Limit(None, damaged[0], tuple(_readings(damaged)), damaged=True, again=again)
    for expr, day in dates(text, base):
        if day is not None and _BOUND.search(expr) and not _RELATIVE.search(expr):
            return Limit(day, expr, again=again)
    if again:
        return Limit(None, again[0].expr, again=again)
    after = _AFTER_EVENT.search(text)
    return Limit(None, after[0].strip(), event=True) if after else Limit(None, None)


def find_recurring(text: str) -> Iterator[Again]:
    """Each demand that comes again; «其中…不少于2次» goes by the period before it."""
    for found in _RECURRING.finditer(text):
        every = next(rhythm for word, rhythm in _EVERY if word in found["period"])
        yield Again(every, _number(found["times"]), found[0].strip())
        sentence = text[found.end() :].split("。", 1)[0]
        if among := _AMONG.search(sentence):
            yield Again(every, _number(among["times"]), among[0].strip())


def signed_damaged(line: str) -> tuple[date, ...]:
    """A date under a signature that lost its 年月日 («202164»): every day that it may be; empty for other lines."""
    found = _BARE.match(line)
    return tuple(_readings(found)) if found else ()


def _number(said: str | None) -> int:
    if said is None:
        return 1
    return int(said) if said.isdecimal() else _NUMBERS.get(said, 1)


def _readings(damaged: re.Match[str]) -> list[date]:
    """Every real day that the digits may stand for."""
    year, digits, month_word = int(damaged[1]), damaged[2], damaged[3]
    if month_word:
        month = int(digits)
        return [date(year, month, monthrange(year, month)[1])] if 1 <= month <= 12 else []  # noqa: PLR2004
    splits = [(digits[:i], digits[i:]) for i in range(1, len(digits))]
    return [found for month, day in splits if (found := _date(year, month, day))]


def _date(year: int, month: str, day: str) -> date | None:
    if month.startswith("0") != (len(month) == 2 and month[0] == "0") or (day.startswith("0") and len(day) == 1):  # noqa: PLR2004
        return None
    try:
        return date(year, int(month), int(day))
    except ValueError:
        return None
