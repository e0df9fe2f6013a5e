"""What the house stands on and cannot make itself: room on the disk, a calendar that reaches far enough."""

import shutil
from datetime import timedelta
from typing import Final

from sqlalchemy import Engine
from sqlmodel import col, select

from flows.calendars import calendar_of
from flows.house import House
from models.database import reading
from models.errors import HuiyinError
from models.tables.record import History

CALENDAR_WARNING = timedelta(days=60)
ENOUGH_DISK = 1_000_000_000
"""Bytes: below it an operator is told."""
LEAST_DISK = 50_000_000
"""Bytes: below it a batch may not be written any more."""
CLOCK_TOLERANCE = timedelta(minutes=2)
_DATABASE_TROUBLES: Final = {
    (
        "readonly",
        "read-only",
    ): "数据库只读：请检查文件和文件夹的权限、磁盘是否只读挂载，或地址是否指向了备库",
    ("disk is full", "no space left", "disk i/o"): "磁盘已满或读写出错，数据库写不进去：请清理或扩容后再看",
    ("password authentication", "no password"): "数据库不接受登录：请核对 HUIYIN_DATABASE_URL 的用户和口令",
    ("refused", "could not translate", "timeout", "name or service"): "连不上数据库：请检查服务是否在运行、地址和端口",
    ("does not exist",): "数据库服务里没有这个库或用户：请先建立，或核对 HUIYIN_DATABASE_URL",
    ("malformed", "not a database"): "数据库文件已损坏：请用最近的备份恢复（huiyin restore）",
    ("unable to open",): "打不开数据库文件：请检查 HUIYIN_DATA_DIR 是否存在、是否可读写",
}
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
        raise Trouble(f"{there} 只剩 {_size(free)}，请清理旧备份和日志，或扩容")
    return f"{there} 剩余 {_size(free)}" + ("" if free >= ENOUGH_DISK else "，请尽快清理或扩容")


def calendar_end(house: House) -> str:
    """Until when the calendar is known; Trouble once that day is over: deadlines are then provisional."""
    until = calendar_of(house).known_until
    today = house.today()
    if until < today:
        raise Trouble(f"工作日历到 {until} 为止，现在的时限都是暂定的。{_ADVICE}")
    if until - today < CALENDAR_WARNING:
        return f"注意：工作日历只到 {until}，此后的时限都是暂定的。{_ADVICE}"
    return f"已知到 {until}"


def clock(house: House) -> str:
    """What time it is here; Trouble where the record knows a later one: the clock was set back."""
    now = house.now()
    with reading(house.engine) as session:
        last = session.exec(select(History.at).order_by(col(History.id).desc()).limit(1)).first()
    here = f"{now.astimezone(house.settings.zone):%Y-%m-%d %H:%M:%S}"
    if last is not None and last - now > CLOCK_TOLERANCE:
        known = f"{last.astimezone(house.settings.zone):%Y-%m-%d %H:%M:%S}"
        raise Trouble(
            f"系统时间 {here} 早于最近一条记录的 {known}，时钟可能被调回，请校准（如启用 NTP）；期间到期的催办会推迟。"
        )
    return f"系统时间 {here}，不早于任何记录"


def in_words(error: Exception) -> str:
    """What ails the database, and what to do; nothing of an address, which may hold a password."""
    said = str(getattr(error, "orig", None) or error).lower()
    for signs, words in _DATABASE_TROUBLES.items():
        if any(sign in said for sign in signs):
            return words
    return f"无法连接（{type(error).__name__}），请检查 HUIYIN_DATABASE_URL 和数据库服务"


def must_be_writable(engine: Engine) -> None:
    """Raises the database's own error where it takes nothing: read-only, or without room."""
    with engine.execution_options(writing=True).connect() as connection:
        connection.exec_driver_sql("DELETE FROM meta WHERE 1 = 0")


def _size(count: int) -> str:
    return f"{count / _GIGABYTE:.1f} GB" if count >= _GIGABYTE else f"{count / _MEGABYTE:.0f} MB"
