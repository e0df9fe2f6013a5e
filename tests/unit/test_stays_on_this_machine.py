"""The guard that keeps every test on loopback."""

import socket

import pytest
from support.loopback import OffThisMachineError


def test_a_connection_beyond_this_machine_is_refused_before_it_is_made() -> None:
    with pytest.raises(OffThisMachineError, match=r"192\.0\.2\.1"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)


def test_a_name_is_not_looked_up() -> None:
    with pytest.raises(OffThisMachineError, match=r"example\.org"):
        socket.getaddrinfo("example.org", 80)


def test_loopback_is_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=1).close()
