"""Registration (登记): a batch of messages becomes orders, clocks, notices in one short transaction.

The inbox is inserted with the batch's token and read back: children are written only for rows that this
batch owns, so a redelivery, or a rebalance with two owners, doubles nothing.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from models.actions.callbacks import open_callback
from models.actions.matrix_versions import keep_matrix
from models.actions.order_rows import OrderRows, needs_callback
from models.actors import SYSTEM
from models.bulk import BY_NUMBER, insert_new
from models.database import new_token
from models.registration import Office, Registered, Registration
from models.tables.intake import Inbox


def register(
    session: Session, batch: Sequence[Registration], first_serial: int, office: Office, now: datetime
) -> Registered:
    """Write everything that the batch owns. `first_serial`: the first of a block of len(batch) numbers."""
    owned = _own(session, [r.envelope.intake_id for r in batch])
    rows = OrderRows(office, first_serial, now)
    ours = [r for r in batch if _first_time(r, owned)]
    if ours:
        keep_matrix(session, office.reckoner.profile, now)
    for registration in ours:
        rows.add(registration)
    rows.write(session)
    for registration in ours:
        _call_back_joined(session, registration, office, now)
    return Registered(rows.messages, rows.orders, rows.triage, len(batch) - rows.messages)


def _own(session: Session, ids: list[uuid.UUID]) -> set[uuid.UUID]:
    token = new_token()
    # In one order everywhere: two owners of one batch would otherwise wait for each other (PostgreSQL).
    insert_new(session, Inbox, [{"id": i, "batch": token} for i in sorted(set(ids), key=BY_NUMBER)])
    return set(session.exec(select(Inbox.id).where(col(Inbox.batch) == token)).all())


def _first_time(registration: Registration, owned: set[uuid.UUID]) -> bool:
    """Twice in one batch is once."""
    intake = registration.envelope.intake_id
    first = intake in owned
    owned.discard(intake)
    return first


def _call_back_joined(session: Session, registration: Registration, office: Office, now: datetime) -> None:
    """A repeat call joins its order, but this call too was not answered on the spot."""
    message = registration.envelope.message
    if registration.joins is not None and needs_callback(message):
        open_callback(session, office.reckoner, registration.joins, message.received_at, SYSTEM, now)
