"""A server in a folder of its own, on loopback, that a test can take away and bring back."""

import shutil
import signal
import subprocess
import tempfile
from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar

from support.processes import MissingError, end, free_port, tail, wait_until

_START_SECONDS = 60


class Server(ABC):
    """Its data outlives `stop()` and `kill()`, its port stays the same."""

    name: ClassVar[str]
    stopped_by: ClassVar[signal.Signals] = signal.SIGTERM
    killed_by: ClassVar[signal.Signals] = signal.SIGKILL

    def __init__(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix=f"huiyin-{self.name.lower()}-"))
        self.port = free_port()
        self.log = self.home / "server.log"
        self._process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def launch(self) -> subprocess.Popen[bytes]:
        """Start the process, its output in `log`."""

    @abstractmethod
    def answers(self) -> bool:
        """Whether it serves its clients: to listen is not enough."""

    def start(self) -> None:
        self._process = self.launch()
        try:
            wait_until(self._up, _START_SECONDS, self.name)
        except TimeoutError as error:
            raise MissingError(f"{self.name} 没有启动：{error}\n{tail(self.log)}") from None

    def stop(self) -> None:
        self._end(self.stopped_by)

    def kill(self) -> None:
        """As after a crash."""
        self._end(self.killed_by)

    def remove(self) -> None:
        self.kill()
        shutil.rmtree(self.home, ignore_errors=True)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            end(self._process, how)
            self._process = None

    def _up(self) -> bool:
        if self._process is None or self._process.poll() is not None:
            raise MissingError(f"{self.name} 启动后退出：\n{tail(self.log)}")
        return self.answers()


def prepare(name: str, command: list[str], user: str | None = None, cwd: Path | None = None) -> None:
    """Runs what makes a server's data folder."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, user=user, cwd=cwd)
    if done.returncode:
        raise MissingError(f"{name} 的数据目录没有建成：\n{done.stdout}{done.stderr}")
