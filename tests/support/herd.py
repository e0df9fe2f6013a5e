"""Real processes that are killed at random and started again: workers, the console, and a sweeper that chases."""

import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import httpx
from sqlalchemy import func
from sqlalchemy.exc import DBAPIError
from sqlmodel import select
from support.loop_desk import LoopDesk, posts
from support.processes import end, free_port, spawn, wait_until

from flows.collecting import collect
from models.database import reading
from models.errors import Unavailable
from models.tables.messages import Message
from models.vocabulary import Channel
from queues.memory import MemoryQueue

LEAST_KILLS = 3
WORKER = ("-m", "flows.loop")
CONSOLE = ("-m", "console.serving")
SWEEPER = (str(Path(__file__).parent / "sweeper.py"),)
ALL = (WORKER, WORKER, CONSOLE, SWEEPER)
_ACCEPTED, _CALLERS = 202, 4


@dataclass
class Herd:
    """One of `members` falls every now and then, and another takes its place."""

    desk: LoopDesk
    members: Sequence[Sequence[str]]
    seed: int
    between: tuple[float, float]
    kills: int = 0
    port: int = field(default_factory=free_port)
    _alive: list[subprocess.Popen[bytes]] = field(default_factory=list)
    _stopping: threading.Event = field(default_factory=threading.Event)
    _killer: threading.Thread | None = None

    def __enter__(self) -> Self:
        self._alive = [self._start(number) for number in range(len(self.members))]
        self._killer = threading.Thread(target=self._kill_on)
        self._killer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        if self._killer:
            self._killer.join()
        for process in self._alive:
            end(process, signal.SIGTERM)

    @property
    def log(self) -> Path:
        return self.desk.house.settings.data_dir / "workers.log"

    def _start(self, number: int) -> subprocess.Popen[bytes]:
        settings = self.desk.house.settings
        env = {
            "HUIYIN_DATA_DIR": str(settings.data_dir),
            "HUIYIN_DATABASE_URL": settings.database_url,
            "HUIYIN_QUEUE_URL": settings.queue_url,
            "HUIYIN_PROFILE": settings.profile,
            "HUIYIN_LOG_LEVEL": "INFO",
            "HUIYIN_LISTEN_PORT": str(self.port),
            "HUIYIN_PREFECT_PORT": str(free_port()),  # nobody is there: the loop goes on without
        }
        return spawn([sys.executable, *self.members[number]], self.log.with_suffix(f".{number}"), env=env)

    def _kill_on(self) -> None:
        """At random moments, but never before something was done since the last: a slow machine gets on too."""
        dice = random.Random(self.seed)
        done = 0
        while not self._stopping.wait(dice.uniform(*self.between)):
            if (now_done := how_many(self.desk)) == done:
                continue
            done = now_done
            number = dice.randrange(len(self.members))
            end(self._alive[number], signal.SIGKILL)
            self.kills += 1
            self._alive[number] = self._start(number)


def feed(herd: Herd, count: int, batch: int, beat: float, meanwhile: Callable[[int], None] = lambda _: None) -> None:
    """Intake in portions, spread over time: half out of a file, half through the console, where there is one.

    Nothing is relayed here: that is the workers' task. Each of the first few portions waits for a death, so that
    processes that are slow to start don't outlive them all.
    """
    desk = herd.desk
    pause = threading.Event()
    for portion, first in enumerate(range(0, count, batch)):
        wait_until(lambda n=portion: herd.kills >= min(n, LEAST_KILLS), 60, "一个处理进程被终止")
        rows = posts(min(batch, count - first), first=first)
        posted = rows[: len(rows) // 2] if CONSOLE in herd.members else []
        file = desk.lines(f"feed-{first}.jsonl", rows[len(posted) :])
        patiently(lambda f=file: collect(desk.house, Nowhere(), Channel.BOARD, [str(f)], desk.now))
        post_all(f"http://127.0.0.1:{herd.port}/api/messages", posted)
        meanwhile(first)
        pause.wait(beat)


class Nowhere(MemoryQueue):
    """What is put here is refused: the record is durable, and waits for a relay."""

    def put(self, *_: object) -> None:
        raise Unavailable("此处不送")


def post_all(url: str, rows: Sequence[dict[str, Any]]) -> None:
    """As a program hands messages in: whatever was not acknowledged is sent again under the same number."""
    with httpx.Client(timeout=10) as client, ThreadPoolExecutor(_CALLERS) as callers:
        for done in [callers.submit(patiently, lambda r=row: _post(client, url, r)) for row in rows]:
            done.result()


def _post(client: httpx.Client, url: str, row: dict[str, Any]) -> None:
    said = {"external_id": row["id"], "title": row["title"], "text": row["text"], "phone": row["contact"]}
    answer = client.post(url, json=said)
    answer.raise_for_status()
    if answer.status_code != _ACCEPTED or not answer.json()["query_code"]:
        raise Unavailable(answer.text)


def patiently(what: Callable[[], object], seconds: float = 120) -> None:
    """Again until it goes well: a database may be away for a while."""
    limit = time.monotonic() + seconds
    while True:
        try:
            what()
        except Exception:
            if time.monotonic() > limit:
                raise
            threading.Event().wait(0.3)
        else:
            return


def wait_for_messages(desk: LoopDesk, count: int, seconds: float) -> None:
    wait_until(lambda: how_many(desk) >= count, seconds, f"{count} 件来件登记", every=0.5)


def how_many(desk: LoopDesk) -> int:
    """Messages registered so far; none while the database is away."""
    try:
        with reading(desk.house.engine) as session:
            return session.exec(select(func.count()).select_from(Message)).one()
    except DBAPIError:
        return 0
