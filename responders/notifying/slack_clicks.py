"""What people press on Slack: requests proved to be Slack's, read, and answered in the message or to the person."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.signature import Clock, SignatureVerifier

from models.errors import BadInput
from responders.notifying.port import TransportFailed

ACKNOWLEDGE, ASK_RETURN, VIEW = "acknowledge", "ask_return", "view"
_GROUNDS = "return_grounds"
TIMEOUT_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Click:
    """One press. `token`: the button's signed value; `grounds`: None until the form for a return came back."""

    action: str
    token: str
    user: str
    channel: str
    message: str
    block: str
    trigger: str = ""
    grounds: str | None = None
    again: bool = False


class _Clock(Clock):
    def __init__(self, now: float) -> None:
        self._now = now

    def now(self) -> float:
        return self._now


def is_signed(secret: str, body: bytes, timestamp: str, signature: str, now: float) -> bool:
    """Slack's own signature (v0), not older or newer than five minutes."""
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= 12 and signature.isascii()):  # noqa: PLR2004
        return False
    verifier = SignatureVerifier(secret, _Clock(now))
    return verifier.is_valid(body, timestamp, signature)


def payload_of(body: bytes) -> dict[str, Any]:
    """The interaction in a request's body; BadInput where there is none."""
    try:
        payload = json.loads(parse_qs(body.decode(), strict_parsing=True)["payload"][0])
    except (ValueError, KeyError) as error:
        raise BadInput("请求正文应为 Slack 的 payload=…。") from error
    if not isinstance(payload, dict):
        raise BadInput("Slack 的 payload 应为对象。")
    return payload


def click_of(payload: dict[str, Any], *, again: bool = False) -> Click | None:
    """The press that concerns us; None for what needs no doing (查看, a form put away)."""
    try:
        if payload.get("type") == "view_submission":
            return _returned(payload, again=again)
        action = payload["actions"][0]
        if payload.get("type") != "block_actions" or action["action_id"] not in {ACKNOWLEDGE, ASK_RETURN}:
            return None
        place = payload["container"]
        return Click(
            action["action_id"], str(action["value"]), str(payload["user"]["id"]), str(place["channel_id"]),
            str(place["message_ts"]), str(action["block_id"]), str(payload.get("trigger_id") or ""), again=again,
        )  # fmt: skip
    except (KeyError, IndexError, TypeError, ValueError):
        return None


def _returned(payload: dict[str, Any], *, again: bool) -> Click | None:
    view = payload["view"]
    if view.get("callback_id") != _GROUNDS:
        return None
    kept = json.loads(view["private_metadata"])
    grounds = str(view["state"]["values"]["grounds"]["text"].get("value") or "")
    return Click(
        ASK_RETURN, kept["token"], str(payload["user"]["id"]), kept["channel"], kept["message"], kept["block"],
        grounds=grounds.strip(), again=again,
    )  # fmt: skip


def complaint(click: Click) -> dict[str, Any]:
    """What the form hears at once: grounds may not be missing."""
    if click.grounds == "":
        return {"response_action": "errors", "errors": {"grounds": "请写明退单理由：职责依据或事实依据。"}}
    return {}


class SlackDesk:
    """Speaks back: opens the form, marks the message, tells one person what went wrong."""

    def __init__(self, token: str, base_url: str, *, timeout: int = TIMEOUT_SECONDS) -> None:
        self._client = WebClient(token=token, base_url=base_url, timeout=timeout, retry_handlers=[])

    def ask_grounds(self, click: Click) -> None:
        """Within three seconds of the press: Slack's trigger is worth nothing later."""
        kept = {"token": click.token, "channel": click.channel, "message": click.message, "block": click.block}
        text = {"type": "plain_text_input", "action_id": "text", "multiline": True, "max_length": 2000}
        view = {
            "type": "modal", "callback_id": _GROUNDS, "private_metadata": json.dumps(kept),
            "title": _plain("申请退单"), "submit": _plain("提交"), "close": _plain("取消"),
            "blocks": [{"type": "input", "block_id": "grounds", "label": _plain("退单理由（职责依据或事实依据）"),
                        "element": text}],
        }  # fmt: skip
        self._try(lambda: self._client.views_open(trigger_id=click.trigger, view=view))

    def mark(self, click: Click, done: str) -> None:
        """Instead of the buttons the message says what was done, and by whom."""
        found = self._try(lambda: self._client.conversations_history(
            channel=click.channel, latest=click.message, oldest=click.message, inclusive=True, limit=1,
            include_all_metadata=True,
        ))  # fmt: skip
        for message in found["messages"]:
            if message["ts"] == click.message:
                blocks = [_done(done) if b.get("block_id") == click.block else b for b in message["blocks"]]
                self._update(click, message, blocks)

    def _update(self, click: Click, message: dict[str, Any], blocks: list[dict[str, Any]]) -> None:
        """With its metadata: a re-send looks for our key there."""
        self._try(lambda: self._client.chat_update(
            channel=click.channel, ts=click.message, text=message.get("text", ""), blocks=blocks,
            metadata=message.get("metadata") or None,
        ))  # fmt: skip

    def whisper(self, click: Click, text: str) -> None:
        """To the one who pressed, seen by nobody else."""
        self._try(lambda: self._client.chat_postEphemeral(channel=click.channel, user=click.user, text=text))

    def _try(self, call: Callable[[], Any]) -> Any:  # noqa: ANN401  (Slack's answers)
        try:
            return call()
        except SlackApiError as error:
            raise TransportFailed(f"Slack 没有接受：{error.response.get('error')}。") from error
        except (SlackClientError, OSError) as error:
            raise TransportFailed(f"Slack 连接失败：{type(error).__name__}。") from error


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def _done(text: str) -> dict[str, Any]:
    return {"type": "context", "elements": [_plain(text)]}
