"""Real worker processes that are killed at random and started again, and what must hold when they are done."""

import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from sqlalchemy import func
from sqlalchemy.exc import DBAPIError
from sqlmodel import select
from support.loop_desk import LoopDesk, posts
from support.processes import end, free_port, spawn, wait_until

from flows.collecting import collect
from flows.deliveries import deliver
from flows.sealing import seal, verify_chain
from models.database import reading
from models.errors import Unavailable
from models.tables.clocks import Clock
from models.tables.intake import DeadLetter, Intake
from models.tables.messages import Message
from models.tables.notices import Delivery, DeliveryNotice, Notice
from models.tables.orders import Assignment, WorkOrder
from models.tables.record import History, Outbox
from models.vocabulary import Channel, OrderStatus
from queues.memory import MemoryQueue

LEAST_KILLS = 3
_REGISTERING = ("register", "dispatch", "answer_at_once")


@dataclass
class Herd:
    """`size` processes of `python -m flows.loop`; one falls every now and then, and another takes its place."""

    desk: LoopDesk
    size: int
    seed: int
    between: tuple[float, float]
    kills: int = 0
    _alive: list[subprocess.Popen[bytes]] = field(default_factory=list)
    _stopping: threading.Event = field(default_factory=threading.Event)
    _killer: threading.Thread | None = None

    def __enter__(self) -> Self:
        self._alive = [self._start(number) for number in range(self.size)]
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
            "HUIYIN_PREFECT_PORT": str(free_port()),  # nobody is there: the loop goes on without
        }
        return spawn([sys.executable, "-m", "flows.loop"], self.log.with_suffix(f".{number}"), env=env)

    def _kill_on(self) -> None:
        """At random moments, but never before something was done since the last: a slow machine gets on too."""
        dice = random.Random(self.seed)
        done = 0
        while not self._stopping.wait(dice.uniform(*self.between)):
            if (now_done := how_many(self.desk)) == done:
                continue
            done = now_done
            number = dice.randrange(self.size)
            end(self._alive[number], signal.SIGKILL)
            self.kills += 1
            self._alive[number] = self._start(number)


def feed(herd: Herd, count: int, batch: int, beat: float, meanwhile: Callable[[int], None] = lambda _: None) -> None:
    """Intake in portions, spread over time; nothing is relayed here: that is the workers' task.

    Each of the first few portions waits for a death, so that workers who are slow to start don't outlive them all.
    """
    desk = herd.desk
    pause = threading.Event()
    for portion, first in enumerate(range(0, count, batch)):
        wait_until(lambda n=portion: herd.kills >= min(n, LEAST_KILLS), 60, "一个处理进程被终止")
        file = desk.lines(f"feed-{first}.jsonl", posts(min(batch, count - first), first=first))
        patiently(lambda f=file: collect(desk.house, Nowhere(), Channel.BOARD, [str(f)], desk.now))
        meanwhile(first)
        pause.wait(beat)


class Nowhere(MemoryQueue):
    """What is put here is refused: the record is durable, and waits for a relay."""

    def put(self, *_: object) -> None:
        raise Unavailable("此处不送")


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


def settle(desk: LoopDesk) -> None:
    """What a crash left: the queue, the letters, the seals."""
    patiently(desk.work)
    desk.now = datetime.now(UTC) + timedelta(minutes=15)  # a dead sender's lease is over by then
    deliver(desk.house, desk.house.now())
    tomorrow = desk.house.now().astimezone(desk.house.settings.zone) + timedelta(days=1)
    deliver(desk.house, tomorrow.replace(hour=10))  # what the quiet hours held back
    seal(desk.house, desk.house.now())


def faults(desk: LoopDesk, count: int, kills: int) -> dict[str, object]:
    """Everything that should not be there after `count` messages; empty where all is well."""
    messages, orders, notices = desk.all(Message), desk.all(WorkOrder), desk.all(Notice)
    # The workers chase what is late as well: that is history too, but no second registration.
    registered = Counter(h.subject_id for h in desk.all(History, subject="order") if h.action in _REGISTERING)
    events = desk.all(Outbox)
    first_told = [n for n in notices if n.trigger == "registered"]
    clocks = Counter((c.order_id, c.stage) for c in desk.all(Clock))
    leads = Counter(a.order_id for a in desk.all(Assignment, part="lead"))
    carried = Counter(row.notice_id for row in desk.all(DeliveryNotice))
    printed = Counter(letter["key"] for letter in desk.printed())
    chain = verify_chain(desk.house)
    found = {
        "lost": count - len({m.external_id for m in messages}),
        "doubled messages": len(messages) - len({m.external_id for m in messages}),
        "doubled orders": len(orders) - len({m.order_id for m in messages}),
        "not taken in": count - len(desk.all(Intake)),
        "dead letters": [letter.error for letter in desk.all(DeadLetter)],
        "without owner": [o.number for o in orders if o.status != OrderStatus.TRIAGE and leads[o.id] != 1],
        "without clock": desk.open_without_clock(),
        "doubled clocks": [key for key, times in clocks.items() if times > 1],
        "registered twice": [key for key, times in registered.items() if times > 1],
        "doubled events": len(events) - len({e.event_id for e in events}),
        "orders without event": len(orders) - sum(e.type.removeprefix("order.") in _REGISTERING for e in events),
        "unpublished events": [e.id for e in events if e.published_at is None],
        "notices under two keys": [key for key, times in carried.items() if times > 1],
        "notices not carried": [n.id for n in notices if carried[n.id] == 0 and n.unit != "citizen"],
        "doubled notices": len(first_told) - len({(n.order_id, n.kind, n.unit) for n in first_told}),
        "undelivered": [d.error for d in desk.all(Delivery) if d.state not in {"sent", "merged"}],
        "sent again": max(0, sum(printed.values()) - len(printed) - kills),
        "never sent": len(desk.all(Delivery, state="sent")) - len(printed),
        "sent thrice": [key for key, times in printed.items() if times > 1 + kills],
        "broken chain": "" if chain["ok"] and not chain["unsealed"] else chain["why"],
    }
    return {name: fault for name, fault in found.items() if fault}
