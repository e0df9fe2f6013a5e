"""Memory of a worker process at its peak while it drains long messages: at a small backlog, and at one ten times it."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.distributed import fill
from bench.report import Report
from flows.house import House
from models.settings import Settings

Texts = Sequence[tuple[str | None, str]]
FEW, MANY = 1_000, 10_000
LENGTH = 4_000  # characters of each message, many times what people write


def measure(report: Report, texts: Texts) -> None:
    few, many = _peak(texts, FEW), _peak(texts, MANY)
    what = f"worker memory, {MANY:,} messages of {LENGTH:,} characters waiting"
    report.add(what, f"{many:.0f} MB", f"{few:.0f} MB with {FEW:,} waiting", "< 600 MB at any backlog")


def _peak(texts: Texts, count: int) -> float:
    """MB, as the kernel counted them for a process of its own that drained everything."""
    with tempfile.TemporaryDirectory() as folder:
        house = House(Settings(_env_file=None, data_dir=Path(folder), profile="demo"))
        house.prepare()
        fill(house, Path(folder), [_long(texts, number) for number in range(count)])
        house.engine.dispose()
        env = {**os.environ, "HUIYIN_DATA_DIR": folder, "HUIYIN_PROFILE": "demo", "OMP_NUM_THREADS": "1"}
        done = subprocess.run(
            [sys.executable, "-m", "bench.drain", "work"],
            env=env,
            input="go\n",
            capture_output=True,
            text=True,
            check=True,
        )
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["handled"] == count, (said, count)
    return float(said["peak"])


def _long(texts: Texts, number: int) -> tuple[str | None, str]:
    """One message's title over as many messages' texts as make the length."""
    title, text = texts[number % len(texts)]
    following = number
    while len(text) < LENGTH:
        following += 1
        text += texts[following % len(texts)][1]
    return title, text[:LENGTH]
