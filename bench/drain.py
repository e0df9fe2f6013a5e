"""One worker process of a measurement: ready, told to go, drained; prints what it did, when, and its peak memory."""

import json
import sys
import time
from pathlib import Path

from flows.house import House
from flows.worker import settle, work
from models.settings import settings


def main() -> None:
    house = House(settings())
    settle(house)  # as a worker's process does
    print("ready", flush=True)
    sys.stdin.readline()
    queue = house.queue(sys.argv[1])
    began = time.time()
    counts = work(house, queue, drain=True)
    queue.close()
    told = {"began": began, "ended": time.time(), "handled": counts.handled, "seconds": counts.seconds}
    print(json.dumps({**told, "peak": _peak_megabytes()}))


def _peak_megabytes() -> float:
    """Of this process alone: what getrusage tells begins with the parent's."""
    [line] = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    main()
