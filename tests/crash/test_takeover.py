"""A worker that is killed: what it held is another's within the session timeout and five seconds."""

import signal
import sys
import time
import uuid
from pathlib import Path

import pytest
from support.carriers import TAKER
from support.herd import WORKER, how_many
from support.loop_desk import LoopDesk, open_loop, posts
from support.processes import end, free_port, spawn, wait_until

from models.tables.intake import DeadLetter
from models.tables.messages import Message
from models.tables.orders import WorkOrder
from models.vocabulary import Channel

SESSION, GRACE = 3, 5  # seconds
PORTIONS = 3  # beyond that: as long as so many ordinary portions take on this machine, busy as it is
PORTION, MOST_PORTIONS = 20, 60


@pytest.fixture(params=["embedded", "kafka"])
def queue_url(request: pytest.FixtureRequest) -> str:
    if request.param == "embedded":
        return f"embedded:?lease_seconds={SESSION}"
    bootstrap = request.getfixturevalue("kafka")
    return f"kafka://{bootstrap}?prefix={uuid.uuid4().hex}.&session_seconds={SESSION}&partitions=4"


def test_what_a_killed_worker_held_is_done_by_another_within_the_session_and_five_seconds(
    queue_url: str, tmp_path: Path
) -> None:
    with open_loop(tmp_path, queue_url=queue_url) as desk:
        worker = spawn([sys.executable, *WORKER], tmp_path / "worker.log", env=environment(desk))
        fed = feed(desk, 0)
        wait_until(lambda: how_many(desk) == PORTION, 60, "另一处理进程开始工作")
        notes = tmp_path / "notes"
        taker = [sys.executable, str(TAKER), "hold", queue_url, desk.house.settings.database, "doomed", str(notes)]
        doomed = spawn(taker, tmp_path / "doomed.log")
        try:
            while not held(notes):
                assert fed < PORTION * MOST_PORTIONS, (tmp_path / "doomed.log").read_text()
                fed = feed(desk, fed)
                wait_until(lambda n=fed: held(notes) or how_many(desk) == n, 60, "被一方取走")
            assert how_many(desk) < fed
            end(doomed, signal.SIGKILL)
            killed = time.monotonic()
            wait_until(lambda: how_many(desk) == fed, 60, "接手", every=0.1)
            taken_over = time.monotonic()
            fed = feed(desk, fed)
            wait_until(lambda: how_many(desk) == fed, 60, "另一份来件", every=0.1)
            ordinary = time.monotonic() - taken_over
            assert taken_over - killed <= SESSION + GRACE + PORTIONS * ordinary
        finally:
            end(doomed, signal.SIGKILL)
            end(worker, signal.SIGTERM)
        assert len({m.external_id for m in desk.all(Message)}) == len(desk.all(WorkOrder)) == fed
        assert desk.all(DeadLetter) == []


def environment(desk: LoopDesk) -> dict[str, str]:
    settings = desk.house.settings
    return {
        "HUIYIN_DATA_DIR": str(settings.data_dir),
        "HUIYIN_QUEUE_URL": settings.queue_url,
        "HUIYIN_PROFILE": settings.profile,
        "HUIYIN_PREFECT_PORT": str(free_port()),  # nobody is there: the loop goes on without
    }


def feed(desk: LoopDesk, first: int) -> int:
    """One more portion, each of another sender; how many there are then."""
    desk.collect(Channel.BOARD, desk.lines(f"feed-{first}.jsonl", posts(PORTION, first=first)))
    return first + PORTION


def held(notes: Path) -> bool:
    return notes.exists() and notes.stat().st_size > 0
