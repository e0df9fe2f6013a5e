"""A process that chases, closes, delivers and seals without end, as the schedules do; the crash tests kill it."""

import logging
import threading

from flows import sweeping
from flows.house import House
from models.settings import settings

log = logging.getLogger("huiyin.sweeper")


def main() -> None:
    house, pause = House(settings()), threading.Event()
    while not pause.wait(0.5):
        for sweep in (sweeping.chase_round, sweeping.deliver_due, sweeping.seal_history):
            try:
                sweep(house, house.now())
            except Exception as error:  # noqa: BLE001  (a database that is away comes back)
                log.warning("%s", error)


if __name__ == "__main__":
    main()
