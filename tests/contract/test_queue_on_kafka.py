"""What only a broker can do to us: rebalances, restarts under a name, and going away."""

import gc
import signal
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from kafka import KafkaConsumer
from kafka.future import Future
from kafka.structs import MemberState
from support.carriers import Carrier, drain, kafka_carrier, take_all
from support.kafka_server import KafkaServer
from support.processes import wait_until

from models.errors import Unavailable
from queues.kafka_clients import NameTaken
from queues.kafka_place import kafka_place
from queues.kafka_queue import KafkaQueue
from queues.opening import open_queue
from queues.port import Queue, Record, Taken, Topic


@pytest.fixture
def carrier(kafka: str, tmp_path: Path) -> Iterator[Carrier]:
    opened = kafka_carrier(tmp_path, kafka, f"{uuid.uuid4().hex}.")
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def _sockets_of_refused_connections_go_here(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """The client leaves them to the garbage collector; at the end of the run it would be too late to excuse them."""
    yield
    caplog.get_records("call").clear()  # their errors hold the sockets
    gc.collect()


def records(count: int) -> list[Record]:
    return [Record(f"来信人{number}", str(number).encode()) for number in range(count)]


def take_beside(newcomer: Queue, old: Queue, held: list[Taken]) -> list[Taken]:
    """What the newcomer gets once the group has given it a share; the old one is at work meanwhile."""
    with at_work(old, held):
        return wait_until(lambda: newcomer.take(100, 0.2), 30, "新来的分到记录", every=0)


def consumer_of(queue: Queue) -> KafkaConsumer:
    assert isinstance(queue, KafkaQueue)
    assert queue._seat._consumer is not None
    return queue._seat._consumer


def settled(consumer: KafkaConsumer) -> bool:
    return bool(consumer.group_metadata().state == MemberState.STABLE)


def awaited_by(consumer: KafkaConsumer) -> Future | None:
    """The group's answer that is still to come when a poll is over."""
    consumer.poll(200)
    join = consumer._coordinator._join_task
    return None if join is None or join.is_done else join


def generation_of(consumer: KafkaConsumer) -> int:
    return int(consumer.group_metadata().generation_id)


@contextmanager
def at_work(queue: Queue, held: list[Taken]) -> Iterator[None]:
    """Keeps what is held, as a worker does from beside its work."""
    over = threading.Event()

    def keep() -> None:
        while not over.wait(0.05):
            queue.keep(held)

    keeper = threading.Thread(target=keep)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join()


def test_the_old_owner_of_a_revoked_partition_commits_nothing_for_it(carrier: Carrier) -> None:
    old, newcomer = carrier.open("old"), carrier.open("newcomer")
    old.put(Topic.MESSAGES, records(80))
    held = take_all(old, 80, carrier.patience)
    moved = take_beside(newcomer, old, held)
    partitions = {each.position.rsplit("-", 1)[0] for each in moved}
    both = {each.position for each in held if each.position.rsplit("-", 1)[0] in partitions}
    assert 0 < len(both) < 80
    old.done(held)
    assert old.depth().queued >= len(both)
    newcomer.give_back(moved)
    again = drain(newcomer, carrier.patience)
    assert {each.position for each in again} >= both


def test_what_is_given_back_after_a_revocation_is_left_to_the_new_owner(carrier: Carrier) -> None:
    old, newcomer = carrier.open("old"), carrier.open("newcomer")
    old.put(Topic.MESSAGES, records(80))
    held = take_all(old, 80, carrier.patience)
    moved = take_beside(newcomer, old, held)
    newcomer.done(moved)
    old.give_back(held)
    handled = {each.position for each in moved}

    def both_come_to_an_end() -> bool:
        for queue in (old, newcomer):
            batch = queue.take(100, 0.2)
            handled.update(each.position for each in batch)
            queue.done(batch)
        return old.depth().empty

    wait_until(both_come_to_an_end, carrier.patience, "队列清空", every=0)
    assert handled == {each.position for each in held}


def test_a_worker_restarted_under_its_name_has_its_seat_back_at_once(kafka: str, tmp_path: Path) -> None:
    prefix = f"{uuid.uuid4().hex}."
    carrier = kafka_carrier(tmp_path, kafka, prefix)
    carrier.queue_url = f"kafka://{kafka}?partitions=4&session_seconds=300&prefix={prefix}"
    queue = KafkaQueue(kafka_place(carrier.queue_url), "worker-1")
    queue.put(Topic.MESSAGES, records(10))
    process = carrier.start_process("hold", "worker-1")
    wait_until(lambda: len(carrier.noted("worker-1")) == 10, 30, "进程取到记录")
    process.send_signal(signal.SIGKILL)
    process.wait()
    taken = take_all(queue, 10, 30)  # far below the 300 seconds of the session
    queue.done(taken)
    assert queue.depth().empty
    queue.close()
    carrier.close()


def test_two_workers_under_one_name_are_told(carrier: Carrier) -> None:
    first, second = carrier.open("same"), carrier.open("same")
    first.put(Topic.MESSAGES, records(5))
    held = take_all(first, 5, carrier.patience)
    take_all(second, 5, carrier.patience)
    with pytest.raises(NameTaken):
        first.done(held)


def test_a_rebalance_that_ends_when_nobody_polls_is_not_forgotten(kafka: str) -> None:
    queue = KafkaQueue(kafka_place(f"kafka://{kafka}?prefix={uuid.uuid4().hex}."), "a")
    queue.put(Topic.MESSAGES, records(5))
    queue.done(take_all(queue, 5, 30))
    consumer = queue._seat._consumer
    assert consumer is not None
    before = consumer.group_metadata().generation_id
    consumer._coordinator._assignment_snapshot = {}  # as when a topic has more partitions than it assigned
    consumer.poll(0)
    wait_until(lambda: consumer.group_metadata().generation_id > before, 30, "新的一代")
    queue.put(Topic.MESSAGES, records(5))
    assert len(drain(queue, 30)) >= 5
    queue.close()


def test_a_rebalance_that_ends_between_two_polls_is_not_begun_again(carrier: Carrier) -> None:
    """Two workers who poll by turns would otherwise wait for each other, one rebalance after the other."""
    leader, follower = carrier.open("leader"), carrier.open("follower")
    leader.put(Topic.MESSAGES, records(80))
    held = take_all(leader, 80, carrier.patience)
    moved = take_beside(follower, leader, held)
    first, second = consumer_of(leader), consumer_of(follower)
    both = (first, second)
    with at_work(leader, held):
        wait_until(lambda: follower.keep(moved) or all(map(settled, both)), carrier.patience, "分区分定", every=0)
    generation = generation_of(second)
    first._coordinator.request_rejoin()
    answer = wait_until(lambda: awaited_by(first), carrier.patience, "带头的等待另一个", every=0)
    wait_until(lambda: follower.keep(moved) or answer.is_done, carrier.patience, "带头的收到答复", every=0)
    leader.keep(held)
    assert settled(first)
    assert generation_of(first) == generation_of(second) == generation + 1


def test_a_flood_held_back_comes_through_although_nothing_else_arrives_any_more(kafka: str) -> None:
    """kafka-python 3.0 keeps what it had fetched of a paused partition; it once kept it for ever."""
    place = kafka_place(f"kafka://{kafka}?prefix={uuid.uuid4().hex}.&partitions=1")
    with closing(KafkaQueue(place, "one")) as queue:
        queue.put(Topic.OVERFLOW, records(100))
        taken = wait_until(lambda: queue.take(10, 0.2), 30, "分到记录", every=0)
        queue.put(Topic.MESSAGES, records(5))
        end = time.monotonic() + 30
        while len(taken) < 105 and time.monotonic() < end:
            taken += queue.take(10, 0.2)
    assert [each.record.value for each in taken if each.position.rsplit("-", 2)[0] == place.topic(Topic.OVERFLOW)] == [
        each.value for each in records(100)
    ]


def test_a_topic_that_is_there_stays_as_the_operator_set_it(kafka: str) -> None:
    prefix = f"{uuid.uuid4().hex}."
    few = open_queue(f"kafka://{kafka}?partitions=2&prefix={prefix}", None, consumer="a")
    many = open_queue(f"kafka://{kafka}?partitions=9&prefix={prefix}", None, consumer="b")
    few.put(Topic.MESSAGES, records(50))
    many.put(Topic.MESSAGES, records(50))
    positions = {each.position.rsplit("-", 1)[0] for each in take_all(many, 100, 30)}
    assert len(positions) == 2
    few.close()
    many.close()


def test_a_broker_that_goes_away_is_named_and_work_goes_on_when_it_is_back(own_kafka: KafkaServer) -> None:
    queue = open_queue(f"kafka://{own_kafka.bootstrap}?delivery_seconds=8&session_seconds=6", None, consumer="a")
    try:
        queue.put(Topic.MESSAGES, records(10))
        held = take_all(queue, 10, 30)
        own_kafka.kill()
        for attempt in (lambda: queue.put(Topic.MESSAGES, records(1)), lambda: queue.done(held), queue.depth):
            with pytest.raises(Unavailable, match=own_kafka.bootstrap):
                attempt()
        with pytest.raises(Unavailable):
            queue.take(1, 0.1)
        own_kafka.start()
        queue.put(Topic.MESSAGES, [Record("后来", b"10")])
        assert {int(each.record.value) for each in drain(queue, 30)} == set(range(11))
    finally:
        queue.close()
