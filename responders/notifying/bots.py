"""Group bots (企业微信, 钉钉, 飞书 …) through apprise. They know no keys: the letter's own stands in its text."""

import re
from collections.abc import Sequence

from models.errors import BadSettings
from responders.notifying.port import Letter, TransportFailed, TransportRefused

_NAMED = re.compile(r"(?:(?P<name>[A-Za-z0-9_-]+)=)?(?P<url>[a-z][a-z0-9+.-]*://\S+)")


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
        import apprise

        bots = apprise.Apprise()
        for url in self._addresses(letter.address):
            if not bots.add(url):
                raise TransportRefused(f"机器人地址有误（{url.partition('://')[0]}://…），请检查 HUIYIN_NOTIFY_URLS。")
        body = f"{letter.text}\n（通知编号 {letter.key.hex[:8]}）"
        # apprise says only yes or no: what it could not do may succeed later.
        if not bots.notify(title=letter.title, body=body):
            raise TransportFailed("机器人未接收通知，稍后再试。")
        return f"apprise:{letter.key.hex}"

    def _addresses(self, address: str) -> Sequence[str]:
        if "://" in address:
            return [address]
        if address not in self._urls:
            raise TransportRefused(f"HUIYIN_NOTIFY_URLS 中没有名为“{address}”的机器人。")
        return self._urls[address]
