"""The worker process: queue, relay and short sweeps in a plain loop, which Prefect supervises a minute at a time.

A Prefect that is away stops neither intake nor, for long, a chase: the loop then runs without it, and takes
over sweeps that are two periods late.
"""

import logging
import signal
import threading
import time
from datetime import datetime, timedelta
from typing import Any

from flows import sweeping
from flows.house import House
from flows.periods import SWEEP_PERIODS
from flows.relaying import relay
from flows.worker import Worker
from models.errors import Unavailable
from queues.port import Queue

PATIENCE = 2  # periods that a scheduled sweep may be late before the worker does it itself
_PAUSE_SECONDS = 5.0

log = logging.getLogger("huiyin.loop")
stopping = threading.Event()


def run(house: House) -> None:
    """Until SIGTERM: a supervised minute after the other."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    while not stopping.is_set():
        try:
            _supervised()
        except Exception as error:  # noqa: BLE001  (whatever ails Prefect, the work goes on)
            log.warning("Prefect 暂不可用，本分钟不受看管：%s", type(error).__name__)
            work_for(house, 60, 2000)
        catch_up(house, house.now())


def _supervised() -> None:
    import asyncio

    from flows.scheduled import work_flow

    asyncio.run(work_flow())


def work_for(house: House, seconds: float, messages: int) -> dict[str, Any]:
    """Work for so long or for so many messages; short sweeps (relay, deliver, seal) run in between."""
    queue = house.queue("work")
    worker = Worker(house, queue)
    end = time.monotonic() + seconds
    try:
        while time.monotonic() < end and worker.counts.handled < messages and not stopping.is_set():
            _turn(house, queue, worker)
    finally:
        queue.close()
    return worker.counts.as_json()


def _turn(house: House, queue: Queue, worker: Worker) -> None:
    try:
        worker.step(wait_seconds=1.0)
        _short_sweeps(house, queue)
    except Unavailable as away:
        log.warning("依赖暂不可用，稍后再试：%s", away)
        stopping.wait(_PAUSE_SECONDS)


def _short_sweeps(house: House, queue: Queue) -> None:
    now = house.now()
    relay(house, queue, now)
    sweeping.deliver_due(house, now)
    sweeping.seal_history(house, now)


def catch_up(house: House, now: datetime) -> list[str]:
    """Sweeps that the scheduler should have run and did not; what was run here."""
    done = []
    for name, sweep in (("chase", sweeping.chase_due), ("collect", sweeping.collect_mailboxes)):
        if _late(house, name, now, SWEEP_PERIODS[name] * PATIENCE):
            log.warning("定时任务 %s 已迟到，由处理进程代为执行", name)
            sweep(house, now)
            done.append(name)
    return done


def _late(house: House, name: str, now: datetime, limit: timedelta) -> bool:
    last = sweeping.last_success(house, name)
    return last is None or now - last > limit


def main() -> None:
    from models.settings import settings

    logging.basicConfig(level=settings().log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    run(House(settings()))


if __name__ == "__main__":
    main()
