"""回避: what is about a unit reaches it in no part, and matters of several regions go where DOMAIN row 6 says."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from support.desk import MODERATOR, at
from support.loop_desk import LoopDesk, open_loop, posts

from flows.route_trials import Stored
from models.actions.handling import dispatch
from models.inbound import InboundMessage
from models.profile import Profile, Routing, load_profile, shipped_profiles
from models.profile_parts import ANY
from models.tables.messages import Message
from models.tables.orders import Assignment, WorkOrder
from models.vocabulary import CaseType, Channel, Kind, OrderStatus, Stage
from responders.dispatching import concerned_units, plan, route, suggestion

DEMO = load_profile("demo")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[LoopDesk]:
    with open_loop(tmp_path) as opened:
        yield opened


def everybody(routing: Routing) -> set[str | None]:
    named = {routing.lead, *routing.co_units, *routing.informed, routing.coordinator, routing.reported_to}
    return named - {None}


def roads(profile: Profile) -> Iterator[tuple[str, list[str], str]]:
    """Every domain, in no place, in one, and in two of different regions, as an order and as an opinion."""
    named = list(dict.fromkeys(row.region for row in profile.routing if row.region != ANY))[:4]
    outside = [code for code, region in profile.regions_by_code.items() if region.outside][:1]
    places = [[], *([place] for place in named), named[:2], [*named[:1], *outside]]
    return ((d, where, case.value) for d, where, case in product(profile.domain_labels, places, CaseType))


@pytest.mark.parametrize("name", shipped_profiles())
def test_whatever_part_a_unit_would_have_it_has_none_in_a_matter_about_itself(name: str) -> None:
    profile = load_profile(name)
    parts = set()
    for domain, places, case in roads(profile):
        usual = profile.route(domain, places, Kind.REPORT, case)
        for unit in everybody(usual):
            parts.add(_part(usual, str(unit)))
            routed = profile.route(domain, places, Kind.REPORT, case, avoiding={str(unit)})
            assert unit not in everybody(routed), (domain, places, case)
    assert "lead" in parts
    if name == "demo":
        assert parts == {"lead", "co", "informed", "coordinator", "reported_to"}


def _part(routing: Routing, unit: str) -> str:
    if unit == routing.lead:
        return "lead"
    if unit in routing.co_units:
        return "co"
    if unit in routing.informed:
        return "informed"
    return "coordinator" if unit == routing.coordinator else "reported_to"


@pytest.mark.parametrize(
    ("domain", "unit"),
    [
        ("market", "tourism_bureau"),  # would help
        ("food_safety", "health_commission"),  # would be told
        ("transport", "transport_bureau"),  # would lead
    ],
)
def test_neither_the_plan_nor_the_suggestion_of_a_report_names_the_unit_that_it_is_about(
    domain: str, unit: str
) -> None:
    text = f"举报{DEMO.unit(unit).name}工作人员推诿扯皮、不作为。"
    message = InboundMessage(channel=Channel.BOARD, external_id="1", received_at=at("2026-02-13T10:00"), text=text)
    judged = Stored(domain, Kind.REPORT.value, "ordinary", "normal", ())
    assert unit in everybody(DEMO.route(domain, None, Kind.REPORT))
    routing = route(message, judged, DEMO, concerned_units(message, judged, DEMO))
    made = plan(message, judged, DEMO, routing, answered=False)
    assert made.status is OrderStatus.DISPATCHED
    assert unit not in {made.lead, *made.co_units, *made.informed}
    offered = suggestion(judged, routing)
    assert unit not in {offered["lead"], *offered["co_units"], *offered["informed"], offered["reported_to"]}


def board(desk: LoopDesk, channel: Channel, text: str) -> tuple[WorkOrder, dict[str, object]]:
    post = posts(1)[0] | {"title": "", "text": text}
    desk.collect(channel, desk.lines("posts.jsonl", [post]))
    desk.work()
    findings = desk.one(Message).findings
    return desk.one(WorkOrder), {**findings["suggestion"], "places": findings["places"]}


SCHOOL = "青禾区和石湖县的小学入学报名都要求到学校排队，学区怎么划、要带哪些材料一直不公布，请教育局答复。"


def test_row_6_an_ordinary_matter_of_two_regions_is_led_by_the_first_named_unit(desk: LoopDesk) -> None:
    order, offered = board(desk, Channel.BOARD, SCHOOL)
    assert order.domain == "education"
    assert offered["places"] == ["qinghe", "shihu"]
    assert offered["lead"] == "qinghe_education"
    assert offered["co_units"] == ["education_bureau"]
    with desk.writing() as session:  # as the form on the page of 审看 sends it
        dispatch(session, desk.house.reckoner, order.id or 0, "qinghe_education", MODERATOR, desk.now,
                 rule=str(offered["rule"]), co_units=["education_bureau"])  # fmt: skip
    parts = {(a.part, a.unit) for a in desk.all(Assignment)}
    assert parts == {("lead", "qinghe_education"), ("co", "education_bureau")}
    assert desk.clock(order, Stage.HANDLE).unit == "qinghe_education"
    assert desk.clock(order, Stage.CO_HANDLE).unit == "education_bureau"


def test_row_6_an_opinion_over_two_counties_is_the_upper_levels_and_the_counties_help(desk: LoopDesk) -> None:
    order, offered = board(desk, Channel.OPINION, SCHOOL)
    assert order.case_type == "opinion"
    assert offered["lead"] == "education_bureau"
    assert "qinghe_education" in str(offered["co_units"])
    assert offered["reported_to"] is None
    assert "media_centre" in str(offered["informed"])
