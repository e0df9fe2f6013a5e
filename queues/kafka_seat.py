"""One worker's seat in the consumer group: its partitions, what is out of them, what is committed."""

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from typing import Any, Final

from kafka import ConsumerRebalanceListener, KafkaConsumer, TopicPartition
from kafka.errors import (
    CommitFailedError,
    IllegalGenerationError,
    RebalanceInProgressError,
    UnknownMemberIdError,
)
from kafka.structs import MemberState, OffsetAndMetadata

from queues import kafka_clients
from queues.kafka_place import KafkaPlace
from queues.lane import Lane
from queues.port import WORK, Record, Taken, Topic

Polled = dict[TopicPartition, list[Any]]

_CLOSE_MS: Final = 3_000
_OVERFLOW_EVERY: Final = 8
_CHUNK_SECONDS: Final = 0.2
_SETTLING_SECONDS: Final = 10.0
# The group moved on while we were at work: nothing is lost, and the next poll sees the new assignment.
_MOVED_ON: Final = (CommitFailedError, RebalanceInProgressError, IllegalGenerationError, UnknownMemberIdError)


class Seat:
    """The client is made at first use and thrown away by `drop`; what was not committed then comes again."""

    def __init__(self, place: KafkaPlace, consumer: str) -> None:
        self._place = place
        self._name = consumer
        self._topics = {place.topic(topic): topic for topic in WORK}
        self._turns = count(1)
        self._lanes: dict[TopicPartition, Lane] = {}
        self._consumer: KafkaConsumer | None = None

    @property
    def out(self) -> int:
        return sum(lane.out for lane in list(self._lanes.values()))

    def take(self, limit: int, wait_seconds: float) -> list[Taken]:
        consumer = self._opened()
        self.commit()
        taken = []
        for partition, records in self._poll(consumer, limit, wait_seconds).items():
            for record in records:
                self._lanes[partition].hand_out(record.offset)
                taken.append(self._taken(record))
        return taken

    def _poll(self, consumer: KafkaConsumer, limit: int, wait_seconds: float) -> Polled:
        """While MESSAGES has a backlog, OVERFLOW has every eighth turn only."""
        overflow = [partition for partition in consumer.assignment() if self._is_overflow(partition)]
        if next(self._turns) % _OVERFLOW_EVERY:
            consumer.pause(*overflow)
            polled = _poll(consumer, limit, 0)
            consumer.resume(*consumer.paused())
            if polled:
                return polled
        return _poll(consumer, limit, wait_seconds)

    def _is_overflow(self, partition: TopicPartition) -> bool:
        return self._topics[partition.topic] is Topic.OVERFLOW

    def finish(self, taken: Sequence[Taken]) -> None:
        for partition, offsets in _by_partition(taken).items():
            if lane := self._lanes.get(partition):
                lane.finish(offsets)

    def commit(self) -> None:
        """Commit what is finished of our partitions; what the group refuses waits for the next time."""
        reached = {p: offset for p, lane in self._lanes.items() if (offset := lane.to_commit()) is not None}
        if not reached or self._consumer is None:
            return
        offsets = {partition: OffsetAndMetadata(offset, "", -1) for partition, offset in reached.items()}
        try:
            self._consumer.commit(offsets, timeout_ms=self._place.patience_ms)
        except _MOVED_ON:
            return
        for partition, offset in reached.items():
            self._lanes[partition].committed(offset)

    def give_back(self, taken: Sequence[Taken]) -> None:
        for partition, offsets in _by_partition(taken).items():
            lane = self._lanes.get(partition)
            first = lane.rewind(offsets) if lane else None
            if first is not None and self._consumer is not None:
                self._consumer.seek(partition, first)

    def keep(self) -> None:
        """Poll with everything paused: says «alive» to the group and lets a rebalance go on meanwhile."""
        if self._consumer is None:
            return
        self._consumer.pause(*self._consumer.assignment())
        early = _poll(self._consumer, 1, 0)
        self._consumer.resume(*self._consumer.paused())
        for partition, records in early.items():  # of a partition that has just come to us: its turn is later
            self._consumer.seek(partition, records[0].offset)

    def ask_broker(self) -> None:
        """Raise when nobody answers: poll() is silent about that. One round trip."""
        first = TopicPartition(self._place.topic(Topic.MESSAGES), 0)
        self._opened().end_offsets([first], timeout_ms=self._place.patience_ms)

    def drop(self) -> None:
        if self._consumer is not None:
            kafka_clients.close(self._consumer, autocommit=False, timeout_ms=_CLOSE_MS)
        self._consumer = None
        self._lanes.clear()

    def _opened(self) -> KafkaConsumer:
        if self._consumer is None:
            ownership = _Ownership(self._lanes)
            self._consumer = kafka_clients.consumer(self._place, self._name, ownership)
        return self._consumer

    def _taken(self, record: Any) -> Taken:  # noqa: ANN401  (kafka's record)
        headers = tuple((name, value.decode()) for name, value in record.headers)
        position = f"{record.topic}-{record.partition}-{record.offset}"
        key = (record.key or b"").decode()
        return Taken(Record(key, record.value or b"", headers), self._topics[record.topic], position)


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


def _poll(consumer: KafkaConsumer, limit: int, wait_seconds: float) -> Polled:
    """Poll for `wait_seconds`, and on while the group is rebalancing.

    A rebalance, once begun, is waited for: the sooner its end is seen to, the sooner the others have their share.
    """
    begun = time.monotonic()
    while True:
        left = begun + wait_seconds - time.monotonic()
        least = 0 if _settled(consumer) else _CHUNK_SECONDS
        if not _settled(consumer):
            kafka_clients.rejoin(consumer)
        kafka_clients.release(consumer)
        polled: Polled = consumer.poll(int(1000 * max(left, least)), max_records=limit)
        passed = time.monotonic() - begun
        if polled or (passed >= wait_seconds and (_settled(consumer) or passed >= _SETTLING_SECONDS)):
            return polled


def _by_partition(taken: Sequence[Taken]) -> Mapping[TopicPartition, list[int]]:
    offsets = defaultdict(list)
    for each in taken:
        topic, partition, offset = each.position.rsplit("-", 2)
        offsets[TopicPartition(topic, int(partition))].append(int(offset))
    return offsets


def _settled(consumer: KafkaConsumer) -> bool:
    return bool(consumer.group_metadata().state == MemberState.STABLE)
