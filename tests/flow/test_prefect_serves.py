"""`huiyin serve` for real: console, worker, scheduler and Prefect's own server, and their end."""

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from support.desk import at
from support.loop_desk import LoopDesk, open_loop, posts
from support.processes import end, free_port, has_ended, spawn, tail, wait_until

from flows.opening import initialise
from flows.schedules import SCHEDULES, TIMEZONE
from flows.unheard import NAME
from models.tables.clocks import Clock
from models.tables.messages import Message
from models.tables.notices import DeliveryNotice, Notice
from models.vocabulary import Channel

AUDITED = Path(__file__).parents[1] / "support" / "audited"
HUIYIN = Path(sys.executable).parent / "huiyin"
PATIENCE = 120
ENDED = {"COMPLETED", "FAILED", "CRASHED"}
_OURS = {"worker": "flows.loop", "scheduler": "flows.scheduler", "prefect": "flows.prefect_server"}


@dataclass
class Serving:
    desk: LoopDesk
    process: subprocess.Popen[bytes]
    console: str
    prefect: str
    folder: Path

    def child(self, name: str) -> psutil.Process | None:
        """The child by its part; None while it is being started again."""
        for each in psutil.Process(self.process.pid).children():
            with suppress(psutil.Error):  # it has just died
                if _OURS[name] in " ".join(each.cmdline()) and "flows.tied" not in each.cmdline():
                    return each
        return None

    def ask(self, path: str, question: dict[str, Any] | None = None) -> Any:  # noqa: ANN401  (JSON)
        url = f"{self.prefect}/api/{path}"
        answer = httpx.request("GET" if question is None else "POST", url, json=question, timeout=PATIENCE)
        return answer.raise_for_status().json()

    def start(self, name: str) -> str:
        def deployment() -> str | None:
            return next((e["id"] for e in self.ask("deployments/filter", {}) if e["name"] == name), None)

        found = wait_until(deployment, PATIENCE, name, every=0.5)
        return str(self.ask(f"deployments/{found}/create_flow_run", {})["id"])

    def state(self, run: str) -> str:
        return str(self.ask(f"flow_runs/{run}")["state"]["type"])

    def engine(self) -> psutil.Process | None:
        """The process of a scheduled run, where one is there now."""
        for each in psutil.Process(self.process.pid).children(recursive=True):
            with suppress(psutil.Error):
                if "prefect.engine" in each.cmdline():
                    return each
        return None

    def runs(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ask("flow_runs/filter", {"limit": 200})
        return found


def answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=20).is_success
    except httpx.HTTPError:
        return False


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    folder = tmp_path_factory.mktemp("serving")
    console, prefect = free_port(), free_port()
    env = {
        "HUIYIN_DATA_DIR": str(folder),
        "HUIYIN_PROFILE": "demo",
        "HUIYIN_LISTEN_PORT": str(console),
        "HUIYIN_PREFECT_PORT": str(prefect),
        "HUIYIN_TEST_OFFSITE": str(folder / "offsite"),
        "PYTHONPATH": os.pathsep.join([str(AUDITED), os.environ.get("PYTHONPATH", "")]),
    }
    with open_loop(folder) as desk:
        initialise(desk.house)
        process = spawn([str(HUIYIN), "serve"], folder / "serve.log", env=env)
        opened = Serving(desk, process, f"http://127.0.0.1:{console}", f"http://127.0.0.1:{prefect}", folder)
        try:
            wait_until(lambda: answers(f"{opened.prefect}/api/health"), PATIENCE, "Prefect 服务", every=0.5)
            yield opened
        except TimeoutError as late:
            raise TimeoutError(f"{late}\n{tail(folder / 'serve.log')}") from None
        finally:
            end(process, signal.SIGTERM, PATIENCE)


def test_the_console_and_prefects_pages_are_there(serving: Serving) -> None:
    for page in (f"{serving.console}/healthz", f"{serving.prefect}/"):
        wait_until(lambda p=page: answers(p), PATIENCE, page, every=0.5)


def test_the_schedules_are_kept_in_shanghai_time_and_have_runs_ahead(serving: Serving) -> None:
    def all_there() -> dict[str, Any] | None:
        found = {each["name"]: each for each in serving.ask("deployments/filter", {})}
        return found if len(found) == len(SCHEDULES) else None

    found = wait_until(all_there, PATIENCE, "定时任务登记", every=0.5)
    for each in SCHEDULES:
        [schedule] = found[each.name]["schedules"]
        assert (schedule["schedule"]["cron"], schedule["schedule"]["timezone"]) == (each.cron, TIMEZONE)
        assert not found[each.name]["paused"]
    wait_until(lambda: any(r["state_type"] == "SCHEDULED" for r in serving.runs()), PATIENCE, "排定的运行", every=0.5)


