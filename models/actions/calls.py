"""来电登记表: the register's own fields of a call, kept beside the message that it becomes."""

import uuid
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from sqlmodel import Session, col, select

from models.actions.step import note
from models.actors import Actor
from models.errors import BadInput, Conflict, NotFound
from models.tables.calls import CallEntry, CallEntryChange
from models.tables.messages import Message
from models.tables.orders import WorkOrder
from models.vocabulary import Role

LONGEST: Final = {"about_unit": 100, "section": 60, "proposal": 2000, "remark": 2000}
"""Characters of each field that is written."""
FIELDS: Final = {
    "about_unit": "被反映单位", "repeated": "是否重复", "section": "拟办/转办科室",
    "proposal": "拟办意见", "remark": "备注",
}  # fmt: skip
_YES_NO = {True: "是", False: "否"}


@dataclass(frozen=True, slots=True)
class CallNotes:
    """What an office fills in of a line after the call; empty where nothing is to be said."""

    about_unit: str = ""
    repeated: bool = False
    section: str = ""
    proposal: str = ""
    remark: str = ""


def note_call(session: Session, line: CallEntry) -> None:
    """Keep the line; the same call written down twice is one."""
    if session.get(CallEntry, line.message_id) is None:
        session.add(line)


def amend_call(session: Session, call: uuid.UUID, said: CallNotes, version: int, actor: Actor, now: datetime) -> int:
    """补记、更正: how many fields changed. What each said before is kept, with who and when.

    Conflict where somebody else wrote since `version`; NotFound for another unit's call.
    """
    line = _locked(session, call, actor)
    wanted = {name: value if isinstance(value, bool) else value.strip() for name, value in asdict(said).items()}
    for name, most in LONGEST.items():
        if len(str(wanted[name])) > most:
            raise BadInput(f"“{FIELDS[name]}”过长，最多 {most} 字。")
    changed = [name for name, value in wanted.items() if (getattr(line, name) or "") != (value or "")]
    if not changed:
        return 0
    if line.version != version:
        raise Conflict("这条登记刚刚有人改过，请刷新后核对再填。")
    for name in changed:
        was, became = getattr(line, name), wanted[name]
        session.add(CallEntryChange(
            message_id=call, field=name, was=_in_words(was), became=_in_words(became), by=actor.login, at=now,
        ))  # fmt: skip
        setattr(line, name, became if isinstance(became, bool) else became or None)
    line.version += 1
    session.add(line)
    note(session, "call", str(call), "amend_call", actor, now, detail={"fields": changed})
    return len(changed)


def _locked(session: Session, call: uuid.UUID, actor: Actor) -> CallEntry:
    """The line, held until the transaction ends; a unit writes its own, the centre every unit's."""
    actor.must_be(Role.UNIT, Role.MODERATOR)
    found = session.exec(
        select(CallEntry).where(CallEntry.message_id == call).with_for_update()
        .execution_options(populate_existing=True)
    ).first()  # fmt: skip
    # 检举控告工作规则 第四十七条: a call that was found to be an accusation is in nobody's register.
    sealed = session.exec(
        select(WorkOrder.id).join(Message, col(Message.order_id) == col(WorkOrder.id))
        .where(col(Message.id) == call, col(WorkOrder.sealed).is_(True))
    ).first()  # fmt: skip
    if found is None or sealed is not None or (actor.role is Role.UNIT and found.unit != actor.unit):
        raise NotFound("没有找到这条来电登记，或不属于本单位。")
    message = session.get(Message, call)
    if message is not None and message.erased_at is not None:
        raise Conflict("这条来电的内容已按保管期限清除，不能再补记。")
    return found


def _in_words(value: str | bool | None) -> str | None:
    return _YES_NO[value] if isinstance(value, bool) else value or None
