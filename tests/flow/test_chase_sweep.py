"""Chasing: nobody is forgotten, and nobody is told twice."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlmodel import col
from support.desk import CLERK, HEAD, MODERATOR, REVIEWER, Desk, at, dispatched, open_desk, sealed

from flows.chasing import chase, close_answered
from flows.deliveries import deliver
from models.actions import closing, handling, replying
from models.tables.clocks import Clock
from models.tables.notices import Delivery, DeliveryNotice, Notice
from models.tables.orders import WorkOrder
from models.tables.record import History, Outbox
from models.tables.supervision import Instruction
from models.vocabulary import Channel, OrderStatus, Outcome, Satisfaction, Stage, Urgency

FRIDAY = at("2026-02-13 10:00")  # the last workday but one before the Spring Festival
NOTHING = {"due": 0, "reminders": 0, "escalated": 0, "failed": 0}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path) as opened:
        yield opened


def reminders(desk: Desk, clock: Clock) -> list[tuple[str, str]]:
    return sorted((n.kind, n.unit) for n in desk.all(Notice, clock_id=clock.id))


def called(desk: Desk) -> Clock:
    """A call that was not answered on the spot, with nothing but its callback left to chase."""
    callback = desk.clock(desk.take(FRIDAY), Stage.CALLBACK)
    desk.keep_only(callback)
    return callback


def test_a_call_not_answered_on_the_spot_is_chased_on_the_sixth_workday_once(desk: Desk) -> None:
    callback = called(desk)
    assert callback.due_at == at("2026-02-27 23:59:59")
    last_moment = chase(desk.house, at("2026-02-25 23:59"))
    warned = chase(desk.house, at("2026-02-26 09:00"))
    deliver(desk.house, at("2026-02-26 09:00"))
    reminded = chase(desk.house, at("2026-02-28 09:00"))  # a Saturday that is worked
    again = chase(desk.house, at("2026-02-28 09:00"))
    assert last_moment == NOTHING
    assert warned == reminded == {"due": 1, "reminders": 1, "escalated": 0, "failed": 0}
    assert again == NOTHING
    assert reminders(desk, callback) == [("due_soon", "housing_bureau"), ("remind", "housing_bureau")]


def test_after_an_outage_only_the_highest_due_rung_is_sent_and_the_skipped_are_recorded(desk: Desk) -> None:
    callback = called(desk)
    result = chase(desk.house, at("2026-03-04 09:00"))  # three workdays late: 督办
    assert result == {"due": 1, "reminders": 1, "escalated": 1, "failed": 0}
    assert reminders(desk, callback) == [("supervise", "housing_bureau"), ("supervise", "supervision")]
    row = desk.one(History, action="supervise")
    assert row.detail["skipped"] == ["due_soon", "remind"]
    assert row.detail["told"] == ["housing_bureau", "supervision"]
    assert row.subject_id == str(callback.order_id)


def test_the_ladder_goes_up_one_rung_after_the_other_and_ends(desk: Desk) -> None:
    callback = called(desk)
    moment = at("2026-02-26 09:00")
    while moment < at("2026-04-30 00:00"):
        chase(desk.house, moment)
        deliver(desk.house, moment)
        moment += timedelta(hours=12)
    kinds = [n.kind for n in desk.all(Notice, clock_id=callback.id, unit="housing_bureau")]
    assert kinds == ["due_soon", "remind", "supervise"]
    assert [d.kind for d in desk.all(Instruction)] == ["circular", "summons"]  # cards are opt-in
    assert desk.clock(desk.one(WorkOrder), Stage.CALLBACK).next_chase_at is None


def test_no_rung_before_the_previous_one_was_delivered(desk: Desk) -> None:
    callback = called(desk)
    chase(desk.house, at("2026-02-28 09:00"))
    assert chase(desk.house, at("2026-03-03 09:00")) == NOTHING
    deliver(desk.house, at("2026-03-03 09:30"))
    assert chase(desk.house, at("2026-03-03 10:00"))["escalated"] == 1
    assert {kind for kind, _ in reminders(desk, callback)} == {"remind", "supervise"}


def test_no_rung_before_a_working_day_has_passed_even_when_the_deadline_moves_forward(desk: Desk) -> None:
    callback = called(desk)
    chase(desk.house, at("2026-02-28 09:00"))
    deliver(desk.house, at("2026-02-28 09:00"))
    with desk.writing() as session:  # a new calendar makes the day an earlier one: 督办 would be due at once
        moved = {"due_at": at("2026-02-24 23:59:59"), "next_chase_at": at("2026-02-28 09:30")}
        session.execute(update(Clock).where(col(Clock.id) == callback.id).values(**moved))
    assert chase(desk.house, at("2026-03-01 23:59")) == NOTHING  # a Sunday
    assert chase(desk.house, at("2026-03-02 00:01"))["escalated"] == 1
    assert reminders(desk, callback) == [("circular", "supervision"), ("remind", "housing_bureau")]


def test_a_timer_survives_return_and_dispatch_to_another_unit(desk: Desk) -> None:
    order = desk.take(FRIDAY)
    before = desk.clock(order, Stage.HANDLE)
    with desk.writing() as session:
        handling.ask_return(session, desk.house.reckoner, order.id, "不属本局职责", CLERK, FRIDAY)
    with desk.writing() as session:
        handling.decide_return(session, desk.house.reckoner, order.id, MODERATOR, FRIDAY, granted=True)
    with desk.writing() as session:
        handling.dispatch(session, desk.house.reckoner, order.id, "civil_bureau", MODERATOR, FRIDAY)
    after = desk.clock(order, Stage.HANDLE)
    desk.keep_only(after)
    chase(desk.house, at("2026-02-28 09:00"))
    assert (after.id, after.due_at) == (before.id, before.due_at)
    assert reminders(desk, after) == [("remind", "civil_bureau")]


def test_a_reminder_sent_to_the_first_unit_is_not_sent_again_to_the_second(desk: Desk) -> None:
    order = desk.take(FRIDAY)
    handle = desk.clock(order, Stage.HANDLE)
    desk.keep_only(handle)
    chase(desk.house, at("2026-02-28 09:00"))
    deliver(desk.house, at("2026-02-28 09:00"))
    with desk.writing() as session:
        handling.dispatch(session, desk.house.reckoner, order.id, "civil_bureau", MODERATOR, at("2026-02-28 10:00"))
    desk.keep_only(handle)
    chase(desk.house, at("2026-03-02 09:00"))
    assert reminders(desk, handle) == [("remind", "housing_bureau")]


def test_everything_for_one_unit_goes_in_one_letter(desk: Desk) -> None:
    clocks = [desk.clock(desk.take(FRIDAY), Stage.CALLBACK) for _ in range(3)]
    desk.keep_only(*clocks)
    chase(desk.house, at("2026-02-28 09:00"))
    deliveries = {row.delivery_id for row in desk.all(DeliveryNotice) if row.notice_id in chased(desk)}
    assert len(deliveries) == 1
    deliver(desk.house, at("2026-02-28 09:00"))
    [letter] = [each for each in desk.printed() if "催办" in each["title"]]
    assert letter["title"] == "【演示数据】【催办】3 件"


def test_a_digest_goes_on_over_the_batches_of_a_sweep(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.chasing.BATCH", 2)
    clocks = [desk.clock(desk.take(FRIDAY), Stage.CALLBACK) for _ in range(5)]
    desk.keep_only(*clocks)
    assert chase(desk.house, at("2026-02-28 09:00"))["reminders"] == 5
    assert len({row.delivery_id for row in desk.all(DeliveryNotice) if row.notice_id in chased(desk)}) == 1


def chased(desk: Desk) -> set[object]:
    return {n.id for n in desk.all(Notice) if n.clock_id}


def test_a_night_sweep_waits_with_its_letters_until_the_quiet_hours_end(desk: Desk) -> None:
    callback = called(desk)
    chase(desk.house, at("2026-02-28 00:05"))
    notice = desk.one(Notice, clock_id=callback.id)
    link = desk.one(DeliveryNotice, notice_id=notice.id)
    assert desk.one(Delivery, id=link.delivery_id).next_try_at == at("2026-02-28 08:00")


def test_an_hour_clock_rings_the_duty_roster_at_night_the_moment_it_runs_out(desk: Desk) -> None:
    order = desk.take(at("2026-03-06 22:00"), plan=dispatched(urgency=Urgency.EMERGENCY.value))
    handle = desk.clock(order, Stage.HANDLE)
    desk.keep_only(handle)
    assert chase(desk.house, at("2026-03-07 21:59")) == NOTHING
    assert chase(desk.house, at("2026-03-07 22:01"))["reminders"] == 1
    assert reminders(desk, handle) == [("remind", "duty"), ("remind", "housing_bureau")]
    assert {d.next_try_at for d in desk.all(Delivery)} <= {at("2026-03-07 22:01"), at("2026-03-06 22:00")}


def test_a_draft_for_a_leader_goes_by_the_supervisor_and_says_that_it_is_a_draft(desk: Desk) -> None:
    callback = called(desk)
    chase(desk.house, at("2026-03-06 09:00"))  # five workdays late: 通报批评
    deliver(desk.house, at("2026-03-06 09:00"))
    assert reminders(desk, callback) == [("circular", "supervision")]
    drafts = [x["text"] for x in desk.printed() if x["text"].startswith("望溪市政府督查室")]
    assert "拟请领导审定" in drafts[0]
    assert [x for x in desk.printed() if "通报批评" in x["title"] and x["text"].startswith("望溪市住房")] == []


def test_an_accusation_is_chased_in_the_record_but_told_to_no_unit(desk: Desk) -> None:
    desk.take(FRIDAY, plan=sealed(), channel=Channel.MAILBOX, email="li@example.com")
    assert chase(desk.house, at("2026-03-04 09:00"))["reminders"] == 0
    assert desk.all(Notice) == []
    assert desk.all(Delivery) == []
    assert [o.type for o in desk.all(Outbox)] == []
    assert {h.action for h in desk.all(History)} >= {"supervise"}


def test_a_clock_that_cannot_be_judged_is_put_off_and_the_others_go_on(desk: Desk) -> None:
    bad, good = (desk.clock(desk.take(FRIDAY), Stage.CALLBACK) for _ in range(2))
    desk.keep_only(bad, good)
    with desk.writing() as session:
        session.execute(update(Clock).where(col(Clock.id) == bad.id).values(unit="gone_bureau"))
    now = at("2026-02-28 09:00")
    assert chase(desk.house, now) == {"due": 2, "reminders": 1, "escalated": 0, "failed": 1}
    assert desk.one(Clock, id=bad.id).next_chase_at == now + timedelta(hours=1)
    assert reminders(desk, good) == [("remind", "housing_bureau")]


def test_a_batch_that_cannot_be_written_is_written_one_by_one(desk: Desk) -> None:
    bad, good = (desk.clock(desk.take(FRIDAY), Stage.CALLBACK) for _ in range(2))
    desk.keep_only(bad, good)
    with desk.writing() as session:
        session.connection().exec_driver_sql(
            f"CREATE TRIGGER refuse BEFORE INSERT ON notice WHEN NEW.clock_id = {bad.id} "
            "BEGIN SELECT RAISE(ABORT, 'refused'); END"
        )
    assert chase(desk.house, at("2026-02-28 09:00")) == {"due": 2, "reminders": 1, "escalated": 0, "failed": 1}
    assert reminders(desk, good) == [("remind", "housing_bureau")]
    assert reminders(desk, bad) == []


def test_an_event_of_a_reminder_has_codes_and_times_only(desk: Desk) -> None:
    callback = called(desk)
    chase(desk.house, at("2026-02-28 09:00"))
    event = desk.one(Outbox, type="order.reminded")
    assert set(event.payload) == {"number", "status", "domain", "unit", "cycle", "stage", "action", "due_at"}
    assert event.payload["stage"] == callback.stage


def answered(desk: Desk) -> WorkOrder:
    order = desk.take(at("2026-03-02 09:00"), channel=Channel.MAILBOX, email="chen@example.com")
    now = at("2026-03-03 09:00")
    for act in (
        lambda s: handling.acknowledge(s, order.id, CLERK, now),
        lambda s: replying.write_reply(s, order.id, "楼道灯已修好。", Outcome.RESOLVED, CLERK, now),
        lambda s: replying.sign_off(s, desk.house.reckoner, order.id, [], HEAD, now),
        lambda s: replying.approve_reply(s, order.id, REVIEWER, now),
    ):
        with desk.writing() as session:
            act(session)
    return desk.one(WorkOrder, id=order.id)


def test_an_answered_order_is_closed_when_five_workdays_have_passed(desk: Desk) -> None:
    order = answered(desk)
    assert close_answered(desk.house, at("2026-03-10 23:59")) == {"closed": 0, "failed": 0}
    assert close_answered(desk.house, at("2026-03-11 00:01")) == {"closed": 1, "failed": 0}
    assert close_answered(desk.house, at("2026-03-11 00:01")) == {"closed": 0, "failed": 0}
    assert desk.one(WorkOrder, id=order.id).status == OrderStatus.CLOSED


def test_a_dissatisfied_citizen_keeps_the_order_open_with_a_new_clock(desk: Desk) -> None:
    order = answered(desk)
    with desk.writing() as session:
        closing.rate(session, desk.house.reckoner, order.id, Satisfaction.DISSATISFIED, "没修好", CLERK,
                     at("2026-03-04 09:00"))  # fmt: skip
    assert close_answered(desk.house, at("2026-03-20 09:00")) == {"closed": 0, "failed": 0}
    assert desk.one(WorkOrder, id=order.id).status == OrderStatus.DISPATCHED


def test_an_answered_order_whose_caller_was_not_called_back_stays_open(desk: Desk) -> None:
    order = desk.take(at("2026-03-02 09:00"))
    with desk.writing() as session:
        session.execute(
            update(WorkOrder).where(col(WorkOrder.id) == order.id).values(status="replied", replied_at=FRIDAY)
        )
    assert close_answered(desk.house, at("2026-03-20 09:00")) == {"closed": 0, "failed": 0}
