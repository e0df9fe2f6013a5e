"""Published lines: their numbers as they are dialled, and when they must answer. Pure."""

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from models.errors import BadInput
from models.profile_parts import Hours, OfficeHours
from models.workdays import WorkCalendar

# 市话、长途、手机、400、短号（如 12345）；分机写在后面。
_NUMBER = re.compile(r"(0\d{2,3}-?)?[2-9]\d{6,7}(-\d{1,6})?|1[3-9]\d{9}|400-?\d{3}-?\d{4}|1\d{2,4}|9\d{4}", re.ASCII)
_STRETCH = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")
_EDGE = timedelta(minutes=10)  # nobody is called as the office opens or closes


def plain_number(typed: str) -> str:
    """BadInput for what nobody can dial."""
    plain = re.sub(r"[\s()]", "", unicodedata.normalize("NFKC", typed)).removeprefix("+86")
    plain = re.sub(r"[转—–~]", "-", plain)
    if not _NUMBER.fullmatch(plain):
        raise BadInput(f"电话号码“{typed.strip()[:40]}”有误，请写成 0300-8230001 的样式，分机写成 0300-8230001-12。")
    return plain


def hours_of(text: str | None) -> list[Hours]:
    """9:00-12:00，14:00-17:30 as stretches; empty: the office's own hours."""
    said = re.sub(r"\s", "", unicodedata.normalize("NFKC", text or "")).replace("至", "-").replace("—", "-")
    if not said:
        return []
    found = []
    for part in re.split(r"[,，;；、]", said.replace("24小时", "0:00-23:59")):
        match = _STRETCH.fullmatch(part)
        try:
            a, b, c, d = [int(digits) for digits in match.groups()] if match else []
            found.append(Hours(start=time(a, b), end=time(c, d)))
        except ValueError:
            raise BadInput(
                f"服务时间“{(text or '').strip()[:60]}”看不懂，请写成 9:00-12:00，14:00-17:30；不填即作息时间。"
            ) from None
    return found


def open_stretches(
    own: Sequence[Hours], day: date, calendar: WorkCalendar, office: OfficeHours, zone: ZoneInfo
) -> list[tuple[datetime, datetime]]:
    """When the line must answer on a day; never on a day that is not worked."""
    if not calendar.is_workday(day):
        return []
    return [(datetime.combine(day, h.start, zone), datetime.combine(day, h.end, zone)) for h in own or office.on(day)]


def is_open(
    own: Sequence[Hours], moment: datetime, calendar: WorkCalendar, office: OfficeHours, zone: ZoneInfo
) -> bool:
    day = moment.astimezone(zone).date()
    return any(opens <= moment < closes for opens, closes in open_stretches(own, day, calendar, office, zone))


def next_open(
    own: Sequence[Hours], moment: datetime, calendar: WorkCalendar, office: OfficeHours, zone: ZoneInfo
) -> datetime:
    """The moment itself where the line must answer then, else the next at which it must."""
    day = moment.astimezone(zone).date()
    while True:
        for opens, closes in open_stretches(own, day, calendar, office, zone):
            if moment < closes:
                return max(opens, moment)
        day += timedelta(days=1)


def moment_for(secret: bytes, number: str, stretches: Sequence[tuple[datetime, datetime]]) -> datetime:
    """A minute within the hours that the unit can't foresee, the same whenever it is asked again."""
    inner = [(a + _EDGE, b - _EDGE) for a, b in stretches if b - a > 3 * _EDGE] or list(stretches)
    minutes = sum(int((b - a).total_seconds() // 60) for a, b in inner)
    digest = hmac.digest(secret, f"line|{number}|{inner[0][0].date()}".encode(), hashlib.sha256)
    left = int.from_bytes(digest[:8], "big") % max(1, minutes)
    for a, b in inner:
        span = int((b - a).total_seconds() // 60)
        if left < span:
            return a + timedelta(minutes=left)
        left -= span
    return inner[-1][0]
