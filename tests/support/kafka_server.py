"""A real Apache Kafka (KRaft, one node) out of its Maven Central jars, on loopback."""

import fcntl
import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from support.processes import MissingError, free_port, listens, spawn
from support.server import Server, prepare

POM = Path(__file__).parent / "kafka" / "pom.xml"
CACHE = Path(__file__).parents[2] / ".cache" / "kafka"
_COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
_CLUSTER = "aHVpeWluLXRlc3RzLWthZg"
# A short life on a small machine: quick compilation instead of the best, one collector thread.
_JVM = ("-Xms128m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto")
_PROPERTIES = """
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
log.dirs={data}
num.partitions=4
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
broker.session.timeout.ms=2000
broker.heartbeat.interval.ms=500
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
log.cleaner.enable=false
"""


class KafkaServer(Server):
    """One broker, which is its own controller."""

    name = "Kafka"

    def __init__(self) -> None:
        self._jars = f"{jars()}/*"
        super().__init__()
        self._settings = self.home / "server.properties"
        self._settings.write_text(self.properties())
        prepare(self.name, self._java("kafka.tools.StorageTool", "format", "-t", _CLUSTER, "-c", str(self._settings),
                                      *self.format_options()))  # fmt: skip

    def properties(self) -> str:
        return _PROPERTIES.format(port=self.port, controller=free_port(), data=self.home / "data")

    def format_options(self) -> tuple[str, ...]:
        return ()

    @property
    def bootstrap(self) -> str:
        return f"127.0.0.1:{self.port}"

    def launch(self) -> subprocess.Popen[bytes]:
        return spawn(self._java("kafka.Kafka", str(self._settings)), self.log)

    def answers(self) -> bool:
        """A broker that has just come up listens before it can coordinate a group."""
        from kafka import KafkaAdminClient
        from kafka.errors import KafkaError

        if not listens(self.port):
            return False
        try:
            admin = KafkaAdminClient(bootstrap_servers=self.bootstrap)
        except KafkaError:
            return False
        try:
            admin.list_group_offsets(["nobody"])
        except KafkaError:
            return False
        finally:
            admin.close()
        return True

    def _java(self, *what: str) -> list[str]:
        quiet = "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"
        return [_java(), *_JVM, quiet, "-cp", self._jars, *what]


def _java() -> str:
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=f"{home}/bin" if home else None) or shutil.which("java")
    if java is None:
        raise MissingError("没有 java（需要 JDK 17 或更新）")
    return java


def jars() -> Path:
    """The folder of Kafka's jars, fetched once through Maven for each state of the pom."""
    _java()
    folder = CACHE / hashlib.sha256(POM.read_bytes()).hexdigest()[:12]
    with _alone():
        if not folder.exists():
            _fetch(folder)
    return folder


@contextmanager
def _alone() -> Iterator[None]:
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _fetch(folder: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise MissingError("没有 mvn，取不到 Kafka 的 jar 包")
    half = folder.with_suffix(".half")
    shutil.rmtree(half, ignore_errors=True)
    done = subprocess.run(
        [maven, "-B", "-q", "-f", str(POM), _COPY, "-DincludeScope=runtime", f"-DoutputDirectory={half}"],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode or not half.exists():
        raise MissingError(f"Maven 没有取到 Kafka 的 jar 包：\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    half.rename(folder)
