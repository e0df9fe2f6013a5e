"""Is a broker there, and does it let us in: what kafka-python only tells as a timeout is named here.

Looked at before a client is made: one that finds no broker leaves its thread behind.
"""

import logging
import socket
import ssl
import time
from contextlib import closing
from typing import Final

from kafka.errors import (
    KafkaConnectionError,
    KafkaError,
    SaslAuthenticationFailedError,
    UnsupportedSaslMechanismError,
)

from models.errors import Unavailable
from queues.kafka_place import KafkaPlace

_CONNECT_SECONDS: Final = 2.0
_REFUSALS: Final = (SaslAuthenticationFailedError, UnsupportedSaslMechanismError)


class Refused(Unavailable):
    """Kafka 不接受这样的连接。"""


class _Ear(logging.Handler):
    """Hears why the client's connections fail: it says so in its log alone, and then times out."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._heard: tuple[float, KafkaError] | None = None

    def emit(self, record: logging.LogRecord) -> None:
        for said in record.args if isinstance(record.args, tuple) else ():
            if isinstance(said, (*_REFUSALS, KafkaConnectionError)):
                self._heard = (time.monotonic(), said)

    def since(self, moment: float) -> KafkaError | None:
        return self._heard[1] if self._heard and self._heard[0] >= moment else None


# The client logs every refused connection, many a second; what matters reaches us as an error.
logging.getLogger("kafka").setLevel(logging.CRITICAL)
_ear = _Ear()
_talker = logging.getLogger("kafka.net.manager")
_talker.setLevel(logging.WARNING)
_talker.propagate = False
_talker.addHandler(_ear)


def explained(place: KafkaPlace, error: Exception, since: float) -> Unavailable:
    """What the client's error means for an operator. `since`: when the question was put, by the monotonic clock."""
    where = f"Kafka（{'、'.join(place.servers)}）"
    heard = error if isinstance(error, _REFUSALS) else _ear.since(since)
    if "sasl_mechanism" in place.access and heard is not None:
        return Refused(where + _login_refused(place, heard))
    if not place.access and any(_speaks_tls(server) for server in place.servers):
        return Refused(f"{where}要求加密连接，请在队列地址加上 security=SASL_SSL（或 SSL）和 ca=证书文件。")
    return Unavailable(f"{where}暂时不可用，稍后会重试：{error!r}")


def _login_refused(place: KafkaPlace, heard: Exception) -> str:
    """A broker that does not take a password mostly hangs up without a word."""
    user, how = place.access["sasl_plain_username"], place.access["sasl_mechanism"]
    check = "请核对 HUIYIN_KAFKA_USER、HUIYIN_KAFKA_PASSWORD 和队列地址的 mechanism"
    if isinstance(heard, UnsupportedSaslMechanismError):
        return f"不支持登录方式 {how}，请改队列地址的 mechanism。"
    if isinstance(heard, SaslAuthenticationFailedError):
        return f"不接受用户“{user}”的口令（{how}），{check}。"
    return f"在用户“{user}”登录（{how}）时断开连接，多半是口令不对：{check}。服务刚重启的，稍后会自行重试。"


def someone_listens(place: KafkaPlace) -> None:
    """Unavailable where no broker does, Refused where none shows a certificate that we trust."""
    refused: Unavailable | None = None
    for server in place.servers:
        try:
            _knock(place, server)
        except ssl.SSLCertVerificationError as error:
            refused = Refused(
                f"Kafka（{server}）的证书没有通过验证（{error.verify_message}），请检查队列地址的 ca 和主机名。"
            )
        except ssl.SSLError:
            refused = Refused(f"Kafka（{server}）没有按 TLS 应答，请检查队列地址的端口和 security。")
        except OSError:
            continue
        else:
            return
    raise refused or Unavailable(f"连不上 Kafka（{'、'.join(place.servers)}），请检查地址和服务是否在运行")


def _knock(place: KafkaPlace, server: str) -> None:
    host, port = _parts(server)
    with closing(socket.create_connection((host, port), timeout=_CONNECT_SECONDS)) as plain:
        if str(place.access.get("security_protocol", "")).endswith("SSL"):
            context = ssl.create_default_context(cafile=place.access.get("ssl_cafile"))
            if "ssl_certfile" in place.access:
                context.load_cert_chain(place.access["ssl_certfile"], place.access.get("ssl_keyfile"))
            context.wrap_socket(plain, server_hostname=host).close()


def _speaks_tls(server: str) -> bool:
    host, port = _parts(server)
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # only asked whether it is TLS at all
    try:
        with closing(socket.create_connection((host, port), timeout=_CONNECT_SECONDS)) as plain:
            context.wrap_socket(plain).close()
    except OSError:  # ssl.SSLError is one
        return False
    return True


def _parts(server: str) -> tuple[str, int]:
    host, port = server.rsplit(":", 1)
    return host.strip("[]"), int(port)
