"""The filters: JSON lines in, JSON lines out, in the same order; a bad line is answered in its place."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.commands import Shell

REPLY = "您好，学府路的路灯将于2026年3月10日前修复。感谢您的关注。"
GOOD = {
    "classify": {"id": "1", "title": "路灯", "text": "学府路的路灯坏了十多天，晚上漆黑一片。", "more": 1},
    "promises": {"id": "1", "reply": REPLY, "reply_time": "2026-02-13T10:00", "more": 1},
    "redact": {"id": "1", "text": "请回电19900001234，我住幸福里小区3栋2单元501。", "more": 1},
    "review": {"id": "1", "title": "路灯", "text": "学府路的路灯坏了。", "reply": REPLY, "more": 1},
}
KEYS = {
    "classify": [
        "id", "domain", "confidence", "accepted", "candidates", "kind", "procedure", "urgency", "places", "reasons",
    ],
    "promises": ["id", "promises"],
    "redact": ["id", "text", "spans"],
    "review": ["id", "passed", "checks"],
}  # fmt: skip


@pytest.fixture
def anywhere(tmp_path: Path) -> Shell:
    """Filters need no `huiyin init`."""
    return Shell(tmp_path / "var")


def text_of(*rows: object) -> str:
    return "".join((row if isinstance(row, str) else json.dumps(row, ensure_ascii=False)) + "\n" for row in rows)


@pytest.mark.parametrize("name", GOOD)
def test_every_line_is_answered_in_its_place(anywhere: Shell, name: str) -> None:
    good = GOOD[name]
    told = anywhere(name, stdin=text_of(good, "没有括号", [1], "", {"id": "x"}, {**good, "id": 7}))
    assert told.code == 1
    assert [row["id"] for row in told.rows] == ["1", None, None, "x", 7]
    assert ["error" in row for row in told.rows] == [False, True, True, True, False]
    assert list(told.rows[0]) == KEYS[name]
    assert {**told.rows[0], "id": 7} == told.rows[4]
    assert not anywhere.data.exists()


@pytest.mark.parametrize("name", GOOD)
def test_good_lines_only_are_exit_0_and_none_at_all_too(anywhere: Shell, name: str) -> None:
    assert anywhere(name, stdin=text_of(GOOD[name])).code == 0
    assert anywhere(name, stdin="") == anywhere(name, stdin="\n\n")
    assert anywhere(name, stdin="").code == 0


@pytest.mark.parametrize("name", GOOD)
def test_bytes_that_are_no_text_are_a_bad_line(anywhere: Shell, name: str) -> None:
    told = anywhere(name, stdin=b'{"id": "\xff"}\n' + b"[" * 100_000 + b"\n" + text_of(GOOD[name]).encode())
    assert ["error" in row for row in told.rows] == [True, True, False]


def test_half_a_surrogate_pair_comes_out_as_json(anywhere: Shell) -> None:
    (row,) = anywhere("redact", stdin='{"id": "1", "text": "坏\\ud800字，电话19900001234"}\n').rows
    assert row["text"] == "坏\ud800字，电话[手机号]"


def test_offsets_are_code_points_of_the_text_as_given(anywhere: Shell) -> None:
    text = "\r\n😀电话 19900001234。"
    (row,) = anywhere("redact", stdin=text_of({"id": "1", "text": text})).rows
    (span,) = row["spans"]
    assert (text[span["start"] : span["end"]], span["kind"]) == ("19900001234", "mobile")


def test_an_official_keeps_the_public_phone_that_a_citizen_loses(anywhere: Shell) -> None:
    line = text_of({"id": "1", "text": "联系人：李科长，电话023-68680000。"})
    assert anywhere("redact", "--author", "official", stdin=line).rows[0]["spans"] == []
    assert anywhere("redact", "--author", "citizen", stdin=line).rows[0]["spans"]
    assert anywhere("redact", "--author", "cat", stdin=line).code == 2


def test_a_promise_has_its_place_and_its_day(anywhere: Shell) -> None:
    (row,) = anywhere("promises", stdin=text_of(GOOD["promises"])).rows
    (promise,) = row["promises"]
    assert list(promise) == ["text", "start", "end", "level", "due", "due_expr"]
    assert REPLY[promise["start"] : promise["end"]] == promise["text"]
    assert (promise["level"], promise["due"]) == ("dated", "2026-03-10")


def test_domains_restrict_the_choice_and_an_unknown_one_is_wrong_use(anywhere: Shell) -> None:
    line = text_of(GOOD["classify"])
    (row,) = anywhere("classify", "--domains", "education,health", stdin=line).rows
    assert {code for code, _ in row["candidates"]} <= {"education", "health"}
    told = anywhere("classify", "--domains", "education,weather", stdin=line)
    assert told.code == 2
    assert "weather" in told.complaint


def test_a_model_that_is_away_is_said_before_the_first_line(anywhere: Shell, tmp_path: Path) -> None:
    told = anywhere("classify", "--model", tmp_path / "away", stdin=text_of(GOOD["classify"]))
    assert told.code == 3
    assert "away" in told.complaint


def test_hot_topics_come_by_rank_and_bad_lines_after_them(anywhere: Shell) -> None:
    lamp = {"title": "学府路路灯不亮", "text": "书院街道学府路的路灯坏了，晚上漆黑一片。"}
    rows = [{"id": str(i), **lamp, "time": f"2026-02-1{i}"} for i in range(3)]
    told = anywhere("hotspots", "--top", "3", stdin=text_of(*rows, "没有括号", {"id": "x", "text": "没有时间"}))
    assert told.code == 1
    first, *bad = told.rows
    assert list(first) == ["rank", "heat", "title", "place", "from", "to", "ids"]
    assert (first["rank"], sorted(first["ids"])) == (1, ["0", "1", "2"])
    assert [row["id"] for row in bad] == [None, "x"]
    assert anywhere("hotspots", "--top", "0").code == 2


def test_the_installed_filter_writes_utf8_whatever_the_terminal(tmp_path: Path) -> None:
    environment = {**os.environ, "HUIYIN_DATA_DIR": str(tmp_path), "PYTHONIOENCODING": "gbk"}
    done = subprocess.run(
        [sys.executable, "-c", "from console.cli import main; main()", "redact"],
        input=text_of(GOOD["redact"]).encode(), capture_output=True, env=environment, check=True,
    )  # fmt: skip
    assert json.loads(done.stdout.decode("utf-8"))["id"] == "1"
