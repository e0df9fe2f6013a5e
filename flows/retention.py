"""Erase what was approved for erasure: the bytes first, then the rows, so that a death in between leaves no bytes."""

import hashlib
from calendar import monthrange
from datetime import datetime
from typing import Any

from sqlmodel import col, select

from flows.house import House
from models.actions.erasing import (
    add_to_receipt,
    blobs_of,
    erase_messages,
    erase_orders,
    evidence_of,
    finish,
    stands_at,
)
from models.actions.sweeps import succeeded
from models.database import reading, writing
from models.queries.erasures import machine_mail_to_erase, orders_to_erase
from models.tables.erasures import Erasure
from models.tables.messages import Message

BATCH = 200


def cutoff_of(house: House, now: datetime) -> datetime:
    """What ended before this moment is past the profile's 保管期限."""
    here = now.astimezone(house.settings.zone)
    year = here.year - house.profile.retention_years
    day = min(here.day, monthrange(year, here.month)[1])  # 29 February has no anniversary
    return here.replace(year=year, day=day, hour=0, minute=0, second=0, microsecond=0)


def erase_due(house: House, now: datetime) -> dict[str, Any]:
    """Carry out every approved erasure; one that was interrupted goes on where it stopped."""
    with reading(house.engine) as session:
        waiting = select(Erasure).where(col(Erasure.approved_at).is_not(None), col(Erasure.done_at).is_(None))
        approved = [(each.id, each.cutoff) for each in session.exec(waiting).all() if each.id is not None]
    done = {"orders": 0, "messages": 0, "blobs": 0}
    for erasure_id, cutoff in approved:
        while _one_batch(house, erasure_id, cutoff, now):
            pass
        with writing(house.engine) as session:
            receipt = finish(session, erasure_id, now)
        if receipt is None:
            continue  # another scheduler's run finished it
        done = {name: count + getattr(receipt, name) for name, count in done.items()}
    with writing(house.engine) as session:
        succeeded(session, "erase", now, done)
    return done


def _one_batch(house: House, erasure_id: int, cutoff: datetime, now: datetime) -> bool:
    with reading(house.engine) as session:
        orders = orders_to_erase(session, cutoff, BATCH)
        of_orders = select(Message.id).where(col(Message.order_id).in_(orders), col(Message.erased_at).is_(None))
        messages = list(session.exec(of_orders).all()) if orders else machine_mail_to_erase(session, cutoff, BATCH)
        keys = blobs_of(session, messages) if messages else set()
        keys |= evidence_of(session, orders) if messages else set()
        before = session.get_one(Erasure, erasure_id).digest or ""
    if not messages:
        return False
    for key in sorted(keys):
        house.blobs.erase(key)
    with writing(house.engine) as session:
        if not stands_at(session, erasure_id, before):
            return True  # another scheduler's run did this batch meanwhile: look for the next
        erase_messages(session, messages, now)
        numbers = erase_orders(session, orders, now) if orders else []
        digest = hashlib.sha256("\n".join([before, *numbers]).encode()).hexdigest()
        add_to_receipt(session, erasure_id, orders=len(orders), messages=len(messages), blobs=len(keys), digest=digest)
    return True
