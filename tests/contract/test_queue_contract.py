"""What every queue promises, whatever carries it."""

import signal
import threading
import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
from support.carriers import Carrier, embedded_carrier, kafka_carrier, memory_carrier, take_all
from support.processes import wait_until

from queues.embedded import LEASE_SECONDS
from queues.port import MAX_VALUE_BYTES, Depth, Record, RecordTooLarge, Taken, Topic

ALL = ["memory", "embedded-sqlite", "embedded-postgres", "kafka"]
LEASING = ALL[:3]
WITH_PROCESSES = ALL[1:]


@pytest.fixture(params=ALL)
def carrier(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Carrier]:
    opened = _carrier(request, tmp_path)
    yield opened
    opened.close()


def _carrier(request: pytest.FixtureRequest, folder: Path) -> Carrier:
    match request.param:
        case "memory":
            return memory_carrier(folder)
        case "kafka":
            return kafka_carrier(folder, request.getfixturevalue("kafka"), f"{uuid.uuid4().hex}.")
        case embedded:
            kind = embedded.removeprefix("embedded-")
            return embedded_carrier(folder, request.getfixturevalue(f"{kind}_url"))


def records(count: int, keys: int = 5) -> list[Record]:
    return [Record(f"来信人{number % keys}", str(number).encode()) for number in range(count)]


def values(taken: list[Taken]) -> list[str]:
    return [each.record.value.decode() for each in taken]


def by_key(taken: list[Taken]) -> dict[str, list[int]]:
    found = defaultdict(list)
    for each in taken:
        found[each.record.key].append(int(each.record.value))
    return found


def test_a_put_record_is_taken_whole_and_never_again_once_done(carrier: Carrier) -> None:
    queue = carrier.open("甲")
    record = Record("键 🙂", '{"标题":"路灯不亮"}'.encode(), (("编号", "一"), ("b", "")))
    queue.put(Topic.MESSAGES, [record])
    [taken] = take_all(queue, 1, carrier.patience)
    assert (taken.record, taken.topic) == (record, Topic.MESSAGES)
    queue.done([taken])
    carrier.pass_time(LEASE_SECONDS + 1)
    assert queue.take(10, 0.3) == []
    assert queue.depth() == Depth(queued=0, leased=0)


def test_records_of_one_key_come_in_the_order_they_were_put(carrier: Carrier) -> None:
    queue = carrier.open("甲")
    for start in range(0, 200, 50):
        queue.put(Topic.MESSAGES, records(200)[start : start + 50])
    seen: list[Taken] = []
    while len(seen) < 200:
        batch = take_all(queue, 20, carrier.patience)
        queue.done(batch)
        seen += batch
    assert all(numbers == sorted(numbers) for numbers in by_key(seen).values())
    assert sorted(map(int, values(seen))) == list(range(200))


def test_positions_are_never_used_twice(carrier: Carrier) -> None:
    queue = carrier.open("甲")
    positions = set()
    for _ in range(3):
        queue.put(Topic.MESSAGES, [Record("k", b"1")])
        taken = take_all(queue, 1, carrier.patience)
        queue.done(taken)
        positions.add(taken[0].position)
    assert len(positions) == 3


def test_what_is_given_back_comes_again_first_and_in_order(carrier: Carrier) -> None:
    queue = carrier.open("甲")
    queue.put(Topic.MESSAGES, [Record("k", str(number).encode()) for number in range(6)])
    first = take_all(queue, 4, carrier.patience)
    queue.give_back(first)
    again = take_all(queue, 6, carrier.patience)
    assert values(again) == ["0", "1", "2", "3", "4", "5"]
    assert [each.position for each in again[:4]] == [each.position for each in first]
    queue.done(again)
    assert queue.depth().empty


def test_part_of_a_batch_can_be_done_and_the_rest_given_back(carrier: Carrier) -> None:
    queue = carrier.open("甲")
    queue.put(Topic.MESSAGES, [Record(f"k{number}", str(number).encode()) for number in range(8)])
    taken = take_all(queue, 8, carrier.patience)
    queue.done([each for each in taken if each.record.key != "k3"])
    queue.give_back([each for each in taken if each.record.key == "k3"])
    again = take_all(queue, 1, carrier.patience)
    assert "3" in values(again)
    queue.done(again + queue.take(8, 0.3))
    assert queue.depth().empty


