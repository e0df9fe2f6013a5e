"""Scenarios of the source documents' rows 5, 12, 14, 15, 26, 27 and 33: from what was said to what was kept."""

import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import docx
import openpyxl
import pytest
from support.desk import MODERATOR, Desk, at, open_desk
from support.plan_samples import TABLE

from flows.chasing import chase
from flows.deliveries import deliver
from flows.ledger_files import import_ledger
from flows.ledger_public import shown_promises
from flows.paper_matters import print_plan
from flows.promises_due import check_promises
from models.actions import promise_changes, promise_checks, promise_entry, promise_progress, promise_public, promises
from models.actions.promise_entry import Spoken
from models.actors import Actor
from models.database import reading
from models.promise_words import PromiseSource, PromiseState
from models.queries.ledger import PromiseFilter, list_promises
from models.queries.plans import find_plan, plan_state
from models.tables.clocks import Clock
from models.tables.ledger import Promise
from models.tables.notices import Notice
from models.tables.promise_steps import PromiseChange
from models.vocabulary import Role
from responders.papers import making
from responders.papers.catalogue import PAPERS

SUPERVISOR = Actor("du", Role.SUPERVISOR)
CHECKER = Actor("ma", Role.SUPERVISOR)
URBAN = Actor("cheng", Role.UNIT, "urban_bureau")
CIVIL = Actor("min", Role.UNIT, "civil_bureau")
MARCH = at("2026-03-10 09:00")
_2026 = TABLE.replace("2027", "2026").replace("2028", "2027")


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path, database_url=database_url, now=MARCH) as opened:
        yield opened


def planned(desk: Desk, text: str = _2026, name: str = "2026年要点.txt") -> None:
    file = desk.house.settings.data_dir / name
    file.write_text(text, encoding="utf-8")
    import_ledger(desk.house, file, MARCH)


def task(desk: Desk, ref: str) -> Promise:
    return desk.one(Promise, task=ref)


def confirm(desk: Desk, promise: int | None, due: date | None = None) -> int:
    assert promise is not None
    with desk.writing() as session:
        promises.confirm_promise(session, desk.house.reckoner, promise, MODERATOR, MARCH, due=due)
    return promise


def finish(desk: Desk, promise: int, unit: Actor, state: PromiseState = PromiseState.KEPT) -> None:
    with desk.writing() as session:
        promises.report_promise(session, promise, "已完成，材料见佐证。", unit, at("2026-05-20 10:00"))
    with desk.writing() as session:
        why = None if state is PromiseState.KEPT else "尚有收尾。"
        promises.close_promise(session, promise, state, why, SUPERVISOR, at("2026-05-21 10:00"))


def said(desk: Desk, source: PromiseSource, where: str) -> int:
    spoken = Spoken(source, "urban_bureau", "五月底前公布停车位目录。", date(2026, 3, 6), where, date(2026, 5, 31),
                    "https://example.invalid/fb3")  # fmt: skip
    with desk.writing() as session:
        row = promise_entry.enter_by_hand(session, desk.house.reckoner, spoken, MODERATOR, MARCH)
        return row.id or 0


def test_row_26_a_public_promise_is_held_checked_and_shown_with_when_and_where(desk: Desk) -> None:
    promise = confirm(desk, said(desk, PromiseSource.OPINION, "舆情回应第1次发布"))
    with desk.writing() as session:
        row = promise_public.propose_public(
            session, promise, "五月底前公布停车位目录。", MODERATOR, MARCH, hidden=False
        )
        promise_public.approve_public(session, promise, row.version, True, SUPERVISOR, MARCH)
    finish(desk, promise, URBAN)
    [row] = shown_promises(desk.house)
    assert (row.state, row.published_where, row.published_url) == (
        "kept", "舆情回应第1次发布", "https://example.invalid/fb3",
    )  # fmt: skip
    assert row.published_at == at("2026-03-06 00:00")


def test_row_15_promises_come_from_press_conferences_and_interviews_and_are_chased(desk: Desk) -> None:
    sources = (PromiseSource.CONFERENCE, PromiseSource.INTERVIEW)
    ids = [confirm(desk, said(desk, source, source.label)) for source in sources]
    for when in ("2026-05-29 09:00", "2026-06-01 09:00", "2026-06-08 09:00", "2026-06-16 09:00"):
        chase(desk.house, at(when))
        deliver(desk.house, at(when))
    clocks = {c.id for c in desk.all(Clock, subject="promise") if c.subject_id in ids}
    told = {(n.clock_id, n.kind) for n in desk.all(Notice) if n.clock_id in clocks}
    assert {kind for _, kind in told} >= {"due_soon", "remind"}
    assert {kind for _, kind in told} & {"supervise", "circular", "summons"}
    assert {clock for clock, _ in told} == clocks


