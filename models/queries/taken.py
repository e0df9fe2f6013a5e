"""What was taken in under a number, before or after it became a message."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from models.tables.intake import Intake


def taken_before(session: Session, intake: uuid.UUID) -> tuple[str, datetime] | None:
    """The sender's keyed hash of what was taken in under this id, and when that was."""
    found = session.exec(select(Intake.queue_key, Intake.taken_in_at).where(Intake.id == intake)).first()
    return None if found is None else (found[0], found[1])


def known_of(session: Session, intakes: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """Those of the ids that were taken in before."""
    return set(session.exec(select(Intake.id).where(col(Intake.id).in_(intakes))).all())
