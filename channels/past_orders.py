"""An office's existing orders from its CSV or XLSX: own numbers, dates, states and replies, row by row."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar

from channels.cells import BadCell, name_of, number_text, phone_of, text_of, time_of, yes_no
from channels.hotline.columns import known_names
from channels.hotline.rows import Row, find_header
from channels.options import ReadOptions
from channels.past_columns import COMMON, LABELS, STATES
from channels.sheets import tables_of
from channels.times import NoTime, office_time
from channels.wording import is_confidential, one_line
from models.inbound import InboundMessage, Quarantined
from models.past_orders import PastOrder
from models.vocabulary import Channel, OrderStatus, Outcome, Word

_LONGEST_NUMBER = 40
_SEPARATORS = re.compile(r"[、,，;；\n]+")
_Fields = Mapping[str, object]
_W = TypeVar("_W", bound=Word)


def read_past_orders(path: Path, options: ReadOptions) -> Iterator[PastOrder | Quarantined]:
    """Every row below the header, or its number and what is wrong with it. Raises SourceUnreadable for no table."""
    for where, rows in tables_of(path, options):
        yield from _orders(rows, where, options)


def _orders(rows: Iterator[Row], where: str, options: ReadOptions) -> Iterator[PastOrder | Quarantined]:
    names = known_names(options.columns, COMMON, LABELS)
    above, header, columns = find_header(rows, names, options.limits.header_search)
    if header is None:
        if any(not row.blank for row in above):
            yield Quarantined(
                Channel.HOTLINE, b"", where, f"没有找到表头，应有下列各列：{'、'.join(LABELS.values())}。"
            )
        return
    titles = list(header.cells)
    for row in rows:
        if row.blank or list(row.cells) == titles:
            continue
        place = f"{where} 第{row.number}行"
        if row.fault:
            yield Quarantined(Channel.HOTLINE, row.raw, place, row.fault)
            continue
        fields = {field: row.cells[at] for field, at in columns.items() if at < len(row.cells)}
        try:
            yield _order(fields, place, row.raw or _as_json(fields), options)
        except BadCell as error:
            yield Quarantined(Channel.HOTLINE, row.raw, place, str(error))


def _order(fields: _Fields, where: str, raw: bytes, options: ReadOptions) -> PastOrder:
    order = PastOrder(
        message=_message(fields, options),
        where=where,
        raw=raw,
        status=_state(fields),
        unit=one_line(text_of(fields.get("unit"))),
        co_units=tuple(filter(None, map(str.strip, _SEPARATORS.split(text_of(fields.get("co_units")) or "")))),
        domain=one_line(text_of(fields.get("domain"))),
        kind=one_line(text_of(fields.get("kind"))),
        accepted_at=_moment(fields, "accepted_at", options),
        dispatched_at=_moment(fields, "dispatched_at", options),
        due=_day(fields, "due", options),
        replied_at=_moment(fields, "replied_at", options),
        closed_at=_moment(fields, "closed_at", options),
        reply=text_of(fields.get("reply")),
        writer=name_of(fields.get("writer")),
        outcome=_outcome(fields),
    )
    _dates_in_order(order)
    return order


def _message(fields: _Fields, options: ReadOptions) -> InboundMessage:
    title, text = one_line(text_of(fields.get("title"))), text_of(fields.get("text"))
    if not (title or text):
        raise BadCell("诉求标题和诉求内容都是空的，请补上后重新导入；如是合计行可忽略。")
    confidential = yes_no(fields.get("confidential"), LABELS["confidential"])
    secret = is_confidential(f"{title or ''}\n{text or ''}") if confidential is None else confidential
    # Only what the sheet says of consent counts: a text that seems to agree was written for another purpose.
    may_publish = bool(yes_no(fields.get("may_publish"), LABELS["may_publish"])) and not secret
    if text_of(fields.get("received_at")) is None:
        raise BadCell(f"{LABELS['received_at']}是空的，无法计时，请补上后重新导入。")
    return InboundMessage(
        channel=_channel(fields), external_id=_number(fields), title=title, text=text or title or "",
        received_at=_past(fields, "received_at", options), sender_name=name_of(fields.get("caller")),
        phone=phone_of(fields.get("phone")), region_hint=one_line(text_of(fields.get("region"))),
        agent=name_of(fields.get("agent")), confidential=secret, may_publish=may_publish,
    )  # fmt: skip


def _number(fields: _Fields) -> str:
    number = number_text(fields.get("external_id"), LABELS["external_id"])
    if not number:
        raise BadCell("工单编号是空的，原有工单须保留原编号，请补上后重新导入。")
    if len(number) > _LONGEST_NUMBER:
        raise BadCell(f"工单编号超过 {_LONGEST_NUMBER} 个字符，请核对后重新导入。")
    return number


def _channel(fields: _Fields) -> Channel:
    return _word(Channel, fields, "channel") or Channel.HOTLINE


def _outcome(fields: _Fields) -> Outcome | None:
    return _word(Outcome, fields, "outcome")


def _state(fields: _Fields) -> OrderStatus | None:
    said = one_line(text_of(fields.get("status")))
    if said is None:
        return None
    if said not in STATES:
        raise BadCell(f"{LABELS['status']}“{said}”不认识，可用：{'、'.join(STATES)}。")
    return STATES[said]


def _word(words: type[_W], fields: _Fields, field: str) -> _W | None:
    """A word of ours by its Chinese label or its code."""
    said = one_line(text_of(fields.get(field)))
    if said is None:
        return None
    found = next((word for word in words if said in {word.value, word.label}), None)
    if found is None:
        raise BadCell(f"{LABELS[field]}“{said}”不认识，可用：{'、'.join(word.label for word in words)}。")
    return found


def _moment(fields: _Fields, field: str, options: ReadOptions) -> datetime | None:
    return None if text_of(fields.get(field)) is None else _past(fields, field, options)


def _past(fields: _Fields, field: str, options: ReadOptions) -> datetime:
    moment = time_of(fields.get(field), LABELS[field], options)
    if moment > options.now:
        raise BadCell(f"{LABELS[field]}“{text_of(fields.get(field))}”在将来，请核对后重新导入。")
    return moment


def _day(fields: _Fields, field: str, options: ReadOptions) -> date | None:
    """A day that may lie far ahead, unlike what has happened already."""
    said = text_of(fields.get(field))
    if said is None:
        return None
    try:
        return office_time(fields[field], options.zone).astimezone(options.zone).date()
    except (NoTime, ValueError, OverflowError):
        raise BadCell(f"{LABELS[field]}“{said[:40]}”不是能识别的日期，请改正后重新导入。") from None


def _dates_in_order(order: PastOrder) -> None:
    """Nothing happens before the message came in; a sheet often has the day alone, so days are compared."""
    received = order.message.received_at
    for field in ("accepted_at", "dispatched_at", "replied_at", "closed_at"):
        moment: datetime | None = getattr(order, field)
        if moment is not None and moment.date() < received.date():
            raise BadCell(
                f"{LABELS[field]}（{moment:%Y-%m-%d}）早于来件时间（{received:%Y-%m-%d}），请核对后重新导入。"
            )
    if order.due is not None and order.due < received.date():
        raise BadCell(f"办理期限（{order.due}）早于来件时间（{received:%Y-%m-%d}），请核对后重新导入。")


def _as_json(fields: _Fields) -> bytes:
    kept = {LABELS[field]: text_of(value) for field, value in fields.items() if text_of(value) is not None}
    return json.dumps(kept, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
