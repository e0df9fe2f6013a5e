"""What people of the office write down for a citizen: a call to a unit's own line, a letter, a visit."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from flows.house import House
from flows.submitting import submit
from models import identity
from models.actions.calls import note_call
from models.blobs import digest
from models.database import writing
from models.errors import BadInput
from models.inbound import InboundMessage
from models.tables.calls import CallEntry
from models.vocabulary import Channel

_OLDEST = timedelta(days=366)
BY_HAND = (Channel.LETTER, Channel.WALK_IN, Channel.REGISTER, Channel.SITE, Channel.PROPOSAL, Channel.SURVEY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of 来电登记表 or its like; `at`: when the citizen called, wrote or came; None where nobody said: now."""

    channel: Channel
    at: datetime | None
    text: str
    title: str = ""
    name: str = ""
    phone: str | None = None
    place: str = ""
    confidential: bool = False
    may_publish: bool = False
    answered: bool = False
    answer: str = ""
    about_unit: str = ""  # 被反映单位
    repeated: bool = False
    section: str = ""  # 拟办/转办科室
    remark: str = ""


def enter(house: House, entry: Entry, agent: str, taken_by: str | None, now: datetime) -> str:
    """Take it in like any other message; its query code.

    The same words from the same person at one time are one; where no time was said, on one day, as a letter from the
    web is: a form sent twice must not become two orders because a second passed between.
    """
    at = entry.at or now
    _check(entry, at, now)
    when = entry.at.isoformat() if entry.at else str(now.astimezone(house.settings.zone).date())
    said = {**asdict(entry), "at": when, "agent": agent, "taken_by": taken_by}
    raw = json.dumps(said, ensure_ascii=False, sort_keys=True).encode()
    message = InboundMessage(
        channel=entry.channel, external_id=digest(raw), received_at=at, title=entry.title.strip() or None,
        text=_text(entry), sender_name=entry.name.strip() or None, phone=entry.phone,
        region_hint=entry.place.strip() or None, confidential=entry.confidential,
        may_publish=entry.may_publish and not entry.confidential, answered_on_the_spot=_on_the_spot(entry),
        answer=entry.answer.strip() or None, agent=agent, taken_by=taken_by,
    )  # fmt: skip
    code = submit(house, message, raw, "人工登记", now)
    if entry.channel is Channel.REGISTER and taken_by is not None:
        with writing(house.engine) as session:
            note_call(session, _line(message, entry, at, agent, taken_by))
    return code


def _text(entry: Entry) -> str:
    """Whom the call is about belongs to what was said: that unit is avoided (回避) by what the text names."""
    about = entry.about_unit.strip()
    return f"{entry.text.strip()}\n被反映单位：{about}" if about and about not in entry.text else entry.text.strip()


def _line(message: InboundMessage, entry: Entry, at: datetime, agent: str, unit: str) -> CallEntry:
    return CallEntry(
        message_id=identity.inbox_id(message.channel, message.external_id), unit=unit, at=at, taken_by=agent,
        about_unit=entry.about_unit.strip() or None, repeated=entry.repeated, section=entry.section.strip() or None,
        remark=entry.remark.strip() or None,
    )  # fmt: skip


def _on_the_spot(entry: Entry) -> bool | None:
    return entry.answered if entry.channel is Channel.REGISTER else None


def _check(entry: Entry, at: datetime, now: datetime) -> None:
    if entry.channel not in BY_HAND:
        raise BadInput(f"{entry.channel.label}不能人工登记。")
    if not entry.text.strip():
        raise BadInput("反映事项不能为空。")
    if entry.channel is Channel.REGISTER and not entry.phone:
        raise BadInput("来电须登记电话，否则无法回电。")
    if entry.answered and not entry.answer.strip():
        raise BadInput("当场答复的，请写明答复内容。")
    if at > now or now - at > _OLDEST:
        raise BadInput("来电、来信或来访时间应在过去一年之内。")
