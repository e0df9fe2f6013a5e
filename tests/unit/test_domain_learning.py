"""A model learns from labelled rows, is kept without pickle, and is trusted only when its digests agree."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from classifiers.artifact import load_artifact, save_artifact
from classifiers.evaluation import cross_validate, domain_code, evaluate, measure
from classifiers.judgement import SHIPPED, Judgement
from classifiers.model import LinearModel, segmented
from classifiers.training import CORPUS, BadTraining, read_rows, train
from models.errors import BadInput, BadModel
from models.vocabulary import Domain

ROOT = Path(__file__).parents[2]
ROADS = ("路面", "坑洼", "公交", "站台", "红绿灯", "班次")
SCHOOLS = ("学校", "老师", "作业", "幼儿园", "学费", "招生")


def _rows(count: int, labels: tuple[str, ...] = ("道路/公交", "学校/收费")) -> list[dict[str, object]]:
    words = (ROADS, SCHOOLS)
    return [
        {
            "title": None if i % 3 else f"关于{words[i % 2][i % 6]}",
            "text": f"我们这里的{words[i % 2][i % 6]}和{words[i % 2][(i + 1) % 6]}有问题，第{i}次反映了。",
            "label": labels[i % 2],
        }
        for i in range(count)
    ]


def test_fifty_rows_of_any_labels_are_enough_to_learn_from(tmp_path: Path) -> None:
    artifact = train(_rows(50), out=tmp_path)
    model = LinearModel(artifact)
    scored = model.score([segmented(None, "公交站台坏了"), segmented("学费", "老师收学费")])
    assert [artifact.labels[i] for i in scored.probabilities.argmax(axis=1)] == ["道路/公交", "学校/收费"]
    assert artifact.rows == 50
    assert np.allclose(scored.probabilities.sum(axis=1), 1)


def test_too_few_rows_and_a_single_label_are_refused_by_name() -> None:
    with pytest.raises(BadTraining, match="只有 49 行"):
        train(_rows(49))
    with pytest.raises(BadTraining, match="1 个类别"):
        train(_rows(60, ("甲", "甲")))
    with pytest.raises(BadTraining, match="“乙”只有 1 行"):
        train([*_rows(49, ("甲", "甲")), {"text": "学校食堂饭菜太贵", "label": "乙"}])


def test_a_broken_row_is_named_by_its_number() -> None:
    with pytest.raises(BadTraining, match="第 3 行"):
        train([*_rows(2), {"text": None, "label": "甲"}])


def test_a_broken_line_is_named_by_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"text":"好","label":"甲"}\n{坏', encoding="utf-8")
    with pytest.raises(BadTraining, match=r"rows\.jsonl 第 2 行"):
        read_rows(path)


def test_the_same_rows_and_seed_give_the_same_bytes(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    train(_rows(80), out=first, seed=3)
    train(_rows(80), out=second, seed=3)
    for name in ("weights.npz", "model.json", "manifest.json"):
        assert (first / name).read_bytes() == (second / name).read_bytes()


def test_a_saved_model_answers_as_before_and_carries_its_version(tmp_path: Path) -> None:
    saved = train(_rows(60), out=tmp_path)
    loaded = load_artifact(tmp_path)
    assert loaded.version == saved.version
    assert len(loaded.version) == 12
    batch = [segmented(None, "红绿灯不亮")]
    assert np.array_equal(LinearModel(saved).score(batch).probabilities, LinearModel(loaded).score(batch).probabilities)


@pytest.mark.parametrize("name", ["weights.npz", "model.json"])
def test_a_changed_file_is_refused_by_its_name(tmp_path: Path, name: str) -> None:
    train(_rows(50), out=tmp_path)
    path = tmp_path / name
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(BadModel, match=name):
        load_artifact(tmp_path)


@pytest.mark.parametrize("manifest", ["", "{", "[]", '{"format": 99}', '{"format": 2}'])
def test_a_strange_manifest_is_refused(tmp_path: Path, manifest: str) -> None:
    train(_rows(50), out=tmp_path)
    (tmp_path / "manifest.json").write_text(manifest, encoding="utf-8")
    with pytest.raises(BadModel):
        load_artifact(tmp_path)


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadModel, match="nowhere"):
        Judgement.load(tmp_path / "nowhere")


@pytest.mark.parametrize("spoil", ["nan", "shape"])
def test_a_hostile_array_with_a_right_digest_is_refused(tmp_path: Path, spoil: str) -> None:
    artifact = train(_rows(50))
    weights = artifact.word_weights.copy()
    weights[0, 0] = np.nan
    spoiled = weights if spoil == "nan" else artifact.word_weights[1:]
    object.__setattr__(artifact, "word_weights", spoiled)
    with pytest.raises(BadModel, match="word_weights"):
        save_artifact(artifact, tmp_path)


def test_a_pickle_in_the_weights_is_refused(tmp_path: Path) -> None:
    train(_rows(50), out=tmp_path)
    np.savez(tmp_path / "weights.npz", word_idf=np.array([{"a": 1}], dtype=object))
    _sign_again(tmp_path)
    with pytest.raises(BadModel):
        load_artifact(tmp_path)


def _sign_again(folder: Path) -> None:
    import hashlib

    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for name in manifest["sha256"]:
        manifest["sha256"][name] = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def test_the_shipped_artifact_matches_its_manifest_and_knows_every_domain() -> None:
    artifact = load_artifact(SHIPPED)
    assert set(artifact.labels) == set(Domain) == {path.stem for path in CORPUS.glob("*.jsonl")} & set(Domain)
    assert artifact.version == json.loads((SHIPPED / "manifest.json").read_text(encoding="utf-8"))["version"]


def test_judging_imports_no_scikit_learn_and_no_scipy() -> None:
    code = (
        "import sys; from classifiers.judgement import Judgement; from classifiers.text import Text;"
        "Judgement.load().findings([Text('1', '公交车不来')]);"
        "sys.exit(any(m.split('.')[0] in {'sklearn', 'scipy', 'jieba'} for m in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_an_unknown_domain_in_a_restriction_is_refused_by_name() -> None:
    with pytest.raises(BadInput, match="天文"):
        LinearModel(load_artifact(SHIPPED)).score([segmented(None, "公交")], ["天文"])


def test_a_restriction_leaves_only_the_allowed_domains() -> None:
    model = LinearModel(load_artifact(SHIPPED))
    scored = model.score([segmented(None, "公交车不来")], ["health", "education"])
    allowed = {model.artifact.labels[i] for i in np.flatnonzero(scored.probabilities[0])}
    assert allowed <= {"health", "education"}


def test_evaluation_counts_precision_recall_and_coverage() -> None:
    figures = measure(["甲", "甲", "乙", "乙"], ["甲", "乙", "乙", "乙"], [0.9] * 4, [True, False, True, True])
    assert figures.accuracy == 0.75
    assert (figures.per_label["甲"].precision, figures.per_label["甲"].recall) == (1.0, 0.5)
    assert figures.per_label["乙"].f1 == 0.8
    assert (figures.accepted, figures.accepted_precision) == (0.75, 1.0)


def test_cross_validation_judges_every_row_by_a_model_that_never_saw_it() -> None:
    figures = cross_validate(_rows(80), folds=4)
    assert figures.rows == 80
    assert figures.macro_f1 > 0.95


def test_evaluation_understands_the_names_under_which_offices_keep_domains() -> None:
    assert domain_code("环境保护", ["environment"]) == "environment"
    assert domain_code("医疗卫生", ["health"]) == "health"
    assert domain_code("天文", ["health"]) == "天文"
    rows = [{"text": "公交车半小时不来，班次太少", "label": "交通运输"}]
    assert evaluate(rows, Judgement.load(), domains=["transport", "health"]).accuracy == 1.0


def test_evaluation_refuses_an_unknown_task_and_a_row_without_answer() -> None:
    judgement = Judgement.load()
    with pytest.raises(BadTraining, match="天气"):
        evaluate([], judgement, task="天气")
    with pytest.raises(BadTraining, match="第 1 行没有标注"):
        evaluate([{"text": "好"}], judgement)
