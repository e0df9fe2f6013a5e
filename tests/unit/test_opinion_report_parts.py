"""The parts of an opinion report: what is counted, how it is drawn, what a release must say."""

import struct
import zlib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from support.desk import SHANGHAI, at

from models.errors import BadProfile
from models.opinion_words import OpinionGrade, OpinionPriority, Truth
from models.profile import SHIPPED, load_profile
from responders.opinion.analysis import Facts, Item, draft, figures
from responders.opinion.charts import bars, png, svg
from responders.opinion.gate import review

NOW = at("2026-03-05T12:00")
FACTS = Facts(
    title="公交改线", domain="交通出行", place="文峰社区", lead="市交通运输局", joint=["市公安局"],
    grade=OpinionGrade.MAJOR, priorities=[OpinionPriority.MISREAD], truth=Truth.DOUBTFUL,
    first_posted_at=at("2026-03-03T09:00"), found_at=at("2026-03-03T10:00"), releases=0,
    conference_due=at("2026-03-06T09:00"), response_due=at("2026-03-03T14:00"),
    items=[Item(at(f"2026-03-0{day}T09:00"), "舆情监测", "论坛", 2) for day in (3, 5, 5)],
)  # fmt: skip


def test_every_day_between_is_counted_even_without_a_message() -> None:
    counted = figures(FACTS, NOW, SHANGHAI)
    assert counted["days"] == [["03-03", 1], ["03-04", 0], ["03-05", 2]]
    assert (counted["items"], counted["votes"], counted["last_day"], counted["day_before"]) == (3, 6, 2, 0)


def test_an_old_matter_is_drawn_for_its_last_month_only() -> None:
    old = replace(FACTS, items=[Item(NOW - timedelta(days=n), "舆情监测", "", 0) for n in range(200)])
    counted = figures(old, NOW, SHANGHAI)
    assert len(counted["days"]) == 31
    assert sum(bool(bar.label) for bar in bars([(d, c) for d, c in counted["days"]])) <= 12


def test_the_draft_says_what_is_late_and_doubtful_and_no_more() -> None:
    said = draft(FACTS, figures(FACTS, NOW, SHANGHAI), SHANGHAI)
    assert "疑似不实，待核实" in said["nature"]
    assert "走势上升" in said["trend"]
    assert "误读可能继续扩散" in said["risks"]
    assert "立即（时限为2026年3月3日14:00，已超时）发布权威信息" in said["advice"]
    assert "于2026年3月6日09:00前举行新闻发布会" in said["advice"]
    assert "谣言" not in "".join(said.values())


def test_a_single_message_makes_no_trend() -> None:
    alone = replace(FACTS, items=[Item(NOW - timedelta(hours=2), "舆情监测", "论坛", 2)])
    said = draft(alone, figures(alone, NOW, SHANGHAI), SHANGHAI)
    assert "最近24小时1条，前24小时0条，走势尚不明显" in said["trend"]
    assert "热度仍在上升" not in said["risks"]


def test_several_counties_are_said_only_of_a_matter_that_is_of_several() -> None:
    def said(*, several: bool = False, reported: bool = False) -> str:
        facts = replace(FACTS, report_to="省级主管部门", several_counties=several, reported=reported)
        return "".join(draft(facts, figures(facts, NOW, SHANGHAI), SHANGHAI).values())

    assert "涉及多个区县，上报省级主管部门" in said(several=True)
    assert "多个区县" not in said(reported=True)
    assert "已上报省级主管部门，处置进展及时续报" in said(reported=True)
    assert "各自回应容易口径不一" in said(several=True, reported=True)


def test_a_matter_without_any_item_left_is_still_described() -> None:
    empty = replace(FACTS, items=[])
    counted = figures(empty, NOW, SHANGHAI)
    assert "相关来件0条" in draft(empty, counted, SHANGHAI)["trend"]
    assert svg([], "每日").startswith("<svg")


def test_the_picture_is_a_png_of_its_size_with_something_drawn() -> None:
    picture = png([("03-03", 1), ("03-04", 0), ("03-05", 12)])
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", picture[16:24])
    assert (width, height) == (1280, 440)
    start = picture.index(b"IDAT")
    length = struct.unpack(">I", picture[start - 4 : start])[0]
    raw = zlib.decompress(picture[start + 4 : start + 4 + length])
    assert len(raw) == height * (1 + width * 3)
    assert len(set(raw)) > 2


@pytest.mark.parametrize("word", ["纯属谣言", "网传不实", "系虚假信息"])
def test_refuting_words_need_a_checked_finding(word: str) -> None:
    facts = f"经初步了解，有关说法{word}，请勿相信。"
    said = ("已责成责任单位立即整改。", "整改结果将于近日公布。")
    assert [c["name"] for c in review(facts, *said, refuted=False, private=[]) if not c["passed"]] == ["refutation"]
    assert all(c["passed"] for c in review(facts, *said, refuted=True, private=[]))
    careful = "经初步了解，有关说法疑似不实，待核实，请以公告为准。"
    assert all(c["passed"] for c in review(careful, *said, refuted=False, private=[]))


def test_a_joint_unit_that_does_not_exist_is_a_named_fault_of_the_profile(tmp_path: Path) -> None:
    text = (SHIPPED / "demo.yaml").read_text(encoding="utf-8")
    file = tmp_path / "mine.yaml"
    changed = text.replace("emergency_bureau], source: 虚构舆情联动办法", "fire_dept], source: 虚构")
    file.write_text(changed, encoding="utf-8")
    with pytest.raises(BadProfile, match="没有单位“fire_dept”"):
        load_profile(str(file))
