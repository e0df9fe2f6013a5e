"""The queue on Apache Kafka: one consumer group, manual commits, order per key through partitions.

Delivery is at least once. Correctness never rests on the broker's transactions: the inbox key does it.
"""

import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from kafka import ConsumerRebalanceListener, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.errors import (
    CommitFailedError,
    IllegalGenerationError,
    KafkaError,
    RebalanceInProgressError,
    UnknownMemberIdError,
)
from kafka.structs import OffsetAndMetadata

from queues import kafka_clients
from queues.kafka_clients import REQUEST_MS, broker
from queues.kafka_overseer import Overseer
from queues.kafka_place import KafkaPlace
from queues.lane import Lane
from queues.port import WORK, Depth, Record, Taken, Topic, check_sizes

_CLOSE_MS: Final = 3_000
# The group moved on while we were at work: nothing is lost, and the next take sees the new assignment.
_MOVED_ON: Final = (CommitFailedError, RebalanceInProgressError, IllegalGenerationError, UnknownMemberIdError)


class KafkaQueue:
    """`consumer`: a name that is this process's alone and the same after a restart.

    Clients are made at first use. After an error they are thrown away and made anew: what was not committed
    comes again, and a half-dead client is nobody's problem.
    """

    def __init__(self, place: KafkaPlace, consumer: str) -> None:
        self._place = place
        self._name = consumer
        self._topics = {place.topic(topic): topic for topic in Topic}
        self._lanes: dict[TopicPartition, Lane] = {}
        self._consumer: KafkaConsumer | None = None
        self._producer: KafkaProducer | None = None
        self._consuming = threading.RLock()
        self._producing = threading.Lock()
        self._overseer = Overseer(place)

    def put(self, topic: Topic, records: Sequence[Record]) -> None:
        check_sizes(records)
        if not records:
            return
        with self._producing, broker(self._place):
            try:
                self._send(self._place.topic(topic), records)
            except (KafkaError, OSError):
                self._drop_producer()
                raise

    def take(self, limit: int, wait_seconds: float) -> list[Taken]:
        with self._consuming, broker(self._place):
            try:
                return self._take(limit, wait_seconds)
            except (KafkaError, OSError):
                self._drop_consumer()
                raise

    def done(self, taken: Sequence[Taken]) -> None:
        with self._consuming, broker(self._place):
            for partition, offsets in _by_partition(self._place, taken).items():
                if lane := self._lanes.get(partition):
                    lane.finish(offsets)
            try:
                self._commit()
            except (KafkaError, OSError):
                self._drop_consumer()
                raise

    def give_back(self, taken: Sequence[Taken]) -> None:
        with self._consuming:
            for partition, offsets in _by_partition(self._place, taken).items():
                lane = self._lanes.get(partition)
                first = lane.rewind(offsets) if lane else None
                if first is not None and self._consumer is not None:
                    self._consumer.seek(partition, first)

    def keep(self, taken: Sequence[Taken]) -> None:  # noqa: ARG002  (the whole consumer is kept alive)
        """Poll with everything paused: says «alive» to the group and lets a rebalance go on meanwhile."""
        with self._consuming, broker(self._place):
            if self._consumer is None:
                return
            try:
                _poll_paused(self._consumer)
            except (KafkaError, OSError):
                self._drop_consumer()
                raise

    def depth(self) -> Depth:
        with broker(self._place):
            lag = self._overseer.lag()
        out = min(lag, sum(lane.out for lane in list(self._lanes.values())))
        return Depth(queued=lag - out, leased=out)

    def close(self) -> None:
        """Keep the seat in the group: it is this name's until the session runs out."""
        with self._consuming:
            self._drop_consumer()
        with self._producing:
            self._drop_producer()
        self._overseer.close()

    def _take(self, limit: int, wait_seconds: float) -> list[Taken]:
        consumer = self._opened_consumer()
        self._commit()
        found = self._poll(consumer, limit, wait_seconds)
        if not found:
            # poll() is silent about a broker that is away; the question costs one round trip when idle.
            first = TopicPartition(self._place.topic(WORK[0]), 0)
            consumer.end_offsets([first], timeout_ms=REQUEST_MS // 2)
        taken = []
        for partition, record in found:
            self._lanes[partition].hand_out(record.offset)
            taken.append(self._taken(partition, record))
        return taken

    def _poll(self, consumer: KafkaConsumer, limit: int, wait_seconds: float) -> list[tuple[Any, Any]]:
        """Poll once with patience, then without until the batch is full: a poll ends at one answer."""
        found: list[tuple[Any, Any]] = []
        wait_ms = int(wait_seconds * 1000)
        while len(found) < limit:
            polled = consumer.poll(timeout_ms=0 if found else wait_ms, max_records=limit - len(found))
            if not polled:
                break
            found += [(partition, record) for partition, records in polled.items() for record in records]
        return [(partition, record) for partition, record in found if partition in self._lanes]

    def _taken(self, partition: TopicPartition, record: Any) -> Taken:  # noqa: ANN401  (kafka's record)
        headers = tuple((name, value.decode()) for name, value in record.headers)
        key = (record.key or b"").decode()
        position = f"{partition.topic}-{partition.partition}-{record.offset}"
        return Taken(Record(key, record.value or b"", headers), self._topics[partition.topic], position)

    def _commit(self) -> None:
        """Commit what is finished of our partitions; what the group refuses waits for the next time."""
        reached = {p: offset for p, lane in self._lanes.items() if (offset := lane.to_commit()) is not None}
        if not reached or self._consumer is None:
            return
        offsets = {partition: OffsetAndMetadata(offset, "", -1) for partition, offset in reached.items()}
        try:
            self._consumer.commit(offsets, timeout_ms=REQUEST_MS)
        except _MOVED_ON:
            return
        for partition, offset in reached.items():
            self._lanes[partition].committed(offset)

    def _send(self, topic: str, records: Iterable[Record]) -> None:
        if self._producer is None:
            self._overseer.make_topics()
            self._producer = kafka_clients.producer(self._place)
        sent = [
            self._producer.send(
                topic,
                key=record.key.encode(),
                value=record.value,
                headers=[(name, value.encode()) for name, value in record.headers],
            )
            for record in records
        ]
        self._producer.flush(timeout=self._place.delivery_seconds + 1)
        for future in sent:
            future.get(timeout=0)

    def _opened_consumer(self) -> KafkaConsumer:
        if self._consumer is None:
            self._overseer.make_topics()
            self._lanes.clear()
            self._consumer = kafka_clients.consumer(self._place, self._name, _Ownership(self._lanes))
        return self._consumer

    def _drop_consumer(self) -> None:
        if self._consumer is not None:
            kafka_clients.close(self._consumer, autocommit=False, timeout_ms=_CLOSE_MS)
        self._consumer = None
        self._lanes.clear()

    def _drop_producer(self) -> None:
        if self._producer is not None:
            kafka_clients.close(self._producer, timeout=_CLOSE_MS / 1000)
        self._producer = None


class _Ownership(ConsumerRebalanceListener):  # type: ignore[misc]  # kafka-python is untyped
    """Called inside poll(). A revoked partition's lane goes, so that its old owner commits nothing for it."""

    def __init__(self, lanes: dict[TopicPartition, Lane]) -> None:
        self._lanes = lanes

    def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        self._lanes.update({partition: Lane() for partition in assigned})

    def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        for partition in revoked:
            self._lanes.pop(partition, None)

    def on_partitions_lost(self, lost: Iterable[TopicPartition]) -> None:
        self.on_partitions_revoked(lost)


def _poll_paused(consumer: KafkaConsumer) -> None:
    paused = consumer.assignment()
    consumer.pause(*paused)
    early = consumer.poll(timeout_ms=0)
    consumer.resume(*(paused & consumer.assignment()))
    for partition, records in early.items():  # of a partition that has just come to us: its turn is later
        consumer.seek(partition, records[0].offset)


def _by_partition(place: KafkaPlace, taken: Sequence[Taken]) -> Mapping[TopicPartition, list[int]]:
    offsets = defaultdict(list)
    for each in taken:
        partition, offset = each.position.removeprefix(place.topic(each.topic) + "-").split("-")
        offsets[TopicPartition(place.topic(each.topic), int(partition))].append(int(offset))
    return offsets
