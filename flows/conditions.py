"""What the house stands on and cannot make itself: room on the disk, a calendar that reaches far enough."""

import shutil
from datetime import timedelta

from sqlalchemy import Engine

from flows.calendars import calendar_of
from flows.house import House
from models.errors import HuiyinError

CALENDAR_WARNING = timedelta(days=60)
ENOUGH_DISK = 1_000_000_000
"""Bytes: below it an operator is told."""
LEAST_DISK = 50_000_000
"""Bytes: below it a batch may not be written any more."""
_MEGABYTE, _GIGABYTE = 1_000_000, 1_000_000_000
_ADVICE = "国务院公布放假安排后请运行 huiyin calendar import 文件。"


class Trouble(HuiyinError):
    """检查没有通过。"""


def disk(house: House, least: int) -> str:
    """What is free where the data lie; Trouble below `least` bytes."""
    folder = house.settings.data_dir.absolute()
    there = next(p for p in (folder, *folder.parents) if p.exists())
    free = shutil.disk_usage(there).free
    if free < least:
        raise Trouble(f"{there} 只剩 {_size(free)}，请清理或扩容")
    return f"{there} 剩余 {_size(free)}" + ("" if free >= ENOUGH_DISK else "，请尽快清理或扩容")


def calendar_end(house: House) -> str:
    """Until when the calendar is known; Trouble once that day is over: deadlines are then provisional."""
    until = calendar_of(house).known_until
    today = house.now().astimezone(house.settings.zone).date()
    if until < today:
        raise Trouble(f"工作日历到 {until} 为止，现在的时限都是暂定的。{_ADVICE}")
    if until - today < CALENDAR_WARNING:
        return f"注意：工作日历只到 {until}，此后的时限都是暂定的。{_ADVICE}"
    return f"已知到 {until}"


def must_be_writable(engine: Engine) -> None:
    """Raises the database's own error where it takes nothing: read-only, or without room."""
    with engine.execution_options(writing=True).connect() as connection:
        connection.exec_driver_sql("DELETE FROM meta WHERE 1 = 0")


def _size(count: int) -> str:
    return f"{count / _GIGABYTE:.1f} GB" if count >= _GIGABYTE else f"{count / _MEGABYTE:.0f} MB"
