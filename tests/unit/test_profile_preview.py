"""配置预览: the whole profile on a page, and what an edited one would change, in words, before it is taken."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.desk import Desk, open_desk
from support.web import staffed, visiting

from models.errors import BadProfile
from models.profile import SHIPPED, load_profile
from models.profile_changes import LABELS, Words, changes
from models.profile_checks import read_checked
from models.profile_parts import Part
from models.tables.orders import WorkOrder

_DEMO = (SHIPPED / "demo.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, str]]:
    with open_desk(tmp_path_factory.mktemp("house")) as desk, staffed(desk.house) as address:
        yield desk, address


def _edited(folder: Path, *swaps: tuple[str, str]) -> list[tuple[str, str, str, str]]:
    text = _DEMO
    for old, new in swaps:
        assert old in text, old
        text = text.replace(old, new, 1)
    (folder / "demo.yaml").write_text(text, encoding="utf-8")
    found = changes(load_profile("demo"), read_checked(folder / "demo.yaml"))
    return [(c.room, c.what, c.how, "；".join(c.lines)) for c in found]


def test_the_same_profile_changes_nothing(tmp_path: Path) -> None:
    assert _edited(tmp_path) == []


def test_a_renamed_unit_a_new_one_and_a_longer_retention_are_told_in_words(tmp_path: Path) -> None:
    told = _edited(
        tmp_path,
        ("retention_years: 5", "retention_years: 8"),
        ("\nregions:\n", "\nregions:\n  - {code: xinqu, name: 新区（虚构）, level: county, parent: wangxi}\n"),
        ("name: 南塘街道, level: town", "name: 南塘镇, level: town"),
    )
    assert ("基本情况", "保管年限", "改动", "5 年 → 8 年") in told
    assert ("地区", "新区（虚构）（xinqu）", "新增", "级别：区县；上级地区：望溪市") in told
    assert ("地区", "南塘街道（nantang）", "改动", "名称：南塘街道 → 南塘镇") in told


def test_a_limit_that_changes_says_both_figures() -> None:
    live = load_profile("demo")
    changed = [c.model_copy(update={"limit": c.limit + 1}) if n == 0 else c for n, c in enumerate(live.clocks)]
    [change] = changes(live, live.model_copy(update={"clocks": changed}))
    first = live.clocks[0]
    assert change.room == "时限"
    assert first.stage.label in change.what
    assert change.lines == (f"时限：{first.limit:g} → {first.limit + 1:g}",)


@pytest.mark.parametrize("name", ["chongqing-gaoxin", "jiande", "tengchong", "jiujiang"])
def test_any_two_profiles_can_be_compared(name: str) -> None:
    told = changes(load_profile("demo"), load_profile(name))
    assert {"单位", "地区", "派单规则"} <= {c.room for c in told}


def test_every_field_of_a_profile_has_its_word() -> None:
    parts, unnamed = [Part], set()
    while parts:
        part = parts.pop()
        parts += part.__subclasses__()
        unnamed |= part.model_fields.keys() - LABELS.keys()
    assert unnamed == set()


def test_a_value_of_many_parts_says_where_each_begins_and_ends() -> None:
    profile = load_profile("demo")
    words = Words(profile, profile)
    columns = words.say("hotline_columns", profile.hotline_columns)
    assert "；标题：诉求标题、标题；" in columns
    assert "刊名" not in columns
    assert words.say("summer", profile.office_hours.summer) == "06-01 至 09-30，09:00–12:00、15:00–18:00"
    assert dict(words.values(profile.opinion))["联动规则"].count("；") == len(profile.opinion.joint) - 1


def test_the_page_shows_the_whole_profile_to_the_operator_alone(office: tuple[Desk, str]) -> None:
    with visiting(office[1], "guan") as operator, visiting(office[1], "shen") as moderator:
        page = operator.get("/console/admin/profile").text
        assert moderator.get("/console/admin/profile").status_code == 403
    profile = office[0].house.profile
    for unit in profile.units:
        assert unit.name in page
    for word in ("等保要求", "保管年限", "舆情协调单位", "值班", "派单规则", "推定", "夏令作息", "刊名"):
        assert word in page


def test_a_unit_that_vanishes_with_open_orders_is_warned_of_and_nothing_is_taken(office: tuple[Desk, str]) -> None:
    desk, address = office
    order = desk.take(desk.house.now(), answered_on_the_spot=False)
    before = desk.house.profile.version
    name = desk.house.profile.unit(order.lead_unit or "").name
    edited = _DEMO.replace("code: housing_bureau,", "code: housing_office,").replace(
        ": housing_bureau", ": housing_office"
    )
    edited = edited.replace("housing_bureau", "housing_office")
    with visiting(address, "guan") as operator:
        shown = operator.post("/console/admin/profile", text=edited)
    assert shown.status_code == 200
    assert f"{name}被取消，但还有 1 件未办结的工单" in shown.text
    assert "（housing_office）" in shown.text
    assert desk.house.profile.version == before
    assert desk.one(WorkOrder, id=order.id).lead_unit == "housing_bureau"


def test_a_fault_names_the_file_and_the_field_on_the_form(office: tuple[Desk, str]) -> None:
    broken = _DEMO.replace("retention_years: 5", "retention_years: 很久")
    with visiting(office[1], "guan") as operator:
        shown = operator.post("/console/admin/profile", text=broken)
        empty = operator.post("/console/admin/profile", text=" ")
    assert shown.status_code == empty.status_code == 422
    assert "粘贴的内容.yaml" in shown.text
    assert "retention_years 应为整数" in shown.text
    assert "retention_years: 很久" in shown.text  # what was pasted is kept
    assert "请选择辖区配置文件" in empty.text


def test_what_is_no_profile_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text("- 1\n", encoding="utf-8")
    with pytest.raises(BadProfile, match=r"x\.yaml"):
        read_checked(tmp_path / "x.yaml")
