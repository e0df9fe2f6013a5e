"""The promise ledger's life (C 二(三)7, 五(三)4): confirmed, worked on, changed, closed by another, looked at again."""

import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from support.desk import CLERK, HEAD, MODERATOR, REVIEWER, Desk, at, open_desk
from support.ledger_desk import NOW, SUPERVISOR, K, close, entered, found, report, running
from support.web import enrol

from flows.chasing import chase
from flows.deliveries import deliver
from flows.promises_due import check_promises
from models.actions import promise_changes, promise_checks, promise_entry, promise_progress, promises
from models.actions.promise_step import BadDue
from models.actors import Actor
from models.database import reading
from models.errors import BadInput, Conflict, NotAllowed, NotFound
from models.queries.ledger import PromiseFilter, list_promises
from models.queries.promise_rates import unit_rates
from models.tables.clocks import Clock
from models.tables.ledger import Promise
from models.tables.notices import Notice
from models.tables.promise_steps import PromiseChange, PromiseCheck, PromiseUnit
from models.tables.record import History, Outbox
from models.vocabulary import Role

OTHER = Actor("ma", Role.SUPERVISOR)
STRANGER = Actor("lu", Role.UNIT, "transport_bureau")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path, now=NOW) as opened:
        yield opened


def test_a_promise_of_a_press_conference_is_entered_with_occasion_day_and_link(desk: Desk) -> None:
    row = found(desk, entered(desk))
    assert (row.state, row.source, row.source_ref) == ("to_confirm", "conference", "市政府新闻发布会（3月1日）")
    assert row.published_at == at("2026-03-01 00:00")
    assert (row.published_where, row.published_url) == (row.source_ref, "https://example.invalid/3-1")


def test_of_two_who_confirm_the_later_reads_the_earlier_ones_name(desk: Desk) -> None:
    enrol(desk.house)
    promise = entered(desk)
    with desk.writing() as session:
        promises.confirm_promise(session, desk.house.reckoner, promise, MODERATOR, NOW)
    with pytest.raises(Conflict) as refused, desk.writing() as session:
        promises.confirm_promise(session, desk.house.reckoner, promise, REVIEWER, NOW)
    assert f"现为“履行中”（{Role.MODERATOR.label}shen 已办理）" in str(refused.value)


def test_a_due_date_before_the_promise_is_refused_by_name_and_nothing_is_entered(desk: Desk) -> None:
    with pytest.raises(BadDue, match="2026-02-20 早于承诺作出之日 2026-03-01"):
        entered(desk, due=date(2026, 2, 20))
    promise = entered(desk, due=None)
    with pytest.raises(BadDue, match="早于"), desk.writing() as session:
        promises.confirm_promise(session, desk.house.reckoner, promise, MODERATOR, NOW, due=date(2026, 2, 20))
    assert [row.state for row in desk.all(Promise)] == ["to_confirm"]


def test_a_confirmed_promise_runs_against_its_day_and_is_chased_before_and_after_it(desk: Desk) -> None:
    promise = running(desk)
    clock = desk.one(Clock, subject="promise", subject_id=promise, stopped_at=None)
    assert clock.due_at == at("2026-04-30 23:59:59")
    told = []
    for when in ("2026-04-29 09:00", "2026-05-06 09:00", "2026-05-13 09:00"):
        chase(desk.house, at(when))
        deliver(desk.house, at(when))
        told.append({n.kind for n in desk.all(Notice) if n.clock_id == clock.id})
    assert "due_soon" in told[0]
    assert "remind" in told[1]
    assert len(told[2]) > len(told[1])


def test_close_out_is_somebody_elses_and_only_on_a_report(desk: Desk) -> None:
    promise = running(desk)
    with pytest.raises(Conflict):
        close(desk, promise)
    with desk.writing() as session:
        promises.report_promise(session, promise, "单位来电说已修好。", MODERATOR, NOW)
    with pytest.raises(NotAllowed, match="同一人"), desk.writing() as session:
        promises.close_promise(session, promise, K.KEPT, None, MODERATOR, NOW)
    with pytest.raises(BadInput, match="原因"):
        close(desk, promise, K.PARTLY)
    close(desk, promise)
    assert found(desk, promise).state == "kept"
    assert desk.all(Clock, subject="promise", stopped_at=None) == []


def test_every_step_leaves_history_and_an_event_without_any_text(desk: Desk) -> None:
    promise = running(desk)
    report(desk, promise)
    close(desk, promise)
    assert [h.action for h in desk.all(History, subject="promise")] == ["enter", "confirm", "report", "close"]
    events = [e for e in desk.all(Outbox) if e.type.startswith("promise.")]
    assert [e.type for e in events] == ["promise.confirm", "promise.report", "promise.close"]
    assert "护栏" not in str([e.payload for e in events])


