"""A unit's deadlines as a calendar: by its secret address alone, number, stage and link alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from icalendar import Calendar
from support.desk import CLERK, at
from support.interfaces import Counter, open_counter

from flows.unit_feeds import feed_address
from models.actions.unit_feeds import renew_feed
from models.actors import Actor
from models.errors import NotAllowed
from models.tables.orders import WorkOrder
from models.vocabulary import Role

NOW = at("2026-03-02 09:00")
UNIT = "housing_bureau"


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    with open_counter(tmp_path, NOW) as opened:
        yield opened


def events(counter: Counter) -> list[dict[str, str]]:
    said = counter.http.get(feed_address(counter.desk.house, UNIT))
    assert said.status_code == 200
    assert said.headers["content-type"] == "text/calendar; charset=utf-8"
    found = Calendar.from_ical(said.content).walk("VEVENT")
    return [{name: str(event[name]) for name in ("SUMMARY", "URL", "UID")} for event in found]


def test_the_calendar_tells_number_stage_and_link_of_what_runs(counter: Counter) -> None:
    order = counter.desk.take(NOW, phone="19900001234", sender_name="覃小满")
    told = events(counter)
    assert told
    assert all(event["SUMMARY"].startswith(order.number) for event in told)
    assert {event["URL"] for event in told} == {f"http://huiyin.test/unit/orders/{order.number}"}
    assert len({event["UID"] for event in told}) == len(told)
    whole = counter.http.get(feed_address(counter.desk.house, UNIT)).text
    assert not any(word in whole for word in ("楼道灯", "19900001234", "覃小满"))
    assert "演示数据" in whole


def test_what_is_sealed_or_another_units_stands_in_no_calendar(counter: Counter) -> None:
    order = counter.desk.take(NOW)
    elsewhere = feed_address(counter.desk.house, "transport_bureau")
    assert not Calendar.from_ical(counter.http.get(elsewhere).content).walk("VEVENT")
    with counter.desk.writing() as session:
        session.get_one(WorkOrder, order.id).sealed = True
    assert events(counter) == []


def test_a_wrong_or_renewed_address_leads_nowhere(counter: Counter) -> None:
    old = feed_address(counter.desk.house, UNIT)
    assert counter.http.get(f"/calendar/{UNIT}/{'0' * 40}.ics").status_code == 404
    assert counter.http.get(f"/calendar/nobody/{'é' * 9}.ics").status_code == 404
    with counter.desk.writing() as session:
        renew_feed(session, UNIT, CLERK, NOW)
    assert counter.http.get(old).status_code == 404
    assert counter.http.get(feed_address(counter.desk.house, UNIT)).status_code == 200


def test_only_the_unit_itself_or_the_operator_renews_it(counter: Counter) -> None:
    with counter.desk.writing() as session, pytest.raises(NotAllowed):
        renew_feed(session, UNIT, Actor("lu", Role.UNIT, "transport_bureau"), NOW)
    with counter.desk.writing() as session, pytest.raises(NotAllowed):
        renew_feed(session, UNIT, Actor("bian", Role.EDITOR), NOW)
