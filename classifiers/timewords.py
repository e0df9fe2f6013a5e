"""Time expressions as Chinese offices write them: where they stand, and the last day that they allow.

«6月底前», «三季度», «15个工作日内», «春节后一周内». A date that is damaged («20216月底前») or does not
exist («2月30日») is found but never guessed: its day is None.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from classifiers.festivals import festival
from classifiers.numerals import plain, read_number


class Counted(Protocol):
    """A day reached by counting workdays."""

    @property
    def due(self) -> date: ...


class Calendar(Protocol):
    """What counting workdays needs; models.workdays.WorkCalendar is one."""

    def add_workdays(self, start: date, n: int, /) -> Counted: ...


@dataclass(frozen=True, slots=True)
class TimeWord:
    """One expression: its place in the text, its last day (None: damaged or impossible), and what it bounds.

    `opens` is true for «…起»: the day on which something starts. `loose` is true for «…后» alone,
    which names a beginning and no end. `rolled` says that no year was given and this year's is over.
    """

    start: int
    end: int
    text: str
    day: date | None
    opens: bool = False
    loose: bool = False
    rolled: bool = False


_N = r"(?:\d{1,4}|[一二两三四五六七八九十半]{1,4})"
_YEAR = r"(?P<year>(?<!\d)(?:19|20)\d{2}|[一二][〇零○一二三四五六七八九]{3})\s?年(?!度)"
_SAID_YEAR = r"(?P<said_year>今年|本年|当年|明年|后年|次年|翌年|去年|前年)(?!度)"
_MONTH = (
    r"(?P<month>(?<![\d.])(?:1[0-2]|0?[1-9])|(?<!十)(?:十[一二]?|[一二三四五六七八九元]))\s?月份?"
    r"|(?P<said_month>本月|当月|下个?月|次月)"
)
_DAY = r"\s?(?P<day>\d{1,2}|[一二三四五六七八九十]{1,3})\s?[日号]"
_PART = (
    r"(?P<quarter>第?(?:[一二三][、至到\-—～~])?[一二三四1-4])个?季度|(?P<said_quarter>本季度|下季度)"
    r"|(?P<half>上半年|下半年)|(?P<season>[春夏秋冬](?:季|天)|今冬明春)(?!节)"
    r"|(?P<festival>春节|元旦|清明节?|五一|劳动节|端午节?|中秋节?|国庆节?|十一(?=[前后长假期])"
    r"|元宵节?)(?:长假|假期|黄金周)?"
    r"|(?P<school>暑假|寒假)"
)
_TENTH = r"(?P<tenth>上旬|中旬|下旬|[年月]?底|[年月]?末|年?初|(?<=年)中(?![小学考心国央旬秋医期])|中(?=下旬))"
_EDGE = (
    r"(?P<edge>之前|以前|前(?![期述来往后段面])|之内|以内|内(?!容|部|涝)|起|开始|期间|之后|以后|以来|后(?![期续勤]))"
)
_DATED = re.compile(
    rf"(?:(?:{_YEAR}|{_SAID_YEAR})(?:的|农历|\s)?)?(?:(?:{_MONTH})(?:{_DAY})?|{_PART})?(?:{_TENTH})?(?:{_EDGE})?"
)
_ANCHOR = re.compile(
    r"(?:19|20)\d{2}\s?年|[一二][〇零○一二三四五六七八九]{3}年|[今本当明后次翌去前]年|本月|当月|下个?月|次月"
    r"|(?:(?<!\d)\d{1,2}|十[一二]?|[一二三四五六七八九元])月(?![\d一二两三四五六七八九十半]*个)"
    r"|第?(?:[一二三][、至到\-—～~])?[一二三四1-4]个?季度|[本下]季度|[上下]半年|[春夏秋冬][季天](?!节)|今冬明春"
    r"|春节|元旦|清明(?!河|路|桥|街)|五一(?![大桥路村广街新社小中])|劳动节|端午|中秋|国庆(?![路街村])"
    r"|十一(?=[前后长假期])|元宵|暑假|寒假"
)
_WITHIN = re.compile(
    rf"(?P<n>(?<!\d)(?!(?:19|20)\d\d年){_N})(?P<of>个半|个多?)?(?P<unit>工作日|工作天|自然日|月|天|日|周|星期|礼拜|年|小时|季度)(?P<half>半)?"
    r"(?:的?时间)?(?:之内|以内|内(?!容))"
)
_SPOKEN = re.compile(
    r"(?P<word>年内|年底|年末|岁末|年初|年前(?=[，。完建启开全基将实投、])|月底|月末|月内|本周[一二三四五六日天]?"
    r"|下周[一二三四五六日天]?|这周|明天|明日|后天|今天|今日|今晚|次日|即日|"
    r"本季度末|季度末|季末|本学期|下学期|新学期)(?P<edge>之?前|以前|之内|以内|内|起)?"
)
_DAMAGED = re.compile(
    r"(?<!\d)20\d{2}(?:1[0-2]|0?[1-9])月(?:(?:\d{1,2}日)|底|末|[上中下]旬)?(?:之?前|以前|内)"
    r"|(?<!\d)20\d{4,6}(?:日|底)?(?:之?前|以前)(?![期述])"
)
_NUMERIC = re.compile(r"(?<![\d.\-/])(20\d{2})([.\-/])(\d{1,2})\2(\d{1,2})(?![\d.\-/])(?P<edge>之?前|以前|起)?")
_YEARLY = ("每年", "每到", "历年", "往年")  # a custom, not a day
_PERIOD_ENDS = frozenset({"年内", "年底", "年末", "岁末", "月底", "月末", "月内", "季末"})
_RANGE = re.compile(r"\s{0,2}(?:至|到|—{1,2}|-|~|～|－)\s{0,2}(?:(?P<day>\d{1,2})[日号])?")


def time_words(text: str, base: date, calendar: Calendar) -> list[TimeWord]:
    """All expressions in `text`, left to right, never overlapping, resolved against the day `base`."""
    source = plain(text)
    found: list[TimeWord] = []
    reach = 0
    for word in sorted(_all(source, base, calendar), key=lambda w: (w.start, -w.end)):
        if word.start >= reach:
            found.append(word)
            reach = word.end
    return _joined(source, found, calendar)


def _all(source: str, base: date, calendar: Calendar) -> Iterator[TimeWord]:
    for hit in _DAMAGED.finditer(source):
        yield TimeWord(hit.start(), hit.end(), hit[0], None)
    for hit in _NUMERIC.finditer(source):
        day = _date(int(hit[1]), int(hit[3]), int(hit[4]))
        yield TimeWord(hit.start(), hit.end(), hit[0], day, opens=hit["edge"] == "起")
    for hit in _WITHIN.finditer(source):
        yield TimeWord(hit.start(), hit.end(), hit[0], _after(hit, base, calendar))
    for hit in _SPOKEN.finditer(source):
        yield TimeWord(hit.start(), hit.end(), hit[0], _spoken(hit["word"], hit["edge"] or "", base))
    for anchor in _ANCHOR.finditer(source):
        if source.endswith(_YEARLY, max(0, anchor.start() - 2), anchor.start()):
            continue
        dated = _DATED.match(source, anchor.start())
        if dated and dated.end() >= anchor.end():
            yield _resolved(dated, base)


def _resolved(hit: re.Match[str], base: date) -> TimeWord:
    edge = hit["edge"] or ""
    opens = edge in {"起", "开始"}
    before = edge.endswith("前")
    span = _span(hit, base)
    day = None
    if span is not None:
        first, last = span
        exclusive = before and (bool(hit["festival"]) or (first != last and not hit["tenth"]))
        day = first - timedelta(days=1) if exclusive else first if opens and not hit["tenth"] else last
    rolled = day is not None and not hit["year"] and not hit["said_year"] and day.year > base.year
    return TimeWord(hit.start(), hit.end(), hit[0], day, opens, edge.endswith(("后", "来")), rolled)


def _span(hit: re.Match[str], base: date) -> tuple[date, date] | None:
    """First and last day of what is named, before the edge word is looked at."""
    year, given = _year(hit, base)
    if hit["month"] or hit["said_month"]:
        return _month_span(hit, year, base, given=given)
    if hit["festival"]:
        return _festival_span(hit["festival"], year, base, given=given)
    months = _months(hit, base)
    if months is None:
        return _tenth_of_year(hit["tenth"], year)
    return _coming(year, *months, base, given=given)


def _year(hit: re.Match[str], base: date) -> tuple[int, bool]:
    if hit["year"]:
        return read_number(hit["year"]), True
    if hit["said_year"]:
        away = {"明年": 1, "次年": 1, "翌年": 1, "后年": 2, "去年": -1, "前年": -2}
        return base.year + away.get(hit["said_year"], 0), True
    return base.year, False


def _month_span(hit: re.Match[str], year: int, base: date, *, given: bool) -> tuple[date, date] | None:
    if hit["said_month"]:
        later = hit["said_month"] not in {"本月", "当月"}
        anchor = add_months(base.replace(day=1), 1 if later else 0)
        year, month, given = anchor.year, anchor.month, True
    else:
        month = read_number(hit["month"])
    if hit["day"]:
        day = _date(year, month, read_number(hit["day"]))
        if day is not None and not given and day < base:
            day = _date(year + 1, month, day.day)
        return (day, day) if day else None
    first, last = {"上旬": (1, 10), "中旬": (11, 20), "中": (11, 20), "下旬": (21, 31), "底": (21, 31),
                   "末": (21, 31), "初": (1, 10)}.get((hit["tenth"] or "").replace("月", ""), (1, 31))  # fmt: skip
    return _coming(year, month, month, base, given=given, first_day=first, last_day=last)


def _months(hit: re.Match[str], base: date) -> tuple[int, int] | None:
    if hit["quarter"]:
        last = 3 * read_number(hit["quarter"][-1])
        return last - 2, last
    if hit["said_quarter"]:
        quarter = (base.month - 1) // 3 + (1 if hit["said_quarter"] == "本季度" else 2)
        return (quarter * 3 - 2, quarter * 3) if quarter < 5 else (13, 15)  # noqa: PLR2004 - the fifth is next year's first
    if hit["half"]:
        return (1, 6) if hit["half"] == "上半年" else (7, 12)
    if hit["season"]:
        return {"春": (3, 5), "夏": (6, 8), "秋": (9, 11), "冬": (12, 14), "今": (12, 17)}[hit["season"][0]]
    if hit["school"]:
        return (7, 8) if hit["school"] == "暑假" else (1, 2)
    return None


def _tenth_of_year(tenth: str | None, year: int) -> tuple[date, date]:
    spans = {"初": ((1, 1), (3, 31)), "中": ((6, 1), (6, 30)), "底": ((12, 1), (12, 31)), "末": ((12, 1), (12, 31))}
    first, last = spans.get((tenth or "").replace("年", "").replace("月", ""), ((1, 1), (12, 31)))
    return date(year, *first), date(year, *last)


def _coming(
    year: int, first: int, last: int, base: date, *, given: bool, first_day: int = 1, last_day: int = 31
) -> tuple[date, date]:
    """The named months of the year, or, where no year is given, the next such that is not over."""
    for candidate in (year, year + 1):
        start = _clamped(candidate, first, first_day)
        end = _clamped(candidate, last, last_day)
        if given or end >= base:
            break
    return start, end


def _festival_span(name: str, year: int, base: date, *, given: bool) -> tuple[date, date] | None:
    for candidate in (year, year + 1):
        day = festival(name, candidate)
        if day is None:
            return None
        if given or day > base:
            return day, day
    return None


def _after(hit: re.Match[str], base: date, calendar: Calendar) -> date | None:
    """The day that a span such as «15个工作日内» or «一个半月内» ends on, counted from `base`."""
    n, unit = hit["n"], hit["unit"]
    half = n == "半" or bool(hit["half"]) or hit["of"] == "个半"
    count = 0 if n == "半" else read_number(n)
    if count > 3650:  # noqa: PLR2004 - ten years in days; more is a misprint
        return None
    if unit.startswith("工作"):
        return calendar.add_workdays(base, count).due
    if unit in {"天", "日", "自然日"}:
        return base + timedelta(days=count)
    if unit == "小时":
        return base + timedelta(days=-(-count // 24))
    if unit in {"周", "星期", "礼拜"}:
        return base + timedelta(days=7 * count)
    months = {"年": 12, "季度": 3, "月": 1}[unit]
    whole = add_months(base, count * months + (months // 2 if half else 0))
    return whole + timedelta(days=15) if half and unit == "月" else whole


def _spoken(word: str, edge: str, base: date) -> date | None:
    """«年内», «月底», «本周五», «明天»; a school term's days are nobody's guess."""
    if word == "年前":
        found = _festival_span("春节", base.year, base, given=False)
        return found[0] - timedelta(days=1) if found else None
    if word[:2] in {"本周", "下周", "这周"}:
        return _weekday(word, edge, base)
    if word in _PERIOD_ENDS or word.endswith("季度末"):
        return _clamped(base.year, {"年": 12, "岁": 12, "月": base.month}.get(word[0], (base.month + 2) // 3 * 3), 31)
    if word == "年初":
        return date(base.year + (base.month > 3), 3, 31)  # noqa: PLR2004 - a year's start is its first quarter
    if word.endswith("学期"):
        return None
    return base + timedelta(days={"明天": 1, "明日": 1, "次日": 1, "后天": 2}.get(word, 0))


def _weekday(word: str, edge: str, base: date) -> date:
    """«本周» ends on Sunday; «下周三» is next week's; «下周前» is the Saturday before."""
    monday = base - timedelta(days=base.weekday()) + timedelta(days=7 if word[0] == "下" else 0)
    named = word[2:].replace("天", "日")
    day = monday + timedelta(days="一二三四五六日".index(named) if named else 6)
    return day - timedelta(days=1) if edge.endswith("前") and not named else day


