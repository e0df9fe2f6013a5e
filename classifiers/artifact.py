"""A trained model on disk: `weights.npz`, `model.json` and `manifest.json` with their sha256. No pickle.

The version is a digest of the first two files, so a decision can name the model that made it, and the same
rows and seed give the same bytes. Reading trusts nothing: digests, sizes, types and shapes are checked.
"""

import hashlib
import io
import json
import math
import zipfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from classifiers.features import HASH_BITS, Floats
from models.errors import BadModel

FORMAT = 2
_LARGEST_FILE = 512 * 1024 * 1024
_WEIGHTS, _MODEL, _MANIFEST = "weights.npz", "model.json", "manifest.json"
_HALVED = ("word_weights", "char_weights", "kind_word_weights", "kind_char_weights")
_SHAPES: dict[str, tuple[str, ...]] = {
    "word_idf": ("words",),
    "word_weights": ("words", "labels"),
    "char_buckets": ("chars",),
    "char_idf": ("chars",),
    "char_weights": ("chars", "labels"),
    "bias": ("labels",),
    "kind_word_weights": ("words", "kinds"),
    "kind_char_weights": ("chars", "kinds"),
    "kind_bias": ("kinds",),
}


@dataclass(frozen=True, slots=True)
class Artifact:
    """Everything that prediction needs: probabilities are softmax(scores * sharpness).

    `kinds` share the features; none where the rows did not tell what their senders want.

    `curve` holds (precision, least confidence, coverage) per target.
    """

    labels: tuple[str, ...]
    words: tuple[str, ...]
    word_idf: Floats
    word_weights: Floats
    char_buckets: npt.NDArray[np.int32]
    char_idf: Floats
    char_weights: Floats
    bias: Floats
    kinds: tuple[str, ...]
    kind_word_weights: Floats
    kind_char_weights: Floats
    kind_bias: Floats
    sharpness: float
    curve: tuple[tuple[float, float, float], ...]
    rows: int
    seed: int
    held_out: dict[str, float] = field(default_factory=dict)
    version: str = ""

    def threshold(self, precision: float) -> float:
        """Give the least confidence accepted for a target precision; where none reaches it, nothing is."""
        reached = [confidence for target, confidence, _ in self.curve if target >= precision]
        return reached[0] if reached else 2.0

    def card(self) -> dict[str, Any]:
        """Tell a person what they want to know of a model."""
        return {
            "version": self.version,
            "labels": list(self.labels),
            "rows": self.rows,
            "seed": self.seed,
            "words": len(self.words),
            "character_ngrams": len(self.char_buckets),
            "held_out": self.held_out,
        }


