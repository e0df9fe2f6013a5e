"""Learning from labelled rows with scikit-learn; what is learned is kept as an artifact.

A linear SVM and naive Bayes over words and character n-grams; their scores on held-out folds are turned into
calibrated probabilities and into the confidence needed for each precision. The same rows and seed give the
same artifact. scikit-learn is imported when something is learned, never with this module.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from classifiers import leaning_training, name_training
from classifiers.artifact import Artifact, save_artifact
from classifiers.calibration import Calibration, calibrate
from classifiers.features import Floats, Ints
from classifiers.model import segmented
from classifiers.space import Matrix, Space, lay_out, sayings, stretched
from models.errors import BadInput
from models.vocabulary import Domain, Kind

CORPUS = Path(__file__).parent / "corpus"
LEXICON = Path(__file__).parent / "lexicon"
LABELLED_CASES = "labelled_cases.jsonl"
# Test sets are never trained on: a domain's messages stand in a file named by its code, and nothing else is read.
TEST_SETS = frozenset({LABELLED_CASES, "blind_cases.jsonl", "blind_procedures.jsonl"})
FEWEST_ROWS = 50
_LEXICON_WEIGHT = 8.0  # a line of a lexicon is all terms, and stands for several messages
Array = Any  # what scikit-learn takes and gives
_BAYES_AT_HOME, _BAYES_ABROAD = 0.1, 1.0
_C = 0.5
_LARGE = 20_000  # above this many rows three folds are enough


class BadTraining(BadInput):
    """训练数据有误。"""


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled text, with its kind where it is known.

    `message` is false for a line of a lexicon: learned from, never measured on.
    """

    title: str | None
    body: str
    label: str
    weight: float = 1.0
    message: bool = True
    kind: str | None = None


def train(rows: Iterable[Mapping[str, Any]], *, out: Path | None = None, seed: int = 1) -> Artifact:
    """Learn from rows with `text`, `title`? and `label` (or `domain`); saved to `out` when given."""
    return fit(examples(rows), out=out, seed=seed)


def examples(rows: Iterable[Mapping[str, Any]]) -> list[Example]:
    """Check rows; a broken one raises BadTraining with its number."""
    found = []
    for number, row in enumerate(rows, start=1):
        label, body, title = row.get("label") or row.get("domain"), row.get("text"), row.get("title")
        if not isinstance(label, str) or not isinstance(body, str) or not isinstance(title, str | None):
            raise BadTraining(f"第 {number} 行应有文字字段 text 和 label（title 可为 null），请补全。")
        terms = bool(row.get("lexicon"))
        found.append(
            Example(title, body, label, _LEXICON_WEIGHT if terms else 1.0, message=not terms, kind=_known_kind(row))
        )
    return found


def _known_kind(row: Mapping[str, Any]) -> str | None:
    kind = row.get("kind")
    return kind if isinstance(kind, str) and kind in set(Kind) else None


def fit(
    learned: Sequence[Example], *, out: Path | None = None, seed: int = 1, bayes: float = _BAYES_AT_HOME
) -> Artifact:
    """Learn from examples; fewer than 50, or fewer than two labels, raise BadTraining.

    `bayes` is the say of naive Bayes beside the SVM: more where the texts to come differ from these.
    """
    labels = tuple(sorted({example.label for example in learned}))
    if len(learned) < FEWEST_ROWS or len(labels) < 2:  # noqa: PLR2004
        raise BadTraining(f"只有 {len(learned)} 行、{len(labels)} 个类别；至少需要 {FEWEST_ROWS} 行、2 个类别。")
    if len(labels) == 2:  # noqa: PLR2004 - what is held out must not take the only row of one of them
        single, rows = Counter(example.label for example in learned).most_common()[-1]
        if rows == 1:
            raise BadTraining(f"类别“{single}”只有 1 行；只有两个类别时，每个类别至少需要 2 行。")
    laid_out = lay_out(segmented(example.title, example.body) for example in learned)
    answers = np.array([labels.index(example.label) for example in learned])
    weights = np.array([example.weight for example in learned])
    real = np.array([example.message for example in learned])
    calibration = _calibrated(laid_out, answers, weights, real, len(labels), seed, bayes)
    space = laid_out.weighted(sayings(laid_out.matrix, answers, weights))
    coefficients, bias = _linear(space.matrix, answers, weights, len(labels), seed, bayes)
    kinds, kind_coefficients, kind_bias = _kinds(space.matrix, [example.kind for example in learned], seed)
    n_words = len(space.words)
    artifact = Artifact(
        labels=labels,
        words=space.words,
        word_idf=space.word_idf,
        word_weights=coefficients[:n_words],
        char_buckets=space.buckets.astype(np.int32),
        char_idf=space.char_idf,
        char_weights=coefficients[n_words:],
        bias=bias,
        kinds=kinds,
        kind_word_weights=kind_coefficients[:n_words],
        kind_char_weights=kind_coefficients[n_words:],
        kind_bias=kind_bias,
        sharpness=calibration.sharpness,
        curve=calibration.curve,
        rows=len(learned),
        seed=seed,
        held_out=calibration.held_out,
    )
    return save_artifact(artifact, out) if out else artifact


def train_corpus(folder: Path, out: Path, *, seed: int = 1) -> Artifact:
    """Learn the shipped models from our own corpus and lexicons (`huiyin train classifiers/corpus`)."""
    rows = corpus_rows(folder)
    messages = [row for row in rows if not row.get("lexicon")]
    if (folder / leaning_training.FOLDER).is_dir():
        leaning_training.train_leanings(folder / leaning_training.FOLDER, messages, out, seed)
    if (folder / name_training.FOLDER).is_dir():
        name_training.train_names(folder, messages, out, seed)
    return fit_rows(rows, out=out, seed=seed)


