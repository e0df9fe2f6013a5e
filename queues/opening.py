"""From a queue URL to a queue; each implementation is imported only when it is wanted."""

from sqlalchemy import Engine

from models.errors import BadSettings
from queues.port import Queue


def open_queue(url: str, engine: Engine | None, *, consumer: str) -> Queue:
    """`embedded:` (needs the application's engine), `kafka://host:port,…?partitions=8`, or `memory:`.

    `consumer` names this process among the workers; the same name after a restart has its seat back.
    """
    if url.startswith("kafka://"):
        from queues.kafka_place import kafka_place  # noqa: PLC0415
        from queues.kafka_queue import KafkaQueue  # noqa: PLC0415

        return KafkaQueue(kafka_place(url), consumer)
    if url.startswith("memory:"):
        from queues.memory import MemoryQueue  # noqa: PLC0415

        return MemoryQueue()
    if not url.startswith("embedded:") or engine is None:
        raise BadSettings(f"队列地址 {url} 有误，应为 embedded: 或 kafka://主机:端口[,主机:端口]")
    from queues.embedded import EmbeddedQueue  # noqa: PLC0415

    return EmbeddedQueue(engine, consumer)
