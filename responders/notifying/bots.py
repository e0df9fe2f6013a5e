"""Group bots (企业微信, 钉钉, 飞书 …) through apprise. They know no keys: the letter's own stands in its text.

apprise tells yes or no and takes HTTP 200 for a yes; these bots refuse with 200 and a code in the body, so their
servers' answers are heard as well.
"""

import json
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from models.errors import BadSettings
from responders.notifying.port import Letter, TransportFailed, TransportRefused

_NAMED = re.compile(r"(?:(?P<name>[A-Za-z0-9_-]+)=)?(?P<url>[a-z][a-z0-9+.-]*://\S+)")
_CODES_IN_BODY = ("wecombot://", "dingtalk://", "feishu://", "lark://")
# Busy or too frequent, by 企业微信, 钉钉 and 飞书; every other code is a refusal that lasts.
_PASSING = {-1, 45009, 45033, 90018, 130101, 9499, 11232, 11233}
_TOO_MANY, _REFUSED, _SERVER = 429, 400, 500
_listening = threading.Lock()


def named_urls(setting: str) -> dict[str, list[str]]:
    """HUIYIN_NOTIFY_URLS: `name=url` or bare urls, apart by spaces; a profile says `apprise:name`, without secrets."""
    found: dict[str, list[str]] = {}
    for word in setting.split():
        match = _NAMED.fullmatch(word)
        if match is None:
            raise BadSettings("HUIYIN_NOTIFY_URLS 应为以空格分开的 名称=地址（如 wecom=wecombot://…）。")
        found.setdefault(match["name"] or "", []).append(match["url"])
    return found


class BotNotifier:
    """`urls`: what names stand for; a target may also hold an apprise address itself."""

    def __init__(self, urls: dict[str, list[str]]) -> None:
        self._urls = urls

    def send(self, letter: Letter) -> str:
        body = f"{letter.text}\n（通知编号 {letter.key.hex[:8]}）"
        for url in self._addresses(letter.address):
            _notify(url, letter.title, body)
        return f"apprise:{letter.key.hex}"

    def _addresses(self, address: str) -> Sequence[str]:
        if "://" in address:
            return [address]
        if address not in self._urls:
            raise TransportRefused(f"HUIYIN_NOTIFY_URLS 中没有名为“{address}”的机器人。")
        return self._urls[address]


def _notify(url: str, title: str, body: str) -> None:
    import apprise

    bot = apprise.Apprise()
    if not bot.add(url):
        raise TransportRefused(f"机器人地址有误（{url.partition('://')[0]}://…），请检查 HUIYIN_NOTIFY_URLS。")
    with _overheard() as answers:
        told = bot.notify(title=title, body=body)
    for status, content in answers:
        _judge(status, _code(content) if url.startswith(_CODES_IN_BODY) else (0, ""))
    if not told:
        raise TransportFailed("机器人未接收通知，稍后再试。")


def _judge(status: int, said: tuple[int, str]) -> None:
    code, why = said
    if status == _TOO_MANY or status >= _SERVER or code in _PASSING:
        raise TransportFailed(f"机器人暂不接收（{status}，{code} {why}），稍后再试。")
    if status >= _REFUSED or code:
        raise TransportRefused(f"机器人拒收（{status}，{code} {why}），请检查机器人的地址、关键词和加签设置。")


def _code(content: bytes) -> tuple[int, str]:
    """Errcode (企业微信, 钉钉) or code (飞书) of an answer, with its reason."""
    try:
        row: Any = json.loads(content)
        return int(row.get("errcode", row.get("code", 0))), str(row.get("errmsg", row.get("msg", "")))[:100]
    except (ValueError, TypeError, AttributeError):
        return 0, ""


@contextmanager
def _overheard() -> Iterator[list[tuple[int, bytes]]]:
    """Status and body of each answer to apprise meanwhile; it passes them on to nobody."""
    from requests import Session

    heard: list[tuple[int, bytes]] = []
    send = Session.send

    def listening(self: Any, request: Any, **options: Any) -> Any:  # noqa: ANN401  (requests' own types)
        response = send(self, request, **options)
        heard.append((response.status_code, response.content))
        return response

    with _listening:
        setattr(Session, "send", listening)  # noqa: B010  (a method may not be assigned)
        try:
            yield heard
        finally:
            setattr(Session, "send", send)  # noqa: B010
