"""What a person types into the search field: a number (ours or the hotline's), a query code, a phone, or words."""

import re
import unicodedata
from typing import Final

from sqlmodel import Session, col, select

from console.web.typed import plain_phone
from flows.house import House
from models import identity
from models.queries.search import Found, has_words
from models.tables.messages import Message
from models.tables.orders import WorkOrder
from models.vocabulary import Channel

_NUMBER: Final = re.compile(r"[A-Za-z]{1,4}\d{6,}")
_CODE: Final = re.compile(r"(?!\d+$)[2-9A-Z]{12}")
_LAST_DIGITS: Final = re.compile(r"\d{4,11}")


def searched(house: House, session: Session, typed: str) -> Found | None:
    """The orders that are meant, None where nothing is typed. Sealed ones have no words; lists drop them once more."""
    typed = _plain(typed)
    if not typed:
        return None
    # The hotline's own 工单编号, as its people quote it: any writing with a figure in it.
    if re.search(r"\d", typed) and (order := _of_the_hotlines(session, typed)) is not None:
        return Found(col(WorkOrder.id) == order)
    if _NUMBER.fullmatch(typed):
        return Found(col(WorkOrder.number).startswith(typed.upper(), autoescape=True))
    if _CODE.fullmatch(typed.upper()):
        coded = Message.query_code == typed.upper()
        return Found(col(WorkOrder.id).in_(select(Message.order_id).where(coded)))
    if _LAST_DIGITS.fullmatch(typed):
        called = col(Message.phone).endswith(typed, autoescape=True)
        return Found(col(WorkOrder.id).in_(select(Message.order_id).where(called)))
    return has_words(session, house.search_words(typed))


def nothing_found(house: House, typed: str, what: str, *, narrowed: bool) -> str:
    """What a list of `what` says where a search leaves nothing of it: what was looked for, and how. "" without one."""
    typed = _plain(typed)
    if not typed:
        return ""
    begun = "所选范围内没有找到" if narrowed else "没有找到"
    if _NUMBER.fullmatch(typed):
        return f"{begun}编号以“{typed.upper()}”开头的{what}。"
    if _CODE.fullmatch(typed.upper()):
        return f"{begun}查询码为“{typed.upper()}”的{what}。"
    if _LAST_DIGITS.fullmatch(typed):
        return f"{begun}来件人电话尾号为“{typed}”的{what}。"
    words = house.search_words(typed)
    if not words:
        return f"“{typed}”中没有可以查找的词（标点和过于常见的字词不查），请换一个词。"
    together, fewer = ("同时", "，或只留一个词") if len(words) > 1 else ("", "")
    named = "".join(f"“{word}”" for word in words)
    how = f"查找以整个词为准，只有一个字的查以它开头的词；可改用更完整的词{fewer}。"
    return f"{begun}{together}含有{named}的{what}。{how}"


def _of_the_hotlines(session: Session, number: str) -> int | None:
    return session.exec(
        select(Message.order_id).where(Message.id == identity.inbox_id(Channel.HOTLINE, number))
    ).first()


def _plain(typed: str) -> str:
    """In plain signs; a telephone without what parts its digits."""
    plain = unicodedata.normalize("NFKC", typed).strip()[:100]
    return plain_phone(plain) or plain
