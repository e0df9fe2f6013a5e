"""One event to a subscriber: signed JSON, no redirects, a short patience."""

import json
import time
from collections.abc import Mapping
from typing import Any

import httpx

from responders.notifying.http import signature
from responders.notifying.port import TransportFailed, TransportRefused

TIMEOUT_SECONDS = 10.0


def post_event(url: str, secret: bytes, event_id: str, event: Mapping[str, Any]) -> None:
    """Raises TransportFailed (later again) or TransportRefused (never again).

    The receiver checks X-Huiyin-Signature, HMAC-SHA256 over `timestamp + "." + body`, and knows a repeat by
    X-Huiyin-Event-Id.
    """
    body = json.dumps(event, ensure_ascii=False).encode()
    stamp = str(int(time.time()))
    headers = {
        "Content-Type": "application/json", "Idempotency-Key": event_id, "X-Huiyin-Event-Id": event_id,
        "X-Huiyin-Timestamp": stamp, "X-Huiyin-Signature": f"sha256={signature(secret, stamp, body)}",
    }  # fmt: skip
    try:
        answer = httpx.post(url, content=body, headers=headers, timeout=TIMEOUT_SECONDS, follow_redirects=False)
    except (httpx.InvalidURL, httpx.UnsupportedProtocol):
        raise TransportRefused("接收地址有误。") from None
    except httpx.HTTPError as error:
        raise TransportFailed(f"接收方连接失败：{type(error).__name__}") from error
    if answer.status_code == httpx.codes.GONE:
        raise TransportRefused("接收方返回 410，表示不再接收。")
    if not answer.is_success:
        raise TransportFailed(f"接收方返回 {answer.status_code}，稍后再试。")
