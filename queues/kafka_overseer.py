"""The questions to a Kafka that no record hangs on: are the topics there, and how far behind is the group."""

import threading
import time
from collections.abc import Callable
from typing import Any, Final, TypeVar

from kafka import KafkaAdminClient, TopicPartition
from kafka.errors import KafkaError, RetriableError, TopicAlreadyExistsError, for_code
from kafka.protocol.consumer.offsets import OffsetSpec

from queues import kafka_clients
from queues.kafka_place import KafkaPlace
from queues.port import WORK, Topic

T = TypeVar("T")

_PATIENCE_SECONDS: Final = 5.0
_PAUSE_SECONDS: Final = 0.1
_NEVER: Final = threading.Event()
_DAY_MS: Final = 86_400_000
_KEPT_MS: Final = {
    Topic.MESSAGES: 30 * _DAY_MS,  # a worker may be away for a long holiday
    Topic.OVERFLOW: 30 * _DAY_MS,
    Topic.EVENTS: 7 * _DAY_MS,
    Topic.DEAD_LETTERS: -1,  # for ever
}


class Overseer:
    """One admin client, made when first asked and thrown away after an error. Safe from any thread."""

    def __init__(self, place: KafkaPlace) -> None:
        self._place = place
        self._admin: KafkaAdminClient | None = None
        self._lock = threading.Lock()
        self._topics_are_there = False

    def make_topics(self) -> None:
        """Make what is absent; what is there stays as the operator set it."""
        if not self._topics_are_there:
            self._ask(self._make_topics)
            self._topics_are_there = True

    def lag(self) -> int:
        """Count the records that the group has not committed."""
        self.make_topics()
        return self._ask(self._lag)

    def close(self) -> None:
        with self._lock:
            self._drop()

    def _ask(self, question: Callable[[KafkaAdminClient], T]) -> T:
        """Ask, and for a while ask again: a broker that has just come up has no coordinator yet."""
        end = time.monotonic() + _PATIENCE_SECONDS
        with self._lock:
            while True:
                try:
                    return question(self._opened())
                except (KafkaError, OSError) as error:
                    self._drop()  # made anew, it says at once when nobody listens
                    if not isinstance(error, RetriableError) or time.monotonic() > end:
                        raise
                _NEVER.wait(_PAUSE_SECONDS)

    def _opened(self) -> KafkaAdminClient:
        if self._admin is None:
            self._admin = kafka_clients.admin(self._place)
        return self._admin

    def _drop(self) -> None:
        if self._admin is not None:
            kafka_clients.close(self._admin)
        self._admin = None

    def _make_topics(self, admin: KafkaAdminClient) -> None:
        there = set(admin.list_topics())
        wanted = {self._place.topic(topic): self._wanted(topic) for topic in Topic}
        wanted = {name: how for name, how in wanted.items() if name not in there}
        if not wanted:
            return
        answer = admin.create_topics(wanted, raise_errors=False)
        for topic in answer["topics"]:
            error = for_code(topic["error_code"])
            if topic["error_code"] and error is not TopicAlreadyExistsError:  # another process was quicker
                raise error(topic["error_message"])
        admin.wait_for_topics(list(wanted))

    def _wanted(self, topic: Topic) -> dict[str, object]:
        return {"num_partitions": self._place.partitions, "configs": {"retention.ms": str(_KEPT_MS[topic])}}

    def _lag(self, admin: KafkaAdminClient) -> int:
        partitions = [
            TopicPartition(topic["name"], partition["partition_index"])
            for topic in admin.describe_topics([self._place.topic(topic) for topic in WORK])
            for partition in topic["partitions"]
        ]
        ends = admin.list_partition_offsets(dict.fromkeys(partitions, OffsetSpec.LATEST))
        starts = admin.list_partition_offsets(dict.fromkeys(partitions, OffsetSpec.EARLIEST))
        committed = admin.list_group_offsets([self._place.group])[self._place.group]
        return sum(ends[p].offset - _reached(p, committed, starts) for p in partitions)


def _reached(partition: TopicPartition, committed: dict[Any, Any], starts: dict[Any, Any]) -> int:
    offset = committed[partition].offset if partition in committed else -1
    return max(int(offset), int(starts[partition].offset))
