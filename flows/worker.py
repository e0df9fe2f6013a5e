"""The worker: takes a batch from the queue, judges it, writes it in one short transaction, lets go of it.

A plain loop: Prefect supervises it from outside (flows/deployments), never per message.
"""

import logging
import time
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy.exc import InterfaceError, OperationalError

from flows.house import House
from flows.judging import registrations
from flows.relaying import relay
from models.actions import attempts
from models.actions.numbers import take_block
from models.actions.registering import register
from models.actions.revising import revise
from models.database import writing
from models.errors import Unavailable
from models.payload import REVISION, Envelope, decode
from queues.port import Queue, Taken, Topic

BATCH = 512
WAIT_SECONDS = 1.0
_AWAY = (OperationalError, InterfaceError, Unavailable)  # the carrier or the database, not the record

log = logging.getLogger("huiyin.worker")


@dataclass(slots=True)
class WorkCounts:
    """`handled` includes triage; `duplicates` are repeats of the inbox key; `seconds`: first claim to last commit."""

    handled: int = 0
    work_orders: int = 0
    duplicates: int = 0
    dead_letters: int = 0
    seconds: float = 0.0

    def as_json(self) -> dict[str, float]:
        return {**asdict(self), "seconds": round(self.seconds, 3)}


@dataclass(frozen=True, slots=True)
class Job:
    """A taken record, opened; `envelope` is None where it can't be read (`fault` says why)."""

    taken: Taken
    record_id: uuid.UUID
    envelope: Envelope | None
    fault: str = ""


class Worker:
    """One consumer. `now` of its work is the house's present."""

    def __init__(self, house: House, queue: Queue) -> None:
        self._house, self._queue = house, queue
        self.counts = WorkCounts()
        self._began: float | None = None

    def step(self, wait_seconds: float = WAIT_SECONDS) -> int:
        """Take and finish one batch; how many records it had. Raises what says that a carrier is away."""
        taken = self._queue.take(BATCH, wait_seconds)
        if not taken:
            return 0
        self._began = self._began or time.perf_counter()
        try:
            self._handle([self._open(t) for t in taken])
            self._queue.done(taken)
        except BaseException:
            self._queue.give_back(taken)
            raise
        self.counts.seconds = time.perf_counter() - self._began
        return len(taken)

    def _open(self, taken: Taken) -> Job:
        try:
            envelope = decode(taken.record.value, self._house.blobs)
        except _AWAY:
            raise
        except Exception as error:  # noqa: BLE001  (whatever is wrong with a record is the record's fault)
            return Job(taken, uuid.uuid5(uuid.NAMESPACE_OID, taken.position), None, f"记录无法读取：{error!r}")
        return Job(taken, envelope.record_id, envelope)

    def _handle(self, jobs: Sequence[Job]) -> None:
        now = self._house.now()
        with writing(self._house.engine) as session:
            before = attempts.begin(session, [job.record_id for job in jobs], now)
            serial = take_block(session, "order", len(jobs))
        alone = [job for job in jobs if job.record_id in before or job.envelope is None]
        together = [job for job in jobs if job.record_id not in before and job.envelope is not None]
        try:
            self._write(together, serial, now)
        except _AWAY:
            raise
        except Exception:
            log.exception("一批 %d 条处理失败，改为逐条处理", len(together))
            alone = sorted([*alone, *together], key=jobs.index)
        for job in alone:
            self._queue.keep([each.taken for each in jobs])  # one by one takes long: the lease must not run out
            self._write_alone(job, before.get(job.record_id, 0), now)

    def _write(self, jobs: Sequence[Job], first_serial: int, now: datetime) -> None:
        """All findings first, then one transaction."""
        envelopes = [job.envelope for job in jobs if job.envelope is not None]
        fresh = [e for e in envelopes if e.kind != REVISION]
        batch = registrations(self._house, fresh)
        with writing(self._house.engine) as session:
            done = register(session, batch, first_serial, self._house.office, now)
            late = [e for e in envelopes if e.kind == REVISION and not revise(session, self._house.profile, e, now)]
            attempts.finish(session, [job.record_id for job in jobs])
        self._put_back(jobs, late)
        self.counts.handled += done.messages
        self.counts.work_orders += done.orders
        self.counts.duplicates += done.duplicates

    def _write_alone(self, job: Job, failed: int, now: datetime) -> None:
        error = job.fault
        for _ in range(failed, attempts.MOST_ATTEMPTS):
            if job.envelope is None:
                break
            with writing(self._house.engine) as session:
                attempts.count_one(session, job.record_id, now)
                serial = take_block(session, "order", 1)
            try:
                self._write([job], serial, now)
            except _AWAY:
                raise
            except Exception as failure:
                log.exception("记录 %s 处理失败", job.record_id)
                error = repr(failure)
            else:
                return
        self._bury(job, error or "处理该记录时进程多次中断", now)

    def _bury(self, job: Job, error: str, now: datetime) -> None:
        record = job.taken.record
        payload = record.value.decode("utf-8", errors="replace")
        with writing(self._house.engine) as session:
            attempts.bury(session, job.record_id, record.key, payload, error, now)
        self._queue.put(Topic.DEAD_LETTERS, [record])
        self.counts.dead_letters += 1

    def _put_back(self, jobs: Sequence[Job], late: Sequence[Envelope]) -> None:
        """A revision that overtook its message (a flood moved one of them) goes to the end of the line."""
        ids = {e.record_id for e in late}
        records = [job.taken.record for job in jobs if job.record_id in ids]
        if records:
            self._queue.put(Topic.OVERFLOW, records)


def work(house: House, queue: Queue, *, drain: bool) -> WorkCounts:
    """Work until nothing is queued or leased (`drain`), or one batch."""
    worker = Worker(house, queue)
    relay(house, queue, house.now())
    while True:
        handled = worker.step(WAIT_SECONDS if drain else 0.0)
        if not drain:
            return worker.counts
        if not handled and not relay(house, queue, house.now())["records"] and queue.depth().empty:
            return worker.counts
