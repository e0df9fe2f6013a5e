"""`huiyin deadline | calendar | ledger | backup | restore | account | doctor | model`: the house kept in order."""

import json
from pathlib import Path
from typing import Any

import pytest
from support.commands import Shell, Told

PLAN = """2026年政务公开工作要点
一、加强回应
1. 对群众来信在3个工作日内答复。（责任单位：望溪市政民互动服务中心）
2. 每年组织开放活动不少于4次。（责任单位：望溪市市场监督管理局）
"""


def test_the_deadline_of_the_spring_festival_is_explained_day_by_day(huiyin: Shell) -> None:
    told = huiyin("deadline", "2026-02-13T10:00", "5", "--json").json
    assert list(told) == ["due", "provisional", "steps"]
    assert (told["due"], told["provisional"]) == ("2026-02-27", False)
    first = told["steps"][0]
    assert (first["date"], first["counted"]) == ("2026-02-14", True)
    assert "调休上班" in first["reason"]
    assert sum(step["counted"] for step in told["steps"]) == 5
    assert [step["date"] for step in told["steps"] if not step["counted"]] == [f"2026-02-{d}" for d in range(15, 24)]
    assert "2026-02-27" in huiyin("deadline", "2026-02-13T10:00", "5").out


def test_a_deadline_beyond_the_known_calendar_is_provisional(huiyin: Shell) -> None:
    assert huiyin("deadline", "2031-02-13", "5", "--json").json["provisional"] is True


def test_an_imported_day_off_moves_the_deadline(huiyin: Shell, tmp_path: Path) -> None:
    file = tmp_path / "days.csv"
    file.write_text("2026-12-07,off,建市纪念日\n2026-12-12,work,补班\n", encoding="utf-8")
    assert huiyin("calendar", "import", file, "--dry-run", "--json").json["applied"] is False
    assert huiyin("deadline", "2026-12-04", "1", "--json").json["due"] == "2026-12-07"
    assert huiyin("calendar", "import", file, "--json").json["applied"] is True
    assert huiyin("deadline", "2026-12-04", "1", "--json").json["due"] == "2026-12-08"
    file.write_text("2026-13-01,off,没有这一天\n", encoding="utf-8")
    told = huiyin("calendar", "import", file)
    assert told.code == 3
    assert "第1行" in told.err


def test_a_work_plan_enters_the_ledger_once(huiyin: Shell, tmp_path: Path) -> None:
    file = tmp_path / "要点.txt"
    file.write_text(PLAN, encoding="utf-8")
    first = huiyin("ledger", "import", file, "--json").json
    assert list(first) == ["read", "entered", "duplicates", "problems", "plan"]
    assert (first["read"], first["entered"]) == (2, 2)
    again = huiyin("ledger", "import", file, "--json").json
    assert (again["entered"], again["duplicates"]) == (0, 2)
    listed = huiyin("ledger", "list", "--json").json["promises"]
    assert [row["state_name"] for row in listed] == ["待确认", "待确认"]
    assert huiyin("export", "promises").rows == listed
    assert huiyin("ledger", "export", "--json").json["promises"] == listed


@pytest.mark.parametrize("form", ["jsonl", "csv", "xlsx"])
def test_an_exported_ledger_is_known_when_it_comes_back(huiyin: Shell, tmp_path: Path, form: str) -> None:
    (tmp_path / "plan.txt").write_text(PLAN, encoding="utf-8")
    huiyin("ledger", "import", tmp_path / "plan.txt")
    file = tmp_path / f"ledger.{form}"
    assert huiyin("ledger", "export", "--format", form, "--out", file, "--json").json["rows"] == 2
    told = huiyin("ledger", "import", file, "--json").json
    assert (told["read"], told["entered"], told["duplicates"]) == (2, 0, 2)


def test_a_backup_is_restored_into_an_empty_installation_only(huiyin: Shell, tmp_path: Path) -> None:
    post = {"id": "1", "text": "学府路的路灯坏了十多天，晚上漆黑一片。", "time": "2026-01-05"}
    (tmp_path / "posts.jsonl").write_text(json.dumps(post, ensure_ascii=False), encoding="utf-8")
    huiyin("collect", "board", tmp_path / "posts.jsonl")
    huiyin("work", "--drain")
    copy = tmp_path / "copy.tar"
    assert huiyin("backup", copy, "--json").json["blobs"] == 1
    told = huiyin("restore", copy)
    assert told.code == 2
    assert "空" in told.complaint
    elsewhere = Shell(tmp_path / "elsewhere")
    assert elsewhere("restore", copy, "--json").json["blobs"] == 1
    assert elsewhere("export", "messages").rows == huiyin("export", "messages").rows
    assert elsewhere("audit", "verify").code == 0


def test_an_account_is_made_once_and_its_password_is_said_once(huiyin: Shell) -> None:
    made = huiyin("account", "add", "zhang", "--name", "张敏", "--role", "审看员", "--json").json
    assert made["login"] == "zhang"
    assert len(made["password"]) >= 8
    again = huiyin("account", "add", "zhang", "--name", "张敏", "--role", "moderator", "--json")
    assert again.code == 1
    assert "zhang" in again.complaint
    assert huiyin("account", "password", "zhang", "--json").json["password"] != made["password"]
    assert huiyin("account", "password", "nobody").code == 2
    assert huiyin("account", "password", "zhang", PASSWORD="onlyletters").code == 2
    assert "没有启用动态码" in huiyin("account", "reset-factor", "zhang").err
    (row,) = huiyin("account", "list", "--json").json["accounts"]
    assert (row["login"], row["role"], row["active"]) == ("zhang", "moderator", True)


def test_the_doctor_finds_a_sound_house_sound(huiyin: Shell) -> None:
    assert troubles(huiyin("doctor", "--json")) == []


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"MODEL": "/nowhere"}, "研判模型"),
        ({"BLOB_URL": "weather://x"}, "原始件存储"),
        ({"PROFILE": "jiande"}, "辖区配置"),
    ],
)
def test_the_doctor_names_what_is_broken_on_one_line_each(huiyin: Shell, given: dict[str, str], name: str) -> None:
    [trouble] = troubles(huiyin("doctor", "--json", **given))
    assert trouble["name"] == name
    assert "\n" not in trouble["why"]


def troubles(told: Told) -> list[dict[str, Any]]:
    """Its faults, save one that comes of itself: the calendar ends some day."""
    faults = [check for check in told.json["checks"] if not check["ok"]]
    assert (told.code, told.json["ok"]) == ((3, False) if faults else (0, True))
    return [fault for fault in faults if fault["name"] != "工作日历"]


def test_init_twice_is_init_once_and_another_place_is_refused(huiyin: Shell) -> None:
    assert huiyin("init", "--json").json["profile"] == "demo"
    told = huiyin("init", PROFILE="jiande")
    assert told.code == 3
    assert "demo" in told.complaint
