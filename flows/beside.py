"""Short sweeps that run beside the queue's work, each in a thread of its own, as long as the process lives.

A consumer that sends mail for two minutes answers its group for none of them: the others would wait for it.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from flows.deliveries import deliver
from flows.house import House
from flows.ringing import ring
from flows.sealing import seal
from flows.webhooks import push_events
from models.database import DATABASE_AWAY
from models.errors import Unavailable

EVERY_SECONDS = 1.0
_PAUSE_SECONDS = 5.0
_GOODBYE_SECONDS = 10.0
AWAY = (Unavailable, *DATABASE_AWAY)

log = logging.getLogger("huiyin.loop")
stopping = threading.Event()
"""Of this process. Here and not in flows/loop.py, which is there twice: as `__main__`, and as what the flow imports."""


@contextmanager
def sweeping_beside(house: House, stopping: threading.Event) -> Iterator[None]:
    """Ring, deliver, push events and seal every second until `stopping`; a letter on its way then is recorded."""
    sweeps: dict[str, Callable[[datetime], Any]] = {
        "值班呼叫": lambda now: ring(house, now),
        "送出通知": lambda now: deliver(house, now, stopping.is_set),
        "推送事件": lambda now: push_events(house, now, stopping.is_set),
        "审计封存": lambda now: seal(house, now),
    }
    threads = [
        threading.Thread(target=_sweep, args=(name, sweep, house, stopping), name=name, daemon=True)
        for name, sweep in sweeps.items()
    ]
    if house.settings.slack_app_token.get_secret_value():
        from flows.slack_clicks import listen

        threads.append(threading.Thread(target=listen, args=(house, stopping), name="Slack", daemon=True))
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stopping.set()
        for thread in threads:
            thread.join(_GOODBYE_SECONDS)


def _sweep(name: str, sweep: Callable[[datetime], Any], house: House, stopping: threading.Event) -> None:
    pause = 0.0
    while not stopping.wait(pause):
        pause = EVERY_SECONDS
        try:
            sweep(house.now())
        except AWAY as away:
            log.warning("%s：%s，稍后再试", name, shown(away))
            pause = _PAUSE_SECONDS
        except Exception:
            log.exception("%s没有完成，稍后再试", name)
            pause = _PAUSE_SECONDS


def shown(away: Exception) -> str:
    """One line; a database's own says too much."""
    return str(away) if isinstance(away, Unavailable) else "数据库暂不可用"
