"""`huiyin ledger`: a plan goes in, its state goes upward, rates and refusals are said in plain words."""

from pathlib import Path

from support.commands import Shell
from support.plan_samples import BRACKETED


def test_a_plan_goes_in_and_its_state_goes_upward(tmp_path: Path) -> None:
    huiyin = Shell(tmp_path / "var")
    assert huiyin("init").code == 0
    plan = tmp_path / "要点.txt"
    plan.write_text(BRACKETED, encoding="utf-8")
    first = huiyin("ledger", "import", plan, "--json")
    assert first.code == 0
    assert (first.json["read"], first.json["entered"], first.json["plan"]["to_assign"]) == (3, 3, 1)
    assert "待指定单位 1 项" in huiyin("ledger", "import", plan).out
    revised = tmp_path / "修订稿.txt"
    revised.write_text(BRACKETED.replace("年底前完成滨禾桥整修", "9月30日前完成滨禾桥整修"), encoding="utf-8")
    asked = huiyin("ledger", "import", revised).err
    assert "加 --revises 1 再导入" in asked
    assert "确是另一份的，加 --separate" in asked
    [row] = huiyin("ledger", "plans", "--json").json["plans"]
    assert (row["title"], row["year"]) == ("2026年望溪市便民服务工作要点", 2026)
    files = huiyin("ledger", "report", "要点", "--out", tmp_path / "out", "--json").json["files"]
    assert [Path(file).suffix for file in files] == [".docx", ".xlsx"]
    assert all(Path(file).read_bytes()[:2] == b"PK" for file in files)
    rates = huiyin("ledger", "rates", "--json").json
    assert rates["units"] == []
    assert set(rates["formulas"]) == {"应兑现", "兑现率", "按期兑现率"}


def test_what_cannot_be_reported_or_read_is_refused_by_name(tmp_path: Path) -> None:
    huiyin = Shell(tmp_path / "var")
    assert huiyin("init").code == 0
    assert "没有找到工作要点" in huiyin("ledger", "report", "无此要点").complaint
    assert "docx、xlsx 或 all" in huiyin("ledger", "report", "1", "--format", "pdf").complaint
    scan = tmp_path / "扫描.pdf"
    scan.write_bytes(b"%PDF-1.7")
    assert "DOCX 或 TXT" in huiyin("ledger", "import", scan).complaint
