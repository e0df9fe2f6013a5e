"""Lateness is charged to whoever held the order at the time, our own desk included."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.desk import CLERK, MODERATOR, SHANGHAI, Desk, at, open_desk

from models.actions.handling import ask_return, decide_return, dispatch
from models.database import reading
from models.holding import Hold, charged
from models.queries.lateness import order_lateness, unit_lateness
from models.workdays import work_calendar

DUE = at("2026-02-13T23:59:59")  # a Friday; 14 February is a worked Saturday, 15 to 23 are holidays
CALENDAR = work_calendar()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path) as opened:
        yield opened


def late(holds: list[Hold], ended: str) -> dict[str, int]:
    return charged(holds, DUE, at(ended), "centre", CALENDAR, SHANGHAI)


def test_only_workdays_are_charged_and_worked_weekends_are_workdays() -> None:
    assert late([Hold("a", at("2026-02-10T09:00"), None)], "2026-02-25T10:00") == {"a": 3}


def test_nothing_is_charged_before_the_limit_has_passed() -> None:
    assert late([Hold("a", at("2026-02-10T09:00"), None)], "2026-02-13T20:00") == {}


def test_each_holder_is_charged_for_its_own_days_and_the_gap_is_ours() -> None:
    holds = [
        Hold("a", at("2026-02-10T09:00"), at("2026-02-24T12:00")),
        Hold("b", at("2026-02-26T09:00"), None),
    ]
    assert late(holds, "2026-02-27T10:00") == {"a": 1, "centre": 2, "b": 2}


def test_an_order_that_was_returned_late_is_charged_to_the_desk_until_it_goes_out_again(desk: Desk) -> None:
    order = desk.take(at("2026-03-02T10:00"))
    with desk.writing() as session:
        reckoner, when = desk.house.reckoner, at("2026-03-02T11:00")
        ask_return(session, reckoner, order.id or 0, "不属本单位职责", CLERK, when)
        decide_return(session, reckoner, order.id or 0, MODERATOR, when, granted=True)
        dispatch(session, reckoner, order.id or 0, "transport_bureau", MODERATOR, at("2026-03-11T09:00"))
    now = at("2026-03-12T10:00")
    with reading(desk.house.engine) as session:
        assert order_lateness(session, reckoner, order.id or 0, now) == {"citizen_centre": 1, "transport_bureau": 2}
        assert unit_lateness(session, reckoner, at("2026-03-01T00:00"), now) == {
            "citizen_centre": 1, "transport_bureau": 2,
        }  # fmt: skip
