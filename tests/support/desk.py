"""A house on a fresh database, and messages that become orders without any judgement."""

# ruff: noqa: ANN401  (fields go through to models that check them)

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlmodel import Session, SQLModel, select

from flows.house import House
from models.actions.numbers import take_block
from models.actions.registering import register
from models.actors import Actor
from models.database import reading, writing
from models.inbound import InboundMessage
from models.migrating import is_current
from models.payload import MESSAGE, Envelope
from models.registration import Plan, Registration
from models.settings import Settings
from models.tables.clocks import Clock
from models.tables.orders import WorkOrder
from models.vocabulary import Channel, OrderStatus, Role, Stage, Urgency

SHANGHAI = ZoneInfo("Asia/Shanghai")
Row = TypeVar("Row", bound=SQLModel)
MODERATOR = Actor("shen", Role.MODERATOR)
REVIEWER = Actor("hu", Role.MODERATOR)
CLERK = Actor("wu", Role.UNIT, "housing_bureau")
HEAD = Actor("zheng", Role.UNIT, "housing_bureau")


def at(text: str) -> datetime:
    """2026-02-13 10:00, as the clock on the office's wall says."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@dataclass
class Desk:
    house: House
    taken: list[uuid.UUID] = field(default_factory=list)

    def take(
        self, when: datetime, *, channel: Channel = Channel.HOTLINE, plan: Plan | None = None, **said: Any
    ) -> WorkOrder:
        """Register one message; by default a call about housing that goes to its bureau at once."""
        number = len(self.taken)
        told = {"text": "楼道灯坏了三周没人修。", "title": "楼道灯", "external_id": f"来件{number}"} | said
        message = InboundMessage(channel=channel, received_at=when, **told)
        intake = uuid.uuid5(uuid.NAMESPACE_OID, message.external_id)
        envelope = Envelope(MESSAGE, intake, intake, message, [], None)
        registration = Registration(envelope=envelope, plan=plan or dispatched())
        self.taken.append(intake)
        with writing(self.house.engine) as session:
            serial = take_block(session, "order", 1)
            register(session, [registration], serial, self.house.office, when)
        return self.one(WorkOrder, id=serial)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        with writing(self.house.engine) as session:
            yield session

    def all(self, table: type[Row], **fields: Any) -> list[Row]:
        with reading(self.house.engine) as session:
            return list(session.exec(select(table).filter_by(**fields)).all())

    def one(self, table: type[Row], **fields: Any) -> Row:
        [row] = self.all(table, **fields)
        return row

    def clock(self, order: WorkOrder, stage: Stage) -> Clock:
        return self.one(Clock, order_id=order.id, stage=stage.value)

    def keep_only(self, *clocks: Clock) -> None:
        """Stop every other clock, so that a test has the chased ones to itself."""
        kept = {clock.id for clock in clocks}
        with self.writing() as session:
            for clock in session.exec(select(Clock)).all():
                if clock.id not in kept:
                    clock.stopped_at, clock.next_chase_at = clock.started_at + timedelta(minutes=1), None

    def printed(self) -> list[dict[str, Any]]:
        """The letters in the printing notifier's file."""
        file = self.house.settings.data_dir / "notices.log"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


@contextmanager
def open_desk(folder: Path, *, now: datetime | None = None, **settings: Any) -> Iterator[Desk]:
    """At the present moment, or always at `now`."""
    chosen = {"data_dir": folder, "profile": "demo", "public_url": "http://huiyin.test"} | settings
    house = House(Settings(_env_file=None, **chosen))
    give_tables(house)
    if now is not None:
        house.clock = lambda: now
    try:
        yield Desk(house)
    finally:
        house.engine.dispose()


def give_tables(house: House) -> None:
    """Unless they are there; migrating a database for each test would take most of its time."""
    if house.engine.dialect.name == "postgresql":
        if not is_current(house.engine):
            house.prepare()
    elif not (file := Path(house.engine.url.database or "")).exists():
        file.write_bytes(_migrated_once())


@cache
def _migrated_once() -> bytes:
    """A new SQLite database."""
    with TemporaryDirectory() as folder:
        house = House(Settings(_env_file=None, data_dir=Path(folder), profile="demo"))
        house.prepare()
        house.engine.dispose()
        return (Path(folder) / "huiyin.db").read_bytes()


def dispatched(**changes: Any) -> Plan:
    return _plan(status=OrderStatus.DISPATCHED, lead="housing_bureau", rule="虚构三定方案", **changes)


def sealed() -> Plan:
    """An accusation: to triage, told to nobody."""
    return _plan(status=OrderStatus.TRIAGE, procedure="accusation", kind="report", domain="integrity", sealed=True)


def _plan(**chosen: Any) -> Plan:
    usual = {"domain": "housing", "kind": "complaint", "procedure": "ordinary", "urgency": Urgency.NORMAL.value}
    return Plan(**(usual | chosen))
