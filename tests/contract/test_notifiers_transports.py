"""What is special to one transport: look-ups, signatures, headers, timeouts, hostile addresses."""

import json
import socket
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.receivers import FakeSlack, Post, Web, post_office, web_server

from channels.mailbox import read_mailbox
from models.errors import BadSettings
from models.inbound import Accepted
from models.vocabulary import MachineMail
from responders.notifying.bots import named_urls
from responders.notifying.http import HttpNotifier, signature
from responders.notifying.mail import MailNotifier, check_sender, mail
from responders.notifying.port import Item, Letter, TransportFailed, TransportRefused
from responders.notifying.printing import PrintingNotifier
from responders.notifying.slack import SlackNotifier

LETTER = Letter(
    key=uuid.UUID("5d2c8d50-7d8f-5e0e-9d9e-4b1f0f3c2a12"),
    target="slack:#望溪督办",
    title="【督办】工单 WX20260213000002",
    salutation="望溪市住房和城乡建设局：",
    items=(Item("工单 WX20260213000002", "办理期限为 2026年2月27日（周五）。", "http://huiyin.test/unit/orders/2"),),
    closing="望溪市政民互动服务中心",
    since=datetime(2026, 2, 28, 1, tzinfo=UTC),
)


def slack_at(web: Web) -> SlackNotifier:
    return SlackNotifier("xoxb-test", f"{web.url}/api/", timeout=30)


def test_slack_is_asked_before_a_letter_is_sent_again() -> None:
    with web_server(FakeSlack()) as slack:
        assert isinstance(slack, FakeSlack)
        first = slack_at(slack).send(LETTER)
        slack_at(slack).send(replace(LETTER, key=uuid.uuid4()))
        again = slack_at(slack).send(replace(LETTER, again=True))
    assert again == first
    assert len(slack.messages) == 2


def test_slack_posting_that_failed_after_it_arrived_is_not_posted_twice() -> None:
    with web_server(FakeSlack(error="internal_error", error_after_posting=True, status=500)) as slack:
        assert isinstance(slack, FakeSlack)
        with pytest.raises(TransportFailed):
            slack_at(slack).send(LETTER)
        slack.error, slack.status = None, 200
        slack_at(slack).send(replace(LETTER, again=True))
    assert len(slack.messages) == 1


def test_slack_that_cannot_be_asked_is_not_sent_to_again() -> None:
    with web_server(FakeSlack(error="ratelimited", status=429)) as slack:
        assert isinstance(slack, FakeSlack)
        with pytest.raises(TransportFailed):
            slack_at(slack).send(replace(LETTER, again=True))
    assert "chat.postMessage" not in slack.calls


def test_slack_without_the_channel_refuses_by_name() -> None:
    with (
        web_server(FakeSlack()) as slack,
        pytest.raises(TransportRefused, match="没有频道 #没有这个频道"),
    ):
        slack_at(slack).send(replace(LETTER, target="slack:#没有这个频道", again=True))


def test_slack_text_cannot_call_a_channel_or_hide_a_link() -> None:
    with web_server(FakeSlack()) as slack:
        assert isinstance(slack, FakeSlack)
        slack_at(slack).send(replace(LETTER, items=(Item("<!channel>", "<http://x.example|查看> & 其他"),)))
    shown = json.dumps(slack.messages[0]["blocks"], ensure_ascii=False)
    assert "<!channel>" not in shown
    assert "&lt;!channel&gt;" in shown
    assert "<http" not in shown


def test_a_letter_of_a_thousand_items_keeps_slacks_limits() -> None:
    with web_server(FakeSlack()) as slack:
        assert isinstance(slack, FakeSlack)
        slack_at(slack).send(replace(LETTER, title="题" * 500, items=tuple(Item("件", "文" * 4000) for _ in range(99))))
    blocks = slack.messages[0]["blocks"]
    assert len(blocks) <= 50
    assert all(len(b["text"]["text"]) <= 3000 for b in blocks if b["type"] == "section")


@pytest.mark.parametrize("kind", ["slack", "http", "mail"])
def test_a_transport_that_hangs_is_given_up_in_time(kind: str) -> None:
    with silent_server() as port:
        url = f"http://127.0.0.1:{port}"
        notifier = {
            "slack": lambda: SlackNotifier("xoxb-test", f"{url}/api/", timeout=1),
            "http": lambda: HttpNotifier(b"secret", timeout=0.3),
            "mail": lambda: MailNotifier(f"smtp://127.0.0.1:{port}", "noreply@wangxi.example", timeout=0.3),
        }[kind]()
        target = {"slack": "slack:#望溪督办", "http": url, "mail": "mailto:a@wangxi.example"}[kind]
        with pytest.raises(TransportFailed) as failure:
            notifier.send(replace(LETTER, target=target))
    assert not failure.value.permanent


