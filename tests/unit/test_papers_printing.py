"""Papers of the record: what stands on them, who may print which, and what must never stand there."""

import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook
from support.desk import CLERK, MODERATOR, REVIEWER, Desk, at, open_desk, sealed
from support.paper_desk import CAME, DU, LEADER, NOW, SAID, answered, issued, text_of

from flows import papers
from flows.paper_periods import Period, between, parse_period
from models.actions import clock_requests, handling, replying, supervising
from models.actions.supervising import Wording
from models.actors import Actor
from models.asked import BadAsked
from models.errors import BadInput, HuiyinError, NotAllowed, NotFound
from models.tables.notices import Notice
from models.tables.record import Outbox
from models.vocabulary import InstructionKind, Role

INSPECTOR = Actor("zhuan", Role.INSPECTOR)

OTHER = Actor("lu", Role.UNIT, "transport_bureau")

MARCH = Period("2026年3月", at("2026-03-01").date(), at("2026-03-31").date())


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path, now=NOW) as opened:
        yield opened


def form(printed: papers.Printed) -> dict[str, str]:
    """Label → value of a form's table."""
    [table] = Document(io.BytesIO(printed.content)).tables
    found: dict[str, str] = {}
    for row in table.rows:
        texts = [cell.text for cell in {cell._tc: cell for cell in row.cells}.values()]
        for label, value in zip(texts[::2], texts[1::2], strict=True):
            found[label] = f"{found[label]}\n{value}" if label in found else value  # the signature has a row of its own
    return found


def test_the_papers_of_an_order_say_what_the_record_says(desk: Desk) -> None:
    order = answered(desk)
    intake = form(papers.print_order(desk.house, MODERATOR, order.number, "intake", NOW))
    assert (intake["来源"], intake["收到时间"]) == ("热线来电", "2026年3月2日 10:00")
    assert SAID in intake["摘要"]
    assert intake["拟办意见"].startswith("拟由望溪市住房和城乡建设局主办。依据：虚构三定方案。办理时限：2026年3月9日")
    assert intake["领导批示"].startswith("\n签名：")
    assert "已更换声控灯" in intake["承办意见"]
    feedback = form(papers.print_order(desk.house, CLERK, order.number, "feedback", NOW))
    assert (feedback["承办人"], feedback["审签人"], feedback["办理结果"]) == ("wu", "zheng", "已解决")
    sheet = form(papers.print_order(desk.house, CLERK, order.number, "assignment", NOW))
    assert (sheet["来件人"], sheet["联系电话"], sheet["事发地点"]) == ("陈小雨", "19900001234", "荷苑小区")
    assert (sheet["签收人"], sheet["签收时间"]) == ("wu", "2026年3月2日 11:00")


def test_who_asked_to_stay_unnamed_is_on_no_paper_that_goes_to_a_unit(desk: Desk) -> None:
    order = answered(desk, confidential=True)
    for actor in (MODERATOR, DU, CLERK):
        said = text_of(papers.print_order(desk.house, actor, order.number, "assignment", NOW))
        assert "陈小雨" not in said
        assert "19900001234" not in said
        assert "身份保密" in said


def test_papers_with_citizens_words_say_how_they_are_kept_and_a_demonstrations_are_marked(desk: Desk) -> None:
    said = text_of(papers.print_order(desk.house, MODERATOR, answered(desk).number, "intake", NOW))
    assert "保管期限 5 年" in said
    assert "演示数据" in said
    assert "保管期限" not in text_of(
        papers.print_instruction(desk.house, DU, issued(desk, InstructionKind.PRAISE), NOW)
    )


