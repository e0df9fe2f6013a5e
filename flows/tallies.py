"""What workers add up for `/metrics`: batches, their seconds, messages, and how many the machine was sure of."""

import time
from collections import Counter
from collections.abc import Sequence

from flows.house import House
from models.actions.tallies import add_to_tallies
from models.database import writing
from models.registration import Registration

EVERY_SECONDS = 10.0


class Tallies:
    """Kept by one worker and written now and then: a death costs the last seconds of a figure, no message."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._adds: Counter[str] = Counter()
        self._seconds = 0.0
        self._written = time.monotonic()

    def judged(self, batch: Sequence[Registration]) -> None:
        self._adds["messages"] += len(batch)
        self._adds["accepted"] += sum(bool(each.findings.get("accepted")) for each in batch)

    def finished(self, seconds: float) -> None:
        """A batch, and how long it took from the taking to the commit."""
        self._adds["batches"] += 1
        self._seconds += seconds
        if time.monotonic() - self._written > EVERY_SECONDS:
            self.write()

    def write(self) -> None:
        if self._adds:
            with writing(self._house.engine) as session:
                add_to_tallies(session, {**self._adds, "seconds": self._seconds})
        self._adds.clear()
        self._seconds, self._written = 0.0, time.monotonic()
