from pathlib import Path

import pytest

from models.errors import BadProfile
from models.profile import SHIPPED, load_profile

DEMO = (SHIPPED / "demo.yaml").read_text(encoding="utf-8")


def faults(folder: Path, *edits: tuple[str, str]) -> str:
    """Load the demo with these edits; what the error says."""
    text = DEMO
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    path = folder / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadProfile) as caught:
        load_profile(str(path))
    return str(caught.value)


def line_of(part: str) -> int:
    return next(n for n, line in enumerate(DEMO.splitlines(), start=1) if part in line)


def test_an_unknown_unit_is_named_with_its_row(tmp_path: Path) -> None:
    told = faults(tmp_path, ("lead: transport_bureau", "lead: trasport_bureau"))
    row = line_of("lead: transport_bureau")
    assert f"mine.yaml 第{row}行：routing.第6条.lead 没有单位“trasport_bureau”" in told


def test_an_unknown_region_is_named(tmp_path: Path) -> None:
    told = faults(tmp_path, ("region: nantang, lead", "region: nantagn, lead"))
    assert "没有地区“nantagn”" in told


def test_an_uncovered_domain_is_named(tmp_path: Path) -> None:
    told = faults(tmp_path, ("{domain: justice, lead", "{domain: justice, region: shihu, lead"))
    assert "领域“justice”（司法与法律服务）没有全域的派单规则" in told


def test_a_domain_covered_for_some_kinds_only_is_named_with_the_others(tmp_path: Path) -> None:
    told = faults(tmp_path, ("{domain: justice, lead", "{domain: justice, kind: consultation, lead"))
    assert "（司法与法律服务）的求助、投诉、举报、意见建议、表扬、其他没有全域的派单规则" in told


def test_an_added_domain_needs_a_rule_too(tmp_path: Path) -> None:
    told = faults(tmp_path, ("routing:\n", "domains: {heating: 供热}\nrouting:\n"))
    assert "领域“heating”（供热）没有全域的派单规则" in told


def test_two_rules_for_the_same_case_contradict_each_other(tmp_path: Path) -> None:
    told = faults(tmp_path, ("{domain: other, region: shihu, lead", "{domain: other, lead"))
    rows = "矛盾：领域、地区、类型都相同，主办单位分别为“city_office”和“shihu_office”"
    assert f"mine.yaml 第{line_of('lead: shihu_office')}行：" in told
    assert rows in told


def test_a_unit_without_a_region_is_named(tmp_path: Path) -> None:
    told = faults(tmp_path, ("level: city, region: wangxi, phone", "level: city, phone"))
    assert "units.第2条.region 缺少这一项" in told


def test_a_missing_callback_clock_is_named(tmp_path: Path) -> None:
    told = faults(
        tmp_path,
        ("{code: callback, stage: callback,", "{code: callback, stage: first_contact, kind: praise,"),
    )
    assert "缺少“回电”（callback）的通用时限" in told


def test_two_clocks_for_the_same_case_contradict_each_other(tmp_path: Path) -> None:
    told = faults(
        tmp_path,
        ("{code: handle_urgent, stage: handle, urgency: urgent", "{code: handle_urgent, stage: handle"),
    )
    assert "“handle_urgent”与“handle”适用范围相同，时限矛盾" in told


def test_an_unknown_key_and_a_missing_one_are_named(tmp_path: Path) -> None:
    told = faults(tmp_path, ("level: county, parent: wangxi, aliases: [青禾]", "levl: county, parent: wangxi"))
    assert "regions.第2条.level 缺少这一项" in told
    assert "regions.第2条.levl 不认识这个键" in told


def test_all_faults_are_listed_at_once(tmp_path: Path) -> None:
    told = faults(
        tmp_path,
        ("lead: transport_bureau", "lead: nobody"),
        ("lead: labour_bureau", "lead: noone"),
        ("region: hedong, lead", "region: atlantis, lead"),
    )
    assert "有 3 处错误" in told


