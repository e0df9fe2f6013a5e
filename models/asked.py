"""Days, moments, years and places in a list as people write them: read in one way, and refused in words.

What cannot be read is never dropped: a list, or a file, that holds everything would pass for the narrow one.
"""

from datetime import date, datetime

from models.errors import BadInput

_FIRST_YEAR = 2000
_DAYS = date(1900, 1, 1), date(2199, 12, 31)  # beyond, a zone's midnight may be no moment at all
_MOST_DIGITS = 40


class BadAsked(BadInput):
    """填写有误。"""

    exit_code = 2

    def __init__(self, field: str, message: str) -> None:
        """`field`: its name in the form or the address, so that the page can mark it."""
        super().__init__(message)
        self.field = field


def day_asked(text: str, field: str, called: str) -> date | None:
    """None where nothing is asked. BadAsked names the field as its page calls it."""
    typed = text.strip()
    if not typed:
        return None
    try:
        found = date.fromisoformat(typed)
    except ValueError:
        raise BadAsked(field, f"{called}“{typed[:20]}”不是日期，应如 2026-03-31。") from None
    if not _DAYS[0] <= found <= _DAYS[1]:
        raise BadAsked(field, f"{called} {found} 不在 {_DAYS[0].year} 到 {_DAYS[1].year} 年之间，请核对。")
    return found


def moment_asked(text: str, field: str, called: str) -> datetime | None:
    """As it was written: without a zone it is the office's wall clock."""
    typed = text.strip()
    if not typed:
        return None
    try:
        return datetime.fromisoformat(typed)
    except ValueError:
        raise BadAsked(field, f"{called}“{typed[:20]}”不是时间，应如 2026-03-02 09:00。") from None


def within_reach(moment: datetime) -> datetime:
    """BadInput for years that nobody means, where another zone may have no such moment."""
    if not _DAYS[0] <= moment.date() <= _DAYS[1]:
        raise BadInput(f"时间 {moment.date()} 不在 {_DAYS[0].year} 到 {_DAYS[1].year} 年之间，请核对。")
    return moment


def span_asked(first: str, last: str, fields: tuple[str, str] = ("first", "last")) -> tuple[date | None, date | None]:
    """起日 and 止日, each as asked or None."""
    begin, end = day_asked(first, fields[0], "起日"), day_asked(last, fields[1], "止日")
    if begin and end:
        in_order(begin, end, fields[1])
    return begin, end


def in_order(begin: date, end: date, field: str = "last") -> None:
    """BadAsked where a span ends before it begins."""
    if end < begin:
        raise BadAsked(field, f"止日 {end} 早于起日 {begin}，请核对。")


def year_asked(text: str, last: int) -> int | None:
    """None where nothing is asked."""
    typed = text.strip()
    if not typed:
        return None
    if not (_digits(typed) and _FIRST_YEAR <= int(typed) <= last):
        raise BadAsked("year", f"年份“{typed[:10]}”应在 {_FIRST_YEAR} 到 {last} 之间。")
    return int(typed)


def place_asked(before: str) -> int | None:
    """The last row of the page above, as the link to earlier rows has it; None for the first page."""
    if not before:
        return None
    if not _digits(before):
        raise BadAsked("before", f"翻页位置“{before[:20]}”不是编号，请从列表下方的“更早的”翻页。")
    return int(before)


def _digits(text: str) -> bool:
    """Few enough of them to be read as a number."""
    return len(text) <= _MOST_DIGITS and text.isascii() and text.isdecimal()