def fit_rows(rows: Iterable[Mapping[str, Any]], *, out: Path | None = None, seed: int = 1) -> Artifact:
    """Learn the product's domains from corpus rows, with a town's corrections or without."""
    return fit(examples(rows), out=out, seed=seed, bayes=_BAYES_ABROAD)


def corpus_rows(folder: Path = CORPUS) -> list[dict[str, Any]]:
    """Give our own messages, and each line of a domain's lexicon as a short text of that domain."""
    files = [path for path in sorted(folder.glob("*.jsonl")) if path.stem in set(Domain)]
    return [row for path in files for row in read_rows(path)] + [
        {"text": line, "domain": path.stem, "lexicon": True}
        for path in sorted(LEXICON.glob("*.txt"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip() and not line.startswith("#")
    ]


def read_rows(path: Path) -> list[dict[str, Any]]:
    """Rows of a JSONL file; a broken line raises BadTraining with file and line."""
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise BadTraining(f"{path} 第 {number} 行不是有效的 JSON：{error}。") from error
        if not isinstance(row, dict):
            raise BadTraining(f"{path} 第 {number} 行不是 JSON 对象。")
        rows.append(row)
    return rows


def fold_numbers(answers: Ints, n_folds: int, seed: int) -> Ints:
    """Give each row a fold, every label spread evenly; a label with one row stands in one fold."""
    shuffled = np.random.default_rng(seed).permutation(len(answers))
    by_label = shuffled[np.argsort(answers[shuffled], kind="stable")]
    folds = np.empty(len(answers), dtype=np.int64)
    folds[by_label] = np.arange(len(answers)) % n_folds
    return folds


def _calibrated(
    space: Space, answers: Ints, weights: Array, real: Array, n_labels: int, seed: int, bayes: float
) -> Calibration:
    """Learn on all folds but one, what features say included, and score that one, for each."""
    folds = fold_numbers(answers, 3 if len(answers) > _LARGE else 5, seed)
    scores = np.zeros((len(answers), n_labels))
    for fold in np.unique(folds):
        inside = folds == fold
        known, taught = space.matrix[~inside], answers[~inside]
        saying = sayings(known, taught, weights[~inside])
        matrix = stretched(space.matrix, len(space.words), saying)
        coefficients, bias = _linear(matrix[~inside], taught, weights[~inside], n_labels, seed, bayes)
        scores[inside] = matrix[inside] @ coefficients + bias
    return calibrate(scores[real], answers[real], folds[real])


def _linear(
    matrix: Matrix, answers: Ints, weights: Array, n_labels: int, seed: int, bayes: float
) -> tuple[Floats, Floats]:
    """Learn one column of coefficients per label; a label absent from `answers` gets a constant low score.

    The SVM draws borders where there are rows enough; complement naive Bayes knows more from few. Both are linear,
    so their sum costs nothing when predicting.
    """
    present = np.unique(answers)
    coefficients = np.zeros((matrix.shape[1], n_labels), dtype=np.float32)
    bias = np.full(n_labels, -3, dtype=np.float32)
    borders, offsets = _levelled(matrix, *_svm(matrix, answers, weights, seed))
    leanings, _ = _levelled(matrix, _bayes(matrix, answers, weights), np.zeros(len(present)))
    coefficients[:, present], bias[present] = borders + bayes * leanings, offsets
    return coefficients, bias


def _kinds(matrix: Matrix, told: Sequence[str | None], seed: int) -> tuple[tuple[str, ...], Floats, Floats]:
    """Learn what senders want from the rows that tell it; nothing where fewer than two kinds occur."""
    kinds = tuple(sorted({kind for kind in told if kind}))
    if len(kinds) < 2:  # noqa: PLR2004
        return (), np.zeros((matrix.shape[1], 0), dtype=np.float32), np.zeros(0, dtype=np.float32)
    known = np.array([i for i, kind in enumerate(told) if kind])
    answers = np.array([kinds.index(kind) for kind in told if kind])
    planes, offsets = _svm(matrix[known], answers, np.ones(len(known)), seed)
    return kinds, planes.astype(np.float32), offsets.astype(np.float32)


def _svm(matrix: Matrix, answers: Ints, weights: Array, seed: int) -> tuple[Array, Array]:
    from sklearn.svm import LinearSVC

    svm = LinearSVC(C=_C, class_weight="balanced", random_state=seed, max_iter=5_000)
    svm.fit(matrix, answers, sample_weight=weights)
    if len(svm.classes_) == 2:  # noqa: PLR2004 - two labels share one plane
        return np.column_stack([-svm.coef_[0], svm.coef_[0]]), np.array([-svm.intercept_[0], svm.intercept_[0]])
    return svm.coef_.T, svm.intercept_


def _bayes(matrix: Matrix, answers: Ints, weights: Array) -> Matrix:
    from sklearn.naive_bayes import ComplementNB

    bayes = ComplementNB(alpha=0.3).fit(matrix, answers, sample_weight=weights)
    return bayes.feature_log_prob_.T


def _levelled(matrix: Matrix, planes: Array, offsets: Array) -> tuple[Array, Array]:
    """Centre scores over the labels and bring them to a spread of one, so that two kinds can be added."""
    planes = planes - planes.mean(axis=1, keepdims=True)
    offsets = offsets - offsets.mean()
    spread = float((matrix @ planes + offsets).std())
    return planes / spread, offsets / spread
