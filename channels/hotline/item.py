"""One call, however it was written down, to one source item."""

import hashlib
from collections.abc import Mapping

from channels.cells import BadCell, name_of, number_text, phone_of, text_of, time_of, yes_no
from channels.hotline.columns import LABELS
from channels.options import ReadOptions
from channels.wording import is_confidential, may_publish, one_line
from models.inbound import InboundMessage
from models.vocabulary import Channel

_LONGEST_ID = 200
_IDENTITY = ("received_at", "caller", "phone", "title", "text")


def call_message(fields: Mapping[str, object], options: ReadOptions) -> InboundMessage:
    """Fields by their English names to a message; raises BadCell naming the field and what to do."""
    _plain_values(fields)
    title, text = one_line(text_of(fields.get("title"))), text_of(fields.get("text"))
    if not (title or text):
        raise BadCell("诉求标题和诉求内容都是空的，请补上后重新读取；如是合计行可忽略。")
    said = f"{title or ''}\n{text or ''}"
    confidential = _yes_no(fields, "confidential")
    published = _yes_no(fields, "may_publish")
    secret = bool(confidential) or (confidential is None and is_confidential(said))
    return InboundMessage(
        channel=Channel.HOTLINE,
        external_id=_identity(fields),
        received_at=time_of(fields.get("received_at"), LABELS["received_at"], options),
        text=text or title or "",
        title=title,
        sender_name=name_of(fields.get("caller")),
        phone=phone_of(fields.get("phone")),
        region_hint=one_line(text_of(fields.get("region"))),
        answered_on_the_spot=_yes_no(fields, "answered_on_the_spot"),
        answer=text_of(fields.get("answer")),
        agent=name_of(fields.get("agent")),
        confidential=secret,
        may_publish=not secret and (may_publish(said) if published is None else published),
    )


def _plain_values(fields: Mapping[str, object]) -> None:
    """JSON may nest; as text, brackets and quotation marks would stand in a citizen's letter."""
    for name, value in fields.items():
        if isinstance(value, dict | list):
            kind = "列表" if isinstance(value, list) else "对象"
            raise BadCell(f"{LABELS[name]}应为文字或数字，却是{kind}，请改正后重新读取。")


def _yes_no(fields: Mapping[str, object], name: str) -> bool | None:
    return yes_no(fields.get(name), LABELS[name])


def _identity(fields: Mapping[str, object]) -> str:
    """The call centre's number; without one a digest of what makes the call this call. May NEVER change."""
    given = number_text(fields.get("external_id"), LABELS["external_id"])
    if given and len(given) > _LONGEST_ID:
        raise BadCell(f"工单编号超过 {_LONGEST_ID} 个字符，请核对后重新读取。")
    if given:
        return given
    said = "\x1f".join(text_of(fields.get(name)) or "" for name in _IDENTITY)
    return "row-" + hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:32]
