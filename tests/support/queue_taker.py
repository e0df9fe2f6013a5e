"""A worker process for the queue tests: takes records, notes each in a file, and lives until it is killed.

`hold`: takes, notes, and keeps what it has. `work`: takes, notes and is done, until it is ended.
"""

import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from models.database import open_engine
from models.errors import Unavailable
from queues.opening import open_queue
from queues.port import Queue, Taken

BATCH = 20


def main(mode: str, queue_url: str, database_url: str, name: str, notes: str) -> None:
    engine = open_engine(database_url) if database_url else None
    queue = open_queue(queue_url, engine, consumer=name)
    with Path(notes).open("a") as out:
        if mode == "hold":
            _hold(queue, out)
        else:
            _work(queue, out)


def _hold(queue: Queue, out: TextIO) -> None:
    held: list[Taken] = []
    while True:  # alive for the carrier, until the test kills us
        with suppress(Unavailable):
            taken = queue.take(BATCH, 0.2)
            _note(taken, out)
            held += taken
            queue.keep(held)


def _work(queue: Queue, out: TextIO) -> None:
    while True:
        with suppress(Unavailable):  # as the worker's loop does: a busy broker answers later
            if taken := queue.take(BATCH, 0.2):
                _note(taken, out)
                queue.done(taken)


def _note(taken: list[Taken], out: TextIO) -> None:
    out.writelines(json.dumps([each.record.key, each.record.value.decode()]) + "\n" for each in taken)
    out.flush()
    os.fsync(out.fileno())


if __name__ == "__main__":
    main(*sys.argv[1:])
