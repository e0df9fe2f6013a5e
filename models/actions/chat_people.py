"""Who is who in a chat: entered by the operator, never by the person."""

import re
from datetime import datetime

from sqlmodel import Session

from models.actions.step import note
from models.actors import Actor
from models.errors import BadInput, NotFound
from models.queries.people import find_user
from models.tables.links import ChatPerson
from models.vocabulary import Role

_ID = re.compile(r"[UW][A-Z0-9]{2,38}", re.ASCII)


def enter(session: Session, chat_user: str, login: str, actor: Actor, now: datetime) -> ChatPerson:
    """A person of a chat acts by this account from now on; entered again, by the new one."""
    actor.must_be(Role.OPERATOR)
    chat_user, login = chat_user.strip(), login.strip()
    if not _ID.fullmatch(chat_user):
        raise BadInput("Slack 成员编号应为 U 或 W 开头的大写字母和数字，可在其个人资料中复制。")
    actor.must_differ(login, "聊天账号的登记与使用")
    find_user(session, login)
    row = session.get(ChatPerson, chat_user) or ChatPerson(chat_user=chat_user, login=login, added_at=now)
    row.login, row.added_at = login, now
    session.add(row)
    note(session, "user", login, "chat_person", actor, now, detail={"chat_user": chat_user})
    return row


def remove(session: Session, chat_user: str, actor: Actor, now: datetime) -> None:
    actor.must_be(Role.OPERATOR)
    row = session.get(ChatPerson, chat_user)
    if row is None:
        raise NotFound(f"没有登记聊天账号 {chat_user}。")
    note(session, "user", row.login, "no_chat_person", actor, now, detail={"chat_user": chat_user})
    session.delete(row)
