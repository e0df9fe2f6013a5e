"""An answer to our receipt, and a repeat call (催单), join the order that exists."""

import re
from collections.abc import Mapping, Sequence
from typing import Protocol

from models.inbound import InboundMessage

_NUMBER = re.compile(r"[A-Z]{1,4}\d{14}")
_REPEAT = re.compile(
    r"催办|催单|催一下|催促|再次来电|再次反映|再次致电|又打电话|第[二三四五六七八九十\d]{1,3}次(?:来电|反映|打电话|致电)"
    r"|(?:至今|到现在|目前|一直)(?:还|仍|都|也)?(?:没有?|未)(?:人|得到|收到|见)?(?:处理|解决|回复|答复|回电|联系)"
)


class Order(Protocol):
    id: int | None
    number: str
    domain: str


def without_numbers(text: str) -> str:
    """The words alone: an order's digits within few words change what the judgement makes of them."""
    return _NUMBER.sub("", text)


def joins(
    message: InboundMessage,
    domain: str,
    answered: Mapping[str, int],
    own_open: Sequence[Order],
) -> int | None:
    """The order to join, or None for a matter of its own.

    `answered`: mail references and the orders they are about; `own_open`: this sender's open orders.
    Whether what accuses may join is not asked here (flows/judging.py).
    """
    if message.in_reply_to and message.in_reply_to in answered:
        return answered[message.in_reply_to]
    if not own_open:
        return None
    text = f"{message.title or ''}\n{message.text}"
    quoted = set(_NUMBER.findall(text))
    for order in own_open:
        if order.number in quoted:
            return order.id
    same = [order for order in own_open if order.domain == domain]
    if len(same) == 1 and _REPEAT.search(text):
        return same[0].id
    return None
