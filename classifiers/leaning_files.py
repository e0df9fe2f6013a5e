"""Trained leanings as files: weights and a description with their checksum, read with NumPy alone."""

import hashlib
import io
import json
from functools import lru_cache
from pathlib import Path

import numpy as np

from classifiers.leanings import BITS, Leanings, Reader
from models.errors import BadModel

SHIPPED = Path(__file__).parent / "artifact"
_WEIGHTS, _MODEL = "leanings.npz", "leanings.json"


def save_leanings(leanings: Leanings, folder: Path) -> None:
    """Write weights and description; the same training gives the same bytes."""
    used = np.flatnonzero(leanings.grams.any(axis=1)).astype(np.int32)
    stream = io.BytesIO()
    np.savez_compressed(
        stream,
        buckets=used,
        grams=leanings.grams[used].astype(np.float16),
        pairs=leanings.pairs.astype(np.float16),
        bias=leanings.bias,
    )
    told = {
        "bits": BITS,
        "sha256": hashlib.sha256(stream.getvalue()).hexdigest(),
        "heads": leanings.heads,
        "concepts": leanings.concepts,
        "limits": leanings.limits,
        "figures": leanings.figures,
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _WEIGHTS).write_bytes(stream.getvalue())
    (folder / _MODEL).write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


@lru_cache(maxsize=1)
def shipped() -> Reader:
    """Give the reader that comes with the program."""
    return Reader(load_leanings(SHIPPED))


def load_leanings(folder: Path) -> Leanings:
    """Read and check a folder's leanings; anything wrong raises BadModel with the file's name."""
    try:
        told = json.loads((folder / _MODEL).read_bytes())
        packed = (folder / _WEIGHTS).read_bytes()
        if told["bits"] != BITS or hashlib.sha256(packed).hexdigest() != told["sha256"]:
            raise BadModel(f"{folder / _WEIGHTS}：内容与 {_MODEL} 不符，文件可能被改动，请重新训练。")
        with np.load(io.BytesIO(packed), allow_pickle=False) as arrays:
            grams = np.zeros((1 << BITS, len(told["heads"])), dtype=np.float32)
            grams[arrays["buckets"]] = arrays["grams"]
            return Leanings(
                tuple(told["heads"]),
                told["concepts"],
                grams,
                arrays["pairs"].astype(np.float32),
                arrays["bias"].astype(np.float32),
                {head: (float(held), float(decided)) for head, (held, decided) in told["limits"].items()},
                told["figures"],
            )
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise BadModel(f"{folder}：办理途径模型无法读取（{error}），请重新训练（make model）。") from error
