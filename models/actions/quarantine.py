"""A quarantined item is done with when a person says what became of it; its bytes stay."""

from datetime import datetime

from sqlmodel import Session, select

from models.actions.step import note
from models.actors import Actor
from models.errors import BadInput, Conflict, NotFound
from models.tables.intake import Quarantine
from models.vocabulary import Role


def resolve(session: Session, item: int, resolution: str, actor: Actor, now: datetime) -> Quarantine:
    """Close a quarantined item with a word of what was done; Conflict if somebody else was first."""
    actor.must_be(Role.MODERATOR, Role.OPERATOR)
    if not resolution.strip():
        raise BadInput("须写明处理结果，例如：已补录为工单、已请来件人重发、内容为空无需处理。")
    found = session.exec(
        select(Quarantine).where(Quarantine.id == item).with_for_update().execution_options(populate_existing=True)
    ).first()
    if found is None:
        raise NotFound(f"没有隔离件（编号 {item}）。")
    if found.resolved_at is not None:
        raise Conflict("这件已经处理过了，请刷新查看。")
    found.resolved_at, found.resolved_by, found.resolution = now, actor.login, resolution.strip()
    session.add(found)
    note(session, "quarantine", str(item), "resolve", actor, now)
    return found
