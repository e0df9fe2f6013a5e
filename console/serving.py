"""`huiyin serve`: the console in this process, everything else in its children.

`python -m console.serving` is the console alone, as it runs beside workers of their own.
"""

import logging
import signal
import socket
from collections.abc import Callable

import uvicorn

from console.web.app import create_app
from flows.house import House
from flows.process_tree import ProcessTree
from models.errors import BadSettings, Unavailable
from models.settings import Settings, settings

_GRACE_SECONDS = 10

log = logging.getLogger("huiyin.console")


class _Server(uvicorn.Server):
    """Says that its pages can be opened once they can."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()


def serve_forever(house: House, ready: Callable[[], None] | None = None) -> None:
    """Until Ctrl-C or SIGTERM; children end with it. `ready` is called when the pages can be opened."""
    ports_are_free(house.settings)
    with ProcessTree(house.settings):
        serve_console(house, ready)


def serve_console(house: House, ready: Callable[[], None] | None = None) -> None:
    """The web pages, until Ctrl-C or SIGTERM."""
    # uvicorn raises the signal anew once it has shut down: by default that would end us before our children.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    chosen = house.settings
    # Its own news of starting and ending is for who looks for a fault; everybody else gets one line of ours.
    level = "warning" if chosen.log_level == "INFO" else chosen.log_level.lower()
    config = uvicorn.Config(
        create_app(house), host=chosen.listen_host, port=chosen.listen_port, log_level=level, access_log=False,
        server_header=False, timeout_graceful_shutdown=_GRACE_SECONDS,
    )  # fmt: skip
    server = _Server(config, ready or (lambda: log.info("工作台已打开：%s/login", address(chosen))))
    server.run()
    if not server.started:
        raise Unavailable("工作台没有启动，原因见上面的日志。")


def ports_are_free(chosen: Settings) -> None:
    """BadSettings names the port that another program has."""
    for name, host, port in (("LISTEN_PORT", chosen.listen_host, chosen.listen_port),
                             ("PREFECT_PORT", "127.0.0.1", chosen.prefect_port)):  # fmt: skip
        if not _is_free(host, port):
            raise BadSettings(
                f"端口 {port} 已被别的程序占用（也可能另有一个回音没有关）。请关掉它，或用 HUIYIN_{name} 另指一个端口。"
            )


def _is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def address(chosen: Settings) -> str:
    return f"http://{chosen.listen_host}:{chosen.listen_port}"


def main() -> None:
    logging.basicConfig(level=settings().log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    house = House(settings())
    house.must_be_ready()
    serve_console(house)


if __name__ == "__main__":
    main()
