"""企业微信, 钉钉 and 飞书 as their webhooks speak: what arrives, and which refusals last."""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from support.receivers import Web, web_server

from responders.notifying.bots import BotNotifier
from responders.notifying.port import Item, Letter, TransportFailed, TransportRefused

# apprise looks into each of its plug-ins; one of them still asks for imghdr before Python 3.13.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

LETTER = Letter(
    key=uuid.UUID("5d2c8d50-7d8f-5e0e-9d9e-4b1f0f3c2a13"), target="apprise:bot", title="【催办】工单 WX20260213000003",
    salutation="望溪市住房和城乡建设局：",
    items=(Item("工单 WX20260213000003", "办理期限为 2026年2月27日（周五）。", "http://huiyin.test/unit/orders/3"),),
    closing="望溪市政民互动服务中心", since=datetime(2026, 2, 28, 1, tzinfo=UTC),
)  # fmt: skip
BOTS = {
    "wecombot": ("wecombot://0a1b2c3d", "apprise.plugins.wecombot.NotifyWeComBot.notify_url", "/send?key={key}"),
    "dingtalk": ("dingtalk://SECabc123@0a1b2c3d", "apprise.plugins.dingtalk.NotifyDingTalk.notify_url",
                 "/robot/send?access_token={token}"),
    "feishu": ("feishu://0a1b2c3d", "apprise.plugins.feishu.NotifyFeishu.notify_url", "/hook/{token}/"),
}  # fmt: skip


@dataclass
class Bots(Web):
    """Answers as the bots do: HTTP 200, and a code in the body."""

    said: dict[str, Any] = field(default_factory=lambda: {"errcode": 0, "errmsg": "ok", "code": 0})

    def answer(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, Any]]:
        self.requests.append((path, headers, body))
        return self.status, self.said


@dataclass
class Place:
    kind: str
    bots: Bots
    notifier: BotNotifier


@pytest.fixture(params=sorted(BOTS))
def place(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    url, where, path = BOTS[request.param]
    with web_server(Bots()) as bots:
        assert isinstance(bots, Bots)
        monkeypatch.setattr(where, bots.url + path)
        yield Place(request.param, bots, BotNotifier({"bot": [url]}))


def test_the_whole_letter_arrives_in_the_bots_own_form(place: Place) -> None:
    place.notifier.send(LETTER)
    [(path, _, body)] = place.bots.requests
    said = json.loads(body)
    text = {
        "wecombot": lambda: said["text"]["content"],
        "dingtalk": lambda: json.dumps(said, ensure_ascii=False),
        "feishu": lambda: json.dumps(said["content"], ensure_ascii=False),
    }[place.kind]()
    for part in ("WX20260213000003", "2026年2月27日（周五）", "http://huiyin.test/unit/orders/3", LETTER.key.hex[:8]):
        assert part in text
    assert "0a1b2c3d" in path
    if place.kind == "dingtalk":
        assert {"timestamp", "sign"} <= set(parse_qs(urlsplit(path).query))


@pytest.mark.parametrize("code", [-1, 45009, 130101, 11232])
def test_a_busy_bot_is_tried_again(place: Place, code: int) -> None:
    place.bots.said = {"code" if place.kind == "feishu" else "errcode": code, "errmsg": "busy"}
    with pytest.raises(TransportFailed) as failure:
        place.notifier.send(LETTER)
    assert not failure.value.permanent


@pytest.mark.parametrize("code", [93000, 310000, 19001])
def test_a_refusal_with_http_200_is_no_success_and_lasts(place: Place, code: int) -> None:
    place.bots.said = {"code" if place.kind == "feishu" else "errcode": code, "errmsg": "invalid webhook url"}
    with pytest.raises(TransportRefused, match=str(code)) as failure:
        place.notifier.send(LETTER)
    assert failure.value.permanent
    assert "0a1b2c3d" not in str(failure.value)


@pytest.mark.parametrize(("status", "lasts"), [(429, False), (503, False), (403, True)])
def test_a_status_says_whether_to_try_again(place: Place, status: int, lasts: bool) -> None:
    place.bots.status = status
    with pytest.raises(TransportFailed) as failure:
        place.notifier.send(LETTER)
    assert failure.value.permanent is lasts


def test_a_bot_that_is_not_there_is_tried_again(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BOTS[place.kind][1], "http://127.0.0.1:1" + BOTS[place.kind][2])
    with pytest.raises(TransportFailed) as failure:
        place.notifier.send(replace(LETTER, again=True))
    assert not failure.value.permanent
