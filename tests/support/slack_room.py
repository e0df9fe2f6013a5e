"""A Slack on loopback in which people press buttons: it signs what it sends, and shows forms and whispers."""

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx
from support.receivers import FakeSlack

SECRET = "slack-signing-secret"


@dataclass
class SlackRoom(FakeSlack):
    """Beside letters: views.open, chat.update, chat.postEphemeral."""

    forms: list[dict[str, Any]] = field(default_factory=list)
    socket: str = ""
    whispers: list[dict[str, Any]] = field(default_factory=list)

    def answer(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, Any]]:
        method = path.rsplit("/", 1)[1]
        if method == "apps.connections.open":
            return 200, {"ok": True, "url": self.socket}
        if method not in {"views.open", "chat.update", "chat.postEphemeral"}:
            return super().answer(path, headers, body)
        self.calls.append(method)
        said = self._said(headers, body)
        if self.error:
            return self.status, {"ok": False, "error": self.error}
        if method == "views.open":
            self.forms.append(_plain(said["view"]))
        elif method == "chat.update":
            message = next(m for m in self.messages if m["ts"] == said["ts"])
            message["blocks"] = _plain(said["blocks"])
            message["metadata"] = _plain(said["metadata"])
        else:
            self.whispers.append(said)
        return 200, {"ok": True}

    def _history(self, said: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if "latest" not in said:
            return super()._history(said)
        return 200, {"ok": True, "messages": [m for m in self.messages if m["ts"] == said["latest"]]}

    def buttons(self, message: int = -1) -> dict[str, dict[str, Any]]:
        """Action → button of a message, with the block that it stands in."""
        return {
            element["action_id"]: {**element, "block_id": block["block_id"]}
            for block in self.messages[message]["blocks"]
            if block["type"] == "actions"
            for element in block["elements"]
        }

    def press(self, action: str, user: str = "U0WU", message: int = -1) -> dict[str, Any]:
        button = self.buttons(message)[action]
        return {
            "type": "block_actions", "user": {"id": user}, "trigger_id": "trigger.1",
            "container": {"channel_id": self.messages[message]["channel"], "message_ts": self.messages[message]["ts"]},
            "actions": [{k: button.get(k) for k in ("action_id", "value", "block_id")}],
        }  # fmt: skip

    def submit(self, grounds: str | None, user: str = "U0WU") -> dict[str, Any]:
        form = self.forms[-1]
        state = {"values": {"grounds": {"text": {"value": grounds}}}}
        view = {"callback_id": form["callback_id"], "private_metadata": form["private_metadata"], "state": state}
        return {"type": "view_submission", "user": {"id": user}, "view": view}


def send(address: str, payload: Any, at: float, *, secret: str = SECRET, retry: int = 0) -> httpx.Response:  # noqa: ANN401
    """As Slack sends it: a form, signed over version, time and body."""
    body = urlencode({"payload": json.dumps(payload)}).encode()
    stamp = str(int(at))
    mac = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    headers = {
        "content-type": "application/x-www-form-urlencoded", "x-slack-request-timestamp": stamp,
        "x-slack-signature": f"v0={mac}", **({"x-slack-retry-num": str(retry)} if retry else {}),
    }  # fmt: skip
    return httpx.post(f"{address}/hooks/slack", content=body, headers=headers, timeout=60)


def _plain(value: Any) -> Any:  # noqa: ANN401  (JSON, or JSON in a form's field)
    return json.loads(value) if isinstance(value, str) else value
