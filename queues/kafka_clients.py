"""kafka-python's clients with the settings we stand on, made only when a broker listens."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

from kafka import ConsumerRebalanceListener, KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.errors import FencedInstanceIdError, KafkaError
from kafka.future import Future

from models.errors import Conflict
from queues.kafka_access import explained, someone_listens
from queues.kafka_assignor import TopicByTopicAssignor
from queues.kafka_place import KafkaPlace
from queues.port import MAX_VALUE_BYTES, WORK

_AT_WORK_MS: Final = 120_000  # a rebalance waits this long at most for one who neither takes nor keeps


class NameTaken(Conflict):
    """另一个进程正在使用同一个消费者名。"""


@contextmanager
def broker(place: KafkaPlace) -> Iterator[None]:
    """Turn the client's errors into ours."""
    began = time.monotonic()
    try:
        yield
    except FencedInstanceIdError as error:
        raise NameTaken("另一个进程正在使用同一个消费者名；每个 worker 进程要有自己的名字") from error
    except (KafkaError, OSError) as error:
        raise explained(place, error, began) from error


def producer(place: KafkaPlace) -> KafkaProducer:
    """Idempotent: a retry inside the client neither doubles nor reorders."""
    delivery = place.delivery_seconds * 1000
    return KafkaProducer(
        **_common(place),
        acks="all",
        enable_idempotence=True,
        delivery_timeout_ms=delivery,
        request_timeout_ms=min(place.patience_ms, delivery - 1000),
        max_block_ms=delivery,
        max_request_size=4 * MAX_VALUE_BYTES,
        batch_size=MAX_VALUE_BYTES,
        linger_ms=2,
        allow_auto_create_topics=False,
        metrics_enabled=False,
    )


def consumer(place: KafkaPlace, name: str, listener: ConsumerRebalanceListener) -> KafkaConsumer:
    """Make a member of the group that fetches 8 MB at most; the instance id lets a restart keep its seat."""
    session = place.session_seconds * 1000
    made = KafkaConsumer(
        **_common(place),
        group_id=place.group,
        group_instance_id=_instance(name),
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        partition_assignment_strategy=(TopicByTopicAssignor,),
        session_timeout_ms=session,
        heartbeat_interval_ms=max(300, session // 5),
        max_poll_interval_ms=_AT_WORK_MS,
        request_timeout_ms=place.patience_ms,
        max_partition_fetch_bytes=4 * MAX_VALUE_BYTES,
        fetch_max_bytes=32 * MAX_VALUE_BYTES,
        fetch_max_wait_ms=250,
        allow_auto_create_topics=False,
        metrics_enabled=False,
    )
    made.subscribe([place.topic(topic) for topic in WORK], listener=listener)
    return made


def rejoin(consumer: KafkaConsumer) -> None:
    """Make the next poll see to the rebalance that is under way, and to its end if that comes between two polls.

    kafka-python 3.0 forgets what it was waiting for when a group's leader joins again because metadata changed: the
    answer would lie unread, and the member stay without partitions and heartbeats for ever. An answer that comes while
    nobody polls it throws away and joins anew: two members who poll by turns would never come to an end.
    """
    coordinator = consumer._coordinator  # noqa: SLF001  (there is no other way in kafka-python 3.0)
    coordinator.request_rejoin()
    join = coordinator._join_task  # noqa: SLF001
    if coordinator.rebalance_in_progress() and isinstance(join, Future):
        coordinator._join_task = _Awaited(join)  # noqa: SLF001


class _Awaited:
    """A join that counts as under way until the client has read its answer."""

    is_done = False

    def __init__(self, join: Future) -> None:
        self.add_callback = join.add_callback
        self.add_errback = join.add_errback


def release(consumer: KafkaConsumer) -> None:
    """Make the next poll give what was fetched of partitions that were paused and are not any more.

    kafka-python 3.0 puts those records back only where no batch is in line, and lets a batch that is read to its end
    stand there until another partition has records: without any, what was put aside would never come again.
    """
    fetcher = consumer._fetcher  # noqa: SLF001  (there is no other way in kafka-python 3.0)
    if not fetcher._next_partition_records:  # noqa: SLF001
        fetcher._next_partition_records = None  # noqa: SLF001


def admin(place: KafkaPlace) -> KafkaAdminClient:
    return KafkaAdminClient(**_common(place), request_timeout_ms=place.patience_ms)


def close(client: Any, **how: Any) -> None:  # noqa: ANN401  (three kinds of client)
    """Close a client that may be broken, and say nothing if it is."""
    with suppress(KafkaError, OSError):
        client.close(**how)


def _common(place: KafkaPlace) -> dict[str, Any]:
    someone_listens(place)
    return {
        "bootstrap_servers": list(place.servers),
        "bootstrap_timeout_ms": place.patience_ms,
        "reconnect_backoff_max_ms": 1000,
        **place.access,
    }


def _instance(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]", "-", name)[:200] or "worker"
