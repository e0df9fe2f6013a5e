"""Board and opinion feed: JSON lines, each line one item."""

import json
from codecs import BOM_UTF8
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.board import read_board
from channels.opinion import read_opinion
from channels.options import Limits, ReadOptions
from channels.sources import read_source
from models.inbound import Accepted, InboundMessage, Quarantined, SourceItem
from models.vocabulary import Channel

NOW = datetime(2026, 3, 2, tzinfo=UTC)
OPTIONS = ReadOptions(now=NOW)
POST = {"id": "b1", "title": "路灯", "text": "学府路路灯坏了", "time": "2026-02-13T10:00:00"}


def read(tmp_path: Path, *posts: object, options: ReadOptions = OPTIONS) -> list[SourceItem]:
    path = tmp_path / "board.jsonl"
    lines = [post if isinstance(post, bytes) else json.dumps(post, ensure_ascii=False).encode() for post in posts]
    path.write_bytes(b"\n".join(lines) + b"\n")
    return list(read_board(path, options))


def one(tmp_path: Path, **changes: object) -> InboundMessage:
    (item,) = read(tmp_path, {**POST, **changes})
    assert isinstance(item, Accepted), item
    return item.message


def test_a_post_is_read_whole(tmp_path: Path) -> None:
    message = one(tmp_path, author="夜行人", contact="19900001234", region="A3区", likes=3, dislikes="1")
    assert (message.channel, message.external_id) == (Channel.BOARD, "b1")
    assert (message.title, message.text) == ("路灯", "学府路路灯坏了")
    assert message.received_at == datetime.fromisoformat("2026-02-13T10:00:00+08:00")
    assert (message.sender_name, message.phone, message.region_hint) == ("夜行人", "19900001234", "A3区")
    assert (message.likes, message.dislikes) == (3, 1)
    assert not message.may_publish


def test_a_contact_may_be_an_address(tmp_path: Path) -> None:
    message = one(tmp_path, contact="Night@Example.com")
    assert (message.phone, message.email) == (None, "night@example.com")


@pytest.mark.parametrize(("given_id", "kept"), [(7, "7"), ("7", "7"), (7.0, "7"), ("a-b", "a-b")])
def test_ids_may_be_numbers_or_texts(tmp_path: Path, given_id: object, kept: str) -> None:
    assert one(tmp_path, id=given_id).external_id == kept


def test_without_an_id_the_post_itself_is_the_identity(tmp_path: Path) -> None:
    first = one(tmp_path, id=None).external_id
    assert one(tmp_path, id=None, likes=9).external_id == first
    assert one(tmp_path, id=None, text="别的").external_id != first


@pytest.mark.parametrize("time", [None, "", "  "])
def test_a_missing_time_is_the_collecting_time(tmp_path: Path, time: object) -> None:
    assert one(tmp_path, time=time).received_at == NOW


def test_a_missing_title_or_text_is_borne(tmp_path: Path) -> None:
    assert one(tmp_path, title=None).title is None
    assert one(tmp_path, text=None).text == "路灯"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"time": "1900-01-01"}, "time"),
        ({"time": "someday"}, "time"),
        ({"title": None, "text": " "}, "text"),
        ({"text": ["a"]}, "text"),
        ({"id": {"a": 1}}, "id"),
        ({"id": "x" * 300}, "id"),
        ({"id": 2.5e300}, "id"),
    ],
)
def test_a_faulty_post_is_quarantined_by_field(tmp_path: Path, changes: dict[str, object], field: str) -> None:
    bad, good = read(tmp_path, {**POST, **changes}, POST)
    assert isinstance(bad, Quarantined)
    assert field in bad.reason
    assert bad.where.endswith("第1行")
    assert isinstance(good, Accepted)


@pytest.mark.parametrize("likes", [None, True, "many", -1, 10**30, [1], float("nan")])
def test_senseless_likes_never_cost_the_message(tmp_path: Path, likes: object) -> None:
    assert one(tmp_path, likes=likes).likes is None


@pytest.mark.parametrize(
    "line", [b"{", b"[1]", b"null", b'{"id": ' + b"1" * 5000 + b"}", b"[" * 100_000, b"\xff\xfe\xfd", b'{"id": 1} x']
)
def test_a_line_that_is_no_object_is_quarantined_with_its_bytes(tmp_path: Path, line: bytes) -> None:
    bad, good = read(tmp_path, line, POST)
    assert isinstance(bad, Quarantined)
    assert bad.raw.rstrip(b"\n") == line
    assert isinstance(good, Accepted)


def test_a_line_too_long_to_hold_costs_only_itself(tmp_path: Path) -> None:
    tight = ReadOptions(now=NOW, limits=Limits(size=200))
    bad, good = read(tmp_path, {**POST, "text": "x" * 1000}, POST, options=tight)
    assert isinstance(bad, Quarantined)
    assert isinstance(good, Accepted)


def test_other_encodings_and_lone_surrogates_are_read(tmp_path: Path) -> None:
    line = json.dumps(POST, ensure_ascii=False).encode("gb18030")
    (item,) = read(tmp_path, line)
    assert isinstance(item, Accepted)
    assert item.message.text == POST["text"]
    (item,) = read(tmp_path, b'{"id": 1, "text": "a\\ud800\\u0000b"}')
    assert isinstance(item, Accepted)
    assert item.message.text == "a\ufffdb"


def test_an_opinion_keeps_its_source(tmp_path: Path) -> None:
    path = tmp_path / "feed.jsonl"
    path.write_text(
        json.dumps({**POST, "source": "望溪论坛", "url": "https://forum.example/1", "text": "本人同意公开"})
    )
    (item,) = read_opinion(path, OPTIONS)
    assert isinstance(item, Accepted)
    assert (item.message.channel, item.message.source_name) == (Channel.OPINION, "望溪论坛")
    assert item.message.url == "https://forum.example/1"
    assert not item.message.may_publish
    assert list(read_source("opinion", str(path), OPTIONS)) == [item]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def _is_a_line(raw: bytes) -> bool:
    """Not blank, and not a blank one behind a byte order mark."""
    return b"\n" not in raw and bool(raw.removeprefix(BOM_UTF8).strip())


@settings(max_examples=200)
@given(
    posts=st.lists(
        st.dictionaries(
            st.sampled_from(["id", "title", "text", "time", "contact", "likes", "author"]), JSON, max_size=7
        )
        | st.binary(min_size=1, max_size=20).filter(
            lambda line: b"\n" not in line and bool(line.removeprefix(BOM_UTF8).strip())
        ),
        max_size=5,
    )
)
def test_each_line_is_one_item_whatever_it_holds(tmp_path: Path, posts: list[object]) -> None:
    lines = [post if isinstance(post, bytes) else json.dumps(post).encode() for post in posts]
    path = tmp_path / "board.jsonl"
    path.write_bytes(b"\n".join(lines))
    assert len(list(read_board(path, OPTIONS))) == len(posts)