def save_artifact(artifact: Artifact, folder: Path) -> Artifact:
    """Write the three files, the manifest last; gives the artifact back with its version."""
    folder.mkdir(parents=True, exist_ok=True)
    contents = {_WEIGHTS: _packed(artifact), _MODEL: _described(artifact)}
    manifest = {"format": FORMAT, "version": _version(contents), "sha256": _digests(contents)}
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    (folder / _MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    return load_artifact(folder)


def load_artifact(folder: Path) -> Artifact:
    """Read and check a model's folder; anything wrong raises BadModel with the file's name."""
    manifest = _json(folder / _MANIFEST)
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise BadModel(f"{folder / _MANIFEST}：不是本系统的模型清单，请重新训练模型。")
    contents = {name: _bytes(folder / name) for name in (_WEIGHTS, _MODEL)}
    for name, digest in _digests(contents).items():
        expected = manifest.get("sha256")
        if not isinstance(expected, dict) or expected.get(name) != digest:
            raise BadModel(f"{folder / name}：内容与清单的 sha256 不符，文件可能被改动，请重新训练或恢复备份。")
    try:
        arrays = _unpacked(contents[_WEIGHTS])
        return _assembled(arrays, json.loads(contents[_MODEL]), _version(contents))
    except BadModel as error:
        raise BadModel(f"{folder}：{error}") from error
    except (ValueError, KeyError, TypeError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise BadModel(f"{folder}：模型文件无法读取（{error}），请重新训练模型。") from error


def _packed(artifact: Artifact) -> bytes:
    # Half precision: a third of the size, and the same bytes whatever the last bits of a sum were.
    half = {name: getattr(artifact, name).astype(np.float16) for name in _HALVED}
    rest = {name: getattr(artifact, name) for name in _SHAPES if name not in half}
    stream = io.BytesIO()
    np.savez_compressed(stream, **half, **rest)
    return stream.getvalue()


def _described(artifact: Artifact) -> bytes:
    described = {k: v for k, v in asdict(artifact).items() if k not in _SHAPES and k != "version"}
    return json.dumps({"hash_bits": HASH_BITS, **described}, ensure_ascii=False, sort_keys=True).encode()


def _digests(contents: dict[str, bytes]) -> dict[str, str]:
    return {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}


def _version(contents: dict[str, bytes]) -> str:
    return hashlib.sha256(b"".join(contents[name] for name in (_WEIGHTS, _MODEL))).hexdigest()[:12]


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise BadModel(f"{path}：文件超过 512 MB，不是本系统训练的模型。")
        return path.read_bytes()
    except OSError as error:
        raise BadModel(f"{path}：读不到模型文件（{error.strerror}），请检查路径或重新训练。") from error


def _json(path: Path) -> object:
    try:
        return json.loads(_bytes(path))
    except ValueError as error:
        raise BadModel(f"{path}：不是有效的 JSON（{error}），请重新训练模型。") from error


def _unpacked(content: bytes) -> dict[str, npt.NDArray[Any]]:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        if sum(entry.file_size for entry in packed.infolist()) > _LARGEST_FILE:
            raise BadModel("weights.npz 解压后超过 512 MB，不是本系统训练的模型。")
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        return {name: arrays[name] for name in _SHAPES}


def _assembled(arrays: dict[str, npt.NDArray[Any]], told: dict[str, Any], version: str) -> Artifact:
    if told["hash_bits"] != HASH_BITS:
        raise BadModel("model.json 的 hash_bits 与本程序不符，请重新训练模型。")
    labels, vocabulary = tuple(map(str, told["labels"])), tuple(map(str, told["words"]))
    kinds = tuple(map(str, told["kinds"]))
    sizes = {"labels": len(labels), "kinds": len(kinds), "words": len(vocabulary), "chars": len(arrays["char_buckets"])}
    for name, axes in _SHAPES.items():
        _check_array(name, arrays[name], tuple(sizes[axis] for axis in axes))
    buckets = arrays["char_buckets"].astype(np.int32)
    if len(buckets) and (buckets.min() < 0 or buckets.max() >= 1 << HASH_BITS):
        raise BadModel("weights.npz 的 char_buckets 超出范围，请重新训练模型。")
    floats = {k: v.astype(np.float32) for k, v in arrays.items() if k != "char_buckets"}
    return Artifact(
        labels=labels,
        kinds=kinds,
        words=vocabulary,
        char_buckets=buckets,
        **floats,
        curve=tuple((float(a), float(b), float(c)) for a, b, c in told["curve"]),
        sharpness=_finite(told["sharpness"]),
        rows=int(told["rows"]),
        seed=int(told["seed"]),
        held_out={str(k): float(v) for k, v in told["held_out"].items()},
        version=version,
    )


def _finite(value: Any) -> float:  # noqa: ANN401 - as JSON gave it
    number = float(value)
    if not math.isfinite(number):
        raise BadModel("model.json 的 sharpness 不是有效数值，请重新训练模型。")
    return number


def _check_array(name: str, array: npt.NDArray[Any], shape: tuple[int, ...]) -> None:
    kind = "i" if name == "char_buckets" else "f"
    if array.dtype.kind != kind or array.shape != shape:
        raise BadModel(f"weights.npz 的 {name} 形状或类型不对，请重新训练模型。")
    if kind == "f" and not np.isfinite(array).all():
        raise BadModel(f"weights.npz 的 {name} 含有无效数值，请重新训练模型。")
