"""A backup comes back whole: into the same kind of database and into the other, and into an empty place only."""

import tarfile
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlmodel import col
from support.desk import Desk, at
from support.finding import found_orders
from support.whole_house import NOW, fill_every_table, house_in, lived_in, rows_of

from flows.backups import BadBackup, NotEmpty, back_up, restore
from flows.opening import OtherProfile
from models.database import writing
from models.profile import SHIPPED
from models.tables.record import ModelVersion


@pytest.mark.parametrize(("there", "back"), [("sqlite", "sqlite"), ("sqlite", "postgres"), ("postgres", "sqlite")])
def test_every_row_and_every_raw_byte_comes_back(
    there: str, back: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    urls = {
        "sqlite": "",
        "postgres": request.getfixturevalue("empty_postgres_url") if "postgres" in {there, back} else "",
    }
    old = lived_in(house_in(tmp_path / "old", urls[there]))
    fill_every_table(old)
    made = back_up(old, tmp_path / "out.tar", NOW)
    new = house_in(tmp_path / "new", urls[back])
    result = restore(new, tmp_path / "out.tar")
    assert rows_of(new) == rows_of(old)
    assert (result["rows"], result["blobs"]) == (made["rows"], made["blobs"])
    assert new.secret == old.secret
    assert made["blobs"] == 1
    with writing(new.engine) as session:
        assert len(found_orders(session, ["电梯"])) == 1
    assert all(rows_of(new).values()), "没有一张表是空的"
    after = Desk(new).take(at("2026-02-13T12:00"), external_id="恢复之后的来件")
    assert after.id == 3
    old.engine.dispose()
    new.engine.dispose()


def test_a_backup_is_its_owners_alone_and_says_what_is_in_it(tmp_path: Path) -> None:
    old = lived_in(house_in(tmp_path / "old"))
    back_up(old, tmp_path / "out.tar.gz", NOW)
    assert (tmp_path / "out.tar.gz").stat().st_mode & 0o077 == 0
    with tarfile.open(tmp_path / "out.tar.gz") as tar:
        assert {"manifest.json", "secret.key", "tables/message.jsonl"} <= set(tar.getnames())
    assert sorted(p.name for p in tmp_path.iterdir()) == ["old", "out.tar.gz"]


def test_restore_refuses_an_installation_that_has_data(tmp_path: Path) -> None:
    old = lived_in(house_in(tmp_path / "old"))
    back_up(old, tmp_path / "out.tar", NOW)
    before = rows_of(old)
    with pytest.raises(NotEmpty, match="空的安装"):
        restore(old, tmp_path / "out.tar")
    assert rows_of(old) == before


def test_restore_refuses_a_damaged_file_and_changes_nothing(tmp_path: Path) -> None:
    back_up(lived_in(house_in(tmp_path / "old")), tmp_path / "out.tar", NOW)
    content = (tmp_path / "out.tar").read_bytes()
    (tmp_path / "out.tar").write_bytes(content.replace("楼道灯坏了".encode(), "楼道灯好了".encode()))
    new = house_in(tmp_path / "new")
    with pytest.raises(BadBackup, match="校验值"):
        restore(new, tmp_path / "out.tar")
    (tmp_path / "half.tar").write_bytes(content[: len(content) // 2])
    with pytest.raises(BadBackup):
        restore(new, tmp_path / "half.tar")
    with pytest.raises(BadBackup, match="找不到"):
        restore(new, tmp_path / "none.tar")
    assert not (tmp_path / "new" / "huiyin.db").exists()


def test_restore_refuses_another_place(tmp_path: Path) -> None:
    back_up(lived_in(house_in(tmp_path / "old")), tmp_path / "out.tar", NOW)
    with pytest.raises(OtherProfile, match="demo"):
        restore(house_in(tmp_path / "new", profile="jiande"), tmp_path / "out.tar")


def test_numbers_of_deleted_queue_records_are_not_given_again(tmp_path: Path) -> None:
    old = lived_in(house_in(tmp_path / "old"))
    insert = "INSERT INTO queue_record (topic, key, value) VALUES ('t', 'k', x'00')"
    with writing(old.engine) as session:
        for _ in range(3):
            session.execute(text(insert))
        session.execute(text("DELETE FROM queue_record"))
    back_up(old, tmp_path / "out.tar", NOW)
    new = house_in(tmp_path / "new")
    restore(new, tmp_path / "out.tar")
    with writing(new.engine) as session:
        session.execute(text(insert))
        assert session.execute(text("SELECT id FROM queue_record")).scalar() == 4


def test_an_offices_own_templates_and_profile_and_models_come_back(tmp_path: Path) -> None:
    office = tmp_path / "office"
    (office / "templates").mkdir(parents=True)
    (office / "demo.yaml").write_bytes((SHIPPED / "demo.yaml").read_bytes())
    (office / "templates" / "supervise.docx").write_bytes(b"beside the profile")
    (office / "templates" / "calls.xlsx").write_bytes(b"beside the profile, and replaced")
    old = lived_in(house_in(tmp_path / "old", profile=str(office / "demo.yaml")))
    (tmp_path / "old" / "templates").mkdir()
    (tmp_path / "old" / "templates" / "calls.xlsx").write_bytes(b"put in by the operator")
    model = tmp_path / "old" / "models" / "m1"
    model.mkdir(parents=True)
    (model / "weights.npz").write_bytes(b"weights")
    with writing(old.engine) as session:
        session.add(ModelVersion(version="m1", path=str(model), created_at=NOW))
    back_up(old, tmp_path / "out.tar", NOW)

    new = house_in(tmp_path / "new")
    kept = Path(restore(new, tmp_path / "out.tar")["profile_file"])
    assert kept.read_bytes() == (SHIPPED / "demo.yaml").read_bytes()
    files = {p.name: p.read_bytes() for p in (tmp_path / "new" / "templates").iterdir()}
    assert files == {"supervise.docx": b"beside the profile", "calls.xlsx": b"put in by the operator"}
    with writing(new.engine) as session:
        path = Path(session.execute(select(col(ModelVersion.path))).scalar_one())
    assert path.is_relative_to(tmp_path / "new")
    assert (path / "weights.npz").read_bytes() == b"weights"
