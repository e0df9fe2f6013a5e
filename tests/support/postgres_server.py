"""A real PostgreSQL in a temporary folder, on loopback, with a fresh database for whoever asks."""

import getpass
import os
import re
import shutil
import signal
import subprocess
from itertools import count
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url
from support.processes import MissingError, listens, spawn
from support.server import Server, prepare

# The folder is thrown away, so nothing needs to reach the platter; synchronous_commit stays on, because
# a server killed with -9 must still have every commit that it answered.
_QUICK = (
    "fsync=off",
    "full_page_writes=off",
    "max_wal_size=256MB",
    "shared_buffers=128MB",
    "max_connections=200",
)


class PostgresServer(Server):
    """Killed by SIGQUIT (no checkpoint, connections cut), because -9 would orphan its children."""

    name = "PostgreSQL"
    stopped_by = signal.SIGINT
    killed_by = signal.SIGQUIT

    def __init__(self) -> None:
        self._bin = binaries()
        self._user = _unprivileged()
        super().__init__()
        if self._user:
            shutil.chown(self.home, self._user)
        made_so = ("--username=huiyin", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
        command = [str(self._bin / "initdb"), f"--pgdata={self.home / 'data'}", *made_so]
        prepare(self.name, command, user=self._user, cwd=self.home)

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://huiyin@127.0.0.1:{self.port}/postgres"

    def launch(self) -> subprocess.Popen[bytes]:
        options = ("listen_addresses=127.0.0.1", f"port={self.port}", f"unix_socket_directories={self.home}")
        command = [str(self._bin / "postgres"), "-D", str(self.home / "data")]
        for option in (*options, *_QUICK):
            command += ["-c", option]
        return spawn(command, self.log, user=self._user, death=signal.SIGQUIT)

    def answers(self) -> bool:
        return listens(self.port) and _answers(self.url)


class Databases:
    """Fresh databases on one server, ours or `HUIYIN_TEST_POSTGRES`'s."""

    _numbers = count(1)

    def __init__(self, url: str) -> None:
        self._url = make_url(url)

    def create(self, template: str | None = None) -> str:
        """A new, empty database, or a copy of the one whose URL is `template`."""
        name = f"huiyin_test_{os.getpid()}_{next(self._numbers)}"
        source = make_url(template).database if template else "template0"
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
        return self._url.set(database=name).render_as_string(hide_password=False)

    def drop(self, url: str) -> None:
        self._run(f'DROP DATABASE IF EXISTS "{make_url(url).database}" WITH (FORCE)')

    def _run(self, statement: str) -> None:
        with psycopg.connect(_libpq(self._url.render_as_string(hide_password=False)), autocommit=True) as connection:
            connection.execute(statement.encode())


def _libpq(url: str) -> str:
    return re.sub(r"^postgresql\+psycopg", "postgresql", url)


def _answers(url: str) -> bool:
    try:
        psycopg.connect(_libpq(url)).close()
    except psycopg.OperationalError:
        return False
    return True


def binaries() -> Path:
    """Where initdb and postgres lie together: Debian keeps them off the PATH."""
    candidates = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    if config := shutil.which("pg_config"):
        told = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=False)
        candidates.append(Path(told.stdout.strip()))
    if on_path := shutil.which("initdb"):
        candidates.append(Path(on_path).resolve().parent)
    for folder in candidates:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise MissingError("没有 PostgreSQL 服务器（initdb、postgres）；Debian 上装 postgresql")


def _version(folder: Path) -> int:
    number = folder.parent.name
    return int(number) if number.isdigit() else 0


def _unprivileged() -> str | None:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    for user in ("postgres", "nobody"):
        done = subprocess.run(["id", user], capture_output=True, check=False)
        if done.returncode == 0:
            return user
    raise MissingError(f"PostgreSQL 不能以 {getpass.getuser()} 运行，也没有 postgres 或 nobody 用户")
