"""Single values out of sheets and JSON: what people and spreadsheet programs make of texts, numbers, yes and no."""

import math
import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from channels.options import ReadOptions
from channels.times import EARLIEST_YEAR, NoTime, believable, office_time
from channels.wording import cleaned

_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+?\d{1,2}")
_EXACT_DIGITS = 15  # a spreadsheet keeps no more digits of a number
_YES = {"是", "有", "对", "y", "yes", "true", "1", "√", "✓", "同意", "已答复", "需要", "保密", "公开"}
_NO = {
    "否",
    "无",
    "不",
    "没有",
    "n",
    "no",
    "false",
    "0",
    "×",
    "x",
    "✗",
    "不同意",
    "未答复",
    "不需要",
    "不保密",
    "不公开",
}
_NOBODY = {"无", "不详", "未知", "没有", "未提供", "匿名", "none", "null", "nan", "n/a", "-", "--", "/", "#n/a"}
_SHOWN = 40
_LARGEST_COUNT = 2**31 - 1


class BadCell(ValueError):
    """A value that cannot be used; the message names the field and what to do."""


def text_of(value: object) -> str | None:
    """What a person sees in the cell; None if there is nothing."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer() and abs(value) < 10**_EXACT_DIGITS:
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat()
    return cleaned(str(value)) or None


def number_text(value: object, label: str) -> str | None:
    """A number that is a name (order number, phone): all its digits, or BadCell where the program lost some."""
    if isinstance(value, int | float) and abs(value) >= 10**_EXACT_DIGITS:
        raise BadCell(f"{label}超过 {_EXACT_DIGITS} 位且存成了数字，末尾几位已不准确；请把该列设为文本后重新导出。")
    text = text_of(value)
    if text is None:
        return None
    text = unicodedata.normalize("NFKC", text).strip().removeprefix("'")
    if _SCIENTIFIC.fullmatch(text):
        return _written_out(text, label)
    return re.sub(r"^(\d{7,})\.0+$", r"\1", text) or None


def phone_of(value: object, label: str = "联系电话") -> str | None:
    text = number_text(value, label)
    if text is None or text.strip().lower() in _NOBODY:
        return None
    mobile = re.sub(r"[\s-]", "", text).removeprefix("+86")
    return mobile if re.fullmatch(r"1\d{10}", mobile) else text[:64]


def name_of(value: object) -> str | None:
    text = text_of(value)
    return None if text is None or text.lower() in _NOBODY else " ".join(text.split())[:80]


def yes_no(value: object, label: str) -> bool | None:
    """None for an empty cell; raises BadCell for what is neither yes nor no."""
    text = text_of(value)
    if text is None:
        return None
    word = unicodedata.normalize("NFKC", text).strip().lower()
    if word in _YES or word in _NO:
        return word in _YES
    raise BadCell(f"{label}“{text[:_SHOWN]}”既不是“是”也不是“否”，请改正后重新读取。")


def time_of(value: object, label: str, options: ReadOptions) -> datetime:
    """An aware time; an empty cell is the collecting time, an unbelievable one a BadCell."""
    text = text_of(value)
    if text is None:
        return options.now
    try:
        moment = office_time(value, options.zone)
    except (NoTime, ValueError, OverflowError) as error:
        why = str(error) if isinstance(error, NoTime) else "不是能识别的时间"
        raise BadCell(f"{label}“{text[:_SHOWN]}”{why}，请改正后重新读取。") from None
    if not believable(moment, options.now):
        raise BadCell(
            f"{label}“{text[:_SHOWN]}”不可信（早于 {EARLIEST_YEAR} 年，或晚于现在两天以上），请核对后重新读取。"
        )
    return moment


def count_of(value: object) -> int | None:
    """Likes and dislikes. A senseless one is left out: it never costs the message."""
    if isinstance(value, bool) or value is None:
        return None
    try:
        number = int(Decimal(str(value).strip()))
    except (InvalidOperation, ValueError, OverflowError):
        return None
    return number if 0 <= number <= _LARGEST_COUNT else None


def _written_out(text: str, label: str) -> str:
    mantissa, _, exponent = text.lower().partition("e")
    digits = mantissa.replace(".", "")
    if len(digits) <= int(exponent):
        raise BadCell(f"{label}被表格软件写成了 {text}，末尾的数字已丢失；请把该列设为文本后重新导出。")
    return str(int(Decimal(text)))
