"""The tests talk to this machine only: a connection or a look-up beyond it is an error where it happens."""

import ipaddress
import os
import sys
from typing import Any


class OffThisMachineError(RuntimeError):
    """测试只能连接本机。"""


def _allowed_hosts() -> frozenset[str]:
    named = os.environ.get("HUIYIN_TEST_KAFKA", "")
    return frozenset({"localhost", "", *(server.rsplit(":", 1)[0] for server in named.split(","))})


def _is_here(host: object, allowed: frozenset[str]) -> bool:
    if host is None or not isinstance(host, str | bytes):
        return True
    name = host.decode() if isinstance(host, bytes) else host
    if name in allowed:
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def stay_on_this_machine() -> None:
    """Watches the interpreter's audit events: no patching of sockets, and no way around it."""
    allowed = _allowed_hosts()

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "socket.connect":
            address = arguments[1]
            host = address[0] if isinstance(address, tuple) else None
        elif event == "socket.getaddrinfo":
            host = arguments[0]
        else:
            return
        if not _is_here(host, allowed):
            raise OffThisMachineError(f"测试只能连接本机，这里要连 {host}")

    sys.addaudithook(watch)
