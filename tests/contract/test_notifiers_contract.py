"""What every transport of notices promises: the letter arrives whole, with its key; failures say if they last."""

import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.receivers import FakeSlack, Post, Web, post_office, web_server

from responders.notifying.bots import BotNotifier
from responders.notifying.http import HttpNotifier
from responders.notifying.mail import MailNotifier
from responders.notifying.port import Item, Letter, Notifier, TransportFailed, TransportRefused
from responders.notifying.printing import PrintingNotifier
from responders.notifying.slack import SlackNotifier

# apprise looks into each of its plug-ins; one of them still asks for imghdr before Python 3.13.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

TRANSPORTS = ["print", "mail", "slack", "http", "bot"]
KEY = uuid.UUID("5d2c8d50-7d8f-5e0e-9d9e-4b1f0f3c2a11")


@dataclass
class Place:
    """A transport and its receiver. `arrived`: (the key as its receiver sees it, the text) of each letter."""

    notifier: Notifier
    target: str
    arrived: Callable[[], list[tuple[str, str]]]
    upset: Callable[[], None]
    refuse: Callable[[], None] | None = None


@pytest.fixture(params=TRANSPORTS)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    with ExitStack() as stack:
        yield _PLACES[request.param](stack, tmp_path)


def _print(_stack: ExitStack, folder: Path) -> Place:
    file = folder / "var" / "notices.log"

    def arrived() -> list[tuple[str, str]]:
        rows = [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
        return [(row["key"], row["text"]) for row in rows]

    return Place(PrintingNotifier(file), "print:", arrived, upset=lambda: file.parent.write_text("not a folder"))


def _mail(stack: ExitStack, _folder: Path) -> Place:
    post = stack.enter_context(post_office(Post()))

    def arrived() -> list[tuple[str, str]]:
        return [(str(m["Message-ID"]).strip("<>").partition("@")[0], m.get_content()) for m in post.letters]

    def say(text: str) -> None:
        post.refusal = text

    return Place(
        MailNotifier(post.url, "回音 <noreply@wangxi.example>", timeout=30), "mailto:unit@wangxi.example", arrived,
        upset=lambda: say("451 busy"), refuse=lambda: say("550 no such user"),
    )  # fmt: skip


def _slack(stack: ExitStack, _folder: Path) -> Place:
    slack = FakeSlack()
    stack.enter_context(web_server(slack))

    def arrived() -> list[tuple[str, str]]:
        return [(m["metadata"]["event_payload"]["key"], json.dumps(m["blocks"], ensure_ascii=False))
                for m in slack.messages]  # fmt: skip

    def fail(error: str, status: int) -> None:
        slack.error, slack.status = error, status

    return Place(
        SlackNotifier("xoxb-test", f"{slack.url}/api/", timeout=30), "slack:#望溪督办", arrived,
        upset=lambda: fail("ratelimited", 429), refuse=lambda: fail("is_archived", 200),
    )  # fmt: skip


def _http(stack: ExitStack, _folder: Path) -> Place:
    web = stack.enter_context(web_server(Web()))

    def arrived() -> list[tuple[str, str]]:
        return [(headers["idempotency-key"], json.loads(body)["text"]) for _, headers, body in web.requests]

    def fail(status: int) -> None:
        web.status = status

    return Place(
        HttpNotifier(b"secret", timeout=30), f"{web.url}/notify", arrived, lambda: fail(503), lambda: fail(422)
    )


def _bot(stack: ExitStack, _folder: Path) -> Place:
    web = stack.enter_context(web_server(Web()))

    def arrived() -> list[tuple[str, str]]:
        return [(KEY.hex if KEY.hex[:8] in body.decode() else "", json.loads(body)["message"])
                for _, _, body in web.requests]  # fmt: skip

    def fail() -> None:
        web.status = 500

    urls = {"wecom": [web.url.replace("http://", "json://") + "/hook"]}
    return Place(BotNotifier(urls), "apprise:wecom", arrived, upset=fail)


_PLACES: dict[str, Callable[[ExitStack, Path], Place]] = {
    "print": _print, "mail": _mail, "slack": _slack, "http": _http, "bot": _bot,
}  # fmt: skip


def letter(target: str) -> Letter:
    item = Item(
        "工单 WX20260213000001（城乡建设与住房）",
        "回电期限为 2026年2月27日（周五）。",
        "http://huiyin.test/unit/orders/1",
    )
    return Letter(
        key=KEY, target=target, title="【催办】工单 WX20260213000001", salutation="望溪市住房和城乡建设局：",
        items=(item,), closing="望溪市政民互动服务中心", since=datetime(2026, 2, 28, 1, tzinfo=UTC),
    )  # fmt: skip


def test_a_letter_arrives_whole_with_its_key_and_leaves_a_receipt(place: Place) -> None:
    receipt = place.notifier.send(letter(place.target))
    [(key, text)] = place.arrived()
    assert key == KEY.hex
    for part in ("WX20260213000001", "回电期限为 2026年2月27日（周五）。", "http://huiyin.test/unit/orders/1"):
        assert part in text
    assert receipt


def test_a_letter_that_goes_out_again_bears_the_same_key(place: Place) -> None:
    place.notifier.send(letter(place.target))
    place.notifier.send(replace(letter(place.target), again=True))
    assert {key for key, _ in place.arrived()} == {KEY.hex}


def test_a_passing_trouble_is_told_apart_and_may_be_tried_again(place: Place) -> None:
    place.upset()
    with pytest.raises(TransportFailed) as failure:
        place.notifier.send(letter(place.target))
    assert not failure.value.permanent
    assert str(failure.value)


def test_a_lasting_refusal_says_so(place: Place) -> None:
    if place.refuse is None:
        place = replace(place, target="apprise:unknown", notifier=BotNotifier({}))
    else:
        place.refuse()
    with pytest.raises(TransportRefused) as failure:
        place.notifier.send(letter(place.target))
    assert failure.value.permanent
