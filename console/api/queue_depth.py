"""How deep the queue is, asked by probes and scrapers: one handle, and an answer is good for a moment."""

import threading
import time

from flows.house import House
from models.errors import HuiyinError
from queues.port import Depth, Queue

_GOOD_SECONDS = 2.0  # a broker that is away is found out slowly: probes must not queue up behind it


class QueueDepth:
    def __init__(self, house: House) -> None:
        self._house = house
        self._lock = threading.Lock()
        self._queue: Queue | None = None
        self._asked = float("-inf")
        self._answer: Depth | Exception = Depth(0, 0)

    def ask(self) -> Depth:
        """Raises what the queue raised: HuiyinError, or the database's own."""
        with self._lock:
            if time.monotonic() - self._asked > _GOOD_SECONDS:
                self._answer = self._fresh()
                self._asked = time.monotonic()
            answer = self._answer
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _fresh(self) -> Depth | Exception:
        try:
            if self._queue is None:
                self._queue = self._house.queue("console")
            return self._queue.depth()
        except Exception as error:  # noqa: BLE001  (whatever ails it is the answer)
            return error


def why(error: Exception) -> str:
    """Our own errors speak Chinese; of others only the kind is shown: their text may hold a password."""
    return str(error) if isinstance(error, HuiyinError) else f"无法连接（{type(error).__name__}）"
