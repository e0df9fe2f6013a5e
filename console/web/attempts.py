"""How often somebody may try: a sliding window in memory, since a restart is no help to a guesser."""

import threading
import time
from collections import deque
from typing import ClassVar

from fastapi import Request

from models.errors import HuiyinError

_MOST_KEYS = 10_000
_LONGEST = 64  # an IPv6 address has 45 signs; what a proxy passes on may have any


class TooMany(HuiyinError):
    """尝试次数过多，请十分钟后再试。"""

    status_code = 429
    HEADERS: ClassVar[dict[str, str]] = {"retry-after": "600"}


class Attempts:
    def __init__(self, *, most: int, seconds: float) -> None:
        self._most, self._seconds = most, seconds
        self._seen: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def count(self, key: str) -> None:
        """One more try; TooMany beyond the limit."""
        now = time.monotonic()
        with self._lock:
            if len(self._seen) > _MOST_KEYS:
                self._seen = {k: v for k, v in self._seen.items() if v and now - v[-1] < self._seconds}
            tries = self._seen.setdefault(key, deque())
            while tries and now - tries[0] > self._seconds:
                tries.popleft()
            if len(tries) >= self._most:
                raise TooMany
            tries.append(now)

    def forget(self, key: str) -> None:
        """Who knew the answer was not guessing."""
        with self._lock:
            self._seen.pop(key, None)


def address_of(request: Request) -> str:
    """Whose attempts are counted: one address never uses up another's."""
    return request.client.host[:_LONGEST] if request.client else ""
