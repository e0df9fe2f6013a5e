"""What Prefect is told, and what it is never told."""

import ast
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from support.loop_desk import open_loop
from support.processes import end, free_port, has_ended, spawn, wait_until

from flows.periods import SWEEP_PERIODS
from flows.prefect_setup import QUIET, configure
from flows.schedules import SCHEDULES
from models.settings import Settings
from models.tables.messages import Message
from models.tables.record import Sweep
from models.vocabulary import Channel

ROOT = Path(__file__).parents[2]
AUDITED = ROOT / "tests" / "support" / "audited"


@pytest.fixture(autouse=True)
def _environment_is_put_back() -> Iterator[None]:
    kept = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(kept)


def flow_parameters() -> dict[str, set[str]]:
    """Flow function → the names of its parameters, read from the source: importing it would start Prefect's set-up."""
    tree = ast.parse((ROOT / "flows" / "scheduled.py").read_text())
    return {
        node.name: {argument.arg for argument in (*node.args.args, *node.args.kwonlyargs)}
        for node in tree.body
        if isinstance(node, ast.AsyncFunctionDef) and node.name.endswith("_flow")
    }


def test_flow_parameters_are_times_and_numbers_and_never_a_text() -> None:
    flows = flow_parameters()
    assert set(flows) == {each.flow for each in SCHEDULES} | {"work_flow"}
    assert flows.pop("work_flow") == {"seconds", "messages"}
    assert all(names == {"now"} for names in flows.values())


def test_telemetry_is_off_whatever_the_environment_says(tmp_path: Path) -> None:
    os.environ.update(DO_NOT_TRACK="0", PREFECT_SERVER_ANALYTICS_ENABLED="true")
    told = configure(Settings(_env_file=None, data_dir=tmp_path))
    assert {name: os.environ[name] for name in QUIET} == QUIET
    assert QUIET.items() <= told.items()
    assert QUIET["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"


def test_an_operators_own_server_is_kept(tmp_path: Path) -> None:
    os.environ["PREFECT_API_URL"] = "http://prefect:4200/api"
    assert configure(Settings(_env_file=None, data_dir=tmp_path))["PREFECT_API_URL"] == "http://prefect:4200/api"


def test_every_schedule_has_a_period_that_readiness_watches() -> None:
    assert {each.name for each in SCHEDULES} <= set(SWEEP_PERIODS)


def test_a_tied_command_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    note = tmp_path / "child"
    child = f"import os,threading; open({str(note)!r},'w').write(str(os.getpid())); threading.Event().wait()"
    parent = (
        "import os,subprocess,sys; subprocess.Popen([sys.executable,'-m','flows.tied',str(os.getpid()),"
        f"sys.executable,'-c',{child!r}]).wait()"
    )
    process = subprocess.Popen([sys.executable, "-c", parent], cwd=ROOT)
    orphan = psutil.Process(int(wait_until(lambda: note.exists() and note.read_text(), 60, "子进程")))
    process.send_signal(signal.SIGKILL)
    process.wait()
    wait_until(lambda: has_ended(orphan), 60, "子进程随父进程结束")


def test_a_tied_command_does_not_start_when_its_parent_is_gone_already() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "flows.tied", "1", sys.executable, "-c", "print('started')"],
        cwd=ROOT, capture_output=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, b"")


def test_whatever_would_leave_this_machine_is_noted_in_processes_that_a_test_starts(tmp_path: Path) -> None:
    env = {**os.environ, "PYTHONPATH": str(AUDITED), "HUIYIN_TEST_OFFSITE": str(tmp_path / "offsite")}
    code = "import socket; socket.create_connection(('192.0.2.1', 80), timeout=1)"
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, check=False)
    assert done.returncode == 1
    assert "192.0.2.1" in (tmp_path / "offsite").read_text()


def test_without_prefect_the_loop_works_takes_over_late_sweeps_and_ends_when_asked(tmp_path: Path) -> None:
    with open_loop(tmp_path) as desk:
        desk.collect(Channel.BOARD, desk.board(5))
        env = {"HUIYIN_DATA_DIR": str(tmp_path), "HUIYIN_PREFECT_PORT": str(free_port()), "HUIYIN_LOG_LEVEL": "INFO"}
        loop = spawn([sys.executable, "-m", "flows.loop"], tmp_path / "loop.log", env=env)
        wait_until(lambda: len(desk.all(Message)) == 5, 60, "来件登记")
        wait_until(lambda: {"chase", "collect", "promises"} <= {s.name for s in desk.all(Sweep)}, 60, "代行的定时任务")
        end(loop, signal.SIGTERM)
        assert loop.returncode == 0, (tmp_path / "loop.log").read_text()
