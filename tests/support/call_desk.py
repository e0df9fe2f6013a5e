"""A unit's own line: its calls written down, called back, and the register that it keeps of them."""

from typing import Any

from support.desk import CLERK, at
from support.loop_desk import LoopDesk

from flows.call_register import register_rows
from flows.entering import Entry, enter
from models.actions.callbacks import record_attempt
from models.calling_words import AttemptResult
from models.tables.ledger import Callback
from models.vocabulary import Channel

CALLED = at("2026-02-13 09:40")
ANSWER = "已派人更换灯管，今晚恢复照明。"


def written_down(desk: LoopDesk, **said: Any) -> None:  # noqa: ANN401
    usual = {"text": "荷苑小区的楼道灯坏了半个月，物业一直不修。", "phone": "19900001111", "name": "何女士"}
    entry = Entry(channel=Channel.REGISTER, at=CALLED, **(usual | said))
    enter(desk.house, entry, "住建局接听人", "housing_bureau", desk.now)
    desk.work()


def tried(desk: LoopDesk, result: AttemptResult, note: str | None = None, **more: Any) -> Callback:  # noqa: ANN401
    call = the_call(desk)
    with desk.writing() as session:
        record_attempt(session, desk.house.reckoner, call.id or 0, result, note, CLERK, desk.now, **more)
    return the_call(desk)


def the_call(desk: LoopDesk) -> Callback:
    [call] = desk.all(Callback)
    return call


def register_lines(desk: LoopDesk) -> list[dict[str, str]]:
    return [row.cells for row in register_rows(desk.house, CLERK, CALLED.date(), desk.now.date())]