def test_the_worker_works_and_its_minutes_are_flow_runs(serving: Serving) -> None:
    file = serving.desk.lines("served.jsonl", posts(6))
    serving.desk.collect(Channel.BOARD, file)
    wait_until(lambda: len(serving.desk.all(Message)) == 6, PATIENCE, "来件登记", every=0.2)
    wait_until(lambda: any(set(r["parameters"]) == {"seconds", "messages"} for r in serving.runs()), PATIENCE, "看管")


def test_a_scheduled_sweep_runs_and_prefect_is_told_no_text(serving: Serving) -> None:
    run = serving.start("chase")

    def final() -> str:
        return state if (state := serving.state(run)) in ENDED else ""

    assert wait_until(final, PATIENCE, "催办的运行", every=0.5) == "COMPLETED"
    known = json.dumps(serving.runs(), ensure_ascii=False)
    assert not any(post["text"][:10] in known for post in posts(6))


def test_a_run_that_is_killed_leaves_nothing_undone_since_the_next_does_it(serving: Serving) -> None:
    desk = serving.desk
    orders = {desk.take(at("2026-02-13 10:00")).id for _ in range(40)}
    killed = serving.start("chase")
    wait_until(serving.engine, PATIENCE, "运行的进程", every=0.02).kill()
    wait_until(lambda: serving.state(killed) in ENDED, PATIENCE, "中断的运行", every=0.5)

    began = datetime.now(UTC)
    following = serving.start("chase")
    wait_until(lambda: serving.state(following) in ENDED, PATIENCE, "下一次运行", every=0.5)
    assert serving.state(following) == "COMPLETED"
    waiting = [c for c in desk.all(Clock) if not c.stopped_at and c.next_chase_at and c.next_chase_at <= began]
    assert waiting == []
    told = [n for n in desk.all(Notice) if n.clock_id and n.order_id in orders]
    assert {n.order_id for n in told} == orders
    assert len({(n.kind, n.unit, n.order_id, n.clock_id, n.cycle, n.trigger) for n in told}) == len(told)
    carried = Counter(link.notice_id for link in desk.all(DeliveryNotice))
    assert {carried[n.id] for n in told} == {1}


def test_a_dead_runs_mark_is_made_once_however_often_the_scheduler_starts(serving: Serving) -> None:
    def rules() -> list[str]:
        return [each["name"] for each in serving.ask("automations/filter", {})]

    wait_until(lambda: NAME in rules(), PATIENCE, "自动规则", every=0.5)
    env = {**os.environ, "PREFECT_API_URL": f"{serving.prefect}/api", "HUIYIN_DATA_DIR": str(serving.folder)}
    subprocess.run([sys.executable, "-m", "flows.unheard"], env=env, check=True, capture_output=True)
    assert rules() == [NAME]


def test_a_child_that_is_killed_is_started_again(serving: Serving) -> None:
    for name in ("worker", "scheduler"):
        old = wait_until(lambda n=name: serving.child(n), PATIENCE, name)
        old.kill()
        wait_until(lambda n=name, o=old.pid: (c := serving.child(n)) and c.pid != o, PATIENCE, f"新的 {name}")


def test_a_prefect_that_is_killed_stops_no_work(serving: Serving) -> None:
    server = wait_until(lambda: serving.child("prefect"), PATIENCE, "Prefect 服务进程")
    server.kill()
    file = serving.desk.lines("after.jsonl", posts(4, first=6))
    serving.desk.collect(Channel.BOARD, file)
    posted = {row["id"] for row in posts(4, first=6)}
    wait_until(lambda: posted <= {m.external_id for m in serving.desk.all(Message)}, PATIENCE, "来件登记", every=0.2)


def test_at_sigterm_the_whole_tree_ends_and_nothing_ever_left_this_machine(serving: Serving) -> None:
    tree = psutil.Process(serving.process.pid).children(recursive=True)
    end(serving.process, signal.SIGTERM, PATIENCE)
    assert serving.process.returncode == 0, tail(serving.folder / "serve.log")
    assert "database is locked" not in (serving.folder / "serve.log").read_text(errors="replace")
    wait_until(lambda: all(has_ended(each) for each in tree), PATIENCE, "所有子进程结束")
    assert not (serving.folder / "offsite").exists(), (serving.folder / "offsite").read_text()
