"""An order that was sent on before its unit could answer: in 响应率, in the stages' lateness, on its page."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from support.desk import CLERK, MODERATOR, REVIEWER, Desk, at, open_desk
from support.web import staffed, visiting

from models.actions.handling import acknowledge, ask_return, decide_return, dispatch
from models.actions.undoing import undo
from models.database import reading
from models.queries.lateness import stage_lateness
from models.queries.rates import responded
from models.tables.orders import WorkOrder

CAME = at("2026-03-02 10:00")
LATER = at("2026-03-02 10:05")
Move = Callable[[Desk, WorkOrder, datetime], None]


def sent_on(desk: Desk, order: WorkOrder, when: datetime) -> None:
    with desk.writing() as session:
        dispatch(session, desk.house.reckoner, order.id or 0, "urban_bureau", MODERATOR, when)


def returned(desk: Desk, order: WorkOrder, when: datetime) -> None:
    with desk.writing() as session:
        ask_return(session, desk.house.reckoner, order.id or 0, "不属本单位职责", CLERK, when)
        decide_return(session, desk.house.reckoner, order.id or 0, MODERATOR, when, granted=True)


def taken_back(desk: Desk, order: WorkOrder, when: datetime) -> None:
    returned(desk, order, when - timedelta(minutes=2))
    with desk.writing() as session:
        dispatch(session, desk.house.reckoner, order.id or 0, "urban_bureau", REVIEWER, when - timedelta(minutes=1))
    with desk.writing() as session:
        undo(session, desk.house.reckoner, order.id or 0, REVIEWER, when)


def said(desk: Desk, order: WorkOrder) -> list[tuple[str, str]]:
    """Each limit on the order's page, the latest first, and what is said of it."""
    with staffed(desk.house) as address, visiting(address, "shen") as moderator:
        page = moderator.get(f"/console/orders/{order.number}").text
    limits = page.partition("<h2>时限</h2>")[2].partition("</section>")[0]
    return re.findall(r'<summary><b>(.+?)</b>.*?<span class="badge.*?>(.+?)</span>', limits, re.DOTALL)


def test_a_unit_that_an_order_was_taken_from_has_neither_responded_nor_been_late(tmp_path: Path) -> None:
    with open_desk(tmp_path) as desk:
        sent_on(desk, desk.take(CAME), LATER)
        since, now = at("2026-03-01 00:00"), at("2026-03-02 11:00")
        with reading(desk.house.engine) as session:
            assert session.execute(responded(since, now)).all() == []
            assert stage_lateness(session, since, now) == []


@pytest.mark.parametrize(("move", "word"), [(sent_on, "改派"), (returned, "退单"), (taken_back, "撤销派单")])
def test_the_page_says_what_ended_a_limit_that_nobody_met(tmp_path: Path, move: Move, word: str) -> None:
    with open_desk(tmp_path) as desk:
        order = desk.take(CAME, phone="13800000000")
        move(desk, order, LATER)
        found = said(desk, order)
    ended = ("签收", f"随{word}结束"), ("首次联系", f"随{word}结束")
    assert set(ended) <= set(found)
    assert not {("签收", "按期"), ("首次联系", "按期"), ("签收", "超期")} & set(found)


def test_a_co_units_limit_goes_with_the_order_and_a_signature_given_stays_in_time(tmp_path: Path) -> None:
    with open_desk(tmp_path) as desk:
        order = desk.take(CAME)
        with desk.writing() as session:
            acknowledge(session, order.id or 0, CLERK, LATER)
            helping = ["transport_bureau"]
            again = LATER + timedelta(minutes=5)
            dispatch(session, desk.house.reckoner, order.id or 0, "housing_bureau", MODERATOR, again, co_units=helping)
        sent_on(desk, order, LATER + timedelta(minutes=10))
        found = said(desk, order)
    assert ("协办", "随改派结束") in found
    assert [word for stage, word in found if stage == "签收"][1:] == ["随改派结束", "按期"]


def test_a_limit_that_had_passed_before_the_order_went_is_late_all_the_same(tmp_path: Path) -> None:
    with open_desk(tmp_path) as desk:
        order = desk.take(CAME)
        sent_on(desk, order, CAME + timedelta(days=9))
        found = said(desk, order)
        with reading(desk.house.engine) as session:
            rows = session.execute(responded(at("2026-03-01 00:00"), CAME + timedelta(days=9, hours=1))).all()
    assert ("签收", "超期") in found
    assert [(unit, hit) for unit, _, hit in rows] == [("housing_bureau", 0)]
