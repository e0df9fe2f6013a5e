"""From a queue URL to a queue; each implementation is imported only when it is wanted."""

import re
from typing import Final

from sqlalchemy import Engine

from models.errors import BadSettings
from queues.port import Queue

_EMBEDDED: Final = re.compile(r"embedded:(//)?(\?lease_seconds=(?P<lease>[1-9]\d{0,3}))?")


def open_queue(url: str, engine: Engine | None, *, consumer: str, user: str = "", password: str = "") -> Queue:
    """`embedded:[?lease_seconds=15]` (on `engine`), `kafka://host:port,…[?partitions=8]`, or `memory:`.

    `consumer` names this process among the workers; the same name after a restart has its seat back.
    `user` and `password` are for a Kafka that asks for them.
    """
    if url.startswith("kafka://"):
        from queues.kafka_place import kafka_place
        from queues.kafka_queue import KafkaQueue

        return KafkaQueue(kafka_place(url, user, password), consumer)
    if url.startswith("memory:"):
        from queues.memory import MemoryQueue

        return MemoryQueue()
    embedded = _EMBEDDED.fullmatch(url)
    if embedded is None or engine is None:
        raise BadSettings(f"队列地址 {url} 有误，应为 embedded: 或 kafka://主机:端口[,主机:端口]")
    from queues.embedded import LEASE_SECONDS, EmbeddedQueue

    return EmbeddedQueue(engine, consumer, lease_seconds=float(embedded["lease"] or LEASE_SECONDS))
