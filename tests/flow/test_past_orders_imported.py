"""An office's existing orders come in with their own numbers, dates, states and replies."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from support.commands import Shell
from support.desk import CLERK, MODERATOR, at
from support.loop_desk import LoopDesk, open_loop

from flows.chasing import chase
from flows.importing import import_file
from models.actions.clock_requests import ask_extension, decide_request
from models.profile import SHIPPED
from models.tables.clocks import Clock, DeadlineBasis
from models.tables.ledger import Callback
from models.tables.messages import Message
from models.tables.notices import Notice
from models.tables.orders import Assignment, Reply, WorkOrder
from models.tables.record import History
from models.vocabulary import Channel, Stage

HEADER = "编号,来电时间,诉求人,联系电话,诉求内容,承办单位,状态,办理期限,答复内容,答复时间,办结时间,是否同意公开,渠道"
LAMP = "荷苑小区门口的路灯坏了半个月，老人晚上不敢出门，请尽快维修。"
OPEN_ROW = f"12345-7,2026-02-10 09:00,何平,19900001111,{LAMP},望溪市住房和城乡建设局,处理中,2026-03-02,,,,,"
CLOSED_ROW = (
    "12345-8,2025-11-03 10:00,何平,19900001111,学府路的井盖松动，车一过就响。,望溪市交通运输局,已结案,,"
    "井盖已于11月5日更换，感谢反映。,2025-11-06 15:00,2025-11-10,是,来信"
)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[LoopDesk]:
    with open_loop(tmp_path) as opened:
        yield opened


def sheet(desk: LoopDesk, *rows: str) -> Path:
    file = desk.house.settings.data_dir / "原有工单.csv"
    file.write_text("\n".join([HEADER, *rows, ""]), encoding="gb18030")
    return file


def bring(desk: LoopDesk, *rows: str, **chosen: Any) -> dict[str, Any]:  # noqa: ANN401
    return import_file(desk.house, sheet(desk, *rows), desk.now, **chosen)


def test_an_open_order_keeps_its_number_its_day_of_receipt_and_the_limit_that_it_had(desk: LoopDesk) -> None:
    assert bring(desk, OPEN_ROW) == {"read": 1, "entered": 1, "duplicates": 0, "problems": []}
    order = desk.one(WorkOrder)
    assert (order.number, order.status, order.lead_unit) == ("12345-7", "handling", "housing_bureau")
    assert order.received_at == at("2026-02-10T09:00")
    clock = desk.clock(order, Stage.HANDLE)
    assert clock.due_at == at("2026-03-02T23:59:59")
    assert desk.one(DeadlineBasis, id=clock.basis_id).source == "原系统的办理期限"
    assert desk.one(Callback).due_at == at("2026-02-24T23:59:59")  # 5 workdays from the call
    assert desk.one(History, subject="order").action == "import"


def test_without_a_limit_of_its_own_the_clock_runs_from_the_orders_day(desk: LoopDesk) -> None:
    bring(desk, OPEN_ROW.replace("2026-03-02", ""))
    clock = desk.clock(desk.one(WorkOrder), Stage.HANDLE)
    assert clock.started_at == at("2026-02-10T09:00")
    assert desk.one(DeadlineBasis, id=clock.basis_id).rule.startswith("handle")


def test_a_closed_order_keeps_its_answer_and_is_published_only_with_consent(desk: LoopDesk) -> None:
    bring(desk, CLOSED_ROW, CLOSED_ROW.replace("12345-8", "12345-9").replace(",是,", ",,"))
    order, other = sorted(desk.all(WorkOrder), key=lambda each: each.number)
    assert (order.status, order.channel, order.disclosure) == ("closed", "letter", "public_cut")
    assert (order.replied_at, order.closed_at) == (at("2025-11-06T15:00"), at("2025-11-10T00:00"))
    assert desk.one(Reply, order_id=order.id).text.startswith("井盖已于")
    assert other.disclosure == "closed"
    assert desk.all(Clock) == []
    assert desk.all(Callback) == []


def test_the_same_file_again_and_the_same_call_collected_later_double_nothing(desk: LoopDesk) -> None:
    bring(desk, OPEN_ROW, CLOSED_ROW)
    again = bring(desk, OPEN_ROW, CLOSED_ROW)
    assert (again["entered"], again["duplicates"], again["problems"]) == (0, 2, [])
    calls = desk.house.settings.data_dir / "calls.csv"
    calls.write_text(f"工单编号,来电时间,诉求内容\n12345-7,2026-02-10 09:00,{LAMP}\n", encoding="utf-8")
    assert desk.collect(Channel.HOTLINE, calls).counts.accepted == 0
    desk.work()
    assert len(desk.all(WorkOrder)) == len(desk.all(Message)) == 2


def test_a_dry_run_says_the_same_and_keeps_nothing(desk: LoopDesk) -> None:
    assert bring(desk, OPEN_ROW, CLOSED_ROW, dry_run=True) == bring(desk, OPEN_ROW, CLOSED_ROW)
    blobs = [file for file in desk.house.settings.data_dir.rglob("*") if "blobs" in file.parts]
    with_dry = len(blobs)
    bring(desk, OPEN_ROW.replace("-7", "-70"), dry_run=True)
    assert len([file for file in desk.house.settings.data_dir.rglob("*") if "blobs" in file.parts]) == with_dry
    assert len(desk.all(WorkOrder)) == 2


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (("12345-7,", ","), "工单编号是空的"),
        (("处理中", "飞行中"), "“飞行中”不认识"),
        (("望溪市住房和城乡建设局", "望溪市飞天局"), "“望溪市飞天局”不在辖区配置里"),
        (("2026-02-10 09:00", "2027-02-10 09:00"), "来电时间|来件时间"),
        (("2026-02-10 09:00", ""), "来件时间是空的"),
        (("2026-03-02", "2026-01-02"), "早于来件时间"),
        (("2026-03-02", "月底"), "不是能识别的日期"),
        ((LAMP, ""), "都是空的"),
    ],
)
def test_a_wrong_row_is_named_by_its_number_and_the_others_come_in(
    desk: LoopDesk, wrong: tuple[str, str], why: str
) -> None:
    result = bring(desk, CLOSED_ROW, OPEN_ROW.replace(*wrong))
    [problem] = result["problems"]
    assert result["entered"] == 1
    assert "第3行" in problem["where"]
    assert any(each in problem["why"] for each in why.split("|"))


def test_a_number_that_another_order_has_is_a_problem_not_a_second_order(desk: LoopDesk) -> None:
    result = bring(desk, OPEN_ROW, OPEN_ROW[:-1] + ",来信")
    assert result["entered"] == 1
    assert "已被本系统的另一件工单使用" in result["problems"][0]["why"]


def test_changed_words_under_a_known_number_are_told_and_left_alone(desk: LoopDesk) -> None:
    bring(desk, OPEN_ROW)
    result = bring(desk, OPEN_ROW.replace("半个月", "一个月"))
    assert (result["entered"], result["duplicates"]) == (0, 1)
    assert "内容与现在的不同" in result["problems"][0]["why"]
    assert "半个月" in str(desk.one(Message).text)


def test_nobody_is_told_of_an_import_and_the_overdue_are_chased_by_their_own_dates(desk: LoopDesk) -> None:
    bring(desk, OPEN_ROW.replace("2026-03-02", "2026-02-11"))
    assert desk.all(Notice) == []
    chase(desk.house, at("2026-02-14T09:00"))
    assert {notice.unit for notice in desk.all(Notice)} >= {"housing_bureau"}


def test_an_accusation_in_the_file_is_sealed_and_reaches_no_unit(desk: LoopDesk) -> None:
    accusation = "我要举报望溪市住房和城乡建设局的科长收受包工头贿赂二十万元，请纪委查处。"
    bring(desk, OPEN_ROW.replace(LAMP, accusation), CLOSED_ROW.replace("学府路的井盖松动，车一过就响。", accusation))
    for order in desk.all(WorkOrder):
        assert (order.sealed, order.lead_unit, order.title) == (True, None, "")
    assert desk.all(Assignment) == []
    assert {message.sender_hash for message in desk.all(Message)} == {None}


def test_what_is_about_a_unit_itself_waits_for_a_person(desk: LoopDesk) -> None:
    about = "投诉望溪市住房和城乡建设局窗口人员态度恶劣，推诿扯皮，不作为，来回跑了三趟都不给办。"
    bring(desk, OPEN_ROW.replace(LAMP, about))
    order = desk.one(WorkOrder)
    assert (order.status, order.lead_unit) == ("triage", None)


def test_a_given_limit_can_be_extended_from_where_it_stood(desk: LoopDesk) -> None:
    bring(desk, OPEN_ROW)
    order = desk.one(WorkOrder)
    assert order.id is not None
    with desk.writing() as session:
        ask_extension(session, desk.house.reckoner, order.id, 3, "等待配件到货", CLERK, desk.now)
        session.flush()
        decide_request(session, desk.house.reckoner, order.id, MODERATOR, desk.now, granted=True)
    assert desk.clock(order, Stage.HANDLE).due_at == at("2026-03-05T23:59:59")


def test_a_workbook_with_the_offices_own_headers_is_read_by_the_profiles_names(huiyin: Shell, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    active = book.active
    assert active is not None
    active.append(["编号", "来件时间", "诉求内容", "牵头科室", "状态"])
    active.append(["A-1", "2026-02-10 09:00", LAMP, "望溪市住房和城乡建设局", "在办"])
    file = tmp_path / "原有.xlsx"
    book.save(file)
    demo = SHIPPED / "demo.yaml"
    own = tmp_path / "own.yaml"
    own.write_text(demo.read_text(encoding="utf-8") + "\norder_columns: {承办单位: [牵头科室]}\n", encoding="utf-8")
    profile = str(own)
    dry = huiyin("orders", "import", file, "--dry-run", "--json", PROFILE=profile).json
    assert (dry["read"], dry["entered"]) == (1, 1)
    assert huiyin("orders", "import", file, "--json", PROFILE=profile).json["entered"] == 1
    assert huiyin("orders", "import", file, "--json", PROFILE=profile).json["duplicates"] == 1
    [row] = huiyin("export", "work-orders").rows
    assert (row["work_order"], row["unit"]) == ("A-1", "housing_bureau")
    nothing = tmp_path / "空.csv"
    nothing.write_text("", encoding="utf-8")
    told = huiyin("orders", "import", nothing)
    assert (told.code, "文件是空的" in told.err) == (3, True)
