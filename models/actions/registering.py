"""Registration (登记): a batch of messages becomes orders, clocks, notices in one short transaction.

The inbox is inserted with the batch's token and read back: children are written only for rows that this
batch owns, so a redelivery, or a rebalance with two owners, doubles nothing.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from models.actions.intake import insert_new
from models.actions.order_rows import OrderRows
from models.database import new_token
from models.registration import Office, Registered, Registration
from models.tables.intake import Inbox


def register(
    session: Session, batch: Sequence[Registration], first_serial: int, office: Office, now: datetime
) -> Registered:
    """Write everything that the batch owns. `first_serial`: the first of a block of len(batch) numbers."""
    owned = _own(session, [r.envelope.intake_id for r in batch])
    rows = OrderRows(office, first_serial, now)
    for registration in batch:
        intake = registration.envelope.intake_id
        if intake in owned:
            owned.discard(intake)  # twice in one batch is once
            rows.add(registration)
    rows.write(session)
    return Registered(rows.messages, rows.orders, rows.triage, len(batch) - rows.messages)


def _own(session: Session, ids: list[uuid.UUID]) -> set[uuid.UUID]:
    token = new_token()
    insert_new(session, Inbox, [{"id": i, "batch": token} for i in dict.fromkeys(ids)])
    return set(session.exec(select(Inbox.id).where(col(Inbox.batch) == token)).all())
