"""Notices and their deliveries as rows. A notice carries numbers, domain and deadline: never a citizen's words."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlmodel import Session, SQLModel

from models import identity
from models.bulk import insert_new
from models.inbound import InboundMessage
from models.profile import Profile
from models.registration import Office, Plan
from models.tables.notices import Delivery, DeliveryNotice, Notice
from models.vocabulary import OrderStatus

Row = tuple[type[SQLModel], dict[str, Any]]
DUTY, CITIZEN = "duty", "citizen"


@dataclass(frozen=True, kw_only=True)
class Telling:
    """One thing to be told to one unit (or the duty roster, or the citizen) about one subject."""

    kind: str
    unit: str
    subject: str
    order_id: int | None
    cycle: int
    trigger: str
    facts: dict[str, Any]
    clock_id: int | None = None
    targets: tuple[str, ...] = ()

    @cached_property
    def key(self) -> Any:  # noqa: ANN401  (a UUID; kept loose for dict rows)
        return identity.notice_id(self.kind, self.unit, self.subject, self.cycle, self.trigger)


def notice_row(telling: Telling, now: datetime) -> Row:
    return Notice, {
        "id": telling.key, "kind": telling.kind, "unit": telling.unit, "order_id": telling.order_id,
        "clock_id": telling.clock_id, "cycle": telling.cycle, "trigger": telling.trigger,
        "facts": telling.facts, "created_at": now,
    }  # fmt: skip


def delivery_rows(target: str, tellings: Sequence[Telling], now: datetime, at: datetime) -> Iterator[Row]:
    """One delivery of several notices to one target, not before `at`."""
    keys = [t.key for t in tellings]
    delivery = identity.delivery_id(target, keys)
    yield Delivery, {
        "id": delivery, "transport": target.partition(":")[0], "target": target, "state": "waiting",
        "attempts": 0, "next_try_at": at, "created_at": now,
    }  # fmt: skip
    for key in keys:
        yield DeliveryNotice, {"delivery_id": delivery, "notice_id": key}


def telling_rows(telling: Telling, now: datetime, at: datetime | None = None) -> Iterator[Row]:
    yield notice_row(telling, now)
    for target in telling.targets:
        yield from delivery_rows(target, [telling], now, at or now)


def write_rows(session: Session, rows: Iterable[Row]) -> None:
    """Insert what is new; a notice that exists is never told a second time."""
    gathered: dict[type[SQLModel], list[dict[str, Any]]] = {Notice: [], Delivery: [], DeliveryNotice: []}
    for table, row in rows:
        gathered[table].append(row)
    for table, found in gathered.items():
        insert_new(session, table, found)


def targets_of(profile: Profile, unit: str) -> tuple[str, ...]:
    """Where a unit (or the duty roster's first post) wants to be told. A roster without a target rings the centre."""
    if unit == DUTY:
        rung = tuple(profile.duty_roster[0].notify) if profile.duty_roster else ()
        return rung or targets_of(profile, profile.centre)
    known = profile.units_by_code.get(unit)
    return tuple(known.notify) if known else ()


def notice_rows(
    office: Office, message: InboundMessage, plan: Plan, order_id: int, number: str, now: datetime
) -> Iterator[Row]:
    """What a newly registered order sets off."""
    if plan.sealed:
        return
    profile = office.reckoner.profile
    facts = {"number": number, "domain": plan.domain, "urgency": plan.urgency}
    told: list[tuple[str, str]] = []
    if plan.rings:
        told.append(("emergency", DUTY))
    if plan.status is OrderStatus.DISPATCHED and plan.lead:
        told.append(("dispatched", plan.lead))
        told.extend(("co_handling", unit) for unit in plan.co_units)
        told.extend(("informed", unit) for unit in plan.informed)
    for kind, unit in told:
        telling = Telling(
            kind=kind, unit=unit, subject=f"order:{order_id}", order_id=order_id, cycle=1, trigger="registered",
            facts=facts, targets=targets_of(profile, unit),
        )  # fmt: skip
        yield from telling_rows(telling, now)
    if office.mails_citizens and message.email:
        yield from telling_rows(_receipt(message.email, order_id), now)


def _receipt(address: str, order_id: int) -> Telling:
    return Telling(
        kind="receipt", unit=CITIZEN, subject=f"order:{order_id}", order_id=order_id, cycle=1,
        trigger="registered", facts={}, targets=(f"mailto:{address}",),
    )  # fmt: skip
