"""Call sheets of a hotline, and what is read from them."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from channels.hotline import read_hotline
from channels.options import ReadOptions
from models.inbound import Accepted, InboundMessage, Quarantined, SourceItem

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
OPTIONS = ReadOptions(now=NOW)
SHANGHAI = ZoneInfo("Asia/Shanghai")
HEAD = (
    "工单编号,来电时间,来电人,联系电话,诉求标题,诉求内容,所属区域,"
    "是否当场答复,当场答复内容,受理员,是否保密,是否同意公开\n"
)
ROW = "WX001,2026/2/13 9:03,王女士,19900001234,电梯故障,幸福里小区电梯坏了三天,柳桥区,否,,006,否,是\n"


def read_csv(tmp_path: Path, content: str | bytes, **columns: list[str]) -> list[SourceItem]:
    path = tmp_path / "calls.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read_hotline(path, columns, options=OPTIONS))


def messages(items: list[SourceItem]) -> list[InboundMessage]:
    return [item.message for item in items if isinstance(item, Accepted)]


def reasons(items: list[SourceItem]) -> list[tuple[str, str]]:
    return [(item.where.rsplit(" ", 1)[-1], item.reason) for item in items if isinstance(item, Quarantined)]
