"""An emergency and an hour clock ring the duty roster, post after post, until a person confirms."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from support.desk import MODERATOR, Desk, at, dispatched, open_desk, sealed
from support.web import enrol, serving, visiting

from flows.chasing import chase
from flows.deliveries import deliver
from flows.ringing import ring
from models.actions import ringing, turning_away
from models.errors import Conflict
from models.registration import Plan
from models.tables.links import Ringing
from models.tables.notices import Notice
from models.tables.orders import WorkOrder
from models.tables.record import History, Outbox
from models.vocabulary import OrderStatus, Stage, Urgency

NIGHT = at("2026-03-02 23:10")  # in the quiet hours
MINUTES = timedelta(minutes=1)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path) as opened:
        yield opened


def emergency(desk: Desk, when: datetime = NIGHT) -> WorkOrder:
    plan = dispatched(urgency=Urgency.EMERGENCY.value, rings=True)
    return desk.take(when, plan=plan, text="燃气泄漏，楼里有人被困。", title="燃气泄漏", phone="19900001234")


def rung(desk: Desk, now: datetime) -> list[str]:
    """Who is called at `now`, as their letters begin."""
    before = len(desk.printed())
    ring(desk.house, now)
    deliver(desk.house, now)
    return [
        row["text"].partition("：")[0]
        for row in desk.printed()[before:]
        if "值班" in row["text"] or "带班" in row["text"]
    ]


def test_posts_are_rung_one_after_the_other_and_again_in_rounds_until_somebody_confirms(desk: Desk) -> None:
    order = emergency(desk)
    calls = {n: rung(desk, NIGHT + n * MINUTES) for n in range(0, 45, 5)}
    assert {n: who for n, who in calls.items() if who} == {
        0: ["值班员"], 10: ["带班领导"], 20: ["值班员"], 30: ["带班领导"], 40: ["值班员"],
    }  # fmt: skip
    with desk.writing() as session:
        ringing.confirm(session, order.id or 0, MODERATOR, NIGHT + 41 * MINUTES)
    assert rung(desk, NIGHT + 300 * MINUTES) == []
    row = desk.one(Ringing)
    assert row.confirmed_by == "shen"
    assert len(desk.all(History, action="confirm_ring")) == 1
    assert len(desk.all(Outbox, type="order.ring_confirmed")) == 1


def test_a_sweep_at_the_same_moment_rings_nobody_twice(desk: Desk) -> None:
    emergency(desk)
    rung(desk, NIGHT)
    assert ring(desk.house, NIGHT + 10 * MINUTES) == {"rung": 1}
    assert ring(desk.house, NIGHT + 10 * MINUTES) == {"rung": 0}
    assert len([n for n in desk.all(Notice) if n.unit == "duty"]) == 2


def test_after_an_outage_one_post_is_rung_and_not_every_missed_one(desk: Desk) -> None:
    emergency(desk)
    rung(desk, NIGHT)
    assert rung(desk, NIGHT + 600 * MINUTES) == ["带班领导"]


def test_a_second_confirmation_hears_that_there_was_a_first(desk: Desk) -> None:
    order = emergency(desk)
    with desk.writing() as session:
        ringing.confirm(session, order.id or 0, MODERATOR, NIGHT)
    with desk.writing() as session, pytest.raises(Conflict, match="已经有人确认"):
        ringing.confirm(session, order.id or 0, MODERATOR, NIGHT)


def test_an_hour_clock_that_runs_out_at_night_rings_too(desk: Desk) -> None:
    plan = dispatched(urgency=Urgency.EMERGENCY.value)
    order = desk.take(at("2026-03-01 23:00"), plan=plan)
    desk.keep_only(desk.clock(order, Stage.HANDLE))
    late = at("2026-03-02 23:05")
    chase(desk.house, late)
    assert rung(desk, late) == ["值班员"]
    assert rung(desk, late + 10 * MINUTES) == ["带班领导"]


def test_an_order_that_has_ended_is_rung_for_no_longer(desk: Desk) -> None:
    order = emergency(desk)
    rung(desk, NIGHT)
    with desk.writing() as session:
        turning_away.withdraw(session, order.id or 0, MODERATOR, NIGHT + 5 * MINUTES)
    assert rung(desk, NIGHT + 10 * MINUTES) == []
    assert desk.one(Ringing).ended_at is not None


def test_a_sealed_order_rings_nobody(desk: Desk) -> None:
    desk.take(NIGHT, plan=sealed())
    assert rung(desk, NIGHT) == []
    assert desk.all(Ringing) == []


def test_the_letters_link_confirms_and_shows_no_word_of_the_citizen(desk: Desk) -> None:
    emergency(desk)
    rung(desk, NIGHT)
    desk.house.clock = lambda: NIGHT + 3 * MINUTES
    [text] = [row["text"] for row in desk.printed() if "值班员" in row["text"]]
    [link] = re.findall(r"http://huiyin.test(/u/\S+)", text)
    with serving(desk.house) as address, visiting(address) as officer:
        page = officer.get(link).text
        assert "我已知悉并处理" in page
        assert "燃气泄漏" not in page
        assert "19900001234" not in page
        assert desk.one(Ringing).ended_at is None  # looking confirms nothing
        assert "不再呼叫" in officer.post(f"{link}/confirm", name="值班员甲").text
        assert officer.post(f"{link}/confirm", name="值班员甲").status_code == 409
    assert desk.one(Ringing).confirmed_by == "link:duty 值班员甲"
    assert rung(desk, NIGHT + 60 * MINUTES) == []


def test_the_orders_page_confirms_for_the_desk_and_for_no_unit(desk: Desk) -> None:
    order = emergency(desk)
    enrol(desk.house)
    path = f"/console/orders/{order.number}/confirm-ring"
    with serving(desk.house) as address:
        with visiting(address, "wu") as unit:
            assert unit.post(path).status_code == 403
        with visiting(address, "du") as supervisor:
            assert "我已知悉并处理" in supervisor.get(f"/console/orders/{order.number}").text
            assert supervisor.post(path).status_code == 200
    assert desk.one(Ringing).confirmed_by == "du"


def test_on_postgresql_letters_share_and_posts_are_rung_as_well(tmp_path: Path, postgres_url: str) -> None:
    with open_desk(tmp_path, database_url=postgres_url, sms_url="http://127.0.0.1:1/sms", hook_secret="geheim") as desk:
        order = emergency(desk, at("2026-03-02 10:00"))
        for _ in range(3):
            desk.take(at("2026-03-02 10:00"), phone="199-0000-1234")
        assert rung(desk, at("2026-03-02 10:00")) == ["值班员"]
        assert rung(desk, at("2026-03-02 10:10")) == ["带班领导"]
        with desk.writing() as session:
            ringing.confirm(session, order.id or 0, MODERATOR, at("2026-03-02 10:11"))
        assert rung(desk, at("2026-03-02 11:00")) == []
        assert [row["title"] for row in desk.printed() if "3 件" in row["title"]] == ["【演示数据】【新派工单】3 件"]


def test_an_emergency_whose_several_limits_run_out_together_rings_one_round_and_not_three(desk: Desk) -> None:
    waiting = Plan(domain="housing", kind="request", procedure="ordinary", urgency="emergency",
                   status=OrderStatus.TRIAGE, triage_reasons=("紧急",), rings=True)  # fmt: skip
    order = desk.take(NIGHT, plan=waiting)
    chase(desk.house, NIGHT + timedelta(minutes=31))  # 审看 and 派单, half an hour each
    told = [n for n in desk.all(Notice, order_id=order.id) if n.unit == "duty"]
    assert len(told) == 3
    assert [r.order_id for r in desk.all(Ringing)] == [order.id]
