"""A page that was opened before somebody else worked on its order, or whose form is sent twice."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.desk import CLERK, HEAD, REVIEWER, Desk, at, open_desk
from support.web import Visitor, staffed, visiting

from models.actions import handling, replying
from models.tables.orders import WorkOrder
from models.tables.record import History
from models.vocabulary import Outcome


@pytest.fixture
def office(tmp_path: Path) -> Iterator[tuple[Desk, str, str]]:
    """The desk, where it serves, and the number of an order that waits in 审看."""
    with open_desk(tmp_path) as desk:
        order = desk.take(at("2026-03-02 10:00"))
        with desk.writing() as session:
            session.get_one(WorkOrder, order.id).status = "triage"
        with staffed(desk.house) as address:
            yield desk, address, order.number


def seen(visitor: Visitor, page: str, form: str) -> str:
    """What a form of the page holds of the order as it was shown."""
    found = re.search(rf'action="{form}".*?name="seen" value="(\d+)"', visitor.get(page).text, re.DOTALL)
    assert found, f"{form} says nothing of what was seen"
    return found[1]


@pytest.mark.parametrize("room", ["/console/triage", "/console/orders/{}"])
def test_a_stale_page_moves_no_order_that_somebody_has_dispatched_since(
    office: tuple[Desk, str, str], room: str
) -> None:
    desk, address, number = office
    form = f"/console/orders/{number}/dispatch"
    with visiting(address, "shen") as one, visiting(address, "shen") as other:
        old = seen(one, room.format(number), form)
        assert other.post(form, lead="urban_bureau", seen=old).is_success
        late = one.post(form, lead="market_bureau", seen=old)
    assert late.status_code == 409
    assert desk.one(WorkOrder, number=number).lead_unit == "urban_bureau"


def test_an_order_that_was_moved_on_by_another_person_says_who_did_what(office: tuple[Desk, str, str]) -> None:
    desk, address, number = office
    form = f"/console/orders/{number}/dispatch"
    with visiting(address, "shen") as moderator:
        assert moderator.post(form, lead="urban_bureau").is_success
        old = seen(moderator, f"/console/orders/{number}", form)
        with desk.writing() as session:
            order = session.get_one(WorkOrder, desk.one(WorkOrder, number=number).id)
            handling.dispatch(session, desk.house.reckoner, order.id or 0, "market_bureau", REVIEWER, desk.house.now())
        late = moderator.post(form, lead="housing_bureau", seen=old)
        assert late.status_code == 409
        assert "已有人处理（审看员hu：派单），这次没有派单" in late.text
        assert desk.one(WorkOrder, number=number).lead_unit == "market_bureau"
        again = seen(moderator, f"/console/orders/{number}", form)
        assert moderator.post(form, lead="housing_bureau", seen=again).is_success
    assert desk.one(WorkOrder, number=number).lead_unit == "housing_bureau"


def test_a_form_sent_twice_by_one_person_dispatches_once(office: tuple[Desk, str, str]) -> None:
    desk, address, number = office
    form = f"/console/orders/{number}/dispatch"
    with visiting(address, "shen") as moderator:
        old = seen(moderator, f"/console/orders/{number}", form)
        assert moderator.post(form, lead="urban_bureau", seen=old).is_success
        twice = moderator.post(form, lead="urban_bureau", seen=old)
    assert twice.status_code == 409
    assert "您已经办理（派单），没有重复办理" in twice.text
    assert len(desk.all(History, action="dispatch", actor="shen")) == 1


@pytest.mark.parametrize("form", ["decline", "divert", "merge", "withdraw", "void", "convene"])
def test_every_form_of_the_page_that_ends_or_moves_an_order_says_what_was_seen(
    office: tuple[Desk, str, str], form: str
) -> None:
    desk, address, number = office
    said = {
        "reason": "重复",
        "ground": "条例",
        "proper_channel": "法院",
        "question": "谁来办",
        "units": "housing_bureau",
        "into": desk.take(at("2026-03-02 11:00")).number,
    }
    path = f"/console/orders/{number}/{form}"
    with visiting(address, "shen") as moderator:
        old = seen(moderator, f"/console/orders/{number}", path)
        assert moderator.post(f"/console/orders/{number}/dispatch", lead="urban_bureau").is_success
        late = moderator.post(path, seen=old, **said)
    assert late.status_code == 409
    assert desk.one(WorkOrder, number=number).status == "dispatched"


def test_nobody_approves_a_reply_that_was_written_anew_since_it_was_read(office: tuple[Desk, str, str]) -> None:
    desk, address, number = office
    form = f"/console/orders/{number}/approve"

    def write(text: str) -> None:
        with desk.writing() as session:
            order = desk.one(WorkOrder, number=number).id or 0
            replying.write_reply(session, order, text, Outcome.RESOLVED, CLERK, desk.house.now())
            replying.sign_off(session, desk.house.reckoner, order, [], HEAD, desk.house.now())

    with visiting(address, "shen") as one, visiting(address, "hu") as other:
        assert one.post(f"/console/orders/{number}/dispatch", lead="housing_bureau").is_success
        with desk.writing() as session:
            order = desk.one(WorkOrder, number=number).id or 0
            handling.acknowledge(session, order, CLERK, desk.house.now())
        write("已更换声控灯 6 盏。")
        old = seen(one, "/console/reviews", form)
        assert other.post(f"/console/orders/{number}/refuse", note="请写明日期").is_success
        write("已于 3 月 2 日更换声控灯 6 盏。")
        late = one.post(form, seen=old)
        assert late.status_code == 409
        assert desk.one(WorkOrder, number=number).status == "reviewing"
        assert one.post(form, seen=seen(one, f"/console/orders/{number}", form)).is_success


def test_nobody_in_the_unit_signs_or_returns_a_reply_that_was_written_anew_since_it_was_read(
    office: tuple[Desk, str, str],
) -> None:
    desk, address, number = office
    room = f"/unit/orders/{number}"
    with visiting(address, "shen") as moderator:
        assert moderator.post(f"/console/orders/{number}/dispatch", lead="housing_bureau").is_success
    with visiting(address, "wu") as clerk, visiting(address, "zheng") as one, visiting(address, "zheng") as other:
        clerk.post(f"{room}/acknowledge")
        first = seen(clerk, room, f"{room}/reply")
        clerk.post(f"{room}/reply", text="已更换声控灯 6 盏。", outcome="resolved", seen=first)
        old = seen(one, room, f"{room}/sign-off")
        assert other.post(f"{room}/refuse", note="请写明日期", seen=old).is_success
        late = clerk.post(f"{room}/reply", text="六盏灯都换了。", outcome="resolved", seen=first)
        assert (late.status_code, "六盏灯都换了。" in late.text) == (409, True)
        again = seen(clerk, room, f"{room}/reply")
        assert clerk.post(f"{room}/reply", text="3 月 2 日换了 6 盏灯。", outcome="resolved", seen=again).is_success
        assert one.post(f"{room}/sign-off", seen=old).status_code == 409
        late = one.post(f"{room}/refuse", note="字数太少", seen=old)
        assert (late.status_code, "在您打开页面后已有人处理" in late.text) == (409, True)
        assert desk.one(WorkOrder, number=number).status == "signing"
        assert one.post(f"{room}/sign-off", seen=seen(one, room, f"{room}/sign-off")).is_success
    assert desk.one(WorkOrder, number=number).status == "reviewing"


def test_a_unit_that_asked_to_return_an_order_does_not_ask_again_from_the_page_before_the_refusal(
    office: tuple[Desk, str, str],
) -> None:
    desk, address, number = office
    room = f"/unit/orders/{number}"
    with visiting(address, "shen") as moderator, visiting(address, "wu") as clerk:
        assert moderator.post(f"/console/orders/{number}/dispatch", lead="housing_bureau").is_success
        old = seen(clerk, room, f"{room}/return")
        assert clerk.post(f"{room}/return", grounds="路灯归城管", seen=old).is_success
        assert moderator.post(f"/console/orders/{number}/return", granted="false", note="属小区内部").is_success
        assert clerk.post(f"{room}/return", grounds="路灯归城管", seen=old).status_code == 409
    assert desk.one(WorkOrder, number=number).status != "returning"