def test_requests_for_return_and_for_more_time_have_their_forms(desk: Desk) -> None:
    first, second = desk.take(CAME), desk.take(CAME)
    with desk.writing() as session:
        reckoner = desk.house.reckoner
        handling.ask_return(
            session, reckoner, first.id or 0, "属物业管理范围", CLERK, CAME, suggested_unit="urban_bureau"
        )
        handling.acknowledge(session, second.id or 0, CLERK, CAME)
        clock_requests.ask_extension(session, reckoner, second.id or 0, 2, "等备件到货", CLERK, NOW)
        clock_requests.decide_request(session, reckoner, second.id or 0, DU, NOW, granted=True, note="同意")
    returned = form(papers.print_order(desk.house, MODERATOR, first.number, "return", NOW))
    assert (returned["退单理由"], returned["建议改派"], returned["审核结果"]) == (
        "属物业管理范围",
        "望溪市城市管理局",
        "",
    )
    assert returned["退单期限"] == "2026年3月3日 23:59"
    longer = form(papers.print_order(desk.house, CLERK, second.number, "extension", NOW))
    assert (longer["申请事项"], longer["申请时长"], longer["审核结果"]) == ("延期", "2 个工作日", "同意")
    assert (longer["原时限"][:9], longer["批准后时限"][:10]) == ("2026年3月9日", "2026年3月11日")
    with pytest.raises(NotFound, match="没有退单申请"):
        papers.print_order(desk.house, MODERATOR, second.number, "return", NOW)


def test_a_summary_runs_on_without_empty_lines_and_a_slip_says_until_when_it_may_be_returned(desk: Desk) -> None:
    order = answered(desk, text=f"灯坏了。\n\n{'很久没人修。' * 100}")
    summary = form(papers.print_order(desk.house, MODERATOR, order.number, "intake", NOW))["摘要"]
    assert summary.startswith("楼道灯　灯坏了。　很久没人修。")
    assert summary.endswith("……（全文 609 字，见工单）")
    sheet = form(papers.print_order(desk.house, CLERK, order.number, "assignment", NOW))
    assert "请在2026年3月3日 23:59前写明依据申请退单" in sheet["办理要求"]


def test_an_instruction_by_hand_says_the_orders_limit_how_late_it_is_and_whom_to_call(desk: Desk) -> None:
    late = desk.take(at("2026-02-24T10:00"))
    asked = Wording("楼道灯三周未修。", "三日内修复。", NOW.date() + timedelta(days=6))
    with desk.writing() as session:
        row = supervising.draft(
            session, desk.house.reckoner, InstructionKind.SUMMONS, "housing_bureau", asked, DU, NOW, order_id=late.id
        )
        supervising.issue(session, desk.house.reckoner, row.id or 0, asked, LEADER, NOW)
        number = row.id or 0
    said = text_of(papers.print_instruction(desk.house, DU, number, NOW))
    assert f"（来源工单号：{late.number}；原时限：2026年3月2日 23:59；超期：3 个工作日）" in said
    assert "联系人电话：19900000102" in said
    soon = issued(desk, InstructionKind.SUMMONS, desk.take(CAME))
    assert "超期：" not in text_of(papers.print_instruction(desk.house, DU, soon, NOW))


def test_a_reports_answers_are_those_that_its_rates_are_divided_by(desk: Desk) -> None:
    order = answered(desk)
    with desk.writing() as session:
        replying.approve_reply(session, order.id or 0, REVIEWER, NOW)
    year = Period("2026年", at("2026-01-01").date(), at("2026-12-31").date())
    book = load_workbook(io.BytesIO(papers.print_report(desk.house, DU, "yearly", "xlsx", year, NOW).content))
    whole = {row[0].value: row[1].value for row in book["总体情况"].iter_rows(min_row=5)}
    months = {row[0]: row[2:5] for row in book["各月情况"].iter_rows(min_row=5, values_only=True)}
    units = {row[0]: row[1] for row in book["承办单位办理情况"].iter_rows(min_row=5, values_only=True)}
    assert (whole["办结（已答复）"], whole["按期办结率"]) == (1, "1/1（100%）")
    assert months["2026年3月"] == (1, 1, "1/1（100%）")
    assert units["望溪市住房和城乡建设局"] == 1


