"""The demonstration lives through its days by the product's own actions: none of them may be refused."""

from pathlib import Path

from support.commands import Shell


def test_twelve_days_are_lived_and_counted(tmp_path: Path) -> None:
    told = Shell(tmp_path / "var")("demo", "--days", "12", "--no-serve", "--json")
    assert told.code == 0, told.err
    figures = told.json
    assert figures["messages"] > 300
    assert 300 < figures["work_orders"] <= figures["messages"]
    assert 0 < figures["replied"] <= figures["work_orders"]
    assert figures["reminders"] > 0
    assert all(Path(edition).is_file() for edition in figures["editions"])
