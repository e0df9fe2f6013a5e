"""Signed links (签名链接): what one holder may do with one order, until when, once. Pure.

A link is a bearer's: whoever has it may use it. So it names one order and one part in it, ends by itself, and
is worth nothing any more once its one action is done or the order has gone to somebody else.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from models.errors import NotFound

_MAC_BYTES = 18
_FIELDS = 6


class LinkEnded(NotFound):
    """这个链接无效或已失效。需要办理的，请联系服务中心，或等候下一次通知中的新链接。"""

    status_code = 410


class Purpose(StrEnum):
    """What a link is for; a link of one purpose is never taken for another's."""

    HANDLE = "h"  # a unit's 承办人
    SIGN = "s"  # a unit's 审签人
    DUTY = "d"  # the duty roster confirms
    RATE = "r"  # a citizen rates the answer
    FOLLOW_UP = "f"  # a citizen answers the survey of a follow-up
    BUTTON = "b"  # a button in a chat
    PROMISE = "p"  # a unit's entry in the ledger
    PAPER = "i"  # a 督办文书 that a unit answers


@dataclass(frozen=True, slots=True)
class Link:
    """`part`: the assignment (unit), the round (citizen), the entry or paper, or 0; `nonce`: the letter it stands in.

    `order_id` is 0 where an entry or a paper belongs to no order.
    """

    purpose: Purpose
    order_id: int
    holder: str
    part: int
    expires: int
    nonce: str


def sign(secret: bytes, link: Link) -> str:
    """The link as it stands in an address: url-safe, the same whenever the same letter is written again."""
    fields = (link.purpose.value, link.order_id, link.holder, link.part, link.expires, link.nonce)
    content = "|".join(map(str, fields)).encode()
    return f"{_text(content)}.{_text(_mac(secret, content))}"


def read(secret: bytes, token: str, now: datetime) -> Link:
    """What the token says; LinkEnded where it is not ours or its time is over."""
    content, _, mac = token.partition(".")
    try:
        said, given = _bytes(content), _bytes(mac)
    except ValueError:
        raise LinkEnded from None
    if not hmac.compare_digest(given, _mac(secret, said)):
        raise LinkEnded
    purpose, order, holder, part, expires, nonce = said.decode().split("|", _FIELDS - 1)
    link = Link(Purpose(purpose), int(order), holder, int(part), int(expires), nonce)
    if now.timestamp() > link.expires:
        raise LinkEnded("这个链接已过有效期。需要办理的，请联系服务中心，或等候下一次通知中的新链接。")
    return link


def digest(token: str) -> str:
    """How a used link is remembered: not by what could be used."""
    return hashlib.sha256(token.encode()).hexdigest()


def successor(secret: bytes, token: str, link: Link) -> str:
    """The link with which its holder goes on after its one action."""
    return sign(secret, replace(link, nonce=digest(token)[:12]))


def _mac(secret: bytes, content: bytes) -> bytes:
    key = hmac.digest(secret, b"signed-link", "sha256")
    return hmac.digest(key, content, "sha256")[:_MAC_BYTES]


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    """Strictly one way to write each: a link with something added is another link, and not ours."""
    content = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    if _text(content) != text:
        raise ValueError(text)
    return content
