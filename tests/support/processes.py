"""What every starter needs: ports, deadlines, and children that don't outlive the test run."""

import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from itertools import cycle
from pathlib import Path
from typing import TypeVar

import psutil

T = TypeVar("T")
_RANGE = range(15_000, 32_000)
_start = random.SystemRandom().randrange(len(_RANGE))  # other runs on this machine start elsewhere
_ports = cycle([*_RANGE[_start:], *_RANGE[:_start]])


class MissingError(Exception):
    """Something the tests need isn't on this machine; the message says what and why."""


def free_port() -> int:
    """A port that nothing gets by chance before its server is up, or while that is away.

    The kernel's own choice could be anybody's next connection; these lie below its range, each given once.
    """
    return next(port for port in _ports if _is_free(port))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def wait_until(look: Callable[[], T | None], seconds: float, what: str, every: float = 0.05) -> T:
    """The first truthy answer of `look`, or a TimeoutError that names what was waited for.

    A limit, not a measurement: a machine that is busy with other things gets three times as long.
    """
    end = time.monotonic() + 3 * seconds
    while True:
        if seen := look():
            return seen
        if time.monotonic() > end:
            raise TimeoutError(f"{what}：等了 {seconds:g} 秒仍没有")
        time.sleep(every)


def listens(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def tail(log: Path, lines: int = 30) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:]) if log.exists() else ""


def spawn(
    command: Sequence[str],
    log: Path,
    *,
    user: str | None = None,
    death: signal.Signals = signal.SIGKILL,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> subprocess.Popen[bytes]:
    """A child in a session of its own that gets `death` should the test run die without cleaning up."""
    tie = ("setpriv", f"--pdeathsig={death.name.removeprefix('SIG')}") if shutil.which("setpriv") else ()
    with log.open("ab") as out:
        return subprocess.Popen(
            [*tie, *command],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=user,
            group=user and _group(user),
            extra_groups=[] if user else None,
            env={**os.environ, **env} if env else None,
            cwd=cwd,
        )


def _group(user: str) -> int:
    return pwd.getpwnam(user).pw_gid


def has_ended(process: psutil.Process) -> bool:
    """Also one that nobody has waited for yet: an orphan's new parent may take its time."""
    try:
        return bool(process.status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


def end(process: subprocess.Popen[bytes], how: signal.Signals, seconds: float = 60) -> None:
    """Ends a child with `how`, and with SIGKILL when that isn't heard."""
    if process.poll() is None:
        process.send_signal(how)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
