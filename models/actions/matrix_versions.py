"""Which matrix routed an order: each is kept from the day that the first message was routed by it."""

from datetime import datetime

from sqlmodel import Session, col, select

from models.profile import Profile
from models.tables.record import RoutingVersion


def keep_matrix(session: Session, profile: Profile, now: datetime) -> None:
    """A row where the matrix differs from the last one that was used; going back to an old one is a new row."""
    text, digest = profile.matrix
    last = session.exec(select(RoutingVersion.digest).order_by(col(RoutingVersion.id).desc()).limit(1)).first()
    if last != digest:
        session.add(RoutingVersion(digest=digest, matrix=text, since=now))


def versions(session: Session) -> list[RoutingVersion]:
    """Newest first."""
    return list(session.exec(select(RoutingVersion).order_by(col(RoutingVersion.id).desc())).all())


def version_at(session: Session, when: datetime) -> RoutingVersion | None:
    """The matrix that was in use then; None for what was routed before this record began."""
    statement = select(RoutingVersion).where(col(RoutingVersion.since) <= when)
    return session.exec(statement.order_by(col(RoutingVersion.id).desc()).limit(1)).first()
