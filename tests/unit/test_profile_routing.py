import pytest
from support.desk import at

from flows.route_trials import Stored
from models.errors import Conflict, NotFound
from models.inbound import InboundMessage
from models.profile import Profile, load_profile
from models.vocabulary import Channel, Stage
from responders.dispatching import plan, route

DEMO = load_profile("demo")
GAOXIN = load_profile("chongqing-gaoxin")


def changed(profile: Profile, **changes: object) -> Profile:
    return Profile.model_validate({**profile.model_dump(), **changes})


def test_a_place_inside_a_district_goes_to_the_district_unit() -> None:
    assert DEMO.route("housing", "xuefu", "complaint").lead == "qinghe_housing"
    assert DEMO.route("civil_affairs", "xingfuli", "request").lead == "nantang_office"


def test_a_place_without_a_rule_of_its_own_goes_to_the_city_unit() -> None:
    assert DEMO.route("housing", "yuntai", "complaint").lead == "housing_bureau"
    assert DEMO.route("housing", None, "complaint").lead == "housing_bureau"
    assert DEMO.route("housing", "atlantis", "complaint").lead == "housing_bureau"


def test_the_nearest_region_wins_over_its_district() -> None:
    rows = [row.model_dump() for row in DEMO.routing]
    rows.append({**rows[0], "region": "shuyuan", "lead": "urban_bureau", "informed": []})
    profile = changed(DEMO, routing=rows)
    assert profile.route("housing", "xuefu", "complaint").lead == "urban_bureau"
    assert profile.route("housing", "nantang", "complaint").lead == "qinghe_housing"


def test_a_rule_for_a_kind_wins_over_the_rule_for_any_kind() -> None:
    rows = [row.model_dump() for row in DEMO.routing]
    rows.append({**rows[0], "kind": "praise", "lead": "city_office", "informed": []})
    profile = changed(DEMO, routing=rows)
    assert profile.route("housing", None, "praise").lead == "city_office"
    assert profile.route("housing", None, "complaint").lead == "housing_bureau"


def test_a_rule_for_the_domain_wins_over_a_rule_for_any_domain() -> None:
    rows = [row.model_dump() for row in DEMO.routing]
    rows.append({**rows[0], "domain": "*", "region": "qinghe", "lead": "city_office", "informed": []})
    profile = changed(DEMO, routing=rows)
    assert profile.route("labour", "qinghe", "complaint").lead == "labour_bureau"


def test_row_6_an_order_over_several_regions_is_led_by_the_first_named_and_the_others_help() -> None:
    routing = DEMO.route("housing", ["hedong", "xuefu"], "complaint")
    assert routing.lead == "liuqiao_housing"
    assert routing.co_units == ("qinghe_housing",)
    assert "首接单位主办" in routing.reasons[-1]


def test_a_district_named_beside_its_own_street_is_one_place() -> None:
    routing = DEMO.route("housing", ["qinghe", "nantang", "wangxi"], "complaint")
    assert routing.lead == "qinghe_housing"
    assert routing.co_units == ()
    assert len(routing.reasons) == 1


def test_row_10_the_domain_unit_answers_an_opinion_and_the_media_centre_coordinates() -> None:
    routing = GAOXIN.route("environment", "gaoxin", "complaint", "opinion")
    assert (routing.lead, routing.coordinator) == ("environment", "media")
    assert GAOXIN.route("environment", "gaoxin", "complaint").coordinator is None


def test_a_rule_for_opinions_wins_over_any_rule_for_orders() -> None:
    opinion = DEMO.route("finance", "qinghe", "complaint", "opinion")
    assert (opinion.lead, opinion.co_units) == ("housing_bureau", ("finance_bureau",))
    assert DEMO.route("finance", "qinghe", "complaint").lead == "finance_bureau"


def test_row_6_an_opinion_over_several_counties_is_the_municipal_units() -> None:
    routing = DEMO.route("environment", ["xuefu", "hedong"], "complaint", "opinion")
    assert routing.lead == "environment_bureau"
    assert routing.co_units == ("liuqiao_environment",)
    assert routing.coordinator == "media_centre"
    assert routing.reported_to is None


