"""Training on many rows: the labelled messages cut into clauses, and two of one label mixed for each row."""

import json
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.report import Report

MANY = 100_000
_CLAUSE = re.compile(r"(?<=[。！？!?\n，,；;])")
_OF_ONE, _OF_ANOTHER = 0.6, 0.4  # of the clauses of the one message and of the other


def measure(report: Report, data: Path | None) -> None:
    file = data / "messages_labelled.jsonl" if data else None
    if file is None or not file.exists():
        return
    with tempfile.TemporaryDirectory() as folder:
        mixed = Path(folder) / "mixed.jsonl"
        _write(file, mixed)
        began = time.perf_counter()
        command = [str(Path(sys.executable).parent / "huiyin"), "train", str(mixed), "--out", str(Path(folder) / "out")]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, capture_output=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        wall = time.perf_counter() - began
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    report.add(f"training on {MANY:,} rows", f"{wall / 60:.1f} min, of CPU {cpu / 60:.1f}",
               f"{after.ru_maxrss / 1024:,.0f} MB at its peak", "< 10 min")  # fmt: skip


def _write(file: Path, mixed: Path) -> None:
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    alike: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        alike.setdefault(row["label"], []).append(row)
    draw = random.Random(1)
    with mixed.open("w", encoding="utf-8") as lines:
        for number in range(MANY):
            one = draw.choice(rows)
            another = draw.choice(alike[one["label"]])
            text = _some(one["text"], _OF_ONE, draw) + _some(another["text"], _OF_ANOTHER, draw) or one["text"]
            row = {"id": number, "title": one.get("title"), "text": text, "label": one["label"]}
            lines.write(json.dumps(row, ensure_ascii=False) + "\n")


def _some(text: str, share: float, draw: random.Random) -> str:
    return "".join(clause for clause in _CLAUSE.split(text) if draw.random() < share)