def test_a_ledgers_days_are_days(desk: Desk) -> None:
    desk.take(CAME)
    book = load_workbook(io.BytesIO(papers.print_roll(desk.house, DU, "orders", "xlsx", MARCH, NOW).content))
    head, line = (list(row) for row in book.worksheets[0].iter_rows(min_row=4, max_row=5))
    found = {name.value: cell for name, cell in zip(head, line, strict=True)}
    assert found["收到时间"].value == datetime(2026, 3, 2)  # noqa: DTZ001  (a sheet knows no zones)
    assert found["办理时限"].value == datetime(2026, 3, 9)  # noqa: DTZ001
    assert found["序号"].value == 1


def test_a_signed_instruction_has_its_number_and_an_unsigned_one_no_paper(desk: Desk) -> None:
    order = desk.take(CAME)
    printed = papers.print_instruction(desk.house, CLERK, issued(desk, InstructionKind.SUPERVISE, order), NOW)
    said = form(printed)
    assert printed.name == "督办通知单-望政督〔2026〕1号.docx"
    assert (said["编号"], said["来源工单号"], said["反馈时限"]) == ("望政督〔2026〕1号", order.number, "2026年3月11日")
    with desk.writing() as session:
        plain = Wording("事由", "要求", NOW.date() + timedelta(days=3))
        draft = supervising.draft(
            session, desk.house.reckoner, InstructionKind.SUMMONS, "housing_bureau", plain, DU, NOW
        )
        row = draft.id or 0
    with pytest.raises(BadInput, match="还没有签发"):
        papers.print_instruction(desk.house, DU, row, NOW)
    with pytest.raises(NotFound):
        papers.print_instruction(desk.house, OTHER, 1, NOW)


@pytest.mark.parametrize(
    ("kind", "words"),
    [(InstructionKind.SUMMONS, "对你单位进行约谈"), (InstructionKind.CIRCULAR, "予以通报批评"),
     (InstructionKind.PRAISE, "予以通报表扬"), (InstructionKind.YELLOW_CARD, "黄牌警示通知单")],
)  # fmt: skip
def test_every_kind_of_instruction_has_its_own_words(desk: Desk, kind: InstructionKind, words: str) -> None:
    said = text_of(papers.print_instruction(desk.house, DU, issued(desk, kind), NOW))
    assert words in said
    assert "望政督〔2026〕1号" in said
    assert "望溪市政府督查室（盖章处）" in said


def test_a_sealed_order_prints_for_the_inspector_alone_and_only_its_intake(desk: Desk) -> None:
    order = desk.take(CAME, plan=sealed(), text="举报某局长收受好处费。", title="举报")
    for actor in (MODERATOR, DU, CLERK):
        for code in papers.ORDER_PAPERS:
            with pytest.raises((NotFound, NotAllowed)):
                papers.print_order(desk.house, actor, order.number, code, NOW)
    said = text_of(papers.print_order(desk.house, INSPECTOR, order.number, "intake", NOW))
    assert "检举控告工作规则" in said
    for code in papers.ORDER_PAPERS[1:]:
        with pytest.raises(HuiyinError):
            papers.print_order(desk.house, INSPECTOR, order.number, code, NOW)


def test_no_list_and_no_report_says_anything_of_a_sealed_order(desk: Desk) -> None:
    order = desk.take(CAME, plan=sealed(), text="举报某局长收受好处费。", title="局长收受好处费")
    desk.take(CAME, plan=sealed(), text="举报某局长收受好处费。", title="局长收受好处费")
    for actor in (DU, INSPECTOR):
        for code in (*papers.ROLLS, *papers.REPORTS):
            if actor.role not in papers.MAY_PRINT[code]:
                continue
            roll = code in papers.ROLLS
            make = papers.print_roll if roll else papers.print_report
            book = load_workbook(io.BytesIO(make(desk.house, actor, code, "xlsx", MARCH, NOW).content))
            said = str([[cell.value for cell in row] for sheet in book.worksheets for row in sheet.iter_rows()])
            assert order.number not in said
            assert "好处费" not in said


