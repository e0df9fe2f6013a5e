"""Letters to a system of the office (SMS, 政务 platforms): signed JSON with an Idempotency-Key."""

import hashlib
import hmac
import json
import time
from datetime import UTC, datetime
from typing import Any

import httpx

from responders.notifying.port import Letter, TransportFailed, TransportRefused

TIMEOUT_SECONDS = 15.0
# Request Timeout, Conflict (a first try is still being handled), Too Early, Too Many Requests.
_PASSING = {408, 409, 425, 429}


class HttpNotifier:
    """POSTs to the target itself. The receiver checks `signature(secret, timestamp, body)`."""

    def __init__(self, secret: bytes, *, timeout: float = TIMEOUT_SECONDS) -> None:
        self._secret, self._timeout = secret, timeout

    def send(self, letter: Letter) -> str:
        return self.post(letter.target, _row(letter), letter)

    def post(self, url: str, row: dict[str, Any], letter: Letter) -> str:
        """One signed POST; the receipt says what the receiver answered, and under which key."""
        if not self._secret:
            raise TransportRefused("未设置 HUIYIN_HOOK_SECRET，无法为发出的通知签名。")
        body = json.dumps(row, ensure_ascii=False).encode("utf-8", errors="replace")
        stamp = str(int(time.time()))
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": letter.key.hex,
            "X-Huiyin-Timestamp": stamp,
            "X-Huiyin-Signature": signature(self._secret, stamp, body),
        }
        try:
            response = httpx.post(url, content=body, headers=headers, timeout=self._timeout)
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise TransportRefused(f"通知地址有误：{url}。") from error
        except httpx.HTTPError as error:
            raise TransportFailed(f"通知接口连接失败：{type(error).__name__} {error}"[:300]) from error
        return _receipt(response, letter)


class SmsNotifier:
    """Text messages by the office's own gateway: {"key", "phone", "text", "again", "sent_at"}, signed alike."""

    def __init__(self, url: str, secret: bytes, *, timeout: float = TIMEOUT_SECONDS) -> None:
        self._url, self._http = url, HttpNotifier(secret, timeout=timeout)

    def send(self, letter: Letter) -> str:
        row = {"key": letter.key.hex, "phone": letter.address, "text": sms_text(letter), "again": letter.again,
               "sent_at": _sent_at()}  # fmt: skip
        return self._http.post(self._url, row, letter)


def sms_text(letter: Letter) -> str:
    """The letter in one paragraph; of a digest only how much there is, and where."""
    first = letter.items[0]
    parts = [first.text] if len(letter.items) == 1 else [f"共 {len(letter.items)} 件，请登录系统办理。"]
    said = " ".join(" ".join(filter(None, [letter.title, *parts, first.link])).split())
    return f"{said} {letter.closing.splitlines()[0]}".strip()


def signature(secret: bytes, timestamp: str, body: bytes) -> str:
    """Hex HMAC-SHA256 over timestamp, a full stop, and the body: as our own hooks expect it."""
    return hmac.new(secret, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def _row(letter: Letter) -> dict[str, Any]:
    items = [{"heading": i.heading, "text": i.text, "link": i.link} for i in letter.items]
    return {
        "key": letter.key.hex, "title": letter.title, "text": letter.text, "items": items,
        "again": letter.again, "sent_at": _sent_at(),
    }  # fmt: skip


def _sent_at() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _receipt(response: httpx.Response, letter: Letter) -> str:
    if response.is_success:
        return f"http:{response.status_code}:{letter.key.hex}"
    said = f"通知接口返回 {response.status_code}"
    if response.is_server_error or response.status_code in _PASSING:
        raise TransportFailed(f"{said}，稍后再试。")
    raise TransportRefused(f"{said}，不再重试。")
