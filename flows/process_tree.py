"""`huiyin serve` as a tree: the console in front, the worker, Prefect's server and the scheduler as children."""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from pydantic import SecretStr

from flows.prefect_setup import configure
from models.settings import Settings

_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0
_GRACE_SECONDS = 15.0
_LOOK_SECONDS = 0.5

log = logging.getLogger("huiyin.serve")


@dataclass(slots=True)
class Child:
    """A process that is started again when it ends, later each time it ends soon. `quiet`: what it prints is no log."""

    name: str
    command: list[str]
    quiet: bool = False
    pause: float = _FIRST_PAUSE
    started: float = 0.0
    again_at: float | None = None
    process: subprocess.Popen[bytes] | None = None

    def start(self, environment: dict[str, str]) -> None:
        self.started, self.again_at = time.monotonic(), None
        # A session of its own: Ctrl-C reaches the parent alone, and what a child leaves behind can be named.
        self.process = subprocess.Popen(  # noqa: S603  (our own modules)
            [sys.executable, "-m", "flows.tied", str(os.getpid()), *self.command],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if self.quiet else None,
            start_new_session=True,
        )

    def look_after(self, environment: dict[str, str]) -> None:
        if self.process is None or self.process.poll() is None:
            return
        if self.again_at is None:
            self._put_off()
        elif time.monotonic() >= self.again_at:
            self.start(environment)

    def _put_off(self) -> None:
        lived = time.monotonic() - self.started
        self.pause = _FIRST_PAUSE if lived > _LONGEST_PAUSE else min(self.pause * 2, _LONGEST_PAUSE)
        self.again_at = time.monotonic() + self.pause
        code = self.process.returncode if self.process else None
        log.warning("子进程 %s 已退出（%s），%.0f 秒后重新启动", self.name, code, self.pause)
        self.end_group()

    def ask_to_end(self) -> None:
        if self.process is not None:
            self.process.terminate()

    def wait_for_end(self, until: float) -> None:
        if self.process is not None:
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(max(0.0, until - time.monotonic()))
            self.end_group()
            self.process.wait()

    def end_group(self) -> None:
        """Whatever a dead child left in its session."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)


class ProcessTree:
    """Children of this process, watched by a thread until `stop`. Their settings are ours, whatever the environment."""

    def __init__(self, settings: Settings) -> None:
        loud = {"PYTHONUNBUFFERED": "1", "PREFECT_LOGGING_LEVEL": "WARNING", "PREFECT_SERVER_LOGGING_LEVEL": "WARNING"}
        own = {f"HUIYIN_{name.upper()}": _text(value) for name, value in settings}
        own["HUIYIN_DATA_DIR"] = str(settings.data_dir.absolute())
        self._environment = {**os.environ, **loud, **configure(settings), **own}
        self.children = [
            Child("worker", [sys.executable, "-m", "flows.loop"]),
            Child("scheduler", [sys.executable, "-m", "flows.scheduler"], quiet=True),
            Child("prefect", _server(settings.prefect_port), quiet=True),
        ]
        self._stopping = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="process-tree", daemon=True)

    def __enter__(self) -> Self:
        for child in self.children:
            child.start(self._environment)
        self._watcher.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Ask every child to end, and wait; one that does not listen is ended, with all that it started."""
        self._stopping.set()
        self._watcher.join()
        *clients, server = self.children
        for those in (clients, [server]):  # the server last, so that the others can still tell it how they ended
            for child in those:
                child.ask_to_end()
            end = time.monotonic() + _GRACE_SECONDS
            for child in those:
                child.wait_for_end(end)

    def _watch(self) -> None:
        while not self._stopping.wait(_LOOK_SECONDS):
            for child in self.children:
                child.look_after(self._environment)


def _server(port: int) -> list[str]:
    return [sys.executable, "-m", "flows.prefect_server", "start", "--host", "127.0.0.1", "--port", str(port)]


def _text(value: object) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)
