"""Fixtures for real servers and databases; the starters are in `support`."""

import gc
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

sys.path.insert(0, str(Path(__file__).parent))  # importlib mode leaves `support` unfindable otherwise

from support import chromium, commands, needs
from support.compiled import share_statements
from support.kafka_server import KafkaServer
from support.loopback import stay_on_this_machine
from support.postgres_server import Databases, PostgresServer

from models.database import open_engine
from models.migrating import upgrade

_MEMORY, _ROOM = Path("/dev/shm"), 4 << 30  # noqa: S108  (pytest makes a folder of the user's own in it)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--soak", action="store_true", help="run the long crash runs as well")
    parser.addoption("--screens", type=Path, help="a folder for pictures of every page")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "soak: only with --soak")
    # kafka-python 3.0 reads its schemas by a function that only Python 3.11 and 3.12 call deprecated.
    config.addinivalue_line("filterwarnings", "ignore:(read|open)_text is deprecated:DeprecationWarning")
    # It also leaves the sockets of refused connections to the garbage collector, whenever that comes by.
    config.addinivalue_line(
        "filterwarnings", r"ignore:unclosed <socket.socket fd=\d+, .*laddr=\('0.0.0.0':ResourceWarning"
    )
    if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM:
        # SQLite waits for the disk at every commit. Nobody takes away this machine's power in a test.
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))
    needs.required()
    # The same examples in every run, and no limits of time: a busy machine is no fault of what is tested.
    slow = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
    settings.register_profile("steady", deadline=None, derandomize=True, suppress_health_check=slow)
    settings.load_profile("steady")
    share_statements()
    stay_on_this_machine()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--soak"):
        return
    for item in items:
        if item.get_closest_marker("soak"):
            item.add_marker(pytest.mark.skip(reason="只在 --soak 时运行"))


def pytest_collection_finish() -> None:
    """What is loaded by now stays: the garbage collector needn't look through it again and again."""
    gc.freeze()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where tests run in several processes, each tells the first what it lacked."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["missing"] = needs.missing


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:  # noqa: ANN401  (pytest-xdist's own)
    needs.missing.update(getattr(node, "workeroutput", {}).get("missing", {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for name, reason in needs.missing.items():
        terminalreporter.section(f"缺 {name}，需要它的测试没有运行", sep="!")
        terminalreporter.line(reason)


@pytest.fixture(scope="session")
def soak(request: pytest.FixtureRequest) -> bool:
    """Whether this is the long run."""
    return bool(request.config.getoption("--soak"))


@pytest.fixture(scope="session")
def kafka() -> Iterator[str]:
    """host:port of a broker that all tests share: give every test topics of its own (`?prefix=`)."""
    if given := os.environ.get("HUIYIN_TEST_KAFKA"):
        yield given
        return
    with needs.need("kafka"):
        server = KafkaServer()
        server.start()
    yield server.bootstrap
    server.remove()


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    """Makes and drops databases on one PostgreSQL; `create(template=url)` copies one."""
    if given := os.environ.get("HUIYIN_TEST_POSTGRES"):
        yield Databases(given)
        return
    with needs.need("postgres"):
        server = PostgresServer()
        server.start()
    yield Databases(server.url)
    server.remove()


@pytest.fixture
def own_kafka() -> Iterator[KafkaServer]:
    """A broker of this test's own, to be taken away and brought back."""
    with needs.need("kafka"):
        server = KafkaServer()
        server.start()
    yield server
    server.remove()


@pytest.fixture
def own_postgres() -> Iterator[PostgresServer]:
    """A database server of this test's own."""
    with needs.need("postgres"):
        server = PostgresServer()
        server.start()
    yield server
    server.remove()


@pytest.fixture
def empty_postgres_url(databases: Databases) -> Iterator[str]:
    """A fresh PostgreSQL database without a table."""
    url = databases.create()
    yield url
    databases.drop(url)


@pytest.fixture(scope="session")
def migrated_postgres(databases: Databases) -> str:
    """A PostgreSQL database with our tables, to be copied."""
    url = databases.create()
    engine = open_engine(url)
    upgrade(engine)
    engine.dispose()
    return url


@pytest.fixture
def postgres_url(databases: Databases, migrated_postgres: str) -> Iterator[str]:
    """A fresh PostgreSQL database with our tables."""
    url = databases.create(migrated_postgres)
    yield url
    databases.drop(url)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A fresh SQLite file, not yet there."""
    return f"sqlite:///{tmp_path / 'huiyin.db'}"


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh database, once of each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(scope="module")
def browser() -> Iterator[chromium.Browser]:
    """Per module: while Playwright is open its loop runs in this thread, and no other asyncio.run could."""
    with needs.need("chromium"):
        chromium.executable()
    with chromium.open_browser() as opened:
        yield opened


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder after `huiyin init`, to be copied."""
    folder = tmp_path_factory.mktemp("installation") / "var"
    assert commands.Shell(folder)("init").code == 0
    return folder


@pytest.fixture
def huiyin(installation: Path, tmp_path: Path) -> commands.Shell:
    """The command line on an installation of this test's own."""
    return commands.shell_from(installation, tmp_path / "var")
