"""A real Apache Kafka (KRaft, one node) out of its Maven Central jars, on loopback."""

import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from support.processes import MissingError, end, free_port, listens, spawn, tail, wait_until

POM = Path(__file__).parent / "kafka" / "pom.xml"
CACHE = Path(__file__).parents[2] / ".cache" / "kafka"
_COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
_CLUSTER = "aHVpeWluLXRlc3RzLWthZg"
# A short life on a small machine: quick compilation instead of the best, one collector thread.
_JVM = ("-Xms128m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto")
_START_SECONDS = 60
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


class KafkaServer:
    """One broker whose data outlives `stop()` and `kill()`: a test can take it away and bring it back."""

    def __init__(self) -> None:
        self._jars = f"{jars()}/*"
        self._home = Path(tempfile.mkdtemp(prefix="huiyin-kafka-"))
        self.port = free_port()
        self.log = self._home / "server.log"
        self._settings = self._home / "server.properties"
        self._settings.write_text(_PROPERTIES.format(port=self.port, controller=free_port(), data=self._home / "data"))
        self._format()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def bootstrap(self) -> str:
        return f"127.0.0.1:{self.port}"

    def start(self) -> None:
        self._process = spawn(self._java("kafka.Kafka", str(self._settings)), self.log)
        try:
            wait_until(self._up, _START_SECONDS, "Kafka 的端口")
        except TimeoutError as error:
            raise MissingError(f"Kafka 没有启动：{error}\n{tail(self.log)}") from None

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def remove(self) -> None:
        self.kill()
        shutil.rmtree(self._home, ignore_errors=True)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            end(self._process, how)
            self._process = None

    def _up(self) -> bool:
        if self._process is None or self._process.poll() is not None:
            raise MissingError(f"Kafka 启动后退出：\n{tail(self.log)}")
        return listens(self.port)

    def _format(self) -> None:
        done = subprocess.run(
            self._java("kafka.tools.StorageTool", "format", "-t", _CLUSTER, "-c", str(self._settings)),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise MissingError(f"Kafka 的数据目录没有建成：\n{done.stdout}{done.stderr}")

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
