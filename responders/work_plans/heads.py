"""The head of a plan: its title, the year whose tasks it sets, and when it was issued."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from responders.work_plans.limits import signed_damaged

_SIGNED = re.compile(r"^\s*(20\d\d)年(\d{1,2})月(\d{1,2})日\s*$")
_PUBLISHED = re.compile(r"(?<!上传)(?:时间|日期)\s*[:：|]\s*\|?\s*(20\d\d)[-年/.](\d{1,2})[-月/.](\d{1,2})")
_TITLE = re.compile(r"要点|任务|意见|方案|计划|清单")
_TITLES_WORDS = re.compile(r"关于|20\d\d年|工作")
_ISSUED = re.compile(r"印发(.{4,}?)的通知")  # the plan's own title within its notice's
_NUMBERED = re.compile(r"^[(（]?[一二三四五六七八九十\d]+[)）、.．]")
_YEAR = re.compile(r"(20\d\d)\s*年")
_LONGEST = 90


@dataclass(frozen=True, slots=True)
class Head:
    """`signed`: what a damaged date under the signature may be; `made_on` is then the day it was put on the web."""

    title: str | None
    year: int | None
    made_on: date | None
    signed: tuple[date, ...] = ()


def find_head(lines: Sequence[str]) -> Head:
    title = next((line.strip() for line in lines if _is_title(line.strip())), None)
    made_on = _day(lines, _SIGNED)
    signed = () if made_on else next((found for line in lines if (found := signed_damaged(line))), ())
    made_on = made_on or _day(lines, _PUBLISHED)
    if title and (issued := _ISSUED.search(title)):
        title = issued[1].strip("《》")
    named = _YEAR.search(title or "")
    year = int(named[1]) if named else made_on.year if made_on else None
    return Head(title, year, made_on, signed)


def _is_title(line: str) -> bool:
    short = len(line) <= _LONGEST and not _NUMBERED.match(line) and not line.endswith(("。", "；", ":", "："))
    return short and "上传" not in line and bool(_TITLE.search(line) and _TITLES_WORDS.search(line))


def _day(lines: Sequence[str], pattern: re.Pattern[str]) -> date | None:
    for line in lines:
        if match := pattern.search(line):
            try:
                return date(int(match[1]), int(match[2]), int(match[3]))
            except ValueError:
                continue
    return None