def test_another_date_is_asked_for_and_approved_by_somebody_else_and_the_old_one_is_kept(desk: Desk) -> None:
    promise = running(desk)
    with desk.writing() as session:
        promise_changes.ask_change(session, desk.house.reckoner, promise, date(2026, 6, 30), "汛期停工。", CLERK, NOW)
    with pytest.raises(Conflict, match="等待审批"), desk.writing() as session:
        promise_changes.ask_change(session, desk.house.reckoner, promise, date(2026, 7, 31), "再缓。", HEAD, NOW)
    with pytest.raises(NotAllowed), desk.writing() as session:
        promise_changes.decide_change(session, desk.house.reckoner, promise, True, "", MODERATOR, NOW)
    assert found(desk, promise).due == date(2026, 4, 30)
    with desk.writing() as session:
        promise_changes.decide_change(session, desk.house.reckoner, promise, True, "", SUPERVISOR, NOW)
    row, change = found(desk, promise), desk.one(PromiseChange)
    assert (row.state, row.due, row.first_due) == ("changed", date(2026, 6, 30), date(2026, 4, 30))
    assert (change.old_due, change.granted, change.decided_by) == (date(2026, 4, 30), True, "du")
    assert desk.one(Clock, subject="promise", stopped_at=None).due_at == at("2026-06-30 23:59:59")


def test_a_refused_change_leaves_date_and_clock_as_they_are(desk: Desk) -> None:
    promise = running(desk)
    with desk.writing() as session:
        promise_changes.ask_change(session, desk.house.reckoner, promise, date(2026, 6, 30), "人手不足。", CLERK, NOW)
    with pytest.raises(BadInput, match="理由"), desk.writing() as session:
        promise_changes.decide_change(session, desk.house.reckoner, promise, False, " ", SUPERVISOR, NOW)
    with desk.writing() as session:
        promise_changes.decide_change(session, desk.house.reckoner, promise, False, "理由不足。", SUPERVISOR, NOW)
    assert (found(desk, promise).state, found(desk, promise).due) == ("running", date(2026, 4, 30))


def test_of_two_people_who_reopen_a_closed_entry_at_once_one_wins_and_the_other_is_told(desk: Desk) -> None:
    enrol(desk.house)
    promise = running(desk)
    report(desk, promise)
    close(desk, promise)
    start, told = threading.Barrier(2), []

    def reopen(actor: Actor) -> None:
        start.wait()
        try:
            with desk.writing() as session:
                promises.reopen_promise(
                    session, desk.house.reckoner, promise, f"{actor.login}：又松动了", date(2026, 5, 9), actor, NOW
                )
        except Conflict as error:
            told.append(str(error))

    people = [threading.Thread(target=reopen, args=(actor,)) for actor in (MODERATOR, REVIEWER)]
    for each in people:
        each.start()
    for each in people:
        each.join()
    row = found(desk, promise)
    assert (row.state, row.due) == ("running", date(2026, 5, 9))
    [said] = told
    winner = (row.reason or "").partition("：")[0]
    assert winner in said
    assert len(desk.all(Clock, subject="promise", subject_id=promise, stopped_at=None)) == 1
    assert [h.actor for h in desk.all(History, subject="promise", action="reopen")] == [winner]


def test_a_look_back_by_another_reopens_what_does_not_hold(desk: Desk) -> None:
    good, bad = running(desk), running(desk, text="四月底前补种行道树。")
    for promise in (good, bad):
        report(desk, promise)
        close(desk, promise)
    later, day = at("2026-06-01 09:00"), date(2026, 6, 30)
    with desk.writing() as session:
        rows = promise_checks.order_checks(session, desk.house.reckoner, [good, bad], day, SUPERVISOR, later)
        checks = {row.promise_id: row.id or 0 for row in rows}
    assert {c.unit for c in desk.all(Clock, subject="recheck")} == {desk.house.profile.supervisor}
    with pytest.raises(NotAllowed, match="同一人"), desk.writing() as session:
        promise_checks.finish_check(session, desk.house.reckoner, checks[good], True, "完好。", SUPERVISOR, later)
    with desk.writing() as session:
        promise_checks.finish_check(session, desk.house.reckoner, checks[good], True, "完好。", OTHER, later)
        promise_checks.finish_check(
            session, desk.house.reckoner, checks[bad], False, "死了三棵。", OTHER, later, due=date(2026, 7, 31)
        )
    assert (found(desk, good).state, found(desk, bad).state) == ("kept", "running")
    assert found(desk, bad).due == date(2026, 7, 31)
    assert {c.holds for c in desk.all(PromiseCheck)} == {True, False}
    assert desk.all(Clock, subject="recheck", stopped_at=None) == []


