"""Row 3: the register of a unit's own line: a call is written down in half a minute, and what became of it."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from support.call_desk import ANSWER, register_lines, the_call, tried, written_down
from support.desk import CLERK, MODERATOR, at
from support.loop_desk import LoopDesk, open_loop
from support.web import enrol, serving, staffed, visiting

from flows.call_register import COLUMNS
from flows.paper_periods import Period
from flows.papers import print_roll
from models import identity
from models.actions.avoiding import avoided
from models.actions.calls import CallNotes, amend_call, note_call
from models.actions.numbers import take_block
from models.actions.registering import register
from models.actors import Actor
from models.calling_words import AttemptResult
from models.database import reading
from models.errors import BadInput, Conflict, NotFound
from models.inbound import InboundMessage
from models.payload import MESSAGE, Envelope
from models.queries.callbacks import list_callbacks
from models.registration import Registration
from models.tables.calls import CallEntry, CallEntryChange
from models.tables.ledger import Callback
from models.tables.orders import WorkOrder
from models.tables.record import History
from models.vocabulary import Channel, Kind, Satisfaction


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[LoopDesk]:
    with open_loop(tmp_path) as desk:
        yield desk


@pytest.fixture
def either(database_url: str, tmp_path: Path) -> Iterator[LoopDesk]:
    """The same desk on each kind of database."""
    with open_loop(tmp_path, database_url=database_url) as desk:
        yield desk


def test_the_register_has_the_twenty_columns_and_what_became_of_the_call(either: LoopDesk) -> None:
    desk = either
    written_down(desk, place="荷苑小区3栋", about_unit="荷苑物业公司", section="物业科", remark="傍晚方便接电话")
    desk.now = at("2026-02-14 10:00")
    tried(desk, AttemptResult.ANSWERED, ANSWER, opinion=Satisfaction.SATISFIED)
    [row] = register_lines(desk)
    assert tuple(row) == COLUMNS
    assert len(COLUMNS) == 20
    assert row["应回复日期"] == "2026-02-27"  # five workdays, past the Spring Festival and its worked Saturdays
    assert (row["回复时间"], row["回复人"]) == ("2026-02-14 10:00", "wu")
    assert (row["回复内容"], row["来电人意见"]) == (ANSWER, "满意")
    assert (row["被反映单位"], row["拟办/转办科室"], row["备注"]) == ("荷苑物业公司", "物业科", "傍晚方便接电话")
    assert (row["是否当场答复"], row["是否重复"], row["是否保密"]) == ("否", "否", "否")


def test_a_call_answered_on_the_spot_owes_no_callback(desk: LoopDesk) -> None:
    written_down(desk, answered=True, answer="缴存证明可在网上打印。")
    assert desk.all(Callback) == []
    [row] = register_lines(desk)
    assert (row["是否当场答复"], row["答复内容"], row["应回复日期"]) == ("是", "缴存证明可在网上打印。", "")


def test_the_sheet_is_the_papers_own_and_runs_no_formula(desk: LoopDesk) -> None:
    written_down(desk, text="=1+1 楼道灯坏了半个月，物业一直不修。")
    day = desk.now.date()
    printed = print_roll(desk.house, CLERK, "calls", "xlsx", Period("今天", day, day), desk.now)
    sheet = load_workbook(io.BytesIO(printed.content)).worksheets[0]
    assert "演示数据" in str(sheet["A1"].value)
    assert [cell.value for cell in sheet[4]] == list(COLUMNS)
    assert (sheet["F5"].value, sheet["F5"].data_type) == ("=1+1 楼道灯坏了半个月，物业一直不修。", "s")


def test_who_called_in_confidence_is_unknown_in_the_units_register(desk: LoopDesk) -> None:
    written_down(desk, confidential=True)
    [row] = register_lines(desk)
    assert (row["来电人"], row["电话"], row["是否保密"]) == ("保密", "保密", "是")


def test_on_a_phone_two_fields_are_enough_and_the_table_can_be_taken_away(desk: LoopDesk) -> None:
    with staffed(desk.house) as address, visiting(address, "wu") as clerk, visiting(address, "lu") as other:
        form = clerk.get("/unit/register").text
        assert 'name="at" value="2026-02-13T10:00"' in form
        assert form.split("<details")[0].count(" required") == 2
        answer = clerk.post("/unit/register", phone="199 0000 1111", text="荷苑小区的楼道灯坏了半个月，物业一直不修。")
        assert "已登记" in answer.text
        desk.work()
        table = clerk.get("/unit/register/table?first=2026-02-13&last=2026-02-13")
        assert "楼道灯坏了半个月，物业" in table.text
        sheet = clerk.get("/unit/register/table.xlsx?first=2026-02-13&last=2026-02-13")
        assert sheet.content.startswith(b"PK")
        assert "楼道灯坏了" not in other.get("/unit/register/table?first=2026-02-13&last=2026-02-13").text
        assert clerk.get("/console/calls").status_code == 403
        call = the_call(desk).id
        done = clerk.post(f"/unit/callbacks/{call}/attempts", result="no_answer")
        assert "02月13日" in done.text
        assert "尚未" not in clerk.get("/unit/callbacks").text
        assert other.post(f"/unit/callbacks/{call}/give-up", reason="不想打").status_code == 404


def test_a_second_call_about_the_same_matter_is_a_line_of_its_own_with_a_callback_of_its_own(desk: LoopDesk) -> None:
    written_down(desk)
    tried(desk, AttemptResult.ANSWERED, ANSWER)
    desk.now = at("2026-02-14 09:00")
    order = desk.one(WorkOrder).id
    again = InboundMessage(
        channel=Channel.REGISTER, external_id="再来电", received_at=desk.now, text="灯还没有修，催一下。",
        phone="19900002222", taken_by="housing_bureau", agent="住建局接听人",
    )  # fmt: skip
    key = identity.inbox_id(Channel.REGISTER, "再来电")
    with desk.writing() as session:
        register(session, [Registration(envelope=Envelope(MESSAGE, key, key, again, [], None), plan=None, joins=order)],
                 take_block(session, "order", 1), desk.house.office, desk.now)  # fmt: skip
        note_call(session, CallEntry(message_id=key, unit="housing_bureau", at=desk.now, taken_by="住建局接听人"))
    first, second = register_lines(desk)
    assert (first["回复内容"], first["是否重复"]) == (ANSWER, "否")
    assert (second["回复内容"], second["是否重复"], second["应回复日期"]) == ("", "是", "2026-02-28")
    with reading(desk.house.engine) as session:
        [due] = list_callbacks(session, desk.house.reckoner, CLERK, status="due", now=desk.now)
    assert due.caller is not None
    assert due.caller.phone == "19900002222"


def _amend(desk: LoopDesk, by: Actor = CLERK, version: int = 1, **said: Any) -> int:  # noqa: ANN401
    with desk.writing() as session:
        return amend_call(session, desk.one(CallEntry).message_id, CallNotes(**said), version, by, desk.now)


def test_what_an_office_fills_in_later_stands_in_the_register_and_what_it_said_before_is_kept(either: LoopDesk) -> None:
    desk = either
    written_down(desk, remark="傍晚方便接电话")
    desk.now = at("2026-02-14 09:00")
    assert _amend(desk, section="物业科", proposal="请物业科当日到场核实。", remark="傍晚方便接电话") == 2
    assert register_lines(desk)[0]["拟办/转办科室"] == "物业科\n请物业科当日到场核实。"
    assert register_lines(desk)[0]["备注"] == "傍晚方便接电话"  # what was filled in is no correction
    proposal = "请物业科当日到场核实。"
    changed = _amend(desk, MODERATOR, 2, section="物业科", proposal=proposal, remark="已改为上午联系", repeated=True)
    assert changed == 2
    [row] = register_lines(desk)
    assert row["备注"] == "已改为上午联系\n（2026-02-14 shen更正是否重复、备注）"
    assert row["是否重复"] == "是"
    kept = [(c.field, c.was, c.became, c.by) for c in desk.all(CallEntryChange)]
    assert ("remark", "傍晚方便接电话", "已改为上午联系", "shen") in kept
    assert ("proposal", None, proposal, "wu") in kept
    [*_, last] = desk.all(History, subject="call")
    assert last.detail == {"fields": ["repeated", "remark"]}  # which, and none of the words


def test_two_who_fill_in_the_same_line_do_not_write_over_each_other(desk: LoopDesk) -> None:
    written_down(desk)
    _amend(desk, remark="第一人写的")
    with pytest.raises(Conflict, match="刚刚有人改过"):
        _amend(desk, MODERATOR, remark="第二人写的")
    assert _amend(desk, MODERATOR, remark="第一人写的") == 0  # nothing changed, nothing lost
    with pytest.raises(BadInput, match="“拟办意见”过长"):
        _amend(desk, version=2, proposal="长" * 2001)


def test_nobody_but_the_unit_itself_and_the_centre_writes_in_its_register(desk: LoopDesk) -> None:
    enrol(desk.house)
    written_down(desk)
    call = desk.one(CallEntry).message_id
    with serving(desk.house) as address, visiting(address, "wu") as clerk, visiting(address, "lu") as other:
        assert f"/unit/register/calls/{call}" in clerk.get("/unit/register/table").text
        saved = clerk.post(f"/unit/register/calls/{call}", version=1, proposal="请物业科核实。")
        assert "填为“请物业科核实。”" in saved.text
        assert other.get(f"/unit/register/calls/{call}").status_code == 404
        assert other.post(f"/unit/register/calls/{call}", version=2, remark="改").status_code == 404
        assert other.post(f"/console/calls/{call}", version=2, remark="改").status_code == 403
    with serving(desk.house) as address, visiting(address, "du") as supervisor, visiting(address, "shen") as centre:
        assert "请物业科核实。" in supervisor.get(f"/console/calls/{call}").text
        assert supervisor.post(f"/console/calls/{call}", version=2, remark="改").status_code == 403
        assert "已保存" in centre.post(f"/console/calls/{call}", version=2, proposal="改由维修科核实。").text
    assert desk.one(CallEntry).proposal == "改由维修科核实。"


def test_a_unit_that_is_named_later_as_the_one_complained_of_is_avoided_from_then_on(desk: LoopDesk) -> None:
    written_down(desk)
    order = desk.one(WorkOrder)
    order.kind = Kind.REPORT.value
    with desk.writing() as session:
        session.add(order)
    with reading(desk.house.engine) as session:
        assert "transport_bureau" not in avoided(session, desk.house.profile, order)
    _amend(desk, about_unit=desk.house.profile.unit("transport_bureau").name)
    with reading(desk.house.engine) as session:
        assert "transport_bureau" in avoided(session, desk.house.profile, order)


def test_a_call_that_is_an_accusation_is_nobodys_to_fill_in(desk: LoopDesk) -> None:
    written_down(desk)
    order = desk.one(WorkOrder)
    order.sealed = True
    with desk.writing() as session:
        session.add(order)
    assert register_lines(desk) == []
    with pytest.raises(NotFound):
        _amend(desk, remark="改")
