"""A Kafka behind TLS and a password: records go through; who is not let in is told why, not that it took long."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import needs
from support.carriers import drain
from support.kafka_secured import PASSWORD, USER, SecuredKafka

from models.errors import BadSettings, Unavailable
from queues.opening import open_queue
from queues.port import Queue, Record, Topic


@pytest.fixture(scope="module")
def broker() -> Iterator[SecuredKafka]:
    with needs.need("kafka"):
        server = SecuredKafka()
        server.start()
    yield server
    server.remove()


@pytest.fixture(autouse=True)
def _sockets_of_refused_connections_go_here(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """The client leaves them to the garbage collector."""
    yield
    caplog.get_records("call").clear()  # their errors hold the sockets
    gc.collect()


def queue(broker: SecuredKafka, mechanism: str, password: str, ca: Path | None = None) -> Queue:
    url = f"kafka://{broker.secured}?security=SASL_SSL&mechanism={mechanism}&session_seconds=2&delivery_seconds=8"
    return open_queue(f"{url}&ca={ca or broker.certificate}", None, consumer="a", user=USER, password=password)


@pytest.mark.parametrize("mechanism", ["SCRAM-SHA-512", "PLAIN"])
def test_records_go_through_tls_and_a_password(broker: SecuredKafka, mechanism: str) -> None:
    opened = queue(broker, mechanism, PASSWORD)
    opened.put(Topic.MESSAGES, [Record("来信人", mechanism.encode())])
    taken = drain(opened, 30)
    assert [each.record.value for each in taken] == [mechanism.encode()]
    opened.close()


@pytest.mark.parametrize("mechanism", ["SCRAM-SHA-512", "PLAIN"])
def test_a_wrong_password_is_named_with_its_settings_and_never_shown(broker: SecuredKafka, mechanism: str) -> None:
    opened = queue(broker, mechanism, "wrong-battery")
    with pytest.raises(Unavailable, match=r"口令.*HUIYIN_KAFKA_PASSWORD") as told:
        opened.put(Topic.MESSAGES, [Record("来信人", b"1")])
    assert USER in str(told.value)
    assert "wrong-battery" not in str(told.value)
    opened.close()


def test_a_certificate_that_is_not_trusted_is_named(broker: SecuredKafka, tmp_path: Path) -> None:
    other = SecuredKafka.other_certificate(tmp_path)
    opened = queue(broker, "PLAIN", PASSWORD, ca=other)
    with pytest.raises(Unavailable, match=r"证书没有通过验证.*ca"):
        opened.put(Topic.MESSAGES, [Record("来信人", b"1")])


def test_an_address_without_tls_is_told_that_the_broker_asks_for_it(broker: SecuredKafka) -> None:
    opened = open_queue(f"kafka://{broker.secured}?session_seconds=2&delivery_seconds=4", None, consumer="a")
    with pytest.raises(Unavailable, match=r"要求加密连接.*security=SASL_SSL"):
        opened.put(Topic.MESSAGES, [Record("来信人", b"1")])


@pytest.mark.parametrize(
    ("url", "user", "reason"),
    [
        ("kafka://me:secret@a:1", "", "HUIYIN_KAFKA_PASSWORD"),
        ("kafka://a:1?security=SASL_SSL", "", "HUIYIN_KAFKA_USER"),
        ("kafka://a:1?security=TLS", "", "SASL_SSL"),
        ("kafka://a:1?security=SASL_SSL&mechanism=MD5", "me", "SCRAM-SHA-512"),
        ("kafka://a:1?security=SSL&ca=/nowhere.pem", "", "nowhere.pem"),
        ("kafka://a:1?ca=/nowhere.pem", "", "security"),
        ("kafka://a:1?security=SSL", "me", "HUIYIN_KAFKA_USER"),
    ],
)
def test_a_half_secured_address_is_refused_with_its_reason(url: str, user: str, reason: str) -> None:
    with pytest.raises(BadSettings, match=reason) as told:
        open_queue(url, None, consumer="a", user=user, password="secret" if user else "")
    assert "secret" not in str(told.value)
