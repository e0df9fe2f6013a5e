"""What was taken in under a number, before or after it became a message."""

import uuid
from collections.abc import Sequence

from sqlmodel import Session, col, select

from models.tables.intake import Intake


def key_of(session: Session, intake: uuid.UUID) -> str | None:
    """The sender's keyed hash of what was taken in under this id."""
    return session.exec(select(Intake.queue_key).where(Intake.id == intake)).first()


def known_of(session: Session, intakes: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """Those of the ids that were taken in before."""
    return set(session.exec(select(Intake.id).where(col(Intake.id).in_(intakes))).all())
