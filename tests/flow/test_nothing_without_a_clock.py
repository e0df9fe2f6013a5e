"""Nothing open is without a clock: a promise without a date is reviewed, a drawn follow-up is chased at the centre."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from support.desk import CLERK, HEAD, MODERATOR, REVIEWER, Desk, at, open_desk
from support.ledger_desk import NOW, report, running

from flows.chasing import chase
from flows.deliveries import deliver
from flows.following_up import draw_follow_ups
from flows.promises_due import check_promises
from models.actions import follow_ups, handling, promise_changes, promise_progress, replying
from models.actions.follow_ups import Answer
from models.actors import Actor
from models.calling_words import AttemptResult
from models.database import reading
from models.queries.orders import whole_order
from models.tables.clocks import Clock
from models.tables.follow_ups import FollowUp
from models.tables.notices import Notice
from models.tables.orders import WorkOrder
from models.tables.record import Outbox
from models.vocabulary import Outcome, Role, Stage

SUPERVISOR = Actor("du", Role.SUPERVISOR)


@pytest.fixture
def desk(tmp_path: Path, database_url: str) -> Iterator[Desk]:
    with open_desk(tmp_path, database_url=database_url, now=NOW) as opened:
        yield opened


def clocks(desk: Desk, subject: str) -> list[Clock]:
    return [clock for clock in desk.all(Clock, subject=subject) if clock.stopped_at is None]


def test_a_promise_without_a_date_is_reviewed_until_somebody_names_one(desk: Desk) -> None:
    promise = running(desk, due=None)
    [clock] = clocks(desk, "promise")
    assert clock.stage == Stage.PROMISE_REVIEW
    assert clock.due_at.date() == date(2026, 4, 1)
    late = at("2026-04-08 09:00")
    assert chase(desk.house, late)["reminders"] == 1
    assert {n.unit for n in desk.all(Notice)} >= {"housing_bureau"}
    with desk.writing() as session:
        promise_progress.add_progress(session, promise, "正在招标。", CLERK, late)
    assert check_promises(desk.house, at("2026-04-09 06:00"))["clocks"] == 1
    [clock] = clocks(desk, "promise")
    assert clock.due_at.date() == date(2026, 5, 9)
    assert check_promises(desk.house, at("2026-04-10 06:00"))["clocks"] == 0
    with desk.writing() as session:
        promise_changes.ask_change(
            session, desk.house.reckoner, promise, date(2026, 6, 30), "招标定了工期。", CLERK, late
        )
    with desk.writing() as session:
        promise_changes.decide_change(session, desk.house.reckoner, promise, True, "", SUPERVISOR, late)
    [clock] = clocks(desk, "promise")
    assert (clock.stage, clock.due_at.astimezone(desk.house.settings.zone).date()) == ("promise", date(2026, 6, 30))
    report(desk, promise, "2026-04-20 10:00")


def drawn(desk: Desk) -> tuple[WorkOrder, FollowUp]:
    rules = desk.house.profile.follow_up.model_copy(update={"rate": 1.0})
    profile = desk.house.profile.model_copy(update={"follow_up": rules})
    desk.house.__dict__["profile"] = desk.house.reckoner.profile = profile
    when = at("2026-02-09 15:00")
    order = desk.take(at("2026-02-08 15:00"), phone="19900001234", sender_name="何女士")
    with desk.writing() as session:
        reckoner, number = desk.house.reckoner, order.id or 0
        handling.acknowledge(session, number, CLERK, when)
        replying.write_reply(session, number, "已更换灯管，请留意。", Outcome.RESOLVED, CLERK, when)
        replying.sign_off(session, reckoner, number, [], HEAD, when)
        replying.approve_reply(session, number, REVIEWER, when, override_note="属实")
    draw_follow_ups(desk.house, at("2026-02-12 08:30"))
    return order, desk.one(FollowUp)


def test_a_follow_up_that_nobody_makes_is_chased_at_the_centre_and_its_unit_sees_nothing_of_it(desk: Desk) -> None:
    order, row = drawn(desk)
    [clock] = clocks(desk, "follow_up")
    profile = desk.house.profile
    assert (clock.unit, clock.order_id, clock.due_at) == (profile.centre, None, row.due_at)
    for day in ("2026-03-02 09:00", "2026-03-09 09:00", "2026-03-16 09:00"):
        chase(desk.house, at(day))
        deliver(desk.house, at(day))
    told = [n for n in desk.all(Notice) if n.facts.get("ref") == f"follow_up:{row.id}"]
    assert {n.unit for n in told} == {profile.centre, profile.supervisor}
    assert all(n.order_id is None and order.number not in str(n.facts) and row.unit not in str(n.facts) for n in told)
    assert not [e for e in desk.all(Outbox) if "follow_up" in e.type]
    with reading(desk.house.engine) as session:
        seen = whole_order(session, CLERK, order.number)
        assert not [c for c, _ in seen.clocks if c.subject == "follow_up"]
    with desk.writing() as session:
        follow_ups.record_call(session, desk.house.reckoner, row.id or 0, AttemptResult.ANSWERED, Answer(resolved=True),
                               "", MODERATOR, at("2026-03-17 09:00"))  # fmt: skip
    assert clocks(desk, "follow_up") == []


def test_the_centres_own_answer_is_followed_up_by_the_supervising_office(desk: Desk) -> None:
    reckoner = desk.house.reckoner
    profile = desk.house.profile
    assert follow_ups.asking_unit(reckoner, profile.centre) == profile.supervisor
    assert follow_ups.asking_unit(reckoner, "housing_bureau") == profile.centre
