"""A Kafka that lets nobody in without a password, over TLS with a certificate of its own."""

import subprocess
from pathlib import Path
from typing import Final

from support.kafka_server import KafkaServer
from support.processes import free_port

USER: Final = "huiyin"
PASSWORD: Final = "correct-horse"  # of a broker in a temporary folder
_MODULE: Final = "org.apache.kafka.common.security"
_SECURED: Final = """
listeners=PLAINTEXT://127.0.0.1:{port},SECURED://127.0.0.1:{secured},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port},SECURED://127.0.0.1:{secured}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,SECURED:SASL_SSL,CONTROLLER:PLAINTEXT
inter.broker.listener.name=PLAINTEXT
ssl.keystore.type=PKCS12
ssl.keystore.location={keys}
ssl.keystore.password=changeit
sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-512
listener.name.secured.plain.sasl.jaas.config={module}.plain.PlainLoginModule required user_{user}="{password}";
listener.name.secured.scram-sha-512.sasl.jaas.config={module}.scram.ScramLoginModule required;
"""


class SecuredKafka(KafkaServer):
    """Beside the listener that a test of the broker itself needs, `secured` asks for a password over TLS."""

    @property
    def secured(self) -> str:
        return f"127.0.0.1:{self._secured}"

    @property
    def certificate(self) -> Path:
        return self.home / "ca.pem"

    @staticmethod
    def other_certificate(folder: Path) -> Path:
        """One that is nobody's here."""
        _make_keys(folder / "other.p12", folder / "other.pem")
        return folder / "other.pem"

    def properties(self) -> str:
        self._secured, keys = free_port(), self.home / "keys.p12"
        _make_keys(keys, self.certificate)
        plain = [line for line in super().properties().splitlines() if "listeners=" not in line]
        controller = next(line for line in plain if line.startswith("controller.quorum.voters")).rsplit(":", 1)[1]
        return "\n".join(plain) + _SECURED.format(
            port=self.port, secured=self._secured, controller=controller, keys=keys, module=_MODULE, user=USER,
            password=PASSWORD,
        )  # fmt: skip

    def format_options(self) -> tuple[str, ...]:
        return ("--add-scram", f"SCRAM-SHA-512=[name={USER},password={PASSWORD}]")


def _make_keys(keys: Path, certificate: Path) -> None:
    """A key with its own certificate for this address, by the JDK's keytool."""
    kept = ("-keystore", str(keys), "-storepass", "changeit", "-alias", "broker")
    made = ("-genkeypair", "-keyalg", "EC", "-dname", "CN=127.0.0.1", "-validity", "2", "-storetype", "PKCS12")
    also = ("-ext", "san=ip:127.0.0.1", "-ext", "bc:c=ca:true")
    told = ("-exportcert", "-rfc", "-file", str(certificate))
    for what in ((*made, *also), told):
        subprocess.run(["keytool", *what, *kept], check=True, capture_output=True)