def test_wrong_values_are_told_in_chinese(tmp_path: Path) -> None:
    told = faults(
        tmp_path,
        ("dispatch: automatic", "dispatch: auto"),
        ('quiet_from: "21:00"', 'quiet_from: "25:00"'),
        ("unit: working_hours", "unit: hour"),
        ("{domain: labour, lead", "{domain: 劳动, lead"),
        ("limit: 24, unit: hours", "limit: 0.5, unit: workdays"),
    )
    assert "dispatch 只能是 'automatic'、'confirm'，现为“auto”" in told
    assert "ladder.quiet_from 应为" in told
    assert "clocks.第1条.unit 只能是" in told
    assert "routing.第10条.domain 应为代码" in told
    assert "以日计的时限须为整数" in told


def test_a_code_given_twice_and_a_region_inside_itself_are_named(tmp_path: Path) -> None:
    told = faults(
        tmp_path,
        ("code: yuntai, name", "code: daya, name"),
        ("name: 青禾区, level: county, parent: wangxi", "name: 青禾区, level: county, parent: bailu"),
    )
    assert "代码“daya”重复" in told
    assert "“青禾区”的上级绕回了自己" in told


def test_a_unit_twice_in_one_rule_is_named(tmp_path: Path) -> None:
    told = faults(tmp_path, ("co_units: [tourism_bureau]", "co_units: [market_bureau]"))
    assert "单位“market_bureau”在同一行出现两次" in told


def test_an_unknown_notification_target_is_named(tmp_path: Path) -> None:
    told = faults(tmp_path, ('phone: "19900000100"', 'phone: "19900000100", notify: ["fax:123"]'))
    assert "不认识的通知方式“fax:123”" in told


def test_a_ladder_whose_rungs_do_not_rise_is_named(tmp_path: Path) -> None:
    told = faults(tmp_path, ("name: 督办, after: 3", "name: 督办, after: 9"))
    assert "ladder 督办各级须按 after 从小到大排列" in told


def test_an_unknown_rule_pack_is_named(tmp_path: Path) -> None:
    assert "没有名为“opinon”的规则包，可用：" in faults(tmp_path, ("packs: [opinion", "packs: [opinon"))


def test_a_day_both_off_and_worked_is_named(tmp_path: Path) -> None:
    days = "{off: [{date: 2026-03-03, name: 甲}], work: [{date: 2026-03-03, name: 乙}]}"
    assert "2026-03-03 既列为放假又列为上班" in faults(tmp_path, ("limits:", f"calendar: {days}\nlimits:"))


def test_yaml_that_is_broken_or_says_a_key_twice_is_named_with_its_row(tmp_path: Path) -> None:
    assert "mine.yaml 第4行：“name”重复" in faults(tmp_path, ("demonstration: true", "name: 又一个"))
    assert "不是正确的 YAML" in faults(tmp_path, ("regions:\n", "regions:\n  - [没有结尾\n"))


def test_a_file_that_is_no_profile_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.yaml"
    for content, told in ((b"\xc4\xe3\xba\xc3", "UTF-8"), (b"- a\n", "键值对"), (b"", "键值对")):
        path.write_bytes(content)
        with pytest.raises(BadProfile, match=told):
            load_profile(str(path))


def test_a_name_that_is_neither_shipped_nor_a_file_lists_the_shipped_ones() -> None:
    with pytest.raises(BadProfile, match="自带的配置：chongqing-gaoxin、demo"):
        load_profile("atlantis")


def test_words_like_off_and_times_stay_text_in_a_profile(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    days = "{off: [{date: 2026-03-03, name: 望溪建市日}]}"
    path.write_text(DEMO.replace("limits:", f"calendar: {days}\nlimits:", 1), encoding="utf-8")
    assert load_profile(str(path)).calendar.off[0].name == "望溪建市日"
    assert load_profile("demo").office_hours.hours[1].end.isoformat() == "17:30:00"


def test_a_profiles_own_clock_goes_before_a_packs_clock_for_the_same_thing(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    own = "  - {code: ours, stage: opinion_first, limit: 24, unit: hours, source: 本地规定}\n"
    path.write_text(DEMO.replace("clocks:\n", "clocks:\n" + own, 1), encoding="utf-8")
    profile = load_profile(str(path))
    assert [rule.code for rule in profile.clocks if rule.code.startswith(("ours", "opinion_first"))] == [
        "ours",
        "opinion_first_major",
    ]
