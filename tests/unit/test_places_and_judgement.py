"""Places resolve to the profile's regions; one batch of texts becomes findings."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.judgement import Judgement, classify_line, classify_lines
from classifiers.places import Places
from classifiers.segmentation import words
from classifiers.text import CHUNK, CHUNK_CHARACTERS, Text, chunks
from classifiers.tokens import query_tokens, search_tokens, written
from classifiers.word_arrays import word_arrays
from models.vocabulary import Kind, Procedure, Urgency


@dataclass(frozen=True)
class Region:
    code: str
    name: str
    level: str
    parent: str | None = None
    aliases: list[str] = field(default_factory=list)


REGIONS = [
    Region("wangxi", "望溪市", "city"),
    Region("qinghe", "青禾区", "county", "wangxi"),
    Region("nantang", "南塘街道", "town", "qinghe", ["南塘办事处"]),
    Region("bailu", "白鹭镇", "town", "qinghe"),
    Region("liuqiao", "柳桥区", "county", "wangxi"),
    Region("liuqiao_jie", "柳桥街道", "town", "liuqiao"),
    Region("a1", "A1区", "county", "wangxi"),
    Region("a12", "A12区", "county", "wangxi"),
]


@pytest.fixture(scope="module")
def places() -> Places:
    return Places(REGIONS)


@pytest.fixture(scope="module")
def judgement() -> Judgement:
    return Judgement.load(regions=REGIONS)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("望溪市青禾区南塘街道幸福里小区", ["nantang"]),
        ("南塘办事处门口", ["nantang"]),
        ("白鹭的路", ["bailu"]),
        ("柳桥这边没有水", ["liuqiao"]),
        ("柳桥街道没有水", ["liuqiao_jie"]),
        ("从青禾区到柳桥区的公交", ["qinghe", "liuqiao"]),
        ("A12区和BA1区", ["a12"]),
        ("望溪市政府", ["wangxi"]),
        ("别处", []),
        ("", []),
    ],
)
def test_names_resolve_to_the_most_specific_region(places: Places, text: str, codes: list[str]) -> None:
    assert places.find(text) == codes


def test_the_channels_hint_comes_first(places: Places) -> None:
    assert places.find("柳桥区", None, "青禾区的公交") == ["liuqiao", "qinghe"]


def test_places_in_two_counties_are_several_and_two_towns_of_one_are_not(places: Places) -> None:
    assert places.several(["nantang", "liuqiao"])
    assert not places.several(["nantang", "bailu"])
    assert not places.several(["nantang", "wangxi"])


def test_a_profile_without_regions_finds_none() -> None:
    assert Places([]).find("青禾区") == []


def test_a_message_becomes_findings(judgement: Judgement) -> None:
    text = Text("1", "青禾区南塘街道的公交车班次太少，等了一个小时，投诉公交公司。", "公交车等太久")
    found = judgement.findings([text])[0]
    assert found.domain == "transport"
    assert found.kind is Kind.COMPLAINT
    assert (found.procedure, found.urgency) == (Procedure.ORDINARY, Urgency.NORMAL)
    assert found.places == ["nantang"]
    assert found.reasons
    assert all(reason in text.whole for reason in found.reasons)
    assert found.candidates[0] == (found.domain, found.confidence)
    assert "公交" in found.tokens.split()
    assert found.signature
    assert found.model_version == judgement.model_version


def test_several_counties_wait_for_a_person(judgement: Judgement) -> None:
    found = judgement.findings([Text("1", "青禾区到柳桥区的公交车太少")])[0]
    assert any("多个区县" in reason for reason in found.never_automatic)


@pytest.mark.parametrize("body", ["", "   ", "\n\t", "😀😀", "\x00", "？" * 50, "\ud800"])
def test_texts_that_say_nothing_are_judged_and_never_accepted(judgement: Judgement, body: str) -> None:
    found = judgement.findings([Text("1", body)])[0]
    assert not found.accepted
    assert found.reasons == []


def test_an_empty_batch_has_no_findings(judgement: Judgement) -> None:
    assert judgement.findings([]) == []


def test_a_batch_says_what_its_messages_say_alone(judgement: Judgement) -> None:
    texts = [Text(str(i), body) for i, body in enumerate(["公交不来", "", "幼儿园学费太贵", "医院乱收费" * 30] * 150)]
    together = judgement.findings(texts)
    for i in (0, 1, 2, 3, 511, 512, 599):
        alone = judgement.findings([texts[i]])[0]
        assert (together[i].domain, together[i].tokens, together[i].reasons) == (
            alone.domain,
            alone.tokens,
            alone.reasons,
        )
        assert together[i].confidence == pytest.approx(alone.confidence, abs=1e-3)


@given(st.lists(st.integers(0, CHUNK_CHARACTERS + 1) | st.integers(0, 500), max_size=700))
def test_texts_are_looked_at_in_order_and_no_more_at_a_time_than_memory_allows(lengths: list[int]) -> None:
    parts = [lengths[part] for part in chunks(lengths)]
    assert [length for part in parts for length in part] == lengths
    for part in parts:
        assert 1 <= len(part) <= CHUNK
        assert sum(part) <= CHUNK_CHARACTERS or len(part) == 1


def test_long_texts_say_in_a_batch_what_they_say_alone(judgement: Judgement) -> None:
    texts = [Text(str(i), f"第{i}处，" + "公交不来，医院乱收费。" * (4_000 if i % 3 else 1)) for i in range(40)]
    together = judgement.findings(texts)
    assert [found.tokens for found in together] == [judgement.findings([text])[0].tokens for text in texts]
    assert [found.signature for found in together] == [judgement.findings([text])[0].signature for text in texts]


def test_a_line_of_the_filter_keeps_its_shape(judgement: Judgement) -> None:
    line = classify_line({"id": 7, "title": None, "text": "公交不来", "other": 1}, judgement)
    assert list(line) == [
        "id", "domain", "confidence", "accepted", "candidates", "kind", "procedure", "urgency", "places", "reasons",
    ]  # fmt: skip
    assert line["id"] == 7
    assert all(isinstance(code, str) and isinstance(p, float) for code, p in line["candidates"])


@pytest.mark.parametrize(
    "line", [{"id": "1"}, {"id": "1", "text": 5}, {"text": "好"}, {"id": "1", "text": "", "title": []}]
)
def test_a_bad_line_gives_an_error_in_its_place(judgement: Judgement, line: dict[str, object]) -> None:
    lines = classify_lines([{"id": "a", "text": "公交"}, line, {"id": "b", "text": "学校"}], judgement)
    assert [each.get("id") for each in lines] == ["a", line.get("id"), "b"]
    assert set(lines[1]) == {"id", "error"}


def test_search_finds_two_characters_inside_a_longer_word() -> None:
    tokens = _tokens([words("住院楼的电梯间坏了，电话19900001234")])[0].split()
    assert "电梯" in tokens
    assert set(query_tokens("电梯")) <= set(tokens)
    assert "19900001234" not in tokens
    assert _tokens([[], []]) == ["", ""]


def _tokens(rows: list[list[str]]) -> list[str]:
    told = word_arrays(rows)
    return search_tokens(told, written(told))
