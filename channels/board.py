"""The message board's and the opinion feed's items: JSON lines (or one posted object each)."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from channels.cells import BadCell, count_of, name_of, number_text, phone_of, text_of, time_of
from channels.jsonl import json_lines, quarantined
from channels.options import ReadOptions
from channels.wording import is_confidential, may_publish, one_line
from models.inbound import Accepted, InboundMessage, SourceItem
from models.vocabulary import Channel

_LONGEST_ID = 200


def read_board(path: str | Path, options: ReadOptions | None = None) -> Iterator[SourceItem]:
    """{"id","title","text","time"} and, where given, author, contact, region, likes, dislikes."""
    return read_posts(Path(path), Channel.BOARD, options or ReadOptions())


def read_posts(path: Path, channel: Channel, options: ReadOptions) -> Iterator[SourceItem]:
    lines = json_lines(path, options.limits)

    def items() -> Iterator[SourceItem]:
        for line in lines:
            if line.fields is None:
                yield quarantined(line, channel)
                continue
            try:
                yield Accepted(posted_message(line.fields, channel, options), line.raw, line.where)
            except BadCell as error:
                yield quarantined(line, channel, str(error))

    return items()


def posted_message(fields: Mapping[str, Any], channel: Channel, options: ReadOptions) -> InboundMessage:
    """One post; raises BadCell naming the field."""
    title, text = one_line(_text(fields, "title")), _text(fields, "text")
    if not (title or text):
        raise BadCell("title 和 text 都是空的，请补上内容后重新读取。")
    said = f"{title or ''}\n{text or ''}"
    contact = text_of(fields.get("contact")) or ""
    return InboundMessage(
        channel=channel,
        external_id=_identity(fields),
        received_at=time_of(fields.get("time"), "time", options),
        text=text or title or "",
        title=title,
        sender_name=name_of(fields.get("author")),
        phone=None if "@" in contact else phone_of(fields.get("contact"), "contact"),
        email=contact.lower()[:320] if "@" in contact else None,
        region_hint=one_line(text_of(fields.get("region"))),
        likes=count_of(fields.get("likes")),
        dislikes=count_of(fields.get("dislikes")),
        source_name=one_line(text_of(fields.get("source"))),
        url=one_line(text_of(fields.get("url")), 2000),
        confidential=is_confidential(said),
        may_publish=channel is Channel.BOARD and may_publish(said),
    )


def _text(fields: Mapping[str, Any], name: str) -> str | None:
    value = fields.get(name)
    if isinstance(value, dict | list):
        raise BadCell(f"{name} 应为文字，却是{'列表' if isinstance(value, list) else '对象'}，请改正后重新读取。")
    return text_of(value)


def _identity(fields: Mapping[str, Any]) -> str:
    """The source's own id, a number or a text; a digest of the post where it gives none."""
    value = fields.get("id")
    if isinstance(value, dict | list | bool):
        raise BadCell("id 应为文字或数字，请改正后重新读取。")
    given = str(value) if isinstance(value, int) else number_text(value, "id")
    if given and len(given) > _LONGEST_ID:
        raise BadCell(f"id 超过 {_LONGEST_ID} 个字符，请核对后重新读取。")
    if given:
        return given
    said = {name: fields.get(name) for name in ("title", "text", "time", "author", "source", "url")}
    text = json.dumps(said, ensure_ascii=True, sort_keys=True, default=str)
    return "post-" + hashlib.sha256(text.encode()).hexdigest()[:32]
