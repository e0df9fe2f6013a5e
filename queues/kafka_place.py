"""Where a Kafka is and how to use it: `kafka://host:port,host:port?partitions=8&prefix=gaoxin.`"""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from models.errors import BadSettings
from queues.port import Topic

_NUMBERS: Final = {"partitions": (1, 1000), "session_seconds": (1, 300), "delivery_seconds": (2, 3600)}
_PREFIX: Final = re.compile(r"[A-Za-z0-9._-]{0,60}")
_SERVER: Final = re.compile(r"(\[[0-9A-Fa-f:]+\]|[^\s:,\[\]]+):(\d{1,5})")
_EXAMPLE: Final = "应如 kafka://主机:9092,主机:9092?partitions=8"


@dataclass(frozen=True, slots=True)
class KafkaPlace:
    """`prefix` keeps several installations apart on one cluster; it goes before topics and the group.

    `partitions`: of a topic that has to be made, the most workers that can share it. `session_seconds`: until
    a dead consumer's partitions go to another. `delivery_seconds`: until a put gives up.
    """

    servers: tuple[str, ...]
    prefix: str = ""
    partitions: int = 8
    session_seconds: int = 15
    delivery_seconds: int = 30

    @property
    def patience_ms(self) -> int:
        """How long one question to a broker may take; no longer than a session, within reason."""
        return min(10_000, max(2_000, self.session_seconds * 1000))

    @property
    def group(self) -> str:
        return f"{self.prefix}huiyin.workers"

    def topic(self, topic: Topic) -> str:
        return f"{self.prefix}{topic.value}"


def kafka_place(url: str) -> KafkaPlace:
    """Read a queue URL; BadSettings says which part is wrong."""
    parts = urlsplit(url)
    servers = tuple(server.strip() for server in parts.netloc.split(",") if server.strip())
    if not servers or not all(_SERVER.fullmatch(server) for server in servers):
        raise BadSettings(f"队列地址 {url} 的主机有误，{_EXAMPLE}")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    prefix = options.pop("prefix", "")
    if not _PREFIX.fullmatch(prefix):
        raise BadSettings(f"队列地址 {url} 的 prefix 只能用字母、数字和 . _ -，至多 60 个")
    return KafkaPlace(servers, prefix, **{name: _number(url, name, value) for name, value in options.items()})


def _number(url: str, name: str, value: str) -> int:
    if name not in _NUMBERS:
        raise BadSettings(f"队列地址 {url} 里没有 {name} 这一项，只有 prefix、{'、'.join(_NUMBERS)}")
    least, most = _NUMBERS[name]
    if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
        raise BadSettings(f"队列地址 {url} 的 {name} 应为 {least} 到 {most} 的整数，不是 {value!r}")
    return int(value)
