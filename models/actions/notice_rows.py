"""Notices and their deliveries as rows. A notice carries numbers, domain and deadline: never a citizen's words."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlmodel import Session, SQLModel, col, select

from models import identity
from models.bulk import insert_new
from models.inbound import InboundMessage
from models.profile import Profile
from models.registration import Office, Plan
from models.tables.links import Ringing
from models.tables.notices import Delivery, DeliveryNotice, Notice
from models.vocabulary import OrderStatus

Row = tuple[type[SQLModel], dict[str, Any]]
DUTY, CITIZEN = "duty", "citizen"
RING = "ring:"  # how the triggers of a ringing's later posts begin
_MOBILE = re.compile(r"1\d{10}", re.ASCII)
_WAIT_MINUTES = 15


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


def rows_told(profile: Profile, telling: Telling, now: datetime) -> Iterator[Row]:
    """A unit's news as the profile's rules spread it: to whom, over what."""
    rule = profile.notice(telling.kind)
    readers = {
        "unit": telling.unit, "supervisor": profile.supervisor, "centre": profile.centre, "duty": DUTY,
    }  # fmt: skip
    for unit in dict.fromkeys(readers[reader] for reader in rule.to if reader in readers):
        targets = targets_of(profile, unit, telling.kind)
        yield from telling_rows(replace(telling, unit=unit, targets=targets), now)


def tell(session: Session, profile: Profile, telling: Telling, now: datetime) -> None:
    """Have a unit told, by the profile's rules."""
    write_rows(session, rows_told(profile, telling, now))


def write_rows(session: Session, rows: Iterable[Row]) -> None:
    """Insert what is new; a notice that exists is never told a second time."""
    gathered: dict[type[SQLModel], list[dict[str, Any]]] = {Notice: [], Delivery: [], DeliveryNotice: []}
    for table, row in rows:
        gathered[table].append(row)
    insert_notices(session, gathered)


def insert_notices(session: Session, rows: Mapping[type[SQLModel], list[dict[str, Any]]]) -> None:
    """Notices with their deliveries; what tells the duty roster begins to ring."""
    insert_new(session, Notice, rows[Notice])
    insert_new(session, Ringing, _new_ringings(session, [row for row in rows[Notice] if _rings(row)]))
    insert_new(session, Delivery, rows[Delivery])
    insert_new(session, DeliveryNotice, rows[DeliveryNotice])


def _new_ringings(session: Session, notices: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """One for each order: while it rings for one limit, it does not ring beside that for another."""
    first = {row["order_id"]: row for row in reversed(notices)}
    if not first:
        return []
    ringing = select(Ringing.order_id).where(col(Ringing.order_id).in_(first), col(Ringing.ended_at).is_(None))
    known = set(session.exec(ringing).all())
    return [_ringing_row(row) for order, row in first.items() if order not in known]


def _rings(notice: dict[str, Any]) -> bool:
    return notice["unit"] == DUTY and notice["order_id"] is not None and not notice["trigger"].startswith(RING)


def _ringing_row(notice: dict[str, Any]) -> dict[str, Any]:
    began = notice["created_at"]
    return {"notice_id": notice["id"], "order_id": notice["order_id"], "began_at": began, "next_at": began}


@dataclass(frozen=True, slots=True)
class Post:
    """One post of the duty roster, as it is rung."""

    role: str
    targets: tuple[str, ...]
    wait_minutes: int


def posts_of(profile: Profile) -> list[Post]:
    """Who is rung, in this order; a post without a target of its own, and an empty roster, ring the centre."""
    centre = targets_of(profile, profile.centre)
    posts = [Post(p.role, tuple(p.notify) or centre, p.wait_minutes) for p in profile.duty_roster]
    return posts or [Post("值班员", centre, _WAIT_MINUTES)]


def targets_of(profile: Profile, unit: str, event: str | None = None) -> tuple[str, ...]:
    """Where a unit (or the duty roster's first post) wants to be told, by what the event's rule lets carry it."""
    if unit == DUTY:
        return posts_of(profile)[0].targets
    known = profile.units_by_code.get(unit)
    found = tuple(known.notify) if known else ()
    if event is None:
        return found
    rule = profile.notice(event)
    return tuple(target for target in found if rule.carries(target))


def citizen_target(email: str | None, phone: str | None) -> str | None:
    """Where somebody who wrote can be told: the mail address, else the mobile; whichever was left."""
    if email:
        return f"mailto:{email}"
    digits = "".join(c for c in phone or "" if c.isdigit())
    return f"sms:{digits}" if _MOBILE.fullmatch(digits) else None


def addressee(target: str) -> str:
    """The trigger of a citizen's letter: one for each address, without the address."""
    return f"to:{hashlib.sha256(target.encode()).hexdigest()[:32]}"


def notice_rows(
    office: Office, message: InboundMessage, plan: Plan, order_id: int, number: str, now: datetime
) -> Iterator[Row]:
    """What a newly registered order sets off."""
    yield from _receipt(office, message, order_id, now)
    if plan.sealed:
        return  # not even that it exists is told to a unit (检举控告工作规则 第四十七条)
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
            facts=facts,
        )  # fmt: skip
        yield from rows_told(profile, telling, now)


def _receipt(office: Office, message: InboundMessage, order_id: int, now: datetime) -> Iterator[Row]:
    """To the sender alone, over what this installation has; it says that something came, and nothing of it."""
    target = citizen_target(message.email, message.phone)
    if message.answered_on_the_spot or target is None or target.partition(":")[0] not in office.citizen_ways:
        return
    telling = Telling(
        kind="receipt", unit=CITIZEN, subject=f"order:{order_id}", order_id=order_id, cycle=1,
        trigger="registered", facts={}, targets=(target,),
    )  # fmt: skip
    yield from telling_rows(telling, now)
