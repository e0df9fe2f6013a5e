"""The queue on Apache Kafka: one consumer group, manual commits, order per key through partitions.

Delivery is at least once. Correctness never rests on the broker's transactions: the inbox key does it.
"""

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from kafka import KafkaProducer  # noqa: TC002  (imported anyway, and clearer than a block of its own)
from kafka.errors import KafkaError

from queues import kafka_clients
from queues.kafka_clients import broker
from queues.kafka_overseer import Overseer
from queues.kafka_place import KafkaPlace
from queues.kafka_seat import Seat
from queues.port import Depth, Record, Taken, Topic, check_sizes

_CLOSE_SECONDS: Final = 3.0


class KafkaQueue:
    """`consumer`: a name that is this process's alone and the same after a restart.

    After an error the clients are thrown away and made anew: a half-dead client is nobody's problem.
    """

    def __init__(self, place: KafkaPlace, consumer: str) -> None:
        self._place = place
        self._seat = Seat(place, consumer)
        self._overseer = Overseer(place)
        self._producer: KafkaProducer | None = None
        self._consuming = threading.RLock()
        self._producing = threading.Lock()

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
        with self._at_the_broker():
            self._overseer.make_topics()
            taken = self._seat.take(limit, wait_seconds)
            if not taken:
                self._seat.ask_broker()
            return taken

    def done(self, taken: Sequence[Taken]) -> None:
        with self._at_the_broker():
            self._seat.finish(taken)
            self._seat.commit()

    def give_back(self, taken: Sequence[Taken]) -> None:
        with self._consuming:
            self._seat.give_back(taken)

    def keep(self, taken: Sequence[Taken]) -> None:  # noqa: ARG002  (the whole consumer is kept alive)
        with self._at_the_broker():
            self._seat.keep()

    def depth(self) -> Depth:
        with broker(self._place):
            lag = self._overseer.lag()
        out = min(lag, self._seat.out)
        return Depth(queued=lag - out, leased=out)

    def close(self) -> None:
        """Keep the seat in the group: it is this name's until the session runs out."""
        with self._consuming:
            self._seat.drop()
        with self._producing:
            self._drop_producer()
        self._overseer.close()

    @contextmanager
    def _at_the_broker(self) -> Iterator[None]:
        with self._consuming, broker(self._place):
            try:
                yield
            except (KafkaError, OSError):
                self._seat.drop()
                raise

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

    def _drop_producer(self) -> None:
        if self._producer is not None:
            kafka_clients.close(self._producer, timeout=_CLOSE_SECONDS)
        self._producer = None
