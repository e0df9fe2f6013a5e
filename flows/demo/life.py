"""The month, day by day: messages arrive, people act as the product lets them, sweeps run by the clock."""

import contextlib
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

from flows.chasing import chase, close_answered
from flows.collecting import collect
from flows.deliveries import deliver
from flows.demo.answers import stock
from flows.demo.callers import Callers
from flows.demo.citizens import Citizens
from flows.demo.desk import Desk
from flows.demo.duty import on_call
from flows.demo.listening import Listening
from flows.demo.newsroom import Newsroom
from flows.demo.office import Office
from flows.demo.pressroom import Pressroom
from flows.demo.promises import Ledgers
from flows.demo.samples import Sample, by_day, load_samples
from flows.demo.sources import write_day
from flows.demo.units import Units
from flows.house import House
from flows.repeats import find_repeats
from flows.sealing import seal
from flows.sweeping import daily_round
from flows.worker import work
from queues.port import Queue


@dataclass
class Clock:
    """The house's present while the month is lived through."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


class DayOver(Exception):
    """The present is reached: the simulation does not live into the future."""


@dataclass
class Month:
    """Everybody who acts, and what was counted on the way. The month ends at the moment the clock starts with."""

    house: House
    clock: Clock
    rng: random.Random
    folder: Path
    reminders: int = 0
    editions: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.end = self.clock.now
        self.first = self.last = self.clock.now.date()
        self.samples: dict[str, Sample] = {s.id: s for s in load_samples()}
        self.desk = Desk(self.house, self.samples, self.rng)
        self.units = Units(self.house, self.samples, self.rng)
        self.office = Office(self.house, self.rng)
        self.citizens = Citizens(self.house, self.rng)
        self.callers = Callers(self.house, random.Random(self.rng.random()))
        self.pressroom = Pressroom(self.house, self.samples)
        self.newsroom = Newsroom(self.house, self.folder / "editions")
        self.ledgers = Ledgers(self.house, self.folder / "sources", 12)
        self.listening = Listening(self.house)

    def live(self, last: date, days: int, tell: Callable[[str], None]) -> None:
        first, self.last = last - timedelta(days=days - 1), last
        self.first = first
        arriving = by_day(list(self.samples.values()), first, days, self.rng)
        self.clock.now = datetime.combine(first, time(8), self.house.settings.zone)
        stock(self.house, self.clock.now)
        self.callers.publish_lines()
        self.ledgers.lay_down_plan(first)
        queue = self.house.queue("demo")
        try:
            for n in range(days):
                day = first + timedelta(days=n)
                tell(f"{day:%m月%d日}")
                with contextlib.suppress(DayOver):
                    self._day(day, arriving.get(day, []), queue)
        finally:
            queue.close()
            self.clock.now = self.end

    def _day(self, day: date, arriving: list[Sample], queue: Queue) -> None:
        morning = datetime.combine(day, time(8, 30), self.house.settings.zone)
        self.clock.now = min(morning, self.end)
        sources = write_day(self.folder / "sources" / str(day), arriving, self._local(), self.rng)
        for channel, files in sources.items():
            collect(self.house, queue, channel, files, self.clock.now)
        work(self.house, queue, drain=True)
        self._sweep()
        if self.house.calendar.is_workday(day):
            self._office_day(day)
        self._at(day, time(20, 0))
        self.citizens.rate()
        self._sweep()

    def _office_day(self, day: date) -> None:
        self._at(day, time(9, 20))
        self.desk.decide_returns()
        self.desk.screen()  # what was given back too
        self.office.decide()
        self.pressroom.look()
        self.pressroom.plan()
        self.office.consult()
        self._at(day, time(10, 40))
        self.units.acknowledge_and_return()
        self.office.take_calls(day, time(9))
        self.listening.ask(day, self.last)
        self.callers.check_lines()
        self.office.ask()
        self._at(day, time(14, 30))
        self.units.reply()
        self.pressroom.answer()
        self.units.call_back()
        self.units.report_promises()
        self.office.fill_in_calls()
        self.listening.hear()
        self.callers.follow_up()
        self._at(day, time(16, 10))
        self.office.take_calls(day, time(14, 30))
        self.desk.review()
        self.desk.keep_ledger()
        self.ledgers.work(day, (day - self.first).days)
        self.office.supervise()
        self.callers.check_lines()
        close_answered(self.house, self.clock.now)
        find_repeats(self.house, self.clock.now)
        self.desk.look_at_repeats()
        if day.weekday() == 0:
            self.newsroom.publish_last_month(self.clock.now)
            self.editions.extend(self.newsroom.publish_last_week(self.clock))

    def _sweep(self) -> None:
        self.reminders += chase(self.house, self.clock.now)["reminders"]
        on_call(self.house, self.clock.now)
        deliver(self.house, self.clock.now)
        daily_round(self.house, self.clock.now)
        seal(self.house, self.clock.now)

    def _at(self, day: date, hour: time) -> None:
        moment = datetime.combine(day, hour, self.house.settings.zone)
        if moment > self.end:
            raise DayOver
        self.clock.now = moment

    def _local(self) -> datetime:
        return self.clock.now.astimezone(self.house.settings.zone)
