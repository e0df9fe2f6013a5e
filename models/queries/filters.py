"""A person's own filters."""

from sqlmodel import Session, col, select

from models.actors import Actor
from models.tables.filters import SavedFilter


def own_filters(session: Session, room: str, actor: Actor) -> list[SavedFilter]:
    statement = select(SavedFilter).where(SavedFilter.owner == actor.login, SavedFilter.room == room)
    return list(session.exec(statement.order_by(col(SavedFilter.name))).all())
