"""PostgreSQL's backup comes back into an empty database on a fresh server, by the commands that an operator types."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support.desk import Desk, at
from support.finding import found_orders
from support.postgres_server import PostgresServer
from support.whole_house import fill_every_table, house_in, lived_in, rows_of

from flows.house import House
from flows.sealing import seal, verify_chain
from models.database import reading, writing
from models.profile import SHIPPED
from models.tables.record import ModelVersion

MODEL, TEMPLATE = b"weights", b"an office's own letter"


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A profile file of the office's own, with a paper template beside it."""
    folder = tmp_path / "office"
    (folder / "templates").mkdir(parents=True)
    (folder / "demo.yaml").write_bytes((SHIPPED / "demo.yaml").read_bytes())
    (folder / "templates" / "supervise.docx").write_bytes(TEMPLATE)
    return folder / "demo.yaml"


def in_use(folder: Path, url: str, profile: Path) -> House:
    """Orders, a raw message, a sealed history, a model, and a row in every other table."""
    house = lived_in(house_in(folder, url, str(profile)))
    model = folder / "models" / "m1"
    model.mkdir(parents=True)
    (model / "weights.npz").write_bytes(MODEL)
    with writing(house.engine) as session:
        session.add(ModelVersion(version="m1", path=str(model), created_at=at("2026-02-14T09:00")))
    seal(house, at("2026-02-16T10:00"))
    fill_every_table(house)
    return house


def told(data: Path, *words: str | Path, **given: str) -> tuple[int, Any]:
    """A command in a process of its own, as an operator's: its exit code and the object that it printed."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HUIYIN_")}
    env = kept | {f"HUIYIN_{name}": value for name, value in ({"DATA_DIR": str(data)} | given).items()}
    command = [str(Path(sys.executable).parent / "huiyin"), *map(str, words), "--json"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    return done.returncode, json.loads(done.stdout) if done.returncode == 0 else done.stderr


def test_a_fresh_server_has_every_row_every_file_and_works_on(
    tmp_path: Path, postgres_url: str, own_postgres: PostgresServer, office: Path
) -> None:
    old = in_use(tmp_path / "old", postgres_url, office)
    there = {"DATABASE_URL": postgres_url, "PROFILE": str(office)}
    _, made = told(tmp_path / "old", "backup", tmp_path / "out.tar.gz", **there)
    code, restored = told(tmp_path / "new", "restore", tmp_path / "out.tar.gz", DATABASE_URL=own_postgres.url)
    assert code == 0, restored

    new = house_in(tmp_path / "new", own_postgres.url, restored["profile_file"])
    before, after = rows_of(old), rows_of(new)
    path = after.pop("model_version")[0], before.pop("model_version")[0]
    assert after == before
    assert all(after.values()), "没有一张表是空的"
    assert (restored["rows"], restored["blobs"]) == (made["rows"], made["blobs"])
    assert (new.secret, Path(restored["profile_file"]).read_bytes()) == (old.secret, office.read_bytes())
    assert (tmp_path / "new" / "templates" / "supervise.docx").read_bytes() == TEMPLATE
    assert (tmp_path / "new" / "models" / "m1" / "weights.npz").read_bytes() == MODEL
    assert str(tmp_path / "new") in str(path[0])
    assert str(tmp_path / "old") in str(path[1])

    assert verify_chain(new)["ok"] == verify_chain(old)["ok"]
    with reading(new.engine) as session:
        assert len(found_orders(session, ["电梯"])) == 1
    assert Desk(new).take(at("2026-02-16T12:00"), external_id="恢复之后的来件").id == 3
    for house in (old, new):
        house.engine.dispose()


def test_a_server_that_has_data_already_is_left_alone(tmp_path: Path, postgres_url: str, office: Path) -> None:
    house = lived_in(house_in(tmp_path / "old", postgres_url, str(office)))
    there = {"DATABASE_URL": postgres_url, "PROFILE": str(office)}
    told(tmp_path / "old", "backup", tmp_path / "out.tar", **there)
    before = rows_of(house)
    code, complaint = told(tmp_path / "new", "restore", tmp_path / "out.tar", DATABASE_URL=postgres_url)
    assert code == 2
    assert "已有数据" in complaint
    assert rows_of(house) == before
    house.engine.dispose()