def test_what_was_put_outlives_the_one_who_put_it(carrier: Carrier) -> None:
    writer = carrier.open("甲")
    writer.put(Topic.MESSAGES, records(30))
    writer.close()
    reader = carrier.open("乙")
    assert reader.depth().queued == 30
    assert len(take_all(reader, 30, carrier.patience)) == 30


def test_depth_tells_what_waits_and_what_is_out_and_reaches_zero(carrier: Carrier) -> None:
    queue = carrier.open("甲")
    assert queue.depth() == Depth(queued=0, leased=0)
    queue.put(Topic.MESSAGES, [Record(f"k{number}", b"1") for number in range(10)])
    assert queue.depth() == Depth(queued=10, leased=0)
    taken = take_all(queue, 4, carrier.patience)
    assert queue.depth() == Depth(queued=6, leased=4)
    queue.done(taken)
    queue.done(take_all(queue, 6, carrier.patience))
    assert queue.depth().empty


def test_a_record_of_256_kb_goes_through_and_a_larger_one_is_refused_with_all_its_company(
    carrier: Carrier,
) -> None:
    queue = carrier.open("甲")
    with pytest.raises(RecordTooLarge):
        queue.put(Topic.MESSAGES, [Record("k", b"1"), Record("k", b"x" * (MAX_VALUE_BYTES + 1))])
    assert queue.depth().empty
    large = [Record("k", bytes([65 + number]) * MAX_VALUE_BYTES) for number in range(5)]
    queue.put(Topic.MESSAGES, large)
    taken = take_all(queue, 5, carrier.patience)
    assert [each.record for each in taken] == large


def test_an_empty_queue_says_so_after_the_wait(carrier: Carrier) -> None:
    queue = carrier.open("甲")
    queue.take(1, 0)
    began = time.monotonic()
    assert queue.take(10, 0.3) == []
    assert time.monotonic() - began > 0.25


def test_a_flood_on_the_overflow_neither_goes_first_nor_starves(carrier: Carrier) -> None:
    queue = carrier.open("甲")
    queue.put(Topic.OVERFLOW, [Record("洪水", b"1")] * 40)
    queue.put(Topic.MESSAGES, records(40))
    seen = take_all(queue, 80, carrier.patience)
    assert sum(each.topic is Topic.OVERFLOW for each in seen) == 40
    queue.done(seen)
    assert queue.depth().empty


def test_dead_letters_and_events_are_nobodys_work(carrier: Carrier) -> None:
    queue = carrier.open("甲")
    queue.put(Topic.DEAD_LETTERS, [Record("k", b"1")])
    queue.put(Topic.EVENTS, [Record("k", b"1")])
    assert queue.take(10, 0.3) == []
    assert queue.depth().empty


@pytest.mark.parametrize("carrier", LEASING, indirect=True)
def test_a_key_that_is_out_is_not_handed_to_another(carrier: Carrier) -> None:
    one, other = carrier.open("甲"), carrier.open("乙")
    one.put(Topic.MESSAGES, [Record("a", b"1"), Record("b", b"2"), Record("a", b"3")])
    [first] = one.take(1, 1)
    second = other.take(10, 1)
    assert (values([first]), values(second)) == (["1"], ["2"])
    assert other.take(10, 0.1) == []
    one.done([first])
    assert values(other.take(10, 1)) == ["3"]


@pytest.mark.parametrize("carrier", LEASING, indirect=True)
def test_a_lease_runs_out_unless_it_is_kept(carrier: Carrier) -> None:
    one, other = carrier.open("甲"), carrier.open("乙")
    one.put(Topic.MESSAGES, [Record("a", b"1"), Record("b", b"2")])
    kept, left = one.take(1, 1), one.take(1, 1)
    carrier.pass_time(LEASE_SECONDS - 1)
    one.keep(kept)
    carrier.pass_time(2)
    assert values(other.take(10, 1)) == values(left)
    assert other.depth() == Depth(queued=0, leased=2)