@contextmanager
def silent_server() -> Iterator[int]:
    """Takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        held: list[socket.socket] = []
        server.settimeout(60)
        thread = threading.Thread(target=lambda: held.append(server.accept()[0]))
        thread.start()
        yield server.getsockname()[1]
        thread.join()
        for connection in held:
            connection.close()


def test_an_http_letter_is_signed_over_its_time_and_body() -> None:
    with web_server(Web()) as web:
        HttpNotifier(b"secret").send(replace(LETTER, target=f"{web.url}/sms"))
    [(path, headers, body)] = web.requests
    assert path == "/sms"
    assert headers["x-huiyin-signature"] == signature(b"secret", headers["x-huiyin-timestamp"], body)
    assert headers["idempotency-key"] == LETTER.key.hex


def test_an_http_letter_without_a_secret_is_refused_with_the_settings_name() -> None:
    with pytest.raises(TransportRefused, match="HUIYIN_HOOK_SECRET"):
        HttpNotifier(b"").send(replace(LETTER, target="http://127.0.0.1:9/"))


@pytest.mark.parametrize("status", [408, 409, 425, 429, 500, 503])
def test_an_http_receiver_that_is_busy_is_tried_again(status: int) -> None:
    with web_server(Web(status=status)) as web, pytest.raises(TransportFailed) as failure:
        HttpNotifier(b"secret").send(replace(LETTER, target=web.url))
    assert not failure.value.permanent


@pytest.mark.parametrize("address", ["", "没有域名", "a@b\r\nBcc: c@d", "a@b, c@d", "<a@b", "a b@c"])
def test_a_hostile_address_is_refused_and_nothing_is_sent(address: str) -> None:
    with post_office(Post()) as post, pytest.raises(TransportRefused):
        MailNotifier(post.url, "noreply@wangxi.example").send(replace(LETTER, target=f"mailto:{address}"))
    assert post.letters == []


def test_an_address_outside_ascii_is_refused_where_the_server_cannot_take_it() -> None:
    with post_office(Post()) as post, pytest.raises(TransportRefused):
        MailNotifier(post.url, "noreply@wangxi.example").send(replace(LETTER, target="mailto:用户@例子.example"))
    assert post.letters == []


def test_a_mail_server_that_is_not_there_is_tried_again() -> None:
    with pytest.raises(TransportFailed) as failure:
        MailNotifier("smtp://127.0.0.1:1", "noreply@wangxi.example").send(replace(LETTER, target="mailto:a@b.example"))
    assert not failure.value.permanent


def test_our_own_mail_come_back_is_known_as_a_loop_and_never_answered(tmp_path: Path) -> None:
    sent = mail(replace(LETTER, target="mailto:a@wangxi.example"), "noreply@wangxi.example")
    (tmp_path / "来.eml").write_bytes(sent.as_bytes())
    [item] = read_mailbox(str(tmp_path / "来.eml"))
    assert isinstance(item, Accepted)
    assert item.message.machine is MachineMail.LOOP
    assert sent["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize("url", ["", "smtp://", "http://mail.example", "smtp://mail.example:port", "mail.example:25"])
def test_a_bad_mail_setting_is_named(url: str) -> None:
    with pytest.raises(BadSettings, match="HUIYIN_SMTP_URL"):
        MailNotifier(url, "noreply@wangxi.example")


def test_a_bad_sender_is_named() -> None:
    with pytest.raises(BadSettings, match="HUIYIN_MAIL_FROM"):
        check_sender("望溪市")


def test_bots_have_names_so_that_profiles_hold_no_secrets() -> None:
    named = named_urls("wecom=wecombot://key dingtalk=dingtalk://token/ json://127.0.0.1")
    assert named == {"wecom": ["wecombot://key"], "dingtalk": ["dingtalk://token/"], "": ["json://127.0.0.1"]}
    with pytest.raises(BadSettings, match="HUIYIN_NOTIFY_URLS"):
        named_urls("不是地址")


def test_the_printed_file_is_its_owners_alone(tmp_path: Path) -> None:
    PrintingNotifier(tmp_path / "notices.log").send(replace(LETTER, target="print:"))
    assert (tmp_path / "notices.log").stat().st_mode & 0o077 == 0


def test_a_printed_letter_is_announced_on_stderr_when_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    PrintingNotifier(tmp_path / "notices.log", verbose=True).send(LETTER)
    assert LETTER.title in capsys.readouterr().err
