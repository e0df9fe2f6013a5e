"""A port between a client and a server: TLS put in front, an answer cut off, a command changed."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator


@contextlib.contextmanager
def relay(
    port: int,
    *,
    context: ssl.SSLContext | None = None,
    cut_at: bytes | None = None,
    swap: tuple[bytes, bytes] = (b"", b""),
) -> Iterator[int]:
    """A port that passes on to `port`: through TLS, until an answer holds `cut_at`, with commands changed."""
    listener = socket.create_server(("127.0.0.1", 0))
    threads: list[threading.Thread] = []

    def accept() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            with contextlib.suppress(OSError):
                near = context.wrap_socket(client, server_side=True) if context else client
                far = socket.create_connection(("127.0.0.1", port))
                for source, target, stop, change in ((near, far, None, swap), (far, near, cut_at, (b"", b""))):
                    threads.append(threading.Thread(target=_pump, args=(source, target, stop, change)))
                    threads[-1].start()

    acceptor = threading.Thread(target=accept)
    acceptor.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for thread in [acceptor, *threads]:
            thread.join()


def _pump(source: socket.socket, target: socket.socket, stop: bytes | None, change: tuple[bytes, bytes]) -> None:
    with contextlib.suppress(OSError), source, target:
        while (data := source.recv(65536)) and not (stop and stop in data):
            target.sendall(data.replace(*change) if change[0] else data)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
