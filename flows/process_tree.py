"""`huiyin serve` as a tree: the console in front, the worker, Prefect's server and the scheduler as children."""

import logging
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field

from flows.prefect_setup import configure
from models.settings import Settings

_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0
_GRACE_SECONDS = 15.0

log = logging.getLogger("huiyin.serve")


@dataclass(slots=True)
class Child:
    """A process that is started again when it ends, later each time it ends soon."""

    name: str
    command: list[str]
    pause: float = _FIRST_PAUSE
    started: float = 0.0
    process: subprocess.Popen[bytes] | None = field(default=None)

    def start(self, environment: dict[str, str]) -> None:
        self.started = time.monotonic()
        self.process = subprocess.Popen(self.command, env=environment)  # noqa: S603  (our own modules)


class ProcessTree:
    """Children of this process, watched by a thread until `stop`."""

    def __init__(self, settings: Settings) -> None:
        quiet = {"PYTHONUNBUFFERED": "1", "PREFECT_LOGGING_LEVEL": "WARNING", "PREFECT_SERVER_LOGGING_LEVEL": "WARNING"}
        self._environment = {**os.environ, **quiet, **configure(settings)}
        python = sys.executable
        server = [python, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(settings.prefect_port)]
        self.children = [
            Child("worker", [python, "-m", "flows.loop"]),
            Child("prefect", server),
            Child("scheduler", [python, "-m", "flows.scheduler"]),
        ]
        self._stopping = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="process-tree", daemon=True)

    def start(self) -> None:
        for child in self.children:
            child.start(self._environment)
        self._watcher.start()

    def stop(self) -> None:
        """Ask every child to end, and wait; one that does not listen is ended."""
        self._stopping.set()
        self._watcher.join()
        running = [c.process for c in self.children if c.process and c.process.poll() is None]
        for process in running:
            process.terminate()
        for process in running:
            try:
                process.wait(_GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()

    def _watch(self) -> None:
        while not self._stopping.wait(0.5):
            for child in self.children:
                if child.process is not None and child.process.poll() is not None:
                    self._again(child)

    def _again(self, child: Child) -> None:
        lived = time.monotonic() - child.started
        child.pause = _FIRST_PAUSE if lived > _LONGEST_PAUSE else min(child.pause * 2, _LONGEST_PAUSE)
        code = child.process.returncode if child.process else None
        log.warning("子进程 %s 已退出（%s），%.0f 秒后重新启动", child.name, code, child.pause)
        if not self._stopping.wait(child.pause):
            child.start(self._environment)
