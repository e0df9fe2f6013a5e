"""Where a domain is shared out by matter, a row's words decide: before the place, after the domain."""

from pathlib import Path

import pytest
import yaml

from flows.route_trials import notes_on
from models.errors import BadProfile
from models.profile import SHIPPED, Profile, load_profile

DEMO = load_profile("demo")


@pytest.mark.parametrize(
    ("domain", "region", "text", "lead"),
    [
        ("housing", "shihu_zhen", "环湖路二十盏路灯不亮", "urban_bureau"),
        ("housing", "shihu_zhen", "外墙瓷砖掉下来", "housing_bureau"),
        ("housing", "qinghe", "公厕天天上锁", "urban_bureau"),
        ("housing", "qinghe", "顶楼漏水", "qinghe_housing"),
        ("transport", "qinghe", "红绿灯只有十二秒", "police_bureau"),
        ("land_rural", "yuntai", "野猪拱了茶园", "shihu_agriculture"),
        ("land_rural", "shuangjing", "种子不出苗", "agriculture_bureau"),
        ("market", None, "路灯", "market_bureau"),
    ],
)
def test_a_row_with_words_takes_what_says_one_of_them(domain: str, region: str | None, text: str, lead: str) -> None:
    assert DEMO.route(domain, region, "complaint", text=text).lead == lead


def test_the_reason_names_the_word_that_was_found() -> None:
    assert "提到“路灯”" in DEMO.route("housing", None, "complaint", text="路灯不亮").reasons[0]


def test_the_row_with_more_of_its_words_found_wins() -> None:
    text = "停车位被共享单车占了，还有人闯红灯"
    assert DEMO.route("transport", None, "complaint", text=text).lead == "urban_bureau"


def test_no_shipped_row_is_out_of_reach_and_a_hidden_one_is_told(tmp_path: Path) -> None:
    assert notes_on(DEMO) == []
    hidden = with_rows(
        tmp_path, "  - {domain: housing, kind: praise, words: [路灯], lead: housing_bureau, source: 甲}\n"
    )
    assert notes_on(hidden) == []  # praise of a lamp is told apart by its kind
    hidden = with_rows(tmp_path, "  - {domain: '*', words: [路灯], lead: housing_bureau, source: 甲}\n")
    [note] = notes_on(hidden)
    assert "提到路灯" in note


def test_the_same_words_twice_are_a_contradiction_and_words_alone_cover_no_domain(tmp_path: Path) -> None:
    with pytest.raises(BadProfile, match="矛盾"):
        with_rows(tmp_path, "  - {domain: civil_affairs, words: [家暴], lead: civil_bureau, source: 甲}\n")
    told = yaml.safe_load((SHIPPED / "demo.yaml").read_text(encoding="utf-8"))
    told["routing"] = [r for r in told["routing"] if r["domain"] != "finance" or "words" in r]
    (tmp_path / "own.yaml").write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
    with pytest.raises(BadProfile, match="finance"):
        load_profile(str(tmp_path / "own.yaml"))


def with_rows(folder: Path, rows: str) -> Profile:
    """The demo's profile with more rows in its matrix."""
    text = (SHIPPED / "demo.yaml").read_text(encoding="utf-8")
    (folder / "own.yaml").write_text(text.replace("\nrouting:\n", f"\nrouting:\n{rows}", 1), encoding="utf-8")
    return load_profile(str(folder / "own.yaml"))
