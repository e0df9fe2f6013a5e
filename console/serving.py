"""`huiyin serve`: the console in this process, everything else in its children."""

import uvicorn

from console.web.app import create_app
from flows.house import House
from flows.process_tree import ProcessTree


def serve_forever(house: House) -> None:
    """Until Ctrl-C or SIGTERM; children end with it."""
    settings = house.settings
    tree = ProcessTree(settings)
    tree.start()
    try:
        uvicorn.run(
            create_app(house), host=settings.listen_host, port=settings.listen_port,
            log_level=settings.log_level.lower(), access_log=False, server_header=False,
        )  # fmt: skip
    finally:
        tree.stop()
