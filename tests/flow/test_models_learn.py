"""The judgement learns: a town's own model goes live, corrections teach, and one command goes back."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from support.desk import MODERATOR, Desk, at, give_tables

from classifiers.artifact import load_artifact
from classifiers.training import train
from flows.house import House
from flows.model_labels import codes_of, read_labels
from flows.retraining import KEPT, promote, retrain, rollback, versions
from models.actions.handling import reclassify
from models.database import writing
from models.errors import BadInput, BadModel, NotFound
from models.settings import Settings

NOW = at("2026-03-02 10:00")
ROADS, SCHOOLS, LAMPS = ("公交", "班次"), ("老师", "作业"), ("路灯", "不亮")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(Settings(data_dir=tmp_path / "data", profile="demo"), clock=lambda: NOW)
    give_tables(house)
    yield house
    house.engine.dispose()


def _model(folder: Path, labels: tuple[str, ...], seed: int = 1) -> Path:
    matters = dict(zip(labels, (ROADS, SCHOOLS, LAMPS), strict=False))
    train(
        [
            {"text": f"{words[0]}{words[i % 2]}第{i}次反映，请处理", "label": label}
            for i in range(30)
            for label, words in matters.items()
        ],
        out=folder,
        seed=seed,
    )
    return folder


def test_a_towns_own_names_go_live_as_codes_in_a_copy_of_our_own(house: House, tmp_path: Path) -> None:
    own = _model(tmp_path / "own", ("交通运输", "教育文体", "城乡建设/路灯"))
    live = promote(house, str(own), NOW)
    shutil.rmtree(own)
    assert set(house.judgement.labels) == {"transport", "education", "housing"}
    assert house.judgement.model_version == live
    assert house.model_path == str((house.settings.data_dir / "models" / live).absolute())


def test_several_labels_may_mean_one_domain_and_their_probabilities_add_up(house: House, tmp_path: Path) -> None:
    from classifiers.text import Text

    own = _model(tmp_path / "own", ("公交", "学校", "路灯"))
    promote(house, str(own), NOW, {"公交": "transport", "学校": "education", "路灯": "transport"})
    (found,) = house.judgement.findings([Text("1", "公交和路灯")])
    assert found.domain == "transport"
    assert sum(p for _, p in found.candidates) == pytest.approx(1, abs=0.001)
    assert set(house.judgement.labels) == {"transport", "education"}


def test_labels_that_mean_nothing_here_are_all_named(house: House, tmp_path: Path) -> None:
    own = _model(tmp_path / "own", ("天文", "教育文体", "占星"))
    with pytest.raises(BadModel, match="占星、天文"):
        promote(house, str(own), NOW)
    with pytest.raises(BadModel, match="占星"):
        promote(house, str(own), NOW, {"天文": "transport", "占星": "没有的领域"})
    assert versions(house) == []


def test_codes_names_and_both_levels_are_understood(house: House) -> None:
    told = {"路灯": "生态环境"}
    assert codes_of(("health", "医疗卫生", "劳动和社会保障/工伤", "路灯"), house.profile, told) == (
        "health", "health", "labour", "environment",
    )  # fmt: skip


@pytest.mark.parametrize("content", ["[1]", "{", '{"路灯": 3}'])
def test_a_broken_table_of_labels_is_named(tmp_path: Path, content: str) -> None:
    file = tmp_path / "labels.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(BadInput, match=r"labels\.json"):
        read_labels(file)


def test_a_version_that_is_not_there_is_refused(house: House) -> None:
    with pytest.raises(NotFound, match="nowhere"):
        promote(house, "nowhere", NOW)


def test_the_last_three_are_kept_and_each_rollback_goes_one_back(house: House, tmp_path: Path) -> None:
    live = [
        promote(house, str(_model(tmp_path / f"m{n}", ("transport", "education"), seed=n)), NOW + timedelta(hours=n))
        for n in range(5)
    ]
    told = versions(house)
    assert [v["version"] for v in told] == live[:-4:-1]
    assert [v["live"] for v in told] == [True, False, False]
    assert {path.name for path in (house.settings.data_dir / "models").iterdir()} == set(live[-KEPT:])
    assert [rollback(house, NOW) for _ in range(KEPT)] == [live[3], live[2], None]
    with pytest.raises(NotFound):
        rollback(house, NOW)


def test_corrections_teach_and_the_better_model_goes_live(house: House) -> None:
    desk = Desk(house)
    orders = [desk.take(NOW, title="信鸽", text=f"邻居第{n}次放飞信鸽，鸽哨和鸽粪让人受不了") for n in range(60)]
    shipped = house.judgement.model_version
    assert retrain(house, NOW)["promoted"] is False
    with writing(house.engine) as session:
        for order in orders:
            assert order.id is not None
            reclassify(session, house.profile, order.id, MODERATOR, NOW, domain="work_safety")
    told = retrain(house, NOW)
    assert told["promoted"] is True
    assert told["accuracy"] > told["before"]
    (version,) = versions(house)
    assert (version["version"], version["live"]) == (told["version"], True)
    assert load_artifact(Path(version["path"])).version == told["version"] != shipped
    assert rollback(house, NOW) is None
