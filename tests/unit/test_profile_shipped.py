import re

import pytest

from models.profile import Profile, load_profile, shipped_profiles
from models.vocabulary import CaseType, Domain, Kind, LimitUnit, Procedure, Stage, Urgency

REAL = ["chongqing-gaoxin", "jiande", "jiujiang", "tengchong"]

# 重庆高新区 2021 分解表二(三)8–15
EIGHT_ROWS = [
    ("health", "公共服务局", [], "8"),
    ("finance", "建设局", ["财政局"], "9"),
    ("labour", "政务服务和社会事务中心", [], "10"),
    ("environment", "生态环境局", [], "11"),
    ("food_safety", "市场监督管理局", [], "12"),
    ("education", "公共服务局", [], "13"),
    ("civil_affairs", "公共服务局", [], "14"),
    ("work_safety", "综合执法局", [], "15"),
]


@pytest.fixture(params=shipped_profiles())
def profile(request: pytest.FixtureRequest) -> Profile:
    return load_profile(request.param)


def test_the_shipped_profiles_are_the_demo_and_four_real_places() -> None:
    assert shipped_profiles() == sorted(["demo", *REAL])


def test_every_domain_and_kind_of_a_shipped_profile_has_a_known_lead(profile: Profile) -> None:
    for domain in Domain:
        for kind in Kind:
            for case_type in CaseType:
                routing = profile.route(domain, None, kind, case_type)
                assert profile.unit(routing.lead)
                assert routing.source
                assert ("推定" in routing.source) <= routing.presumed


def test_every_stage_of_a_shipped_profile_has_a_clock_with_a_source(profile: Profile) -> None:
    for stage in (Stage.SCREEN, Stage.DISPATCH, Stage.ACKNOWLEDGE, Stage.HANDLE, Stage.REPLY, Stage.REVIEW):
        rule = profile.clock(stage, channel="mailbox", kind="complaint", procedure="ordinary")
        assert rule is not None
        assert rule.source


def test_opinion_clocks_are_those_of_the_state_council(profile: Profile) -> None:
    def limit(stage: Stage, urgency: Urgency | None = None) -> str:
        rule = profile.clock(stage, case_type=CaseType.OPINION, urgency=urgency)
        assert rule is not None
        assert "国办发〔2016〕" in rule.source
        return rule.label

    assert limit(Stage.OPINION_FIRST) == "48小时"
    assert limit(Stage.OPINION_FIRST, Urgency.EMERGENCY) == "5小时"
    assert limit(Stage.OPINION_CONFERENCE, Urgency.EMERGENCY) == "24小时"


def test_disclosure_requests_have_twenty_workdays(profile: Profile) -> None:
    rule = profile.clock(Stage.REPLY, procedure=Procedure.DISCLOSURE, kind="request")
    assert rule is not None
    assert rule.label == "20个工作日"


def test_the_callback_clock_is_five_workdays(profile: Profile) -> None:
    rule = profile.clock(Stage.CALLBACK, channel="hotline")
    assert rule is not None
    assert (rule.limit, rule.unit) == (5, LimitUnit.WORKDAYS)


def test_only_the_demo_is_a_demonstration_and_dispatches_by_itself(profile: Profile) -> None:
    assert profile.demonstration == (profile.code == "demo")
    assert profile.dispatch == ("automatic" if profile.code == "demo" else "confirm")


@pytest.mark.parametrize("name", REAL)
def test_a_real_place_ships_without_people_and_telephone_numbers(name: str) -> None:
    profile = load_profile(name)
    assert not any(unit.phone for unit in profile.units)
    assert not any(post.name or post.phone for post in profile.duty_roster)
    assert not re.search(r"\d{7,}", profile.model_dump_json())


@pytest.mark.parametrize(("domain", "lead", "co_units", "row"), EIGHT_ROWS)
def test_gaoxin_routes_its_eight_rows_as_its_table_says(domain: str, lead: str, co_units: list[str], row: str) -> None:
    profile = load_profile("chongqing-gaoxin")
    for case_type in CaseType:
        routing = profile.route(domain, "gaoxin", "complaint", case_type)
        assert profile.unit(routing.lead).name == f"高新区{lead}"
        assert [profile.unit(unit).name for unit in routing.co_units] == [f"高新区{unit}" for unit in co_units]
        assert not routing.presumed
        assert f"二(三){row}（" in routing.source


def test_gaoxin_presumes_every_domain_that_its_table_does_not_name() -> None:
    profile = load_profile("chongqing-gaoxin")
    named = {domain for domain, *_ in EIGHT_ROWS}
    for domain in set(Domain) - named:
        routing = profile.route(domain, None, "complaint")
        assert routing.presumed
        assert "推定，待本地确认" in routing.reasons[0]


def test_gaoxin_has_its_numbers_roles_and_callback_source() -> None:
    profile = load_profile("chongqing-gaoxin")
    assert (profile.number_prefix, profile.document_prefix) == ("GX", "渝高新督")
    assert "融媒体中心" in profile.unit(profile.opinion_coordinator).name
    callback = profile.clock(Stage.CALLBACK, channel="hotline")
    assert callback is not None
    assert "二(三)17" in callback.source
    assert not callback.presumed


@pytest.mark.parametrize(("name", "limit"), [("jiande", 0), ("tengchong", 3)])
def test_interpretation_is_due_as_the_place_itself_says(name: str, limit: int) -> None:
    rule = load_profile(name).clock(Stage.INTERPRETATION)
    assert rule is not None
    assert rule.limit == limit
    assert not rule.presumed


def test_the_demo_place_is_fictitious_and_complete() -> None:
    demo = load_profile("demo")
    assert "虚构" in demo.name
    assert demo.number_prefix == "WX"
    assert {"qinghe", "nantang", "liuqiao_jie", "shihu", "daya", "wangxi"} <= set(demo.regions_by_code)
    assert len([region for region in demo.regions if region.level == "village"]) >= 20
    assert {unit.level for unit in demo.units} >= {"city", "county", "town"}
    assert all(target.startswith("print:") for unit in demo.units for target in unit.notify)
    assert all(unit.phone is None or unit.phone.startswith("1990000") for unit in demo.units)


def test_no_alias_of_a_shipped_place_belongs_to_two_places(profile: Profile) -> None:
    names = [name for region in profile.regions for name in (region.name, *region.aliases)]
    assert len(names) == len(set(names))


def test_supervision_starts_the_day_after_and_leaves_cards_off(profile: Profile) -> None:
    rungs = {rung.action: rung for rung in profile.ladder.rungs}
    assert rungs["remind"].after == 1
    assert not rungs["yellow_card"].enabled
    assert rungs["circular"].needs_decision
    assert rungs["summons"].needs_decision
