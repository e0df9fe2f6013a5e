"""`huiyin serve`: the console in this process, everything else in its children.

`python -m console.serving` is the console alone, as it runs beside workers of their own.
"""

import logging
import signal

import uvicorn

from console.web.app import create_app
from flows.house import House
from flows.process_tree import ProcessTree
from models.settings import settings

_GRACE_SECONDS = 10


def serve_forever(house: House) -> None:
    """Until Ctrl-C or SIGTERM; children end with it."""
    with ProcessTree(house.settings):
        serve_console(house)


def serve_console(house: House) -> None:
    """The web pages, until Ctrl-C or SIGTERM."""
    # uvicorn raises the signal anew once it has shut down: by default that would end us before our children.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    chosen = house.settings
    uvicorn.run(
        create_app(house), host=chosen.listen_host, port=chosen.listen_port, log_level=chosen.log_level.lower(),
        access_log=False, server_header=False, timeout_graceful_shutdown=_GRACE_SECONDS,
    )  # fmt: skip


def main() -> None:
    logging.basicConfig(level=settings().log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    house = House(settings())
    house.must_be_ready()
    serve_console(house)


if __name__ == "__main__":
    main()
