"""Signatures of the same matter share a band; of other matters they do not."""

from datetime import UTC, datetime

from classifiers.duplicates import SIZE, Told, bands, evidence, signature, similarity
from classifiers.segmentation import words

FIRST = "柳岸花园附近新建的搅拌站每天半夜施工，噪音和灰尘让人睡不着，孩子一直咳嗽，请环保部门尽快查处。"
AGAIN = "柳岸花园附近新建的搅拌站每天半夜施工，噪音和灰尘让人睡不着，老人一直咳嗽，请环保部门赶快查处。"
OTHER = "咨询一下退休以后社保卡怎么补办，需要带哪些材料，政务大厅周末上班吗。"


def signed(text: str) -> bytes:
    return signature(words(text))


def test_a_signature_is_64_numbers_of_four_bytes_and_the_same_every_time() -> None:
    assert len(signed(FIRST)) == 4 * SIZE
    assert signed(FIRST) == signed(FIRST)
    assert signature(["搅拌站", "噪音"]) == signature(["噪音", "搅拌站", "噪音"])


def test_retellings_share_a_band_and_strangers_do_not() -> None:
    assert similarity(signed(FIRST), signed(AGAIN)) > 0.6
    assert set(bands(signed(FIRST))) & set(bands(signed(AGAIN)))
    assert similarity(signed(FIRST), signed(OTHER)) < 0.2
    assert not set(bands(signed(FIRST))) & set(bands(signed(OTHER)))


def test_bands_fit_a_signed_column_of_eight_bytes() -> None:
    numbers = bands(signed(FIRST))
    assert len(numbers) == 16
    assert all(-(2**63) <= number < 2**63 for number in numbers)


def test_texts_that_say_nothing_are_nobodys_duplicates() -> None:
    assert bands(signed("。，！")) == []
    assert similarity(signed(""), signed("")) == 0


def test_evidence_names_the_words_the_place_and_the_days_between() -> None:
    one = Told("搅拌站噪音", FIRST, signed(FIRST), {"nantang"}, datetime(2026, 1, 5, tzinfo=UTC), "19900001234")
    two = Told("搅拌站扰民", AGAIN, signed(AGAIN), {"nantang"}, datetime(2026, 1, 8, tzinfo=UTC))
    found = evidence(one, two)
    assert found.likelihood > 0.9
    assert any("搅拌" in reason for reason in found.reasons)
    assert "同一地点：nantang" in found.reasons
    assert "相隔 3 天" in found.reasons
    assert not any("19900001234" in reason for reason in found.reasons)


def test_another_place_halves_the_likelihood() -> None:
    here = Told(None, FIRST, signed(FIRST), {"nantang"})
    there = Told(None, FIRST, signed(FIRST), {"yuntai"})
    assert evidence(here, there).likelihood < evidence(here, here).likelihood
    assert "地点不同" in evidence(here, there).reasons