def _joined(source: str, words: list[TimeWord], calendar: Calendar) -> list[TimeWord]:
    """«5月1日至10日», «3月到6月» bound by their end; «春节后一周内» counts from its first half."""
    out: list[TimeWord] = []
    for word in words:
        last = out[-1] if out else None
        between = source[last.end : word.start] if last else ""
        if last and last.loose and not between.strip("的，") and (again := _WITHIN.match(source, word.start)):
            day = _after(again, last.day, calendar) if last.day else None
            out[-1] = TimeWord(last.start, word.end, source[last.start : word.end], day)
        elif last and (link := _RANGE.fullmatch(between)) and not link["day"]:
            out[-1] = TimeWord(
                last.start, word.end, source[last.start : word.end], word.day, word.opens, rolled=word.rolled
            )
        elif source[max(0, word.start - 1) : word.start] == "后" and _WITHIN.match(source, word.start):
            out.append(TimeWord(word.start, word.end, word.text, None))  # counts from an event, not from today
        else:
            out.append(word)
        out[-1] = _day_range(source, out[-1])
    return out


def _day_range(source: str, word: TimeWord) -> TimeWord:
    link = _RANGE.match(source, word.end)
    if not link or not link["day"] or word.day is None:
        return word
    day = _date(word.day.year, word.day.month, int(link["day"]))
    return TimeWord(word.start, link.end(), source[word.start : link.end()], day, word.opens)


def add_months(day: date, months: int) -> date:
    """The same day `months` later, or that month's last."""
    index = day.year * 12 + day.month - 1 + months
    return _clamped(index // 12, index % 12 + 1, day.day)


def _clamped(year: int, month: int, day: int) -> date:
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, min(day, monthrange(year, month)[1]))


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