def test_a_unit_prints_its_own_lines_and_nothing_else(desk: Desk) -> None:
    order = answered(desk)
    issued(desk, InstructionKind.SUPERVISE, order)
    for code, mine in (("orders", order.number), ("supervisions", "望政督〔2026〕1号")):
        lines = {
            actor: rows(papers.print_roll(desk.house, actor, code, "xlsx", MARCH, NOW)) for actor in (CLERK, OTHER)
        }
        assert mine in str(lines[CLERK])
        assert "望政督" not in str(lines[OTHER])
        assert order.number not in str(lines[OTHER])
    for code in ("assignment", "feedback"):
        with pytest.raises(NotFound):
            papers.print_order(desk.house, OTHER, order.number, code, NOW)
    with pytest.raises(NotAllowed):
        papers.print_order(desk.house, CLERK, order.number, "intake", NOW)


def rows(printed: papers.Printed) -> list[list[object]]:
    sheet = load_workbook(io.BytesIO(printed.content)).worksheets[0]
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]


def test_a_report_counts_open_and_overdue_and_never_gives_a_rate_without_its_denominator(desk: Desk) -> None:
    answered(desk)
    late = desk.take(at("2026-02-05T10:00"), text="井盖坏了。", title="井盖")
    book = load_workbook(io.BytesIO(papers.print_report(desk.house, DU, "monthly", "xlsx", MARCH, NOW).content))
    whole = {row[0].value: row[1].value for row in book["总体情况"].iter_rows(min_row=5)}
    assert (whole["收到来件"], whole["期末在办"], whole["期末超期未办结"]) == (1, 2, 1)
    assert whole["按期办结率"] == "0/1（0.0%）"
    assert whole["解决率"] == "0/1（0.0%）"
    assert whole["重办率"] == "0/0（—）"
    channels = [[cell.value for cell in row[:5]] for row in book["来件渠道"].iter_rows(min_row=5, max_row=6)]
    assert channels == [["热线来电", 1, 1.0, 1, 0], ["合计", 1, 1.0, 1, 0]]
    assert [book["来件渠道"].cell(5, column).number_format for column in (3, 5)] == ["0.0%", "+0;-0;0"]
    assert book["总体情况"]["A2"].value == "2026年3月，截至3月5日 15:00"
    assert late.number not in str(list(book["承办单位办理情况"].values))


def test_printing_tells_nobody(desk: Desk) -> None:
    order = answered(desk)
    before = len(desk.all(Notice)), len(desk.all(Outbox))
    papers.print_order(desk.house, MODERATOR, order.number, "intake", NOW)
    assert (len(desk.all(Notice)), len(desk.all(Outbox))) == before


def test_periods_are_written_as_offices_write_them() -> None:
    today = NOW.date()
    week = parse_period("weekly", "2026-W10", today)
    assert (week.label, week.before().label) == ("2026年第10周（3月2日—3月8日）", "2026年第9周（2月23日—3月1日）")
    assert parse_period("weekly", "", today).label == "2026年第9周（2月23日—3月1日）"
    assert parse_period("monthly", "", today).label == "2026年2月"
    assert parse_period("monthly", "2026-03", today).before() == parse_period("monthly", "2026-02", today)
    assert parse_period("yearly", "2026", today).before().label == "2025年"
    for code, wrong in (("weekly", "2026-W60"), ("weekly", "2026-03"), ("monthly", "2026-13"), ("yearly", "０26")):
        with pytest.raises(BadAsked, match=wrong):
            parse_period(code, wrong, today)
    with pytest.raises(BadAsked, match="早于起日"):
        between("2026-03-02", "2026-03-01", today)
