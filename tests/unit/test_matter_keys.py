"""Keys lead from a message to what may be the same matter, and evidence tells why."""

from datetime import UTC, datetime

import pytest

from classifiers.likeness import Told, evidence
from classifiers.matter_keys import matter_keys
from models.matter import keys_of, packed

FIRST = ("柳岸花园旁搅拌站噪音扰民", "柳岸花园附近新建的搅拌站每天半夜施工，噪音和灰尘让人睡不着，请环保部门查处。")
AGAIN = ("投诉搅拌站噪音灰尘", "柳岸花园几百户受搅拌站噪音、灰尘之苦，晚上睡不着，盼有人管。")
NEIGHBOUR = ("柳岸花园幼儿园学费太高", "柳岸花园的配套幼儿园一年涨价三次，保教费没有公示。")
ELSEWHERE = ("翠竹苑旁搅拌站噪音扰民", "翠竹苑附近新建的搅拌站半夜装卸，噪音和灰尘让人睡不着。")


def told(pair: tuple[str, str], places: tuple[str, ...] = (), day: int = 5, sender: str | None = None) -> Told:
    return Told(*pair, places, datetime(2026, 1, day, tzinfo=UTC), sender)


def test_two_tellings_of_one_matter_share_a_key_and_other_matters_share_none() -> None:
    keys = set(matter_keys(*FIRST))
    assert keys & set(matter_keys(*AGAIN))
    assert not keys & set(matter_keys("咨询社保卡补办", "退休以后社保卡怎么补办，周末上班吗。"))


def test_there_are_at_most_15_keys_that_fit_a_column_and_never_change() -> None:
    keys = matter_keys(*FIRST)
    assert len(keys) == 15
    assert all(-(2**63) <= key < 2**63 for key in keys)
    assert keys == matter_keys(*FIRST)
    assert sum(matter_keys("路灯不亮", "学府路路灯坏了")) == sum(
        keys_of(packed(matter_keys("路灯不亮", "学府路路灯坏了")))
    )


@pytest.mark.parametrize("text", ["", "。，！", "123 456", "\ud800"])
def test_a_text_that_says_nothing_has_no_keys(text: str) -> None:
    assert matter_keys(None, text) == ()
    assert keys_of(packed(())) == keys_of(None) == ()


def test_the_same_place_and_matter_is_a_repeat_and_the_reasons_name_both() -> None:
    found = evidence(told(FIRST, ("nantang",)), told(AGAIN, ("nantang",), 8))
    assert found.repeats
    assert any("搅拌站" in reason for reason in found.reasons)
    assert "同一地点：柳岸花园" in found.reasons
    assert "相隔 3 天" in found.reasons


def test_another_matter_at_the_place_and_the_matter_at_another_place_are_no_repeats() -> None:
    assert not evidence(told(FIRST), told(NEIGHBOUR)).repeats
    assert not evidence(told(FIRST, ("nantang",)), told(ELSEWHERE, ("yuntai",))).repeats
    assert "地点不同" in evidence(told(FIRST, ("nantang",)), told(ELSEWHERE, ("yuntai",))).reasons


def test_the_same_words_are_a_repeat_even_without_a_place() -> None:
    found = evidence(told(("停水", "连续三天停水，打电话没人接。")), told(("停水了", "连续三天停水，打电话没人接！")))
    assert found.repeats
    assert found.reasons[0].startswith("文字几乎相同")


def test_the_same_sender_is_a_reason_that_does_not_say_who() -> None:
    found = evidence(told(FIRST, sender="19900001234"), told(AGAIN, sender="19900001234"))
    assert "同一来件人" in found.reasons
    assert not any("19900001234" in reason for reason in found.reasons)
