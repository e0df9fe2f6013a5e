"""Receivers on loopback that speak the transports' own protocols, and can be told to misbehave."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast
from urllib.parse import parse_qs

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from support.processes import free_port


@dataclass
class Web:
    """An HTTP server: what it was sent, and what it answers."""

    url: str = ""
    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    status: int = 200

    def answer(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, Any]]:
        self.requests.append((path, headers, body))
        return self.status, {"ok": True}


@dataclass
class FakeSlack(Web):
    """chat.postMessage, conversations.history and conversations.list, as far as our notifier uses them."""

    messages: list[dict[str, Any]] = field(default_factory=list)
    error: str | None = None
    error_after_posting: bool = False
    calls: list[str] = field(default_factory=list)

    def answer(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, Any]]:
        method = path.rsplit("/", 1)[1]
        self.calls.append(method)
        said = self._said(headers, body)
        if headers.get("authorization") != "Bearer xoxb-test":
            return 200, {"ok": False, "error": "invalid_auth"}
        if method == "chat.postMessage":
            return self._post(said)
        if self.error:
            return self.status, {"ok": False, "error": self.error}
        if method == "conversations.list":
            return 200, {"ok": True, "channels": [{"id": "C0WANGXI", "name": "望溪督办"}]}
        return self._history(said)

    def _said(self, headers: dict[str, str], body: bytes) -> dict[str, Any]:
        if "json" in headers.get("content-type", ""):
            return cast("dict[str, Any]", json.loads(body))
        return {name: values[0] for name, values in parse_qs(body.decode()).items()}

    def _post(self, said: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if self.error and not self.error_after_posting:
            return self.status, {"ok": False, "error": self.error}
        channel = {"#望溪督办": "C0WANGXI"}.get(said["channel"], said["channel"])
        metadata = said["metadata"]
        parsed = json.loads(metadata) if isinstance(metadata, str) else metadata
        blocks = said["blocks"]
        ts = f"17{len(self.messages):08d}.000100"
        self.messages.append({
            "ts": ts, "channel": channel, "text": said["text"], "metadata": parsed,
            "blocks": json.loads(blocks) if isinstance(blocks, str) else blocks,
        })  # fmt: skip
        if self.error:
            return self.status, {"ok": False, "error": self.error}
        return 200, {"ok": True, "channel": channel, "ts": ts}

    def _history(self, said: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """One message a page, newest first, metadata only when asked for: as hard as the real one can be."""
        if said["channel"] != "C0WANGXI":
            return 200, {"ok": False, "error": "channel_not_found"}
        newest = list(reversed(self.messages))
        place = int(said.get("cursor") or 0)
        page = [dict(m) for m in newest[place : place + 1]]
        if str(said.get("include_all_metadata")).lower() not in {"true", "1"}:
            for message in page:
                message.pop("metadata")
        following = str(place + 1) if place + 1 < len(newest) else ""
        return 200, {"ok": True, "messages": page, "response_metadata": {"next_cursor": following}}


@contextmanager
def web_server(web: Web) -> Iterator[Web]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length)
            status, answer = web.answer(self.path, {k.lower(): v for k, v in self.headers.items()}, body)
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    web.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield web
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class Post:
    """An SMTP server's letters; `refusal`: what it says to the recipient instead of taking the letter."""

    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    refusal: str | None = None

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_RCPT(  # noqa: N802  (aiosmtpd's hook)
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.refusal:
            return self.refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        raw = content if isinstance(content, bytes) else (content or "").encode()
        self.letters.append(cast("EmailMessage", message_from_bytes(raw, policy=default)))
        self.recipients += envelope.rcpt_tos
        return "250 OK"


@contextmanager
def post_office(post: Post) -> Iterator[Post]:
    post.port = free_port()
    controller = Controller(post, hostname="127.0.0.1", port=post.port, ready_timeout=60, enable_SMTPUTF8=False)
    controller.start()
    try:
        yield post
    finally:
        controller.stop()
