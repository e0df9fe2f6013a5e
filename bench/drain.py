"""One worker process of a measurement: ready, told to go, drained; prints when it began and ended, and how many."""

import json
import sys
import time

from flows.house import House
from flows.worker import work
from models.settings import settings


def main() -> None:
    house = House(settings())
    house.judgement.findings([])
    print("ready", flush=True)
    sys.stdin.readline()
    queue = house.queue(sys.argv[1])
    began = time.time()
    counts = work(house, queue, drain=True)
    queue.close()
    print(json.dumps({"began": began, "ended": time.time(), "handled": counts.handled, "seconds": counts.seconds}))


if __name__ == "__main__":
    main()
