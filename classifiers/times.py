"""Times as the filters read them: ISO 8601, or the forms that offices write; without a zone they are Shanghai's."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from models.errors import BadInput

SHANGHAI = ZoneInfo("Asia/Shanghai")
_WRITTEN = re.compile(
    r"(\d{4})[年/.\-](\d{1,2})[月/.\-](\d{1,2})日?(?:[ T]*(\d{1,2})[:：时](\d{1,2})分?(?:[:：](\d{1,2})秒?)?)?"
)


def read_time(line: Mapping[str, Any], field: str) -> datetime:
    """The aware time in `field`; one that is missing or cannot be read raises BadInput naming the field."""
    value = line.get(field)
    if not isinstance(value, str):
        raise BadInput(f"缺少 {field}：应为日期时间，如 2026-01-05T09:30:00")
    try:
        return in_shanghai(_parsed(value.strip()))
    except ValueError as error:
        raise BadInput(f"{field} “{value[:40]}” 不是日期时间，应如 2026-01-05T09:30:00") from error


def in_shanghai(time: datetime) -> datetime:
    """The same moment by Shanghai's clock; a time without a zone already is."""
    return time.replace(tzinfo=SHANGHAI) if time.tzinfo is None else time.astimezone(SHANGHAI)


def _parsed(value: str) -> datetime:
    if hit := _WRITTEN.fullmatch(value):
        return datetime(*(int(part or 0) for part in hit.groups()), tzinfo=SHANGHAI)  # type: ignore[arg-type,misc]
    return datetime.fromisoformat(value)
