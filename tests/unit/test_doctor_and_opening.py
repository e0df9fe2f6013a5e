"""What `init`, `doctor` and `status` say, and what they refuse."""

from pathlib import Path

import pytest
from support.desk import Desk, at

from flows.doctor import examine
from flows.house import House
from flows.opening import OtherProfile, initialise, is_demos, mark_demo
from flows.status import LABELS, status_of
from models.errors import BadProfile
from models.settings import Settings

STATUS = [
    "messages", "work_orders", "triage", "open", "overdue", "promises", "callbacks", "quarantined", "dead_letters",
    "queued", "undelivered",
]  # fmt: skip


_LONG = "a-long-and-rather-random-0192837465-secret"


def house_in(folder: Path, when: str = "2026-03-02T09:00", profile: str = "demo", **given: str) -> House:
    return House(Settings(data_dir=folder, profile=profile, **given), clock=lambda: at(when))


def test_init_twice_is_init_once_and_makes_no_workspace_of_the_demos(tmp_path: Path) -> None:
    house = house_in(tmp_path)
    assert initialise(house)["profile"] == "demo"
    assert initialise(house) == initialise(house_in(tmp_path))
    assert not is_demos(house_in(tmp_path))
    mark_demo(house_in(tmp_path))
    assert is_demos(house_in(tmp_path))


def test_a_database_of_another_place_is_refused(tmp_path: Path) -> None:
    initialise(house_in(tmp_path, profile="jiande"))
    with pytest.raises(OtherProfile, match="jiande"):
        initialise(house_in(tmp_path))
    assert not is_demos(house_in(tmp_path))
    assert [f.name for f in examine(house_in(tmp_path)) if not f.ok] == ["辖区配置"]


def test_a_wrong_profile_leaves_no_database_behind(tmp_path: Path) -> None:
    with pytest.raises(BadProfile):
        initialise(house_in(tmp_path / "var", profile="nowhere"))
    assert not (tmp_path / "var").exists()


def test_before_init_the_doctor_says_so_and_makes_nothing(tmp_path: Path) -> None:
    house = house_in(tmp_path / "var")
    broken = [f for f in examine(house) if not f.ok]
    assert [f.name for f in broken] == ["数据库"]
    assert "huiyin init" in broken[0].why
    assert not (tmp_path / "var").exists()
    assert not is_demos(house)


def test_a_sound_house_passes_every_check(tmp_path: Path) -> None:
    house = house_in(tmp_path)
    initialise(house)
    found = {f.name: f for f in examine(house)}
    assert [name for name, f in found.items() if not f.ok] == []
    assert {
        "设置",
        "密钥",
        "辖区配置",
        "数据库",
        "工作日历",
        "磁盘空间",
        "队列",
        "时钟",
        "邮件",
        "研判模型",
        "原始件存储",
    } == set(found)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"secret_key": "short"}, "HUIYIN_SECRET_KEY 太弱"),
        ({"secret_key": "ab" * 40}, "HUIYIN_SECRET_KEY 太弱"),
        ({"hook_secret": "123456"}, "HUIYIN_HOOK_SECRET 太弱"),
        ({"secret_key": _LONG, "hook_secret": _LONG}, "HUIYIN_SECRET_KEY、HUIYIN_HOOK_SECRET 相同"),
    ],
)
def test_a_weak_secret_is_named_and_never_shown(given: dict[str, str], said: str, tmp_path: Path) -> None:
    [found] = [f for f in examine(house_in(tmp_path, **given)) if f.name == "密钥"]
    assert not found.ok
    assert said in found.why
    assert not [value for value in given.values() if value in found.why]


def test_a_key_that_others_can_read_is_found_and_what_is_missing_is_said(tmp_path: Path) -> None:
    house = house_in(tmp_path, public_url="http://wangxi.example")
    initialise(house)
    [found] = [f for f in examine(house) if f.name == "密钥"]
    assert found.ok
    assert "未设 HUIYIN_SECRET_KEY" in found.why
    assert "不是 https" in found.why
    (tmp_path / "secret.key").chmod(0o644)
    [found] = [f for f in examine(house) if f.name == "密钥"]
    assert "chmod 600" in found.why
    assert not found.ok


@pytest.mark.parametrize(
    ("when", "ok", "said"), [("2026-11-15T09:00", True, "注意"), ("2027-01-02T09:00", False, "暂定")]
)
def test_a_calendar_that_ends_is_told_in_time(when: str, ok: bool, said: str, tmp_path: Path) -> None:
    house = house_in(tmp_path, when)
    initialise(house)
    [calendar] = [f for f in examine(house) if f.name == "工作日历"]
    assert calendar.ok is ok
    assert said in calendar.why
    assert "huiyin calendar import" in calendar.why


def test_a_damaged_model_is_found(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    house = house_in(tmp_path / "var", model=str(tmp_path / "model"))
    initialise(house)
    assert [f.name for f in examine(house) if not f.ok] == ["研判模型"]


def test_status_counts_what_there_is_in_the_promised_order(tmp_path: Path) -> None:
    house = house_in(tmp_path, "2026-06-01T09:00")
    initialise(house)
    assert list(status_of(house)) == list(LABELS) == STATUS
    assert set(status_of(house).values()) == {0}
    desk = Desk(house)
    desk.take(at("2026-02-13T10:00"))
    counts = status_of(house)
    assert (counts["messages"], counts["work_orders"], counts["open"], counts["triage"]) == (1, 1, 1, 0)
    assert counts["overdue"] == 1
    assert counts["undelivered"] >= 1
