"""What stops a command: one Chinese line, the exit code of DESIGN, nothing on stdout, nothing made."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.commands import Shell

WRONG = [
    ("nosuch", "没有“nosuch”这个命令"),
    ("collect nosuch", "没有“nosuch”这个命令"),
    ("collect board", "缺少参数"),
    ("--nosuch", "--nosuch"),
    ("deadline", "缺少参数"),
    ("deadline 2026-02-13 x", "应为整数"),
    ("deadline 2026-02-13 -- -1", "不能小于 0"),
    ("deadline 2026-02-13 5 6", "多出了参数"),
    ("deadline 昨天 5", "昨天"),
    ("deadline 9999-12-31 5", "日期"),
    ("demo --days 3", "不能小于 7"),
    ("demo --days", "--days"),
    ("chase --now 昨天", "昨天"),
    ("export weather", "work-orders"),
    ("export messages --format pdf", "xlsx"),
    ("export messages --format xlsx", "--out"),
    ("export messages --format csv --json", "--out"),
    ("evaluate rows.jsonl --task weather", "promises"),
    ("train rows.jsonl", "--out"),
    ("account add zhang --name 张 --role king", "moderator"),
    ("account add zhang --name 张 --role unit", "单位"),
    ("account add zhang --name 张 --role unit --unit nowhere", "nowhere"),
    ("account add zhang --name 张 --role editor --password short", "口令"),
    ("ledger list --state 不知道", "待确认"),
]
SETTINGS = [
    ({"TIMEZONE": "Mars/Base"}, "HUIYIN_TIMEZONE"),
    ({"LISTEN_PORT": "abc"}, "应为整数"),
    ({"LISTEN_PORT": "99999"}, "不能大于 65535"),
    ({"QUEUE_URL": "rabbit://x"}, "HUIYIN_QUEUE_URL"),
    ({"DATABASE_URL": "mysql://x"}, "HUIYIN_DATABASE_URL"),
    ({"LOG_LEVEL": "LOUD"}, "HUIYIN_LOG_LEVEL"),
    ({"PROFILE": "nowhere"}, "nowhere"),
    ({"PROFILE": "jiande"}, "demo"),
    ({"DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1:1/none"}, "数据库"),
]


@pytest.mark.parametrize(("words", "said"), WRONG, ids=[words for words, _ in WRONG])
def test_wrong_use_is_exit_2_and_one_chinese_line(huiyin: Shell, words: str, said: str) -> None:
    told = huiyin(*words.split())
    assert told.code == 2
    assert said in told.complaint


@pytest.mark.parametrize(("given", "said"), SETTINGS, ids=[str(given) for given, _ in SETTINGS])
def test_a_bad_setting_stops_the_start_by_its_name(huiyin: Shell, given: dict[str, str], said: str) -> None:
    told = huiyin("status", "--json", **given)
    assert told.code == 3
    assert said in told.complaint


def test_a_password_in_a_bad_address_is_not_shown(huiyin: Shell) -> None:
    told = huiyin("status", DATABASE_URL="mysql://me:hunter2@host/name")
    assert "hunter2" not in told.err
    assert "host/name" in told.complaint


@pytest.mark.parametrize("words", ["status", "work", "chase", "export messages", "ledger list", "account list"])
def test_before_init_a_command_says_so_and_makes_nothing(tmp_path: Path, words: str) -> None:
    told = Shell(tmp_path / "var")(*words.split())
    assert told.code == 3
    assert "huiyin init" in told.complaint
    assert not (tmp_path / "var").exists()


def test_a_data_folder_that_is_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("not a folder")
    told = Shell(tmp_path / "var")("init")
    assert told.code == 3
    assert "var" in told.complaint


@pytest.mark.parametrize("words", ["ledger import", "calendar import", "evaluate", "restore"])
@pytest.mark.parametrize("content", [None, bytes(range(1, 256))], ids=["away", "bytes"])
def test_a_file_that_cannot_be_read_could_not_be_run(
    huiyin: Shell, tmp_path: Path, words: str, content: bytes | None
) -> None:
    file = tmp_path / "file.csv"
    if content is not None:
        file.write_bytes(content)
    told = huiyin(*words.split(), file, "--json")
    assert told.code == 3
    assert "file.csv" in told.err
    assert "Traceback" not in told.err
    assert not told.out


def test_the_demo_refuses_every_workspace_that_it_did_not_build(huiyin: Shell, tmp_path: Path) -> None:
    alien = tmp_path / "alien"
    alien.mkdir()
    (alien / "notes.txt").write_text("mine")
    for shell, kept in ((huiyin, huiyin.data / "huiyin.db"), (Shell(alien), alien / "notes.txt")):
        told = shell("demo", "--days", "7", "--no-serve", "--json")
        assert told.code == 2
        assert "不是演示数据" in told.complaint
        assert kept.exists()


def test_a_model_of_other_labels_is_no_model_to_dispatch_by(huiyin: Shell, tmp_path: Path) -> None:
    rows = "".join(f'{{"text": "{word}第{i}件事情请处理", "label": "{label}"}}\n'
                   for i in range(30) for word, label in (("路灯坏了", "灯"), ("学校太远", "学")))  # fmt: skip
    (tmp_path / "rows.jsonl").write_text(rows, encoding="utf-8")
    model = tmp_path / "model"
    assert set(huiyin("train", tmp_path / "rows.jsonl", "--out", model, "--json").json["labels"]) == {"灯", "学"}
    assert huiyin("evaluate", tmp_path / "rows.jsonl", "--model", model, "--json").json["accuracy"] == 1.0
    (row,) = huiyin("classify", "--model", model, stdin='{"id": "1", "text": "路灯又坏了"}\n').rows
    assert row["domain"] == "灯"
    told = huiyin("model", "promote", model, "--json")
    assert told.code == 3
    assert "学、灯" in told.complaint
    assert huiyin("model", "list", "--json").json == {"models": []}
    assert huiyin("model", "rollback").code == 1


def test_an_unexpected_error_is_one_line_too(tmp_path: Path) -> None:
    """From outside, as it is installed; DEBUG shows where it happened."""
    broken = "import flows.calendars as c; c.count_workdays = lambda *a: 1 / 0; from console.cli import main; main()"
    for level, shown in (("WARNING", False), ("DEBUG", True)):
        environment = {**os.environ, "HUIYIN_DATA_DIR": str(tmp_path), "HUIYIN_LOG_LEVEL": level}
        done = subprocess.run(
            [sys.executable, "-c", broken, "deadline", "2026-02-13", "5"],
            capture_output=True, text=True, env=environment, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stdout) == (3, "")
        assert ("Traceback" in done.stderr) is shown
        assert "程序内部出错（ZeroDivisionError" in done.stderr


def test_help_is_chinese_and_bare_words_show_it(huiyin: Shell) -> None:
    told = huiyin("--help")
    assert told.code == 0
    assert "群众来件" in told.out
    bare = huiyin()
    assert (bare.code, bare.out) == (2, "")
    assert "群众来件" in bare.err
