"""The worker: takes a batch from the queue, judges it, writes it in one short transaction, lets go of it.

A plain loop: Prefect supervises it from outside (flows/scheduled), never per message.
"""

import gc
import json
import logging
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from flows.apart import revision_apart
from flows.house import House
from flows.judging import registrations
from flows.relaying import relay
from flows.tallies import Tallies
from models.actions import attempts
from models.actions.numbers import take_block
from models.actions.registering import register
from models.actions.revising import revise
from models.database import DATABASE_AWAY, reading, writing
from models.errors import Unavailable
from models.payload import REVISION, Envelope, decode
from queues.port import Queue, Taken, Topic

BATCH = 512
PORTION = 4_000_000  # characters opened at a time: a record by reference is small on the queue, and large here
WAIT_SECONDS = 1.0
_OBJECTS_A_ROUND = 50_000
_LAST_WAIT_SECONDS = 0.2  # of a drain, for what another worker may still give back
_AWAY = (*DATABASE_AWAY, Unavailable)  # the carrier or the database, not the record

log = logging.getLogger("huiyin.worker")


class DatabaseAway(Unavailable):
    """应用数据库暂时不可用，正在处理的来件已放回队列，稍后会重试。"""


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

    @property
    def size(self) -> int:
        return len(self.envelope.message.text) if self.envelope else 0


class Worker:
    """One consumer. `now` of its work is the house's present."""

    def __init__(self, house: House, queue: Queue) -> None:
        self._house, self._queue = house, queue
        self.counts = WorkCounts()
        self.tallies = Tallies(house)
        self._began: float | None = None

    def step(self, wait_seconds: float = WAIT_SECONDS) -> int:
        """Take and finish one batch; how many records it had. Unavailable: a carrier is away, nothing is lost."""
        _ = self._house.judgement  # one that can't be loaded is no record's fault: better take nothing
        taken = self._queue.take(BATCH, wait_seconds)
        if not taken:
            return 0
        began = time.perf_counter()
        self._began = self._began or began
        left = list(taken)
        try:
            for jobs in self._portions(taken):
                self._handle(jobs, left)
                self._queue.done([job.taken for job in jobs])
                del left[: len(jobs)]
        except BaseException as error:
            self._queue.give_back(left)
            if isinstance(error, DATABASE_AWAY):
                raise DatabaseAway from error
            raise
        ended = time.perf_counter()
        self.counts.seconds = ended - self._began
        self.tallies.finished(ended - began)
        return len(taken)

    def _portions(self, taken: Sequence[Taken]) -> Iterator[list[Job]]:
        """The batch opened; in parts only where its texts are so long that they would fill the memory."""
        jobs: list[Job] = []
        size = 0
        for each in taken:
            jobs.append(self._open(each))
            size += jobs[-1].size
            if size > PORTION:
                yield jobs
                jobs, size = [], 0
        if jobs:
            yield jobs

    def _open(self, taken: Taken) -> Job:
        try:
            envelope = decode(taken.record.value, self._house.blobs)
        except _AWAY:
            raise
        except Exception as error:  # noqa: BLE001  (whatever is wrong with a record is the record's fault)
            return Job(taken, _record_id(taken), None, f"记录无法读取：{error!r}")
        return Job(taken, envelope.record_id, envelope)

    def _handle(self, jobs: Sequence[Job], out: Sequence[Taken]) -> None:
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
            self._queue.keep(out)  # one by one takes long: the lease must not run out
            self._write_alone(job, before.get(job.record_id, 0), now)

    def _write(self, jobs: Sequence[Job], first_serial: int, now: datetime) -> None:
        """All findings first, then one transaction."""
        envelopes = [job.envelope for job in jobs if job.envelope is not None]
        fresh = [e for e in envelopes if e.kind != REVISION]
        batch = registrations(self._house, fresh)
        self.tallies.judged(batch)
        changed = [(e, revision_apart(self._house, e, now)) for e in envelopes if e.kind == REVISION]
        with writing(self._house.engine) as session:
            done = register(session, batch, first_serial, self._house.office, now)
            late = [e for e, apart in changed if not revise(session, self._house.profile, e, now, apart=apart)]
            attempts.finish(session, [job.record_id for job in jobs])
        self._put_back(jobs, late, now)
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

    def _put_back(self, jobs: Sequence[Job], late: Sequence[Envelope], now: datetime) -> None:
        """A revision that overtook its message (a flood moved one of them) goes to the end of the line.

        One whose message is a dead letter would go round for ever: it becomes one too, and is replayed with it.
        """
        if not late:
            return
        with reading(self._house.engine) as session:
            dead = attempts.buried(session, [e.intake_id for e in late])
        waiting = {e.record_id for e in late if e.intake_id not in dead}
        for job in jobs:
            if job.envelope in late and job.record_id not in waiting:
                self._bury(job, "所属来件处理失败，请与该来件一并重新送入队列", now)
        records = [job.taken.record for job in jobs if job.record_id in waiting]
        self._queue.put(Topic.OVERFLOW, records)


def _record_id(taken: Taken) -> uuid.UUID:
    """The id of a record that can't be opened: its own where that much is legible, else its place on the queue."""
    try:
        return uuid.UUID(json.loads(taken.record.value)["record"])
    except Exception:  # noqa: BLE001  (anything at all may stand there)
        return uuid.uuid5(uuid.NAMESPACE_OID, taken.position)


def settle(house: House) -> None:
    """Say of this process that it only works: what stands now stays, and the collector need not go through it again.

    A tenth of a batch's time went into that: the judgement and its libraries are half a million objects. A batch's
    own rows are as many as it needs and go with it: looking for circles among them every 700 objects found none.
    """
    _ = house.judgement
    gc.collect()
    gc.freeze()
    gc.set_threshold(_OBJECTS_A_ROUND)


def work(house: House, queue: Queue, *, drain: bool) -> WorkCounts:
    """Work until nothing is queued or leased (`drain`), or one batch."""
    worker = Worker(house, queue)
    relay(house, queue, house.now())
    while True:
        handled = worker.step(_LAST_WAIT_SECONDS if drain else 0.0)
        if not drain or (not handled and not relay(house, queue, house.now())["records"] and queue.depth().empty):
            worker.tallies.write()
            return worker.counts
