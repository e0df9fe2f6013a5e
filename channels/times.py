"""Times as offices write them. Without a zone they are the reader's zone (Asia/Shanghai)."""

import math
import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta
from email.utils import parsedate_tz
from zoneinfo import ZoneInfo

EARLIEST_YEAR = 1990  # 1900 is an empty cell's date, 1970 a clock that was never set
LATEST_AHEAD = timedelta(days=2)  # time zones and a clock that is fast; next year's date is a slip of the pen
_EXCEL_START = datetime(1899, 12, 30)  # noqa: DTZ001 - a serial number has no zone; the caller's is added
_EXCEL_DAYS = (20_000, 80_000)
_CLOCK = (
    r"(?:[T\s日]*(上午|下午|晚上|中午|凌晨|早上|AM|PM)?\s*(\d{1,2})[:：时点](\d{1,2})?分?"
    r"(?:[:：]?(\d{1,2})秒?)?(?:[.,](\d{1,9}))?)?"
)
_OFFICE = re.compile(
    rf"(\d{{4}})[-/.年](\d{{1,2}})[-/.月](\d{{1,2}})日?(?:\s*[(（]?(?:星期|周)[一二三四五六日天][)）]?)?{_CLOCK}"
    r"\s*(Z|UTC|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:[T ]?(\d{2})(\d{2})(\d{2})?)?")
_MAIL_ZONE = re.compile(r"[+-]\d{4}\b|\b(?:GMT|UTC?|[ECMP][SD]T|CST)\b|\bZ$")
_LONGEST = 100


class NoTime(ValueError):
    """不是能识别的时间。"""


def office_time(value: object, zone: ZoneInfo) -> datetime:
    """An aware time from a cell or a JSON value; raises NoTime with the reason in Chinese."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=zone)
    if isinstance(value, date):
        return datetime.combine(value, time(), zone)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _serial(float(value), zone)
    text = unicodedata.normalize("NFKC", str(value)).strip()
    if not text or len(text) > _LONGEST:
        raise NoTime("不是时间")
    return _written(text, zone)


def believable(moment: datetime, now: datetime) -> bool:
    """Neither a year before 1990 nor days in the future: a limit counted from there would let nobody be reminded."""
    try:
        return moment.astimezone(UTC).year >= EARLIEST_YEAR and moment - now <= LATEST_AHEAD
    except OverflowError:
        return False


def mail_time(value: str, zone: ZoneInfo) -> datetime | None:
    """A Date or Received time; None where there is none. Office forms are read too."""
    try:
        parts = parsedate_tz(value)
        if parts is None:
            return office_time(value, zone)
        naive = datetime(*parts[:6])  # noqa: DTZ001 - the zone follows
        if not _MAIL_ZONE.search(value):
            return naive.replace(tzinfo=zone)
        return (naive - timedelta(seconds=parts[9] or 0)).replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _written(text: str, zone: ZoneInfo) -> datetime:
    match = _OFFICE.fullmatch(text)
    if match:
        return _from_office(match, zone)
    compact = _COMPACT.fullmatch(text)
    if compact:
        return _moment([int(part or 0) for part in compact.groups()], 0, zone)
    if re.fullmatch(r"\d{5}(?:\.\d+)?", text):
        return _serial(float(text), zone)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise NoTime("不是能识别的时间，应如 2026-01-05 09:03 或 2026年1月5日 9时3分") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _from_office(match: re.Match[str], zone: ZoneInfo) -> datetime:
    year, month, day, half, hour, minute, second, fraction, offset = match.groups()
    hours = int(hour or 0)
    if half and half.upper() in ("下午", "晚上", "PM") and hours < 12:  # noqa: PLR2004 - noon
        hours += 12
    if half and half.upper() in ("上午", "凌晨", "AM") and hours == 12:  # noqa: PLR2004 - 12 AM is midnight
        hours = 0
    if half == "中午" and hours < 10:  # noqa: PLR2004 - 中午1点 is 13:00, 中午11点半 is 11:30
        hours += 12
    micro = int((fraction or "0").ljust(6, "0")[:6])
    numbers = [int(year), int(month), int(day), hours, int(minute or 0), int(second or 0)]
    moment = _moment(numbers, micro, zone)
    if not offset:
        return moment
    written = "+00:00" if offset.upper() in ("Z", "UTC") else offset
    return moment.replace(tzinfo=datetime.strptime(written, "%z").tzinfo)


def _moment(numbers: list[int], micro: int, zone: ZoneInfo) -> datetime:
    year, month, day, hour, minute, second = numbers
    midnight = hour == 24 and not (minute or second)  # noqa: PLR2004 - the end of the day
    try:
        moment = datetime(year, month, day, 0 if midnight else hour, minute, second, micro, tzinfo=zone)
        return moment + timedelta(days=midnight)
    except (ValueError, OverflowError):
        raise NoTime("不是存在的日期或时刻") from None


def _serial(number: float, zone: ZoneInfo) -> datetime:
    """Excel's days since 1899-12-30; seconds or milliseconds since 1970 where exports give those."""
    if not math.isfinite(number):
        raise NoTime("不是时间")
    if _EXCEL_DAYS[0] <= number <= _EXCEL_DAYS[1]:
        exact = _EXCEL_START + timedelta(days=number)
        return (exact + timedelta(microseconds=500_000)).replace(microsecond=0, tzinfo=zone)
    for scale in (1, 1000):
        if 631_152_000 <= number / scale <= 4_102_444_800:  # noqa: PLR2004 - 1990 to 2100
            return datetime.fromtimestamp(number / scale, tz=UTC).astimezone(zone)
    if number == int(number) and re.fullmatch(r"(?:19|20)\d{6}(?:\d{6})?", str(int(number))):
        return _written(str(int(number)), zone)
    raise NoTime("不是能识别的时间，应如 2026-01-05 09:03")
