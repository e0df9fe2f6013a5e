"""The commands that keep the house, as an operator types them."""

from pathlib import Path

from support.commands import Shell, Told


def huiyin(folder: Path, *words: str) -> Told:
    return Shell(folder / "var")(*words, PROFILE="demo")


def test_a_deadline_is_explained_day_by_day_before_there_is_a_database(tmp_path: Path) -> None:
    told = huiyin(tmp_path, "deadline", "2026-02-13T10:00", "5")
    assert told.code == 0
    assert "2026-02-14 周六  第 1 个工作日  调休上班（春节）" in told.out
    assert told.out.strip().endswith("2026-02-27 当日结束前")
    found = huiyin(tmp_path, "deadline", "2026-02-13T10:00", "5", "--json").json
    assert (found["due"], found["provisional"], len(found["steps"])) == ("2026-02-27", False, 14)
    assert huiyin(tmp_path, "deadline", "昨天", "5").code == 2
    assert not (tmp_path / "var").exists()


def test_the_record_is_kept_exported_backed_up_and_restored(tmp_path: Path) -> None:
    assert huiyin(tmp_path, "status").code == 3
    assert huiyin(tmp_path, "init", "--json").json["profile"] == "demo"
    assert huiyin(tmp_path, "status", "--json").json["messages"] == 0
    added = huiyin(tmp_path, "account", "add", "zhang", "--name", "张", "--role", "审看员", "--json").json
    assert len(added["password"]) >= 8
    assert huiyin(tmp_path, "account", "add", "li", "--name", "李", "--role", "皇帝").code == 2
    assert "zhang" in huiyin(tmp_path, "account", "list").out
    assert huiyin(tmp_path, "export", "callbacks").out == ""
    assert huiyin(tmp_path, "ledger", "import", str(tmp_path / "none.jsonl")).code == 3
    assert huiyin(tmp_path, "backup", str(tmp_path / "b.tar"), "--json").code == 0
    assert huiyin(tmp_path, "restore", str(tmp_path / "b.tar")).code == 2
    assert huiyin(tmp_path / "new", "restore", str(tmp_path / "b.tar")).code == 0
    assert "zhang" in huiyin(tmp_path / "new", "account", "list").out