def test_row_6_an_opinion_that_leaves_the_jurisdiction_is_reported_up_and_kept_by_a_liaison() -> None:
    routing = GAOXIN.route("environment", ["gaoxin", "shapingba"], "complaint", "opinion")
    assert routing.lead == "media"
    assert routing.reported_to == "municipal_department"
    assert routing.co_units == ("environment",)
    assert "上报" in routing.reasons[-1]


def test_two_towns_of_one_county_are_no_matter_for_the_upper_level() -> None:
    routing = DEMO.route("environment", ["liuqiao_jie", "hedong"], "complaint", "opinion")
    assert routing.lead == "liuqiao_environment"


def test_an_order_about_a_unit_never_reaches_it() -> None:
    routing = DEMO.route("housing", ["xuefu", "hedong"], "complaint", avoiding={"qinghe_housing"})
    assert routing.lead == DEMO.recusal_unit
    assert "qinghe_housing" not in (routing.lead, *routing.co_units, *routing.informed)
    assert "回避" in routing.reasons[-1]


def test_a_unit_that_is_only_told_is_left_out_when_the_order_is_about_it() -> None:
    routing = DEMO.route("food_safety", None, "complaint", avoiding={"health_commission"})
    assert routing.lead == "market_bureau"
    assert routing.informed == ()


def test_an_order_about_the_supervising_office_itself_goes_up() -> None:
    routing = GAOXIN.route("integrity", None, "complaint", avoiding={"office"})
    assert routing.lead == "municipal_department"
    with pytest.raises(Conflict, match="报上级"):
        GAOXIN.route("integrity", None, "complaint", avoiding={"office", "municipal_department"})


def test_the_reason_of_a_routing_names_domain_place_unit_and_source() -> None:
    told = DEMO.route("housing", "xuefu", "complaint").reasons[0]
    assert told == "城乡建设与住房·青禾区 → 青禾区住房和城乡建设局，依据：虚构属地清单"


def test_an_assignment_names_its_basis_once() -> None:
    message = InboundMessage(
        channel=Channel.BOARD, external_id="1", received_at=at("2026-03-02 10:00"), text="单元门坏了"
    )
    judged = Stored("housing", "complaint", "ordinary", "normal", ("xuefu",))
    made = plan(message, judged, DEMO, route(message, judged, DEMO, ()), answered=False)
    assert made.rule == "虚构属地清单；城乡建设与住房·青禾区 → 青禾区住房和城乡建设局"


def test_an_unknown_domain_unit_or_region_is_named() -> None:
    with pytest.raises(NotFound, match="astrology"):
        DEMO.route("astrology", None, "complaint")
    with pytest.raises(NotFound, match="没有单位“nobody”"):
        DEMO.unit("nobody")
    with pytest.raises(NotFound, match="没有地区“atlantis”"):
        DEMO.region("atlantis")


def test_the_most_specific_clock_wins() -> None:
    def limit(**asked: str) -> str | None:
        rule = DEMO.clock(Stage.HANDLE, **asked)
        return rule.code if rule else None

    assert limit(kind="complaint") == "handle"
    assert limit(kind="consultation") == "handle_consultation"
    assert limit(kind="consultation", urgency="urgent") == "handle_urgent"
    assert limit(kind="consultation", urgency="urgent", procedure="disclosure") == "disclosure_handle"
    assert DEMO.clock(Stage.OPINION_CONFERENCE) is None


def test_the_version_of_a_profile_changes_with_its_rules() -> None:
    assert changed(DEMO).version == DEMO.version
    assert changed(DEMO, accept_precision=0.9).version != DEMO.version


def test_a_profile_renames_and_adds_domains() -> None:
    profile = changed(DEMO, domains={"housing": "住建", "heating": "供热"})
    assert profile.domain_labels["housing"] == "住建"
    assert profile.domain_labels["heating"] == "供热"
    assert profile.domain_labels["labour"] == "劳动与社会保障"


def test_a_call_centres_own_column_names_are_tried_before_the_usual_ones() -> None:
    profile = changed(DEMO, hotline_columns={"phone": ["主叫号码"]})
    assert profile.hotline_columns["phone"][:2] == ["主叫号码", "联系电话"]
    assert profile.hotline_columns["text"][0] == "诉求内容"