def test_an_unfinished_entry_is_carried_into_the_next_year_once_approved(desk: Desk) -> None:
    promise = running(desk)
    with desk.writing() as session:
        promise_changes.carry_over(
            session, desk.house.reckoner, [promise], 2027, date(2027, 3, 31), "结转下年。", MODERATOR, NOW
        )
    with reading(desk.house.engine) as session:
        assert list_promises(session, MODERATOR, PromiseFilter(year=2027)) == []
    with desk.writing() as session:
        promise_changes.decide_change(session, desk.house.reckoner, promise, True, "", SUPERVISOR, NOW)
    with reading(desk.house.engine) as session:
        [line] = list_promises(session, MODERATOR, PromiseFilter(year=2027))
    assert (line.promise.id, line.promise.first_due) == (promise, date(2026, 4, 30))


def test_a_recurring_task_comes_again_and_wants_all_its_times(desk: Desk) -> None:
    promise = entered(desk, due=None, text="每季度至少召开两次听证会。")
    with desk.writing() as session:
        row = session.get_one(Promise, promise)
        row.every, row.times = "quarter", 2
        promises.confirm_promise(session, desk.house.reckoner, promise, MODERATOR, NOW)
    assert found(desk, promise).due == date(2026, 3, 31)
    with desk.writing() as session:
        promise_progress.add_progress(session, promise, "开了第一次。", CLERK, NOW, counts=True)
    report(desk, promise)
    with pytest.raises(BadInput, match="应开展 2 次，只登记了 1 次"):
        close(desk, promise)
    with desk.writing() as session:
        promise_progress.add_progress(session, promise, "开了第二次。", CLERK, NOW, counts=True)
    close(desk, promise)
    assert check_promises(desk.house, at("2026-03-31 09:00"))["rounds"] == 0
    assert check_promises(desk.house, at("2026-04-01 09:00"))["rounds"] == 1
    assert check_promises(desk.house, at("2026-04-01 10:00"))["rounds"] == 0
    second = desk.one(Promise, round=2)
    assert (second.due, second.state, second.times, second.series) == (date(2026, 6, 30), "running", 2, promise)
    with desk.writing() as session:
        promise_changes.stop_series(session, second.id or 0, "改为每年一次。", SUPERVISOR, NOW)
    assert check_promises(desk.house, at("2026-07-01 09:00"))["rounds"] == 0


def test_a_person_expands_a_group_and_the_named_units_see_the_task(desk: Desk) -> None:
    promise = running(desk)
    with desk.writing() as session:
        group = PromiseUnit(promise_id=promise, name="市直各部门", part="co", is_group=True)
        session.add(group)
        session.flush()
        group_id = group.id or 0
    with reading(desk.house.engine) as session:
        assert list_promises(session, STRANGER, PromiseFilter()) == []
    with desk.writing() as session:
        promise_entry.expand_group(
            session, desk.house.reckoner, promise, group_id, ["transport_bureau"], MODERATOR, NOW
        )
    with reading(desk.house.engine) as session:
        assert [line.promise.id for line in list_promises(session, STRANGER, PromiseFilter())] == [promise]
    with desk.writing() as session:
        promise_progress.add_progress(session, promise, "本单位部分已完成。", STRANGER, NOW)
    with pytest.raises(NotFound), desk.writing() as session:
        promises.report_promise(session, promise, "都好了。", STRANGER, NOW)


def test_rates_by_unit_say_what_they_divide_by_and_count_open_overdue_ones(desk: Desk) -> None:
    kept, partly, late, early = (running(desk, text=f"第{n}项。") for n in range(4))
    entered(desk, text="没有确认的。")
    for promise in (kept, partly):
        report(desk, promise)
    close(desk, kept)
    close(desk, partly, K.PARTLY, "只修了一半。")
    with desk.writing() as session:
        session.get_one(Promise, early).due = date(2026, 12, 31)
    with reading(desk.house.engine) as session:
        [row] = unit_rates(session, date(2026, 5, 4), desk.house.settings.zone)
    assert (row.confirmed, row.owed, row.kept, row.partly, row.overdue) == (4, 3, 1, 1, 1)
    assert row.kept_rate == pytest.approx(1 / 3)
    assert found(desk, late).state == "running"
