"""A plan that comes in again with other words: a person decides task by task, and nothing that stood is lost."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from support.desk import MODERATOR, Desk, open_desk
from support.ledger_desk import NOW, SUPERVISOR
from support.plan_samples import BRACKETED, TABLE
from support.web import enrol, serving, visiting

from flows.ledger_files import import_ledger
from models.actions.plan_revisions import keep_old, take_revision
from models.actions.promise_changes import decide_change
from models.actions.promises import confirm_promise, report_promise
from models.actors import SYSTEM
from models.errors import BadInput, Conflict, NotAllowed
from models.plan_words import RevisionDecision
from models.promise_words import PromiseState
from models.tables.clocks import Clock
from models.tables.ledger import Promise
from models.tables.plan_revisions import PlanRevision
from models.tables.promise_steps import PromiseChange, PromiseUnit, WorkPlan

OLD, NEW = "年底前完成滨禾桥整修", "9月30日前完成滨禾桥、学府桥整修"


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path / "home", database_url=database_url, now=NOW) as opened:
        yield opened


def bring(desk: Desk, text: str, name: str = "要点.txt", **said: Any) -> dict[str, Any]:  # noqa: ANN401
    file = desk.house.settings.data_dir.parent / name
    file.write_text(text, encoding="utf-8")
    return import_ledger(desk.house, file, NOW, **said)


def roads(desk: Desk) -> Promise:
    [found] = [p for p in desk.all(Promise) if "滨禾桥" in p.text]
    return found


def changed(desk: Desk, *, confirmed: bool) -> tuple[Promise, PlanRevision]:
    """The task of the roads, and its new text that waits."""
    bring(desk, BRACKETED)
    if confirmed:
        with desk.writing() as session:
            confirm_promise(session, desk.house.reckoner, roads(desk).id or 0, MODERATOR, NOW)
    bring(desk, BRACKETED.replace(OLD, NEW))
    return roads(desk), desk.one(PlanRevision)


def take(desk: Desk, revision: PlanRevision, due: date | None = None) -> PlanRevision:
    with desk.writing() as session:
        return take_revision(
            session, desk.house.reckoner, revision.id or 0, due, "市政府已重新印发", MODERATOR, NOW
        )  # fmt: skip


def test_the_ledger_stays_as_it_is_until_a_person_has_decided(desk: Desk) -> None:
    promise, revision = changed(desk, confirmed=True)
    assert OLD in promise.text
    assert (revision.old_text, revision.old_due, revision.decision) == (promise.text, date(2026, 12, 31), None)
    assert NEW in revision.text
    assert revision.due == date(2026, 9, 30)
    again = bring(desk, BRACKETED.replace(OLD, NEW))
    assert again["duplicates"] == again["read"]
    assert "新旧文核对" not in str(again["problems"])  # asked once
    assert len(desk.all(PlanRevision)) == 1


def test_a_confirmed_task_takes_the_new_text_and_date_when_another_has_granted_it(desk: Desk) -> None:
    promise, revision = changed(desk, confirmed=True)
    take(desk, revision, revision.due)
    assert OLD in roads(desk).text  # asked for, not granted
    with desk.writing() as session, pytest.raises(NotAllowed):
        decide_change(session, desk.house.reckoner, promise.id or 0, True, "", MODERATOR, NOW)
    with desk.writing() as session:
        decide_change(session, desk.house.reckoner, promise.id or 0, True, "同意", SUPERVISOR, NOW)
    row = roads(desk)
    assert NEW in row.text
    assert (row.state, row.due, row.first_due) == (PromiseState.CHANGED, date(2026, 9, 30), date(2026, 12, 31))
    [clock] = [c for c in desk.all(Clock, subject="promise", subject_id=row.id) if c.stopped_at is None]
    assert clock.due_at.astimezone(desk.house.settings.zone).date() == date(2026, 9, 30)
    kept = desk.one(PlanRevision)
    assert OLD in kept.old_text
    assert (kept.decision, desk.one(PromiseChange).old_due) == (RevisionDecision.TAKEN, date(2026, 12, 31))


def test_a_change_that_is_refused_leaves_text_and_date_as_they_were(desk: Desk) -> None:
    promise, revision = changed(desk, confirmed=True)
    take(desk, revision, revision.due)
    with desk.writing() as session:
        decide_change(session, desk.house.reckoner, promise.id or 0, False, "没有正式文件", SUPERVISOR, NOW)
    row = roads(desk)
    assert OLD in row.text
    assert (row.state, row.due) == (PromiseState.RUNNING, date(2026, 12, 31))
    assert NEW in desk.one(PlanRevision).text


def test_the_old_text_is_kept_where_a_person_says_so_and_is_not_asked_about_again(desk: Desk) -> None:
    promise, revision = changed(desk, confirmed=True)
    with desk.writing() as session:
        keep_old(session, revision.id or 0, "只是摘要，以正式文件为准", SUPERVISOR, NOW)
    bring(desk, BRACKETED.replace(OLD, NEW))
    assert roads(desk).text == promise.text
    assert [row.decision for row in desk.all(PlanRevision)] == [RevisionDecision.KEPT]
    with pytest.raises(Conflict, match="保留原文"):
        take(desk, revision)
    bring(desk, BRACKETED.replace(OLD, "10月底前完成滨禾桥整修"))  # a third text is asked about
    assert [row.decision for row in desk.all(PlanRevision)] == [RevisionDecision.KEPT, None]


def test_words_alone_may_change_and_the_date_stands(desk: Desk) -> None:
    bring(desk, BRACKETED)
    with desk.writing() as session:
        confirm_promise(session, desk.house.reckoner, roads(desk).id or 0, MODERATOR, NOW)
    bring(desk, BRACKETED.replace(OLD, "完成滨禾桥和引道整修"))
    take(desk, desk.one(PlanRevision))
    with desk.writing() as session:
        decide_change(session, desk.house.reckoner, roads(desk).id or 0, True, "", SUPERVISOR, NOW)
    assert "引道" in roads(desk).text
    assert roads(desk).due == date(2026, 12, 31)


def test_what_nobody_had_confirmed_has_the_new_text_at_once_and_still_waits(desk: Desk) -> None:
    _, revision = changed(desk, confirmed=False)
    take(desk, revision)
    row = roads(desk)
    assert NEW in row.text
    assert (row.state, row.due) == (PromiseState.TO_CONFIRM, date(2026, 9, 30))
    assert desk.all(PromiseChange) == []


def test_another_lead_in_the_new_text_takes_the_task_over_and_expanded_groups_else_stay(desk: Desk) -> None:
    bring(desk, BRACKETED)
    before = [(u.name, u.unit) for u in desk.all(PromiseUnit, promise_id=roads(desk).id)]
    bring(desk, BRACKETED.replace(OLD, NEW))
    take(desk, desk.one(PlanRevision))
    assert [(u.name, u.unit) for u in desk.all(PromiseUnit, promise_id=roads(desk).id)] == before
    bring(desk, BRACKETED.replace(OLD, NEW).replace("市交通运输局、", "市住建局、"))
    [waiting] = [row for row in desk.all(PlanRevision) if row.decision is None]
    take(desk, waiting)
    assert roads(desk).unit == "housing_bureau"


def test_what_was_reported_or_closed_is_not_rewritten_and_a_past_date_is_refused(desk: Desk) -> None:
    promise, revision = changed(desk, confirmed=True)
    with pytest.raises(BadInput, match="已经过去"):
        take(desk, revision, date(2026, 2, 20))
    with desk.writing() as session:
        report_promise(session, promise.id or 0, "已经完成。", SYSTEM, NOW)
    with pytest.raises(Conflict, match="待核验"):
        take(desk, revision, revision.due)
    assert desk.one(PlanRevision).decision is None


def test_a_task_that_the_new_file_no_longer_has_is_named_and_stays(desk: Desk) -> None:
    bring(desk, BRACKETED)
    without = "\n".join(line for line in BRACKETED.splitlines() if "走访群众" not in line)
    told = bring(desk, without)
    assert "这份文件里没有" in str(told["problems"])
    assert any("走访群众" in promise.text for promise in desk.all(Promise))


def test_the_page_shows_both_texts_and_takes_the_decision(desk: Desk) -> None:
    enrol(desk.house)
    promise, revision = changed(desk, confirmed=True)
    room = "/console/ledger/plans/revisions"
    with serving(desk.house) as address, visiting(address, "shen") as one, visiting(address, "du") as other:
        assert "待逐项核对" in one.get("/console/ledger/plans").text
        page = one.get(room).text
        assert "<mark>" in page
        assert 'value="2026-09-30"' in page
        assert one.post(f"{room}/{revision.id}", act="take", due="2026-09-30", reason=" ").status_code == 422
        said = one.post(f"{room}/{revision.id}", act="take", due="2026-09-30", reason="已重新印发")
        assert "等待另一人审批" in said.text
        assert "连同文字改为" in other.get(f"/console/ledger/{promise.id}").text
    with serving(desk.house) as address, visiting(address, "ji") as auditor, visiting(address, "wu") as unit:
        assert "已核对" in auditor.get(room).text
        assert auditor.post(f"{room}/{revision.id}", act="keep", reason="改").status_code == 403
        assert unit.get(room).status_code == 403


def test_the_same_plan_under_another_name_is_not_entered_twice(desk: Desk) -> None:
    bring(desk, BRACKETED)
    told = bring(desk, BRACKETED.replace("。", "。 "), "要点（最终版）.txt")
    assert (told["entered"], told["duplicates"]) == (0, told["read"])
    assert "没有重复入账" in str(told["problems"])
    assert len(desk.all(WorkPlan)) == 1


@pytest.mark.parametrize(
    "again",
    [BRACKETED.replace(OLD, NEW), BRACKETED.replace(OLD, NEW).replace("关于印发2026年望溪市", "关于调整2026年部分")],
    ids=["by its title", "by its tasks"],
)
def test_a_revised_plan_under_another_name_enters_nothing_until_a_person_says_which_it_is(
    desk: Desk, again: str
) -> None:
    bring(desk, BRACKETED)
    before = {promise.text for promise in desk.all(Promise)}
    asked = bring(desk, again, "修订稿.txt")
    plan = desk.one(WorkPlan)
    assert (asked["entered"], asked["duplicates"], asked["plan"]["like"]["id"]) == (0, 0, plan.id)
    assert "没有入账" in str(asked["problems"])
    assert {promise.text for promise in desk.all(Promise)} == before
    assert desk.all(PlanRevision) == []
    bring(desk, again, "修订稿.txt", revises=plan.id)
    assert {promise.text for promise in desk.all(Promise)} == before, "a person still decides task by task"
    assert NEW in desk.one(PlanRevision).text
    assert len(desk.all(WorkPlan)) == 1
    assert bring(desk, again, "修订稿.txt", separate=True)["entered"] == asked["read"]
    assert len(desk.all(WorkPlan)) == 2


def test_the_next_years_plan_and_another_offices_are_plans_of_their_own(desk: Desk) -> None:
    bring(desk, BRACKETED)
    later = BRACKETED.replace("2026", "2027")
    assert bring(desk, later, "明年.txt")["entered"] > 0
    assert bring(desk, TABLE, "任务分解.txt")["entered"] > 0
    with pytest.raises(BadInput, match="没有第 99 号"):
        bring(desk, BRACKETED, "修订稿.txt", revises=99)


def test_the_page_asks_which_plan_a_file_is_and_takes_the_answer(desk: Desk) -> None:
    enrol(desk.house)
    bring(desk, BRACKETED)
    room, plan = "/console/ledger/plans", desk.one(WorkPlan)
    with serving(desk.house) as address, visiting(address, "shen") as moderator:

        def send(meant: str) -> str:
            sent = {"document": ("修订稿.txt", BRACKETED.replace(OLD, NEW).encode())}
            return moderator.upload(room, sent, meant=meant).text

        page = send("")
        assert "没有入账，请先说明是哪一份" in page
        assert f"是它的修订稿的，选“修订：{plan.title}”" in page
        assert "确是另一份的，选“另一份，另行入账”" in page
        assert not re.search(r"--[a-z]", page), "options of the command line are no words of a page"
        assert f'<option value="{plan.id}" selected>修订：{plan.title}' in page
        assert desk.all(PlanRevision) == []
        assert "待逐项核对" in send(str(plan.id))
    assert NEW in desk.one(PlanRevision).text
