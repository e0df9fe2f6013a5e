"""Saving and dropping a person's own filters."""

import re
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, select

from models.actors import Actor
from models.errors import BadInput, NotFound
from models.tables.filters import SavedFilter

MOST = 30
_NAME = 30
_NUMBER = re.compile(r"\d{4,}")


def save_filter(session: Session, room: str, name: str, asked: Mapping[str, str], actor: Actor, now: datetime) -> None:
    """Under a name of its owner's choice; the same name again replaces what it stood for."""
    name, kept = name.strip(), {key: value.strip() for key, value in asked.items() if value.strip()}
    if not 0 < len(name) <= _NAME:
        raise BadInput(f"请给筛选起个名字，不超过 {_NAME} 个字。")
    if not kept:
        raise BadInput("还没有选择筛选条件，没有可保存的。")
    if _NUMBER.search(kept.get("q", "")) or _NUMBER.search(name):
        raise BadInput("含电话号码或编号的查找不能保存，请改用关键词。")
    found = session.exec(select(SavedFilter).where(*_own(room, actor), SavedFilter.name == name)).first()
    if found is None and session.exec(select(func.count()).where(*_own(room, actor))).one() >= MOST:
        raise BadInput(f"每人每个列表最多保存 {MOST} 个筛选，请先删除不用的。")
    row = found or SavedFilter(owner=actor.login, room=room, name=name, saved_at=now)
    row.asked, row.saved_at = kept, now
    session.add(row)


def drop_filter(session: Session, filter_id: int, actor: Actor) -> None:
    """NotFound also for another person's."""
    found = session.get(SavedFilter, filter_id)
    if found is None or found.owner != actor.login:
        raise NotFound("没有找到这个筛选，可能已经删除。")
    session.delete(found)


def _own(room: str, actor: Actor) -> tuple[bool, bool]:
    return SavedFilter.owner == actor.login, SavedFilter.room == room
