"""Every stage's clock starts and stops at its event and is chased to whoever holds it; lateness is that holder's."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from support.desk import CLERK, HEAD, MODERATOR, REVIEWER, Desk, at, dispatched, open_desk

from flows.chasing import chase
from flows.deliveries import deliver
from models.actions import callbacks, clock_requests, closing, consulting, handling, replying, stage_clocks
from models.calling_words import AttemptResult
from models.database import reading
from models.errors import Conflict
from models.profile import Profile
from models.queries.figures import by_unit
from models.queries.lateness import order_lateness, stage_lateness
from models.registration import Plan
from models.tables.clocks import Clock
from models.tables.ledger import Callback
from models.tables.notices import Notice
from models.tables.orders import WorkOrder
from models.vocabulary import Channel, OrderStatus, Outcome, Stage

CAME = at("2026-03-02T09:30")  # a Monday
WAITING = Plan(
    domain="housing", kind="request", procedure="ordinary", urgency="normal", status=OrderStatus.TRIAGE,
    triage_reasons=("领域不明",),
)  # fmt: skip
CENTRE = "citizen_centre"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path, now=CAME) as opened:
        yield opened


def running(desk: Desk, order: WorkOrder) -> dict[str, str]:
    """Stage → who holds it, of the clocks that run."""
    return {c.stage: c.unit for c in desk.all(Clock, order_id=order.id) if c.stopped_at is None}


def told(desk: Desk, order: WorkOrder, stage: Stage) -> set[str]:
    return {n.unit for n in desk.all(Notice, order_id=order.id) if n.facts.get("stage") == stage.value}


def signed(desk: Desk, order: WorkOrder, when: datetime) -> None:
    """签收、拟写、审签."""
    with desk.writing() as session:
        handling.acknowledge(session, order.id or 0, CLERK, when)
        replying.write_reply(session, order.id or 0, "已更换楼道灯，恢复照明。", Outcome.RESOLVED, CLERK, when)
        replying.sign_off(session, desk.house.reckoner, order.id or 0, [], HEAD, when)


def test_what_waits_at_the_desk_is_the_desks_until_a_person_looks_and_until_it_is_sent_out(desk: Desk) -> None:
    order = desk.take(CAME, channel=Channel.BOARD, plan=WAITING)
    assert running(desk, order) == {"handle": CENTRE, "screen": CENTRE, "dispatch": CENTRE}
    with desk.writing() as session:
        handling.reclassify(session, desk.house.profile, order.id or 0, MODERATOR, CAME, domain="transport")
    assert running(desk, order) == {"handle": CENTRE, "dispatch": CENTRE}
    with desk.writing() as session:
        handling.dispatch(session, desk.house.reckoner, order.id or 0, "transport_bureau", MODERATOR, CAME)
    assert running(desk, order) == {"handle": "transport_bureau", "acknowledge": "transport_bureau"}


@pytest.mark.parametrize(("stage", "hours"), [(Stage.SCREEN, 3), (Stage.DISPATCH, 6)])
def test_a_slow_desk_is_reminded_and_charged(desk: Desk, stage: Stage, hours: int) -> None:
    order = desk.take(CAME, channel=Channel.BOARD, plan=WAITING)
    desk.keep_only(desk.clock(order, stage))
    late = CAME + timedelta(hours=hours)  # 9:30 on, with two hours at noon: past 2 and 4 working hours
    chase(desk.house, CAME + timedelta(hours=1))
    assert told(desk, order, stage) == set()
    chase(desk.house, late + timedelta(days=1))
    assert told(desk, order, stage) == {CENTRE}
    deliver(desk.house, late + timedelta(days=1))
    chase(desk.house, late + timedelta(days=8))
    assert told(desk, order, stage) == {CENTRE, desk.house.profile.supervisor}
    deliver(desk.house, late + timedelta(days=8))
    [first, *_] = [row for row in desk.printed() if stage.label in row["text"]]
    assert f"http://huiyin.test/console/orders/{order.number}" in first["text"]
    with reading(desk.house.engine) as session:
        [figure] = [f for f in stage_lateness(session, CAME, late + timedelta(days=8)) if f.stage == stage.value]
    assert (figure.unit, figure.late, figure.of) == (CENTRE, 1, 1)


def test_a_returned_order_is_the_desks_again_while_the_return_is_looked_at_and_after(desk: Desk) -> None:
    order = desk.take(CAME, channel=Channel.BOARD)
    with desk.writing() as session:
        handling.ask_return(session, desk.house.reckoner, order.id or 0, "不属本单位职责", CLERK, CAME)
    assert running(desk, order)["review"] == CENTRE
    with desk.writing() as session:
        handling.decide_return(session, desk.house.reckoner, order.id or 0, MODERATOR, CAME, granted=True)
    assert running(desk, order) == {"handle": CENTRE, "screen": CENTRE, "dispatch": CENTRE}


def test_who_left_a_number_is_contacted_first_and_who_cannot_be_reached_is_not_owed_it(desk: Desk) -> None:
    called = desk.take(CAME, phone="19900001234")
    assert running(desk, called)["first_contact"] == "housing_bureau"
    silent = desk.take(CAME, channel=Channel.BOARD)
    assert "first_contact" not in running(desk, silent)
    with desk.writing() as session:
        stage_clocks.record_contact(session, called.id or 0, CLERK, CAME)
    assert "first_contact" not in running(desk, called)
    for order in (called, silent):
        with pytest.raises(Conflict, match="首次联系"), desk.writing() as session:
            stage_clocks.record_contact(session, order.id or 0, CLERK, CAME)


def test_first_contact_is_chased_to_the_unit_and_an_answered_call_is_a_contact(desk: Desk) -> None:
    order = desk.take(CAME, phone="19900001234", answered_on_the_spot=False)
    desk.keep_only(desk.clock(order, Stage.FIRST_CONTACT))
    chase(desk.house, at("2026-03-04T09:30"))
    assert told(desk, order, Stage.FIRST_CONTACT) == {"housing_bureau"}
    [call] = desk.all(Callback, order_id=order.id)
    with desk.writing() as session:
        callbacks.record_attempt(session, desk.house.reckoner, call.id or 0, AttemptResult.NO_ANSWER, None, CLERK, CAME)
    assert "first_contact" in running(desk, order)
    with desk.writing() as session:
        callbacks.record_attempt(
            session, desk.house.reckoner, call.id or 0, AttemptResult.ANSWERED, "已说明", CLERK, CAME
        )
    assert "first_contact" not in running(desk, order)


def test_the_next_unit_owes_a_contact_of_its_own_and_so_does_the_one_that_reopens(desk: Desk) -> None:
    order = desk.take(CAME, phone="19900001234")
    with desk.writing() as session:
        stage_clocks.record_contact(session, order.id or 0, CLERK, CAME)
        handling.dispatch(session, desk.house.reckoner, order.id or 0, "urban_bureau", MODERATOR, CAME)
    assert running(desk, order)["first_contact"] == "urban_bureau"
    other = desk.take(CAME, phone="19900001235")
    signed(desk, other, CAME)
    with desk.writing() as session:
        replying.approve_reply(session, other.id or 0, REVIEWER, CAME)
        closing.reopen(session, desk.house.reckoner, other.id or 0, "未解决", MODERATOR, CAME)
    assert set(running(desk, other)) == {"handle", "acknowledge", "first_contact"} | _calls(desk, other)


def _calls(desk: Desk, order: WorkOrder) -> set[str]:
    return {c.stage for c in desk.all(Clock, order_id=order.id, subject="callback") if c.stopped_at is None}


def test_a_handed_in_reply_is_the_desks_and_the_citizens_limit_counts_from_the_message(desk: Desk) -> None:
    order = desk.take(CAME, channel=Channel.BOARD)
    handed = at("2026-03-06T15:00")
    signed(desk, order, handed)
    assert running(desk, order) == {"review": CENTRE, "reply": CENTRE}
    assert desk.clock(order, Stage.HANDLE).stopped_at == handed
    reply = desk.clock(order, Stage.REPLY)
    assert reply.started_at == CAME
    assert reply.due_at.date() == at("2026-03-11T00:00").date()  # seven workdays after Monday the 2nd
    desk.keep_only(desk.clock(order, Stage.REVIEW), reply)
    chase(desk.house, at("2026-03-10T10:00"))
    assert told(desk, order, Stage.REVIEW) == told(desk, order, Stage.REPLY) == {CENTRE}


def test_a_slow_review_is_the_desks_lateness_and_not_the_units(desk: Desk) -> None:
    order = desk.take(CAME, channel=Channel.BOARD)
    signed(desk, order, at("2026-03-09T10:00"))  # the last day of five
    with desk.writing() as session:
        replying.approve_reply(session, order.id or 0, REVIEWER, at("2026-03-20T10:00"))
    with reading(desk.house.engine) as session:
        reckoner, now = desk.house.reckoner, at("2026-03-20T11:00")
        assert order_lateness(session, reckoner, order.id or 0, now) == {}
        [unit] = [f for f in by_unit(session, now) if f.unit == "housing_bureau"]
        assert (unit.answered, unit.in_time.count, unit.overdue) == (1, 1, 0)
        late = {(f.unit, f.stage) for f in stage_lateness(session, CAME, now) if f.late}
    assert late == {(CENTRE, "review"), (CENTRE, "reply"), ("housing_bureau", "acknowledge")}


def test_a_refused_reply_goes_back_to_a_limit_that_never_stood_still(desk: Desk) -> None:
    order = desk.take(CAME, channel=Channel.BOARD)
    due = desk.clock(order, Stage.HANDLE).due_at
    signed(desk, order, at("2026-03-06T15:00"))
    with desk.writing() as session:
        replying.refuse_reply(session, order.id or 0, "请写明依据", REVIEWER, at("2026-03-11T10:00"))
    assert running(desk, order) == {"handle": "housing_bureau"}
    handle = desk.clock(order, Stage.HANDLE)
    assert handle.due_at == due
    desk.keep_only(handle)
    chase(desk.house, at("2026-03-12T10:00"))
    assert told(desk, order, Stage.HANDLE) == {"housing_bureau", desk.house.profile.supervisor}
    with reading(desk.house.engine) as session:
        late = order_lateness(session, desk.house.reckoner, order.id or 0, at("2026-03-12T10:00"))
    assert late == {CENTRE: 1, "housing_bureau": 2}  # Tuesday was ours: the reply lay with us until Wednesday


def test_more_time_for_handling_is_more_time_for_the_answer(desk: Desk) -> None:
    order = desk.take(CAME, channel=Channel.BOARD)
    with desk.writing() as session:
        clock_requests.ask_extension(session, desk.house.reckoner, order.id or 0, 3, "待配件", CLERK, CAME)
        clock_requests.decide_request(session, desk.house.reckoner, order.id or 0, MODERATOR, CAME, granted=True)
    signed(desk, order, at("2026-03-06T15:00"))
    reply = desk.clock(order, Stage.REPLY)
    assert reply.due_at.date() == at("2026-03-16T00:00").date()
    assert reply.changes == 1


def test_time_granted_while_the_reply_is_reviewed_counts_when_it_comes_back(desk: Desk) -> None:
    order = desk.take(CAME, channel=Channel.BOARD)
    due = desk.clock(order, Stage.HANDLE).due_at
    with desk.writing() as session:
        clock_requests.ask_extension(session, desk.house.reckoner, order.id or 0, 3, "待配件", CLERK, CAME)
    signed(desk, order, at("2026-03-04T15:00"))
    with desk.writing() as session:
        clock_requests.decide_request(session, desk.house.reckoner, order.id or 0, MODERATOR, CAME, granted=True)
        replying.refuse_reply(session, order.id or 0, "请写明依据", REVIEWER, at("2026-03-05T10:00"))
    assert desk.clock(order, Stage.HANDLE).due_at > due + timedelta(days=2)


def test_a_consultation_counts_as_looked_at_and_its_clock_stays_with_the_desk(desk: Desk) -> None:
    order = desk.take(CAME, channel=Channel.BOARD, plan=WAITING)
    with desk.writing() as session:
        consulting.convene(
            session, desk.house.reckoner, order.id or 0, "谁办？", ["housing_bureau", "urban_bureau"], MODERATOR, CAME
        )
        handling.dispatch(session, desk.house.reckoner, order.id or 0, "urban_bureau", MODERATOR, CAME)
    assert running(desk, order)["consult"] == CENTRE
    assert running(desk, order)["handle"] == "urban_bureau"


def test_a_profile_without_a_limit_for_a_stage_starts_no_clock_for_it(desk: Desk) -> None:
    profile = desk.house.profile
    without = {"screen", "first_contact", "reply", "review"}
    kept = [rule for rule in profile.clocks if rule.stage.value not in without]
    desk.house.profile = Profile.model_construct(**{**dict(profile), "clocks": kept})
    desk.house.__dict__.pop("reckoner", None)
    desk.house.__dict__.pop("office", None)
    order = desk.take(CAME, phone="19900001234", plan=dispatched())
    assert "first_contact" not in running(desk, order)
    signed(desk, order, at("2026-03-03T10:00"))
    assert running(desk, order)["handle"] == "housing_bureau"  # nothing open is without a clock
    assert not without & {c.stage for c in desk.all(Clock)}