def test_row_12_last_years_tasks_are_looked_at_again_and_the_unfinished_go_on(desk: Desk) -> None:
    planned(desk)
    kept, shaky, late = (
        confirm(desk, task(desk, ref).id, date(2026, 6, 30)) for ref in ("一(一)2", "一(一)3", "一(二)")
    )
    for promise in (kept, shaky):
        finish(desk, promise, URBAN)
    winter, due = at("2026-12-20 09:00"), date(2027, 1, 31)
    with desk.writing() as session:
        checks = promise_checks.order_checks(session, desk.house.reckoner, [kept, shaky], due, SUPERVISOR, winter)
        numbers = [row.id or 0 for row in checks]
        promise_changes.carry_over(
            session, desk.house.reckoner, [late], 2027, date(2027, 6, 30), "助餐点未全覆盖，结转。", SUPERVISOR, winter
        )
    with desk.writing() as session:
        promise_checks.finish_check(session, desk.house.reckoner, numbers[0], True, "属实。", CHECKER, winter)
        promise_checks.finish_check(
            session, desk.house.reckoner, numbers[1], False, "目录缺两条街。", CHECKER, winter, due=date(2027, 3, 31)
        )
        promise_changes.decide_change(session, desk.house.reckoner, late, True, "同意。", CHECKER, winter)
    planned(desk, _2026.replace("2026年", "2027年"), "2027年要点.txt")
    with reading(desk.house.engine) as session:
        state = plan_state(session, find_plan(session, "2027年要点"))
    assert [line.promise.id for line in state.lines if line.carried] == [late]
    assert [desk.one(Promise, id=i).state for i in (kept, shaky, late)] == ["kept", "running", "changed"]
    assert desk.one(PromiseChange).old_due == date(2026, 6, 30)


def test_row_14_a_plans_task_reaches_its_lead_unit_and_the_group_that_a_person_expands(desk: Desk) -> None:
    planned(desk)
    promise = confirm(desk, task(desk, "一(一)2").id, date(2026, 6, 30))
    with reading(desk.house.engine) as session:
        assert promise in [line.promise.id for line in list_promises(session, URBAN, PromiseFilter())]
        assert promise not in [line.promise.id for line in list_promises(session, CIVIL, PromiseFilter())]
        state = plan_state(session, find_plan(session, "2026年要点"))
    group = next(u for line in state.lines if line.promise.id == promise for u in line.units if u.name == "市直各部门")
    with desk.writing() as session:
        promise_entry.expand_group(
            session, desk.house.reckoner, promise, group.id or 0, ["civil_bureau"], MODERATOR, MARCH
        )
    with desk.writing() as session:
        promise_progress.add_progress(session, promise, "民政部分已更新。", CIVIL, MARCH)


def test_row_27_the_plans_state_goes_upward_as_word_and_sheet_from_templates_of_the_office(desk: Desk) -> None:
    planned(desk)
    finish(desk, confirm(desk, task(desk, "一(一)2").id, date(2026, 6, 30)), URBAN)
    confirm(desk, task(desk, "一(二)").id, date(2026, 4, 30))
    printed = {kind: print_plan(desk.house, "2026年要点", kind, at("2026-06-01 09:00")) for kind in ("docx", "xlsx")}
    document = docx.Document(io.BytesIO(printed["docx"].content))
    text = "\n".join(p.text for p in document.paragraphs)
    assert "《望溪市2026年便民服务工作要点任务分解》" in text
    assert document.sections[0].header.paragraphs[0].text == "演示数据"
    whole, tasks = ([[cell.text for cell in row.cells] for row in table.rows] for table in document.tables)
    assert dict(zip(*whole, strict=True)) == {
        "任务总数": "10", "已完成": "1", "部分完成": "0", "待核验": "0", "正在推进": "1", "待确认": "8",
        "无法完成": "0",
        "超期": "1", "上年结转": "0", "完成率": "10.0%",
    }  # fmt: skip
    assert len(tasks) == 11
    assert tasks[2][1:3] == ["一(一)2", "在20266月底前更新路名牌。"]
    assert tasks[2][3:5] == ["市城管局、市住建局", "各镇(街道)、市直各部门"]
    assert tasks[2][6:] == ["已完成，材料见佐证。", "已兑现"]
    book = openpyxl.load_workbook(io.BytesIO(printed["xlsx"].content))
    assert book["各项任务"].page_setup.orientation == "landscape"
    assert [row[1] for row in book["各项任务"].iter_rows(values_only=True)].count("一(一)2") == 1
    own = desk.house.settings.data_dir / "templates"
    own.mkdir()
    replaced = docx.Document(io.BytesIO(making.shipped(PAPERS["plan"], "docx").content))
    replaced.add_paragraph("抄送：市政府办公室")
    replaced.save(str(own / "工作要点完成情况表.docx"))
    again = print_plan(desk.house, "2026年要点", "docx", at("2026-06-01 09:00"))
    assert "抄送：市政府办公室" in [p.text for p in docx.Document(io.BytesIO(again.content)).paragraphs]


def test_row_33_what_is_to_be_done_at_set_intervals_comes_again(desk: Desk) -> None:
    planned(desk)
    promise = confirm(desk, task(desk, "二(一)1-1").id)
    assert desk.one(Promise, id=promise).due == date(2026, 12, 31)
    assert check_promises(desk.house, at("2027-01-04 09:00"))["rounds"] == 1
    following = desk.one(Promise, series=promise, round=2)
    assert (following.due, following.times, following.unit) == (date(2027, 12, 31), 4, "city_office")
    assert desk.one(Promise, id=promise).state == "running"
    with reading(desk.house.engine) as session:
        state = plan_state(session, find_plan(session, "2026年要点"))
    [line] = [line for line in state.lines if line.promise.task == "二(一)1-1"]
    assert (line.promise.round, [p.id for p in line.before], len(state.lines)) == (2, [promise], 10)
