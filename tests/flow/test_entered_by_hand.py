"""C 二(三)17: a unit writes down the calls to its own line, and answers those it couldn't within five workdays."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.desk import at
from support.loop_desk import LoopDesk, open_loop
from support.web import enrol, serving, staffed, visiting

from flows.chasing import chase
from flows.entering import Entry, enter
from models.errors import BadInput
from models.tables.ledger import Callback
from models.tables.messages import Message
from models.tables.notices import Notice
from models.tables.orders import WorkOrder
from models.vocabulary import Channel

CALLED = at("2026-02-13T10:00")
LAMP = "荷苑小区门口的路灯坏了半个月，老人晚上不敢出门，请尽快维修。"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[LoopDesk]:
    with open_loop(tmp_path) as opened:
        yield opened


def call(desk: LoopDesk, text: str = LAMP, **said: object) -> str:
    entry = Entry(channel=Channel.REGISTER, at=CALLED, text=text, phone="19900001234", **said)  # type: ignore[arg-type]
    code = enter(desk.house, entry, "吴工", "transport_bureau", CALLED)
    desk.work()
    return code


def test_row_3_a_call_to_a_units_own_line_stays_with_it_and_is_called_back_in_five_workdays(desk: LoopDesk) -> None:
    call(desk)
    order, callback = desk.one(WorkOrder), desk.one(Callback)
    assert (order.channel, order.lead_unit, order.status) == ("register", "transport_bureau", "dispatched")
    assert (callback.unit, callback.due_at) == ("transport_bureau", at("2026-02-27T23:59:59"))
    chase(desk.house, at("2026-02-28T09:00"))
    assert {n.unit for n in desk.all(Notice, kind="remind")} == {"transport_bureau"}


def test_row_3_a_call_that_was_answered_at_once_owes_nothing(desk: LoopDesk) -> None:
    call(desk, answered=True, answer="已告知物业电话并派员。")
    assert desk.all(Callback) == []
    assert desk.one(WorkOrder).status == "replied"


def test_an_accusation_told_to_the_units_own_line_does_not_stay_there(desk: LoopDesk) -> None:
    call(desk, "我要举报望溪市交通运输局的科长收受包工头贿赂二十万元，请纪委查处。")
    order = desk.one(WorkOrder)
    assert (order.sealed, order.lead_unit) == (True, None)


def test_the_same_line_sent_twice_is_one_message(desk: LoopDesk) -> None:
    assert call(desk) == call(desk)
    assert len(desk.all(Message)) == 1


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"text": " "}, "反映事项"),
        ({"answered": True, "answer": ""}, "答复内容"),
        ({"phone": None}, "电话"),
        ({"at": at("2026-02-14T10:00")}, "过去一年"),
        ({"at": at("1900-01-01T10:00")}, "过去一年"),
        ({"channel": Channel.BOARD}, "不能人工登记"),
    ],
)
def test_a_wrong_line_says_what_is_missing_and_leaves_nothing(
    desk: LoopDesk, said: dict[str, object], why: str
) -> None:
    usual: dict[str, object] = {"channel": Channel.REGISTER, "at": CALLED, "text": LAMP, "phone": "19900001234"}
    with pytest.raises(BadInput, match=why):
        enter(desk.house, Entry(**(usual | said)), "吴工", "transport_bureau", CALLED)  # type: ignore[arg-type]
    assert desk.work().handled == 0


def test_the_pages_take_a_call_a_letter_and_give_back_what_was_typed_wrong(desk: LoopDesk) -> None:
    with staffed(desk.house) as address, visiting(address, "lu") as clerk, visiting(address, "shen") as moderator:
        wrong = clerk.post("/unit/register", text=LAMP, phone="12345")
        assert wrong.status_code == 422
        assert LAMP in wrong.text
        assert "已登记，查询码" in clerk.post("/unit/register", text=LAMP, phone="199 0000 1234").text
        letter = {"channel": "letter", "title": "请修路灯", "text": LAMP, "at": "2026-02-10T08:30"}
        assert "已登记" in moderator.post("/console/entry", **letter).text
        assert clerk.get("/console/entry").status_code == 403
    desk.work()
    assert {m.channel: m.received_at for m in desk.all(Message)}["letter"] == at("2026-02-10T08:30")
    assert desk.one(Message, channel="register").phone == "19900001234"


def test_a_form_of_the_centre_sent_twice_is_one_letter_though_no_time_was_typed(desk: LoopDesk) -> None:
    enrol(desk.house)
    letter = {"channel": "letter", "title": "请修路灯", "text": LAMP, "phone": "19900001234"}
    with serving(desk.house) as address, visiting(address, "shen") as moderator:
        said = [moderator.post("/console/entry", **letter).text for _ in range(2)]
        other = moderator.post("/console/entry", **{**letter, "phone": "19900005678"}).text
    codes = [re.findall(r"查询码 ([0-9A-Z]{12})", page) for page in (*said, other)]
    assert codes[0] == codes[1] != codes[2]
    desk.work()
    assert len(desk.all(WorkOrder)) == 2
