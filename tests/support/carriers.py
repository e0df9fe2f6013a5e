"""The queue's implementations, each with a way to open consumers and to let a dead one's claim run out."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from sqlmodel import SQLModel
from support.processes import end, spawn, wait_until

from models.database import open_engine
from models.tables.queueing import QueueLease, QueueRecord
from queues.embedded import EmbeddedQueue
from queues.kafka_place import kafka_place
from queues.kafka_queue import KafkaQueue
from queues.memory import MemoryQueue, MemoryStore
from queues.port import Queue, Taken

TAKER = Path(__file__).parent / "queue_taker.py"
_MORTAL_SECONDS = 2  # a process that is going to be killed keeps its claim for so long
_LASTING_SECONDS = 10  # a starved consumer of the test's own must not lose its seat


@dataclass
class Carrier:
    """`patience`: seconds within which something that is there is handed out."""

    connect: Callable[[str], Queue]
    folder: Path
    patience: float = 30
    queue_url: str = ""
    database_url: str = ""
    clock: list[float] = field(default_factory=lambda: [0.0])
    _queues: list[Queue] = field(default_factory=list)
    _processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def open(self, name: str) -> Queue:
        self._queues.append(self.connect(name))
        return self._queues[-1]

    def pass_time(self, seconds: float) -> None:
        self.clock[0] += seconds

    def start_process(self, mode: str, name: str) -> subprocess.Popen[bytes]:
        command = [
            sys.executable,
            str(TAKER),
            mode,
            self.queue_url,
            self.database_url,
            name,
            self.notes_of(name),
        ]
        self._processes.append(spawn(command, self.folder / f"{name}.log"))
        return self._processes[-1]

    def notes_of(self, name: str) -> str:
        return str(self.folder / f"{name}.notes")

    def notes(self, name: str) -> list[tuple[str, str]]:
        """What a process has noted so far; a last line cut by its death is none."""
        file = Path(self.notes_of(name))
        lines = file.read_text().splitlines(keepends=True) if file.exists() else []
        return [tuple(json.loads(line)) for line in lines if line.endswith("\n")]

    def noted(self, name: str) -> set[str]:
        """The values of its notes: a starved process may lose its claim and take a record again."""
        return {value for _, value in self.notes(name)}

    def close(self) -> None:
        for process in self._processes:
            end(process, signal.SIGKILL)
        for queue in self._queues:
            queue.close()


def take_all(queue: Queue, count: int, patience: float) -> list[Taken]:
    """Takes until `count` records are out, or fails."""
    taken: list[Taken] = []

    def enough() -> bool:
        taken.extend(queue.take(count - len(taken), 0.2))
        return len(taken) >= count

    wait_until(enough, patience, f"{count} 条记录（已到 {len(taken)} 条）", every=0)
    return taken


def drain(queue: Queue, patience: float) -> list[Taken]:
    """Takes and finishes until nothing is left; what is taken twice on the way is there twice."""
    taken: list[Taken] = []

    def empty() -> bool:
        batch = queue.take(100, 0.2)
        taken.extend(batch)
        queue.done(batch)
        return queue.depth().empty

    wait_until(empty, patience, "队列清空", every=0)
    return taken


def memory_carrier(folder: Path) -> Carrier:
    store, clock = MemoryStore(), [0.0]
    return Carrier(lambda _name: MemoryQueue(store, clock=lambda: clock[0]), folder, clock=clock)


def embedded_carrier(folder: Path, database_url: str) -> Carrier:
    """Its clock stands, but for `pass_time`: a lease never runs out because the machine is slow."""
    engine, clock, began = open_engine(database_url), [0.0], time.time()
    tables = [SQLModel.metadata.tables[str(t.__tablename__)] for t in (QueueRecord, QueueLease)]
    SQLModel.metadata.create_all(engine, tables=tables)

    def connect(name: str) -> Queue:
        return EmbeddedQueue(engine, name, clock=lambda: began + clock[0])

    url = f"embedded:?lease_seconds={_MORTAL_SECONDS}"
    carrier = Carrier(connect, folder, queue_url=url, database_url=database_url, clock=clock)
    carrier.close = lambda: (Carrier.close(carrier), engine.dispose())  # type: ignore[method-assign,func-returns-value]
    return carrier


def kafka_carrier(folder: Path, bootstrap: str, prefix: str) -> Carrier:
    def url(seconds: int) -> str:
        return f"kafka://{bootstrap}?partitions=4&session_seconds={seconds}&prefix={prefix}"

    place = kafka_place(url(_LASTING_SECONDS))
    return Carrier(lambda name: KafkaQueue(place, name), folder, queue_url=url(_MORTAL_SECONDS))
