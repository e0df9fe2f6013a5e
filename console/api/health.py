"""`/healthz`: this process answers. `/readyz`: the house does its work, or why not."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError

from console.api.problems import rows, shape, told, told_as
from console.api.queue_depth import QueueDepth, why
from flows import conditions
from flows.house import House
from flows.periods import LATE_AFTER, SWEEP_PERIODS
from models.database import reading
from models.migrating import is_current
from models.queries.status import sweeps_succeeded

SWEEP_NAMES = {
    "relay": "来件入队", "deliver": "送出通知", "seal": "审计封存", "collect": "收取信箱", "chase": "催办",
    "promises": "核对承诺", "opinion": "比对舆情", "publish": "编选登", "erase": "到期清除", "retrain": "重新训练",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    ok: bool
    why: str


class Health:
    def __init__(self, house: House, depth: QueueDepth) -> None:
        self._house, self._depth = house, depth
        self._began = house.now()

    def alive(self) -> JSONResponse:
        """进程在应答。"""
        return JSONResponse({"ok": True}, headers={"cache-control": "no-store"})

    def ready(self) -> JSONResponse:
        """数据库、队列和各项定时任务是否正常；不正常时为 503 并说明原因。"""
        checks = list(self.checks())
        ok = all(check.ok for check in checks)
        said = {"ok": ok, "checks": [asdict(check) for check in checks]}
        return JSONResponse(said, status_code=200 if ok else 503, headers={"cache-control": "no-store"})

    def checks(self) -> Iterator[Check]:
        database = self._database()
        yield database
        yield self._queue()
        yield self._disk()
        yield self._calendar()
        if database.ok:
            yield self._clock()
            yield from self._sweeps()

    def _database(self) -> Check:
        try:
            current = is_current(self._house.engine)
            if current:
                conditions.must_be_writable(self._house.engine)
        except (SQLAlchemyError, OSError) as error:
            return Check("数据库", False, conditions.in_words(error))
        return Check("数据库", current, "可读写，结构为最新" if current else "结构不是最新，请运行 huiyin init")

    def _queue(self) -> Check:
        try:
            depth = self._depth.ask()
        except Exception as error:  # noqa: BLE001  (a probe reports whatever it meets)
            return Check("队列", False, why(error))
        return Check("队列", True, f"可用，待处理 {depth.queued + depth.leased} 件")

    def _disk(self) -> Check:
        try:
            return Check("磁盘空间", True, conditions.disk(self._house, conditions.LEAST_DISK))
        except conditions.Trouble as trouble:
            return Check("磁盘空间", False, str(trouble))

    def _clock(self) -> Check:
        try:
            return Check("时钟", True, conditions.clock(self._house))
        except conditions.Trouble as trouble:
            return Check("时钟", False, str(trouble))
        except SQLAlchemyError as error:
            return Check("时钟", False, conditions.in_words(error))

    def _calendar(self) -> Check:
        """An ended calendar is told and stops nothing: deadlines go on, as provisional ones."""
        try:
            return Check("工作日历", True, conditions.calendar_end(self._house))
        except conditions.Trouble as trouble:
            return Check("工作日历", True, str(trouble))
        except SQLAlchemyError as error:
            return Check("工作日历", False, why(error))

    def _sweeps(self) -> Iterator[Check]:
        now = self._house.now()
        try:
            with reading(self._house.engine) as session:
                succeeded = sweeps_succeeded(session)
        except SQLAlchemyError as error:
            yield Check("定时任务", False, why(error))
            return
        for name, period in SWEEP_PERIODS.items():
            yield self._sweep(name, period, succeeded.get(name), now)

    def _sweep(self, name: str, period: timedelta, last: datetime | None, now: datetime) -> Check:
        """One that never ran is counted from the start of this process."""
        late = now - (last or self._began) > LATE_AFTER * period
        told = f"上次完成于 {self._local(last)}" if last else "尚未运行过"
        told += f"，已迟到（每 {_words(period)}一次），请看处理进程和定时任务的日志" if late else ""
        return Check(f"定时任务：{SWEEP_NAMES[name]}", not late, told)

    def _local(self, moment: datetime) -> str:
        return f"{moment.astimezone(self._house.settings.zone):%Y-%m-%d %H:%M:%S}"


def _words(period: timedelta) -> str:
    minutes = period // timedelta(minutes=1)
    for size, word in ((10080, "周"), (1440, "天"), (1, "分钟")):
        if minutes % size == 0:
            return f"{minutes // size} {word}"
    raise ValueError(period)


_ALIVE = told("在应答", ok="boolean: 恒为 true")
_READY = shape(
    ok="boolean: 是否就绪",
    checks=rows(shape(name="string: 检查项目", ok="boolean: 是否正常", why="string: 说明")),
)


def router(house: House, depth: QueueDepth) -> APIRouter:
    health = Health(house, depth)
    made = APIRouter(tags=["运行状况"])
    made.add_api_route("/healthz", health.alive, methods=["GET"], summary="进程是否在应答", responses={200: _ALIVE})
    made.add_api_route(
        "/readyz", health.ready, methods=["GET"], summary="是否就绪",
        responses={200: told_as("就绪", _READY), 503: told_as("未就绪", _READY)},
    )  # fmt: skip
    return made
