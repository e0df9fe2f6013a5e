"""The loop from a source to the record, with the shipped judgement: collect, work, and what became of it."""

# ruff: noqa: ANN401  (fields of JSON lines)

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlmodel import col, select
from support.desk import Desk, at, open_desk

from classifiers.judgement import Judgement
from flows.collecting import Collected, collect
from flows.house import House
from flows.worker import WorkCounts, work
from models.database import reading
from models.profile import load_profile
from models.tables.clocks import Clock
from models.tables.orders import WorkOrder
from models.vocabulary import Channel
from models.workflow import OPEN_STATUSES
from queues.port import Queue

NOW = at("2026-02-13 10:00")

# One clear matter each; written for these tests.
MATTERS = (
    ("路灯不亮", "荷苑小区门口的路灯坏了半个月，晚上黑漆漆的，老人不敢出门，请尽快维修。"),
    ("电梯故障", "学府花园3栋电梯三天两头困人，物业收了物业费却不修，请住建部门督促物业维修电梯。"),
    ("噪声扰民", "柳桥大道旁的工地夜里两点还在打桩施工，噪音太大，全家睡不着觉，请环保部门处理。"),
    ("拖欠工资", "我在大枫坪的工地干了四个月，老板拖欠农民工工资一万八，一直不发，请人社局帮忙讨薪。"),
    ("公交改线", "10路公交车改线以后不再经过文峰路，上班要多走两公里，希望恢复公交站点。"),
    ("学区划分", "孩子九月上小学，滨禾名邸到底划到哪所学校的学区？入学报名要带哪些材料？"),
    ("医保报销", "在外地住院的医保报销材料交了两个月还没有到账，医院和医保局互相推，请问怎么办。"),
    ("过期食品", "在塘尾菜市场旁的超市买到过期变质的牛奶，孩子喝了拉肚子，请市场监管部门查处。"),
)


@dataclass
class LoopDesk(Desk):
    """`now` is the present of everything; move it on to let time pass."""

    now: datetime = NOW
    _neighbours: list[House] = field(default_factory=list)

    def neighbour(self) -> House:
        """The same installation as another process sees it: with an engine of its own."""
        house = House(self.house.settings, clock=self.house.clock)
        share_judgement(house)
        self._neighbours.append(house)
        return house

    def close(self) -> None:
        for house in self._neighbours:
            house.engine.dispose()

    def queue(self, name: str = "work") -> Queue:
        return self.house.queue(name)

    def collect(self, channel: Channel, *sources: Path | str) -> Collected:
        queue = self.queue("collect")
        try:
            return collect(self.house, queue, channel, [str(s) for s in sources], self.now)
        finally:
            queue.close()

    def work(self) -> WorkCounts:
        queue = self.queue()
        try:
            return work(self.house, queue, drain=True)
        finally:
            queue.close()

    def lines(self, name: str, rows: list[dict[str, Any]]) -> Path:
        """A JSONL file of a channel's items."""
        file = self.house.settings.data_dir / name
        file.write_text("".join(json.dumps(row, ensure_ascii=True) + "\n" for row in rows), encoding="utf-8")
        return file

    def board(self, count: int, name: str = "board.jsonl") -> Path:
        return self.lines(name, posts(count))

    def open_without_clock(self) -> list[str]:
        """Numbers of open orders that nothing chases; there must never be one."""
        timed = select(Clock.order_id).where(col(Clock.stopped_at).is_(None), col(Clock.next_chase_at).is_not(None))
        with reading(self.house.engine) as session:
            waiting = select(WorkOrder.number).where(
                col(WorkOrder.status).in_(OPEN_STATUSES), col(WorkOrder.id).not_in(timed)
            )
            return list(session.exec(waiting).all())


def posts(count: int, *, first: int = 0) -> list[dict[str, Any]]:
    """Board items of different people about MATTERS, each with its own words."""
    rows = []
    for number in range(first, first + count):
        title, text = MATTERS[number % len(MATTERS)]
        said = {"id": f"P{number:06d}", "title": title, "text": f"{text}（第{number}位网友）"}
        rows.append({**said, "time": "2026-02-12T09:30:00", "contact": f"1990001{number % 10000:04d}"})
    return rows


@contextmanager
def open_loop(folder: Path, *, now: datetime = NOW, **settings: Any) -> Iterator[LoopDesk]:
    with open_desk(folder, **settings) as desk:
        loop = LoopDesk(desk.house, now=now)
        loop.house.clock = lambda: loop.now
        share_judgement(loop.house)
        try:
            yield loop
        finally:
            loop.close()


def share_judgement(house: House) -> None:
    """The shipped judgement, loaded once for all tests."""
    house.__dict__["judgement"] = _judgement()


@cache
def _judgement() -> Judgement:
    profile = load_profile("demo")
    return Judgement.load(None, profile.regions, precision=profile.accept_precision)
