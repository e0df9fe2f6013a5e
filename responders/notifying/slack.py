"""Letters on Slack: Block Kit, with our key in the message's metadata, looked up before anything is sent again."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from responders.notifying.port import Item, Letter, TransportFailed, TransportRefused
from responders.notifying.slack_clicks import ACKNOWLEDGE, ASK_RETURN, VIEW

TIMEOUT_SECONDS = 15
EVENT = "huiyin_delivery"
_PAGE = 200
_CLOCKS_DIFFER = 3600.0  # seconds by which Slack's clock and ours may be apart
_MOST_HEADER, _MOST_SECTION, _MOST_BLOCKS = 150, 3000, 48  # Slack's limits are 150, 3000 and 50
_MOST_BUTTONS = 20  # matters with buttons in one message; of a longer one each matter keeps its link
_TOO_MANY = 429
_SERVER = 500
_PASSING = {
    "ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout",
    "team_added_to_org", "accesslimited", "timeout",
}  # fmt: skip


class SlackNotifier:
    """`base_url` ends with a slash; `token` is a bot's (chat:write, channels:read, channels:history)."""

    def __init__(self, token: str, base_url: str, *, timeout: int = TIMEOUT_SECONDS) -> None:
        # Without the client's own retries: a send whose outcome is unknown is looked up first, never just repeated.
        self._client = WebClient(token=token, base_url=base_url, timeout=timeout, retry_handlers=[])
        self._channels: dict[str, str] = {}

    def send(self, letter: Letter) -> str:
        try:
            if letter.again and (known := self._sent_before(letter)):
                return known
            response = self._client.chat_postMessage(
                channel=letter.address,
                text=letter.title,
                blocks=blocks(letter),
                metadata={"event_type": EVENT, "event_payload": {"key": letter.key.hex}},
                unfurl_links=False,
            )
        except SlackApiError as error:
            raise _failure(error) from error
        except (SlackClientError, OSError) as error:
            raise TransportFailed(f"Slack 连接失败：{error}"[:300]) from error
        return f"slack:{response['channel']}:{response['ts']}"

    def _sent_before(self, letter: Letter) -> str | None:
        channel = self._channel_id(letter.address)
        oldest = str(letter.since.timestamp() - _CLOCKS_DIFFER)
        for message in self._history(channel, oldest):
            metadata = message.get("metadata") or {}
            if (metadata.get("event_payload") or {}).get("key") == letter.key.hex:
                return f"slack:{channel}:{message['ts']}"
        return None

    def _history(self, channel: str, oldest: str) -> Iterator[dict[str, Any]]:
        cursor: str | None = None
        while True:
            page = self._client.conversations_history(
                channel=channel, oldest=oldest, limit=_PAGE, include_all_metadata=True, cursor=cursor
            )
            yield from page["messages"]
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return

    def _channel_id(self, address: str) -> str:
        """The history wants an id where posting also takes a #name."""
        if not address.startswith("#"):
            return address
        if address not in self._channels:
            self._channels |= {f"#{c['name']}": c["id"] for c in self._list_channels()}
        if address not in self._channels:
            raise TransportRefused(f"Slack 中没有频道 {address}，或机器人看不到它。")
        return self._channels[address]

    def _list_channels(self) -> Iterator[dict[str, Any]]:
        cursor: str | None = None
        while True:
            page = self._client.conversations_list(
                types="public_channel,private_channel", exclude_archived=True, limit=_PAGE, cursor=cursor
            )
            yield from page["channels"]
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return


def blocks(letter: Letter) -> list[dict[str, Any]]:
    """The letter in Block Kit, within Slack's limits."""
    title = {"type": "plain_text", "text": letter.title[:_MOST_HEADER]}
    pressed = len(letter.items) <= _MOST_BUTTONS
    shown = [item if pressed else replace(item, button=None) for item in letter.items]
    middle = [block for n, item in enumerate(shown) for block in _matter(n, item)]
    if letter.salutation:
        middle.insert(0, _section(_escaped(letter.salutation)))
    closing = {"type": "context", "elements": [{"type": "mrkdwn", "text": _escaped(letter.closing)[:_MOST_SECTION]}]}
    return [{"type": "header", "text": title}, *middle[:_MOST_BLOCKS], closing]


def _matter(place: int, item: Item) -> list[dict[str, Any]]:
    """One matter, with buttons where its reader may act."""
    if not item.button:
        return [_section(_item_text(item))]
    buttons = [
        _button("签收", ACKNOWLEDGE, item.button) | {"style": "primary"},
        _button("申请退单", ASK_RETURN, item.button),
    ]
    if item.link:
        buttons.append(_button("查看", VIEW, "") | {"url": item.link})
    return [
        _section(_item_text(replace(item, link=None))),
        {"type": "actions", "block_id": f"matter:{place}", "elements": buttons},
    ]


def _button(label: str, action: str, value: str) -> dict[str, Any]:
    found = {"type": "button", "action_id": action, "text": {"type": "plain_text", "text": label}}
    return found | {"value": value} if value else found


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text[:_MOST_SECTION]}}


def _item_text(item: Item) -> str:
    link = f"<{item.link}|查看>" if item.link else ""
    heading = f"*{_escaped(item.heading)}*" if item.heading else ""
    return "\n".join(filter(None, (heading, _escaped(item.text), link)))


def _escaped(text: str) -> str:
    """Slack's three control characters: nothing in a letter may call a channel or hide a link."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _failure(error: SlackApiError) -> TransportFailed:
    response = error.response
    code = str(response.get("error") or "")
    status = int(getattr(response, "status_code", 0) or 0)
    if code in _PASSING or status == _TOO_MANY or status >= _SERVER:
        return TransportFailed(f"Slack 暂不接收：{code or status}。")
    return TransportRefused(f"Slack 拒绝了通知：{code or status}。")
