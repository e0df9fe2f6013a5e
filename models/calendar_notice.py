"""The State Council's yearly notice as it is written: 一、元旦：1月1日（周五）至3日（周日）放假，共3天。"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from models.calendar_entries import Entry, checked

_ITEM: Final = re.compile(
    r"^\s*(?:[一二三四五六七八九十]+、|[(（][一二三四五六七八九十]+[)）]|\d+[.、])\s*([^：:\n]{1,20})[：:]",
    re.MULTILINE,
)
_ASIDE: Final = re.compile(r"[（(][^（）()]*[）)]")
_DAY: Final = r"(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日"
_SPAN: Final = re.compile(rf"{_DAY}(?:\s*(?:至|到|—|－|-|～|~)+\s*{_DAY})?")
_YEAR: Final = re.compile(r"(20\d{2})年")


def is_notice(text: str) -> bool:
    """Whether sentences are meant, not rows."""
    return bool(_ITEM.search(text)) and bool(re.search(r"\d日[^,\n]*(放假|上班)", text))


def read_notice(text: str, faults: list[str]) -> Iterator[Entry]:
    """Every stretch of days off and every worked day; what can't be read is named by its item."""
    told = _YEAR.search(text)
    if told is None:
        faults.append("通知里没有写明年份，请把标题（如“关于2027年部分节假日安排的通知”）一起粘贴")
        return
    items = list(_ITEM.finditer(text))
    for item, following in zip(items, [*items[1:], None], strict=True):
        body = text[item.end() : following.start() if following else len(text)]
        row = text.count("\n", 0, item.start(1)) + 1
        try:
            found = list(_entries(row, item[1].strip(), _ASIDE.sub("", body), int(told[1])))
        except ValueError as error:
            faults.append(f"第{row}行：“{item[1].strip()}”{error}")
            continue
        if not found:
            faults.append(f"第{row}行：“{item[1].strip()}”没有读到放假或上班的日子")
        yield from found


def _entries(row: int, name: str, body: str, year: int) -> Iterator[Entry]:
    for sentence in re.split(r"[。；;\n]", body):
        works = "上班" in sentence
        if not works and "放假" not in sentence:
            continue
        month: int | None = None
        for found in _SPAN.finditer(sentence):
            first = _day(found[1], found[2], found[3], year, month)
            last = _day(found[4] or str(first.year), found[5], found[6], year, first.month) if found[6] else first
            month = last.month
            if last < first:
                raise ValueError(f"起止日期颠倒：{first} 至 {last}")
            yield Entry(row, first, last, works, f"{name}调休" if works else name)


def _day(year: str | None, month: str | None, day: str, usual: int, before: int | None) -> date:
    if month is None and before is None:
        raise ValueError(f"“{day}日”没有写明月份")
    try:
        return checked(date(int(year or usual), int(month or before or 0), int(day)))
    except ValueError:
        raise ValueError(f"没有“{month or before}月{day}日”这一天") from None
