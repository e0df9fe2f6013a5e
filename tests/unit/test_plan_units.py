"""Names of units in a work plan, short or whole, and the profile's units that are meant."""

from pathlib import Path

import pytest
from support.desk import at, open_desk

from flows.ledger_files import import_ledger
from models.profile import load_profile
from models.tables.ledger import Promise
from responders.work_plans.units import UnitFinder


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("市城市管理局", "urban_bureau"), ("望溪市城市管理局", "urban_bureau"), ("城市管理局", "urban_bureau"),
        ("市市场监督管理局", "market_bureau"), ("市场监督管理局", "market_bureau"),
        ("市住房和城乡建设局", "housing_bureau"), ("区教育局", "qinghe_education"), ("县交通运输局", "shihu_transport"),
        ("区住房和城乡建设局", None), ("住房和城乡建设局", None), ("市管理局", None),
    ],
)  # fmt: skip
def test_a_unit_written_short_by_its_place_is_taken_where_only_one_can_be_meant(
    written: str, meant: str | None
) -> None:
    assert UnitFinder(load_profile("demo")).code(written) == meant


def test_a_name_that_two_units_bear_is_a_question_that_names_both(tmp_path: Path) -> None:
    file = tmp_path / "plan.txt"
    file.write_text("一、办实事\n1.整修危旧楼房。（责任单位：区住房和城乡建设局）\n", encoding="utf-8")
    with open_desk(tmp_path) as desk:
        problems = import_ledger(desk.house, file, at("2027-03-10 09:00"))["problems"]
        [why] = [p["why"] for p in problems if "可能是" in p["why"]]
        assert "“区住房和城乡建设局”可能是柳桥区住房和城乡建设局、青禾区住房和城乡建设局" in why
        assert desk.one(Promise).unit == desk.house.profile.centre
