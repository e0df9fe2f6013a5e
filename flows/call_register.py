"""来电登记表 as the office reads it: its twenty columns. flows/papers prints it."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flows.concealing import concealed, hidden
from flows.house import House
from models.actions.calls import FIELDS
from models.actors import Actor
from models.calling_words import CallbackStatus
from models.database import reading
from models.queries.calls import CallLine, find_call, list_calls
from models.queries.people import names
from models.tables.calls import CallEntryChange
from models.tables.messages import Message
from models.vocabulary import Kind, OrderStatus, Role, Satisfaction

COLUMNS = (
    "序号", "来电时间", "来电人", "电话", "诉求类型", "反映事项", "事发地点", "被反映单位", "是否保密", "是否重复",
    "接听人", "是否当场答复", "答复内容", "拟办/转办科室", "应回复日期", "回复时间", "回复人", "回复内容",
    "来电人意见", "备注",
)  # fmt: skip
_HIDDEN = "保密"


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """A line as it is read: the text under each of COLUMNS."""

    call: uuid.UUID
    cells: dict[str, str]


def register_rows(house: House, actor: Actor, first: date, last: date, unit: str | None = None) -> list[RegisterRow]:
    """The lines of the days from `first` to `last`; whoever called in confidence is unknown to the unit.

    The office sees callers as on its other pages: a register of everybody's numbers would be unmasking in bulk.
    """
    zone = house.settings.zone
    since, until = (datetime.combine(d, time(), zone) for d in (first, last + timedelta(days=1)))
    with reading(house.engine) as session:
        lines, known = list_calls(session, actor, since, until, unit=unit), names(session)
    return [
        RegisterRow(line.entry.message_id, _cells(house, actor, number, line, known))
        for number, line in enumerate(lines, start=1)
    ]


def call_page(house: House, actor: Actor, call: uuid.UUID) -> tuple[CallLine, dict[str, str], dict[str, str]]:
    """One call: what is kept of it, what stands in its line, and the names of those who wrote it."""
    with reading(house.engine) as session:
        line, known = find_call(session, actor, call), names(session)
    return line, _cells(house, actor, 1, line, known), known


def _cells(house: House, actor: Actor, number: int, line: CallLine, known: dict[str, str]) -> dict[str, str]:
    message = line.message
    secret = message is not None and message.confidential
    said = {
        "序号": str(number),
        "来电时间": _moment(house, line.entry.at),
        **_caller(actor, message),
        "诉求类型": Kind(line.order.kind).label if line.order else "",
        "事发地点": message.region_hint or "" if message else "",
        "被反映单位": line.entry.about_unit or "",
        "是否保密": "是" if secret else "否",
        "是否重复": "是" if line.repeated else "否",
        "接听人": message.agent or "" if message else known.get(line.entry.taken_by, line.entry.taken_by),
        "是否当场答复": "是" if line.spot is not None else "否",
        "答复内容": line.spot or "",
        "拟办/转办科室": "\n".join(each for each in (_passed_to(house, line), line.entry.proposal) if each),
        "备注": "\n".join(e for e in (line.entry.remark, _corrected(house, line.changes, known)) if e),
    }
    return {column: (said | _called_back(house, line, known)).get(column, "") for column in COLUMNS}


def _caller(actor: Actor, message: Message | None) -> dict[str, str]:
    """Who called and what was said, as far as this person may see it unasked."""
    if message is None:
        return {"反映事项": "正在登记"}
    name, phone, text = message.sender_name or "", message.phone or "", message.text or ""
    if actor.role is Role.UNIT and message.confidential:
        return {"来电人": _HIDDEN, "电话": _HIDDEN, "反映事项": concealed(text, message)}
    if actor.role in (Role.UNIT, None):  # the house itself prints on the machine
        return {"来电人": name, "电话": phone, "反映事项": text}
    shown = {"来电人": name and hidden(name), "电话": phone and hidden(phone)}
    return shown | {"反映事项": concealed(text, message)}


def _called_back(house: House, line: CallLine, known: dict[str, str]) -> dict[str, str]:
    call, answer = line.callback, line.answered
    if call is None:
        return {}
    if call.status == CallbackStatus.UNREACHED.value:
        return {"应回复日期": _day(house, call.due_at), "回复内容": f"未接通：{call.reason or ''}"}
    opinion = Satisfaction(answer.opinion).label if answer and answer.opinion else ""
    return {
        "应回复日期": _day(house, call.due_at), "回复时间": _moment(house, call.done_at),
        "回复人": known.get(answer.by, answer.by) if answer else "",
        "回复内容": answer.note or "" if answer else "", "来电人意见": opinion,
    }  # fmt: skip


def _passed_to(house: House, line: CallLine) -> str:
    """The section that the unit noted, or the unit that has the order where it went on to another."""
    order = line.order
    if order and order.lead_unit not in {None, line.entry.unit} and order.status != OrderStatus.MERGED.value:
        return house.profile.unit(order.lead_unit or "").name
    return line.entry.section or ""


def _corrected(house: House, changes: list[CallEntryChange], known: dict[str, str]) -> str:
    """A field that said something else before is said to have been corrected, as on paper; one filled in is not."""
    corrected = [change for change in changes if change.was is not None]
    if not corrected:
        return ""
    last = corrected[-1]
    fields = "、".join(dict.fromkeys(FIELDS[change.field] for change in corrected))
    return f"（{_day(house, last.at)} {known.get(last.by, last.by)}更正{fields}）"


def _moment(house: House, value: datetime | None) -> str:
    return f"{value.astimezone(house.settings.zone):%Y-%m-%d %H:%M}" if value else ""


def _day(house: House, value: datetime) -> str:
    return f"{value.astimezone(house.settings.zone):%Y-%m-%d}"
