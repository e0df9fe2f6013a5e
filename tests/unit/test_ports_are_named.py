"""A port that another program has is named before anything is started."""

import socket
from pathlib import Path

import pytest

from console.serving import ports_are_free
from models.errors import BadSettings
from models.settings import Settings


@pytest.mark.parametrize("which", ["listen_port", "prefect_port"])
def test_a_taken_port_is_named_with_its_setting(which: str, tmp_path: Path) -> None:
    with socket.socket() as taken, socket.socket() as free:
        for each in (taken, free):
            each.bind(("127.0.0.1", 0))
        taken.listen()
        port, other = taken.getsockname()[1], free.getsockname()[1]
        free.close()
        names = ("listen_port", "prefect_port")
        chosen = {name: port if name == which else other for name in names}
        with pytest.raises(BadSettings, match=f"{port}.*HUIYIN_{which.upper()}"):
            ports_are_free(Settings(_env_file=None, data_dir=tmp_path, **chosen))
