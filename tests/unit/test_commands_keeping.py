"""The commands that keep the house, as an operator types them."""

import json
import os
import subprocess
import sys
from pathlib import Path

RUN = "from console.cli import main; main()"


def huiyin(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "HUIYIN_DATA_DIR": str(folder / "var"), "HUIYIN_PROFILE": "demo"}
    environment = {k: v for k, v in environment.items() if k not in {"HUIYIN_DATABASE_URL", "HUIYIN_QUEUE_URL"}}
    return subprocess.run(
        [sys.executable, "-c", RUN, *words], capture_output=True, text=True, env=environment, check=False
    )


def test_a_deadline_is_explained_day_by_day_before_there_is_a_database(tmp_path: Path) -> None:
    told = huiyin(tmp_path, "deadline", "2026-02-13T10:00", "5")
    assert told.returncode == 0
    assert "2026-02-14 周六  第 1 个工作日  调休上班（春节）" in told.stdout
    assert told.stdout.strip().endswith("2026-02-27 当日结束前")
    found = json.loads(huiyin(tmp_path, "deadline", "2026-02-13T10:00", "5", "--json").stdout)
    assert (found["due"], found["provisional"], len(found["steps"])) == ("2026-02-27", False, 14)
    assert huiyin(tmp_path, "deadline", "昨天", "5").returncode == 2
    assert not (tmp_path / "var").exists()


def test_the_record_is_kept_exported_backed_up_and_restored(tmp_path: Path) -> None:
    assert huiyin(tmp_path, "status").returncode == 3
    assert json.loads(huiyin(tmp_path, "init", "--json").stdout)["profile"] == "demo"
    assert json.loads(huiyin(tmp_path, "status", "--json").stdout)["messages"] == 0
    added = json.loads(huiyin(tmp_path, "account", "add", "zhang", "--name", "张", "--role", "审看员", "--json").stdout)
    assert len(added["password"]) >= 8
    assert huiyin(tmp_path, "account", "add", "li", "--name", "李", "--role", "皇帝").returncode == 2
    assert "zhang" in huiyin(tmp_path, "account", "list").stdout
    assert huiyin(tmp_path, "export", "callbacks").stdout == ""
    assert huiyin(tmp_path, "ledger", "import", str(tmp_path / "none.jsonl")).returncode == 3
    assert huiyin(tmp_path, "backup", str(tmp_path / "b.tar"), "--json").returncode == 0
    assert huiyin(tmp_path, "restore", str(tmp_path / "b.tar")).returncode == 2
    assert huiyin(tmp_path / "new", "restore", str(tmp_path / "b.tar")).returncode == 0
    assert "zhang" in huiyin(tmp_path / "new", "account", "list").stdout
