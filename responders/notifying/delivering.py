"""Lease → send → record. A crash between the last two sends a letter once more, with the same key."""

import logging
import time
import uuid
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlmodel import Session

from models.actions import deliveries
from models.actions.deliveries import Due, Leased
from models.database import reading, writing
from responders.notifying.port import Letter, LetterMoot, Notifier, NotNow, TransportFailed, TransportRefused

MOST_ATTEMPTS = 8
LEASE = timedelta(minutes=10)  # several times what all of a transport's timeouts together can take
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)
_FACTOR = 4  # 1, 4, 16, 64, 256 minutes, then 6 hours: a night's outage is waited out
_IN_A_ROW = 3  # failures after which a transport counts as away for the rest of the sweep
_PAGE = 100

log = logging.getLogger("huiyin.deliver")

Compose = Callable[[Session, Leased], Letter]


def wait_after(attempt: int) -> timedelta:
    """How long to wait after the given attempt failed (the first is 1)."""
    return min(FIRST_WAIT * int(_FACTOR ** (attempt - 1)), LONGEST_WAIT)


@dataclass
class Deliverer:
    """One sweep over what is due. `compose` makes a delivery's letter from the record.

    Time runs on from `now` while letters are sent, so that a lease taken late in a sweep lasts its full length.
    `stop` is asked between letters; notices of the kinds in `digested` share a letter.
    """

    engine: Engine
    notifiers: Mapping[str, Notifier]
    compose: Compose
    now: datetime
    stop: Callable[[], bool] = lambda: False
    digested: Collection[str] = ()
    counts: Counter[str] = field(default_factory=Counter)
    _began: float = field(default_factory=time.monotonic)
    _failures: Counter[str] = field(default_factory=Counter)

    def run(self) -> dict[str, int]:
        """Everything due at `now`, each tried at most once: {"sent","retried","failed"}."""
        last: Due | None = None
        while page := self._page(last):
            for last in page:
                if self.stop():
                    return self._counted()
                if self._failures[last.transport] < _IN_A_ROW:
                    self._deliver(last.id)
        return self._counted()

    def _counted(self) -> dict[str, int]:
        return {name: self.counts[name] for name in ("sent", "retried", "failed")}

    def _page(self, after: Due | None) -> list[Due]:
        with reading(self.engine) as session:
            return deliveries.due(session, self.now, _PAGE, after)

    def _deliver(self, delivery: uuid.UUID) -> None:
        with writing(self.engine) as session:
            leased = deliveries.lease(session, delivery, self._moment(), LEASE)
            if leased is not None and self.digested:
                deliveries.absorb(session, leased, self.now, self.digested)
        if leased is None:
            return  # another process has it
        try:
            receipt = self._send(leased)
        except NotNow as quiet:
            with writing(self.engine) as session:
                deliveries.postpone(session, leased, quiet.until)
        except LetterMoot as moot:
            with writing(self.engine) as session:
                deliveries.record_moot(session, leased, str(moot))
        except TransportFailed as failure:
            self._failed(leased, failure)
        except Exception as error:
            log.exception("通知 %s 发送出错", leased.id)
            self._failed(leased, TransportFailed(f"发送出错：{type(error).__name__}。"))
        else:
            self._failures[leased.transport] = 0
            self.counts["sent"] += 1
            with writing(self.engine) as session:
                deliveries.record_sent(session, leased, receipt, self._moment())

    def _send(self, leased: Leased) -> str:
        if leased.attempt > MOST_ATTEMPTS:
            raise TransportRefused("发送时进程多次中断。")
        with reading(self.engine) as session:
            letter = self.compose(session, leased)
        notifier = self.notifiers.get(leased.transport)
        if notifier is None:
            raise TransportRefused(f"没有设置“{leased.transport}”这种通知方式，请检查设置或单位的通知方式。")
        return notifier.send(letter)

    def _failed(self, leased: Leased, failure: TransportFailed) -> None:
        lasting = failure.permanent or leased.attempt >= MOST_ATTEMPTS
        if not failure.permanent:
            self._failures[leased.transport] += 1
        self.counts["failed" if lasting else "retried"] += 1
        with writing(self.engine) as session:
            if lasting:
                deliveries.record_failed(session, leased, str(failure))
            else:
                deliveries.record_retry(session, leased, str(failure), self._moment() + wait_after(leased.attempt))

    def _moment(self) -> datetime:
        return self.now + timedelta(seconds=time.monotonic() - self._began)