@pytest.mark.parametrize("carrier", LEASING, indirect=True)
def test_one_who_comes_back_late_takes_nothing_from_the_new_holder(carrier: Carrier) -> None:
    late, holder, third = (carrier.open(name) for name in "甲乙丙")
    late.put(Topic.MESSAGES, [Record("a", b"1"), Record("a", b"2")])
    stale = late.take(1, 1)
    carrier.pass_time(LEASE_SECONDS + 1)
    held = holder.take(1, 1)
    assert held == stale
    late.keep(stale)
    late.give_back(stale)
    assert third.take(10, 0.1) == []
    late.done(stale)
    assert third.take(10, 0.1) == []
    holder.done(held)
    assert values(third.take(10, 1)) == ["2"]


@pytest.mark.parametrize("carrier", ["embedded-sqlite", "embedded-postgres"], indirect=True)
def test_a_clock_set_back_does_not_lock_a_key_up(carrier: Carrier) -> None:
    queue = carrier.open("甲")
    queue.put(Topic.MESSAGES, [Record("a", b"1")])
    assert queue.take(1, 1)
    carrier.pass_time(-3600)
    assert values(carrier.open("乙").take(1, 1)) == ["1"]


@pytest.mark.parametrize("carrier", LEASING, indirect=True)
def test_two_at_once_share_the_work_without_doubling_it_or_mixing_a_key_up(carrier: Carrier) -> None:
    carrier.open("甲").put(Topic.MESSAGES, records(600, keys=40))
    seen: list[Taken] = []
    lock = threading.Lock()

    def work(name: str) -> None:
        queue = carrier.open(name)
        while not queue.depth().empty:
            batch = queue.take(16, 0.05)
            with lock:
                seen.extend(batch)
            if batch:
                queue.done(batch)

    workers = [threading.Thread(target=work, args=(name,)) for name in "乙丙"]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert sorted(map(int, values(seen))) == list(range(600))
    assert all(numbers == sorted(numbers) for numbers in by_key(seen).values())


@pytest.mark.parametrize("carrier", WITH_PROCESSES, indirect=True)
def test_what_a_killed_process_had_out_goes_to_another(carrier: Carrier) -> None:
    queue = carrier.open("乙")
    queue.put(Topic.MESSAGES, records(10))
    holder = carrier.start_process("hold", "holder")
    wait_until(lambda: len(carrier.noted("holder")) == 10, 30, "进程取到记录")
    depth = queue.depth()
    assert depth.queued + depth.leased == 10
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    carrier.pass_time(3600)  # the process had a clock of its own, which ran on
    again = take_all(queue, 10, carrier.patience)
    assert set(values(again)) == carrier.noted("holder")
    queue.done(again)
    assert queue.depth().empty


@pytest.mark.parametrize("carrier", WITH_PROCESSES, indirect=True)
def test_two_processes_one_killed_and_nothing_is_lost(carrier: Carrier) -> None:
    """What was done never comes again; what was out may, at a death or when a starved process lost its claim."""
    queue = carrier.open("写入")
    waiting = iter(records(100_000, keys=50))
    put: list[Record] = []

    def put_more(count: int) -> None:
        put.extend(islice(waiting, count))
        queue.put(Topic.MESSAGES, put[-count:])

    put_more(500)
    victim = carrier.start_process("work", "victim")
    wait_until(lambda: queue.depth().empty, 60, "第一个进程独自做完")
    alone = carrier.notes("victim")
    carrier.start_process("work", "survivor")

    def both_at_work() -> bool:
        put_more(100)
        return len(carrier.notes("victim")) > len(alone) and bool(carrier.notes("survivor"))

    wait_until(both_at_work, 60, "两个进程都在工作", every=0.1)
    put_more(500)
    victim.send_signal(signal.SIGKILL)
    victim.wait()
    wait_until(lambda: queue.depth().empty, 60, "队列清空")
    seen = Counter(carrier.notes("victim") + carrier.notes("survivor"))
    assert {value for _, value in seen} == {record.value.decode() for record in put}
    assert all(seen[note] == times for note, times in Counter(alone).items())
