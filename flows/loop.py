"""The worker process: the queue in a plain loop that Prefect supervises a minute at a time, short sweeps beside it.

A Prefect that is away stops neither intake nor, for long, a chase: the loop then runs without it, and takes
over sweeps that are two periods late.
"""

import asyncio
import logging
import signal
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import datetime
from typing import Any

from flows import sweeping
from flows.beside import AWAY, shown, stopping, sweeping_beside
from flows.house import House
from flows.periods import SWEEP_PERIODS
from flows.prefect_setup import answers, configure
from flows.relaying import relay
from flows.worker import Worker, settle
from queues.port import Queue

PATIENCE = 2  # periods that a scheduled sweep may be late before the worker does it itself
TURN_SECONDS, TURN_MESSAGES = 60.0, 2000
ALONE_SECONDS = 15.0  # without Prefect, until it is looked for again
_RELAY_BATCHES = 20  # in a turn, so that the queue's consumer is never long away from its group
_PAUSE_SECONDS = 5.0
_LOOK_SECONDS = 0.5
_GOODBYE_SECONDS = 8.0

_TAKEN_OVER: Mapping[str, Callable[[House, datetime], dict[str, Any]]] = {
    "collect": sweeping.collect_mailboxes,
    "chase": sweeping.chase_round,
    "promises": sweeping.daily_round,
    "opinion": sweeping.opinion_round,
}

_BEGAN = time.monotonic()

log = logging.getLogger("huiyin.loop")


def run(house: House) -> None:
    """Until SIGTERM: a supervised minute after the other."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    api_url = configure(house.settings)["PREFECT_API_URL"]
    with sweeping_beside(house, stopping):
        while not stopping.is_set():
            try:
                _minute(house, api_url)
            except Exception:
                log.exception("处理中断，稍后再试")
                stopping.wait(_PAUSE_SECONDS)


def _minute(house: House, api_url: str) -> None:
    if not (answers(api_url) and _supervised()):
        work_for(house, ALONE_SECONDS, TURN_MESSAGES)
    if not stopping.is_set():
        catch_up(house, house.now())


def _supervised() -> bool:
    """One flow run. In a thread, because Prefect takes SIGTERM for itself in the main one: our stop is orderly."""
    done: list[bool] = []
    thread = threading.Thread(target=lambda: done.append(_flow_run()), name="supervised", daemon=True)
    thread.start()
    while thread.is_alive() and not stopping.is_set():
        thread.join(_LOOK_SECONDS)
    thread.join(_GOODBYE_SECONDS)  # the work has ended by then; a Prefect that is away must not hold us
    return bool(done and done[0])


def _flow_run() -> bool:
    from flows.scheduled import work_flow

    try:
        asyncio.run(work_flow(TURN_SECONDS, TURN_MESSAGES))
    except Exception as error:  # noqa: BLE001  (whatever ails Prefect, the work goes on)
        log.warning("暂不受 Prefect 看管：%s", type(error).__name__)
        return False
    return True


def work_for(house: House, seconds: float, messages: int) -> dict[str, Any]:
    """Relay and work for so long or for so many messages."""
    end = time.monotonic() + seconds
    with closing(house.queue("work")) as queue:
        worker = Worker(house, queue)
        while time.monotonic() < end and worker.counts.handled < messages and not stopping.is_set():
            _turn(house, queue, worker)
        worker.tallies.write()
    return worker.counts.as_json()


def _turn(house: House, queue: Queue, worker: Worker) -> None:
    try:
        relay(house, queue, house.now(), batches=_RELAY_BATCHES)
        worker.step(wait_seconds=1.0)
    except AWAY as away:
        log.warning("%s，稍后再试", shown(away))
        stopping.wait(_PAUSE_SECONDS)


def catch_up(house: House, now: datetime) -> list[str]:
    """Sweeps that the scheduler should have run and did not; what was run here."""
    done = []
    for name, sweep in _TAKEN_OVER.items():
        try:
            last, patience = sweeping.last_success(house, name), SWEEP_PERIODS[name] * PATIENCE
            if last is not None and now - last <= patience:
                continue
            if last is not None and time.monotonic() - _BEGAN > patience.total_seconds():  # not what a start catches up
                log.warning("定时任务 %s 上次完成是 %s，由处理进程代为执行", name, last.isoformat(timespec="minutes"))
            sweep(house, now)
        except Exception:
            log.exception("代为执行的定时任务 %s 没有完成", name)
        else:
            done.append(name)
    return done


def main() -> None:
    from models.settings import settings

    logging.basicConfig(level=settings().log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)  # a line for every call of Prefect's client
    house = House(settings())
    try:
        settle(house)
    except Exception:
        log.exception("研判模型暂时无法载入，处理来件时再试")
    run(house)


if __name__ == "__main__":
    main()
