"""Each trouble by itself, as an operator meets it: the sentence says what is wrong and what to do."""

import socket
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from support.desk import Desk, at, open_desk
from support.web import serving, visiting

from flows.conditions import in_words
from flows.doctor import examine
from flows.house import House
from flows.opening import initialise
from models.settings import Settings

NOW = at("2026-03-02T09:00")


def told(house: House) -> dict[str, str]:
    return {finding.name: finding.why for finding in examine(house) if not finding.ok}


def settled(folder: Path, **given: str) -> House:
    house = House(Settings(_env_file=None, data_dir=folder, profile="demo", **given), clock=lambda: NOW)
    initialise(house)
    return house


def test_a_clock_that_was_set_back_is_told_by_doctor_and_readyz(tmp_path: Path) -> None:
    house = settled(tmp_path)
    Desk(house).take(NOW + timedelta(hours=3))
    assert "2026-03-02 12:00:00" in told(house)["时钟"]
    assert "NTP" in told(house)["时钟"]
    with serving(house) as address, visiting(address) as anybody:
        checks = anybody.get("/readyz").json()["checks"]
    assert [check["name"] for check in checks if "NTP" in check["why"]] == ["时钟"]


def test_a_mail_server_that_is_away_is_told_without_its_password(tmp_path: Path) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"smtp://me:hunter2@127.0.0.1:{nobody.getsockname()[1]}"
        said = told(settled(tmp_path, smtp_url=url))["邮件"]
    assert "HUIYIN_SMTP_URL" in said
    assert "hunter2" not in said


def test_units_that_wait_for_mail_without_a_server_are_told(tmp_path: Path) -> None:
    from models.profile import SHIPPED

    demo = (SHIPPED / "demo.yaml").read_text(encoding="utf-8")
    own = demo.replace('phone: "19900000104",', 'phone: "19900000104", notify: ["mailto:zj@wangxi.example"],')
    (tmp_path / "own.yaml").write_text(own, encoding="utf-8")
    house = House(Settings(_env_file=None, data_dir=tmp_path / "var", profile=str(tmp_path / "own.yaml")))
    initialise(house)
    assert "望溪市住房和城乡建设局" in told(house)["邮件"]


def test_a_broker_that_is_away_is_told_with_its_address(tmp_path: Path) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{nobody.getsockname()[1]}"
        said = told(settled(tmp_path, queue_url=f"kafka://{place}"))["队列"]
    assert place in said
    assert "服务是否在运行" in said


@pytest.mark.parametrize(
    ("driver_says", "advice"),
    [
        ("attempt to write a readonly database", "权限"),
        ("cannot execute DELETE in a read-only transaction", "备库"),
        ("database or disk is full", "扩容"),
        ('FATAL:  password authentication failed for user "x"', "口令"),
        ("connection to server at 127.0.0.1, port 1 failed: Connection refused", "服务是否在运行"),
        ('database "huiyin" does not exist', "建立"),
        ("database disk image is malformed", "huiyin restore"),
        ("unable to open database file", "HUIYIN_DATA_DIR"),
    ],
)
def test_what_a_driver_says_becomes_advice(driver_says: str, advice: str) -> None:
    assert advice in in_words(RuntimeError(driver_says))


def test_a_database_that_takes_no_writing_says_so_in_chinese(tmp_path: Path) -> None:
    house = settled(tmp_path)
    with house.engine.connect() as connection:
        connection.execute(text("PRAGMA query_only = ON"))
        with pytest.raises(Exception, match="readonly") as refused:
            connection.execute(text("DELETE FROM meta"))
    assert "数据库只读" in in_words(refused.value)


def test_what_doctor_says_is_not_lost_among_the_migrations_own_remarks(
    postgres_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    with open_desk(tmp_path, database_url=postgres_url) as desk:
        examine(desk.house)
    assert [record.name for record in caplog.records if record.name.startswith("alembic")] == []


def test_a_table_and_a_column_that_are_missing_are_named(tmp_path: Path) -> None:
    house = settled(tmp_path)
    with house.engine.begin() as connection:
        connection.execute(text("DROP TABLE saved_filter"))
        connection.execute(text("ALTER TABLE webhook ADD COLUMN colour VARCHAR(9)"))
    said = told(house)["数据库"]
    assert "缺表 saved_filter" in said
    assert "共 2 处" in said
    assert "另一版本" in said
