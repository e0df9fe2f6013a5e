"""The form that DESIGN warns of, as a reference: one Prefect task and one commit for each message."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bench.distributed import fill
from bench.report import Report
from flows.house import House
from flows.prefect_setup import configure
from flows.worker import settle, work
from models.settings import Settings

Texts = Sequence[tuple[str | None, str]]
FEW = 150
_ASKED = "≥ 40 ×"


def measure(report: Report, texts: Texts) -> None:
    """Both drain the same messages out of the embedded queue; the Prefect server is a real one."""
    with tempfile.TemporaryDirectory() as folder:
        slow = json.loads(_run(Path(folder), texts[:FEW]))["rate"]
    with tempfile.TemporaryDirectory() as folder:
        house = House(Settings(_env_file=None, data_dir=Path(folder), profile="demo"))
        house.prepare()
        fill(house, Path(folder), texts)
        settle(house)  # as a worker's process does, here and there
        counts = work(house, house.queue("bench"), drain=True)
    fast = counts.handled / counts.seconds
    reference = f"{slow:.1f}/s, {FEW} messages"
    report.add("against one Prefect task and one commit per message", f"{fast / slow:.0f} ×", reference, _ASKED)


def _run(folder: Path, texts: Texts) -> str:
    """In a process of its own: Prefect's settings are read when it is imported."""
    (folder / "texts.json").write_text(json.dumps(list(texts)))
    env = {**os.environ, "HUIYIN_DATA_DIR": str(folder), "HUIYIN_PROFILE": "demo", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "bench.one_by_one", str(folder)], env=env, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return done.stdout.splitlines()[-1]


def main(folder: Path) -> None:
    house = House(Settings(_env_file=None, data_dir=folder, profile="demo"))
    configure(house.settings)
    os.environ.pop("PREFECT_API_URL")
    from prefect import flow, task
    from prefect.testing.utilities import prefect_test_harness

    from flows import worker as working

    texts = json.loads((folder / "texts.json").read_text())
    house.prepare()
    fill(house, folder, texts)
    settle(house)
    working.BATCH = 1
    worker = working.Worker(house, house.queue("bench"))

    @task
    def one() -> int:
        return worker.step(0.0)

    @flow
    def drain() -> int:
        return sum(one() for _ in texts)

    with prefect_test_harness(server_startup_timeout=180):
        start = time.perf_counter()
        handled = drain()
        rate = handled / (time.perf_counter() - start)
    assert handled == len(texts), handled
    print(json.dumps({"rate": rate}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
