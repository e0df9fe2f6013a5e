"""Where a Kafka is and how to use it: `kafka://host:port,host:port?partitions=8&prefix=gaoxin.`

A secured one: `&security=SASL_SSL&mechanism=SCRAM-SHA-512&ca=/etc/huiyin/kafka-ca.pem`; who asks and by what password
stand in settings of their own, never in an address, since addresses are logged.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from models.errors import BadSettings
from queues.port import Topic

_NUMBERS: Final = {"partitions": (1, 1000), "session_seconds": (1, 300), "delivery_seconds": (2, 3600)}
_PREFIX: Final = re.compile(r"[A-Za-z0-9._-]{0,60}")
_SERVER: Final = re.compile(r"(\[[0-9A-Fa-f:]+\]|[^\s:,\[\]@]+):(\d{1,5})")
_EXAMPLE: Final = "应如 kafka://主机:9092,主机:9092?partitions=8"
_PROTOCOLS: Final = ("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")
_MECHANISMS: Final = ("SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN")
_FILES: Final = {"ca": "ssl_cafile", "cert": "ssl_certfile", "key": "ssl_keyfile"}
_OTHERS: Final = ("prefix", "security", "mechanism", *_FILES)


@dataclass(frozen=True, slots=True)
class KafkaPlace:
    """`prefix` keeps several installations apart on one cluster; it goes before topics and the group.

    `partitions`: of a topic that has to be made, the most workers that can share it. `session_seconds`: until
    a dead consumer's partitions go to another. `delivery_seconds`: until a put gives up. `access`: how every
    client proves who it is and whom it trusts, in kafka-python's words; it holds the password.
    """

    servers: tuple[str, ...]
    prefix: str = ""
    partitions: int = 8
    session_seconds: int = 15
    delivery_seconds: int = 30
    access: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def patience_ms(self) -> int:
        """How long one question to a broker may take; no longer than a session, within reason."""
        return min(10_000, max(2_000, self.session_seconds * 1000))

    @property
    def group(self) -> str:
        return f"{self.prefix}huiyin.workers"

    def topic(self, topic: Topic) -> str:
        return f"{self.prefix}{topic.value}"


def kafka_place(url: str, user: str = "", password: str = "") -> KafkaPlace:
    """Read a queue URL; BadSettings says which part is wrong."""
    parts = urlsplit(url)
    if "@" in parts.netloc:
        raise BadSettings("队列地址里不写用户和口令，请改用 HUIYIN_KAFKA_USER、HUIYIN_KAFKA_PASSWORD")
    servers = tuple(server.strip() for server in parts.netloc.split(",") if server.strip())
    if not servers or not all(_SERVER.fullmatch(server) for server in servers):
        raise BadSettings(f"队列地址 {url} 的主机有误，{_EXAMPLE}")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    others = {name: options.pop(name) for name in _OTHERS if name in options}
    prefix = others.pop("prefix", "")
    if not _PREFIX.fullmatch(prefix):
        raise BadSettings(f"队列地址 {url} 的 prefix 只能用字母、数字和 . _ -，至多 60 个")
    numbers = {name: _number(url, name, value) for name, value in options.items()}
    return KafkaPlace(servers, prefix, access=_access(url, others, user, password), **numbers)


def _access(url: str, options: dict[str, str], user: str, password: str) -> dict[str, Any]:
    security = options.pop("security", "SASL_PLAINTEXT" if user else "PLAINTEXT")
    if security not in _PROTOCOLS:
        raise BadSettings(f"队列地址 {url} 的 security 只能是 {'、'.join(_PROTOCOLS)}，不是 {security!r}")
    found: dict[str, Any] = {} if security == "PLAINTEXT" else {"security_protocol": security}
    mechanism = options.pop("mechanism", _MECHANISMS[0])
    if mechanism not in _MECHANISMS:
        raise BadSettings(f"队列地址 {url} 的 mechanism 只能是 {'、'.join(_MECHANISMS)}，不是 {mechanism!r}")
    if security.startswith("SASL"):
        if not (user and password):
            raise BadSettings(f"队列要求登录（{security}），请设置 HUIYIN_KAFKA_USER 和 HUIYIN_KAFKA_PASSWORD")
        found |= {"sasl_mechanism": mechanism, "sasl_plain_username": user, "sasl_plain_password": password}
    elif user:
        raise BadSettings(f"设置了 HUIYIN_KAFKA_USER，但队列地址的 security 是 {security}，应为 SASL_SSL")
    if options and not security.endswith("SSL"):
        raise BadSettings(f"队列地址 {url} 有证书（{'、'.join(options)}），security 应为 SSL 或 SASL_SSL")
    return found | {_FILES[name]: _file(url, name, value) for name, value in options.items()}


def _file(url: str, name: str, value: str) -> str:
    if not Path(value).is_file():
        raise BadSettings(f"队列地址 {url} 的 {name} 指向的文件 {value} 不存在或不可读")
    return value


def _number(url: str, name: str, value: str) -> int:
    if name not in _NUMBERS:
        raise BadSettings(f"队列地址 {url} 里没有 {name} 这一项，只有 {'、'.join((*_OTHERS, *_NUMBERS))}")
    least, most = _NUMBERS[name]
    if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
        raise BadSettings(f"队列地址 {url} 的 {name} 应为 {least} 到 {most} 的整数，不是 {value!r}")
    return int(value)
