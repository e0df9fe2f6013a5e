"""Events out: signed, without a citizen's text, at least once under one id, never of what is sealed."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from support.desk import CLERK, Desk, at, open_desk
from support.receivers import Web, web_server

from flows.webhooks import push_events, secret_of
from models.actions import handling, webhooks
from models.actors import Actor
from models.errors import BadInput
from models.tables.orders import WorkOrder
from models.tables.webhooks import Webhook, WebhookDelivery
from models.vocabulary import Role
from responders.notifying.http import signature

NOW = at("2026-03-02 09:00")
OPERATOR = Actor("guan", Role.OPERATOR)


@pytest.fixture
def follower() -> Iterator[Web]:
    with web_server(Web()) as web:
        yield web


@pytest.fixture
def desk(tmp_path: Path, follower: Web) -> Iterator[Desk]:
    host = follower.url.split("/")[2]
    with open_desk(tmp_path, webhook_hosts=host, now=NOW) as opened:
        yield opened


def follow(desk: Desk, follower: Web, *subjects: str) -> Webhook:
    hosts = frozenset({follower.url.split("/")[2]})
    with desk.writing() as session:
        return webhooks.subscribe(session, "数据平台", follower.url, subjects or ("order",), hosts, OPERATOR, NOW)


def acknowledged(desk: Desk, **said: Any) -> WorkOrder:  # noqa: ANN401
    order = desk.take(NOW, **said)
    assert order.id is not None
    with desk.writing() as session:
        handling.acknowledge(session, order.id, CLERK, NOW)
    return order


def test_an_event_goes_out_signed_with_codes_alone(desk: Desk, follower: Web) -> None:
    webhook = follow(desk, follower)
    order = acknowledged(desk, phone="19900001234", sender_name="覃小满")
    assert push_events(desk.house, NOW)["failed"] == 0
    events = [json.loads(body) for _, _, body in follower.requests]
    assert "order.acknowledge" in {e["type"] for e in events}
    assert {e["number"] for e in events} == {order.number}
    sent = "".join(body.decode() for _, _, body in follower.requests)
    assert not any(word in sent for word in ("楼道灯", "19900001234", "覃小满"))
    for _, headers, body in follower.requests:
        expected = signature(secret_of(desk.house, webhook).encode(), headers["x-huiyin-timestamp"], body)
        assert headers["x-huiyin-signature"] == f"sha256={expected}"
        assert headers["x-huiyin-event-id"] == json.loads(body)["id"]


def test_nothing_is_sent_twice_and_what_fails_is_tried_later_under_the_same_id(desk: Desk, follower: Web) -> None:
    follow(desk, follower)
    acknowledged(desk)
    follower.status = 503
    assert push_events(desk.house, NOW)["retried"] >= 1
    first = {headers["x-huiyin-event-id"] for _, headers, _ in follower.requests}
    assert push_events(desk.house, NOW) == {"sent": 0, "retried": 0, "failed": 0}
    follower.status, follower.requests = 200, []
    later = NOW + timedelta(minutes=2)
    assert push_events(desk.house, later)["sent"] == len(follower.requests)
    assert first <= {headers["x-huiyin-event-id"] for _, headers, _ in follower.requests}
    assert push_events(desk.house, later)["sent"] == 0


def test_a_lease_that_ran_out_is_taken_again(desk: Desk, follower: Web) -> None:
    follow(desk, follower)
    acknowledged(desk)
    follower.status = 503
    push_events(desk.house, NOW)
    row = desk.all(WebhookDelivery)[0]
    later = NOW + timedelta(minutes=5)
    with desk.writing() as session:
        assert webhooks.lease(session, row.id or 0, later, timedelta(minutes=1)) is not None
    with desk.writing() as session:
        assert webhooks.lease(session, row.id or 0, later, timedelta(minutes=1)) is None
        assert webhooks.lease(session, row.id or 0, later + timedelta(minutes=2), timedelta(minutes=1)) is not None


def test_what_is_given_up_stands_on_the_failed_list_until_it_is_sent_again(desk: Desk, follower: Web) -> None:
    follow(desk, follower)
    acknowledged(desk)
    follower.status = 410
    assert push_events(desk.house, NOW)["failed"] >= 1
    row = desk.all(WebhookDelivery, state="failed")[0]
    follower.status = 200
    with desk.writing() as session:
        webhooks.send_again(session, row.id or 0, OPERATOR, NOW)
    push_events(desk.house, NOW)
    assert desk.one(WebhookDelivery, id=row.id).state == "sent"


def test_an_order_that_was_sealed_meanwhile_is_not_told_of(desk: Desk, follower: Web) -> None:
    follow(desk, follower)
    order = acknowledged(desk)
    with desk.writing() as session:
        session.get_one(WorkOrder, order.id).sealed = True
    assert push_events(desk.house, NOW)["sent"] == 0
    assert follower.requests == []
    assert {row.state for row in desk.all(WebhookDelivery)} == {"moot"}


def test_only_what_is_followed_is_sent_and_nothing_from_before(desk: Desk, follower: Web) -> None:
    acknowledged(desk)
    follow(desk, follower, "promise")
    acknowledged(desk)
    push_events(desk.house, NOW)
    assert follower.requests == []


@pytest.mark.parametrize("url", ["http://example.org/x", "ftp://127.0.0.1/x", "https://a:b@127.0.0.1/", "//x", "x"])
def test_a_host_that_the_operator_did_not_name_is_refused(desk: Desk, follower: Web, url: str) -> None:
    hosts = frozenset({follower.url.split("/")[2]})
    with desk.writing() as session, pytest.raises(BadInput, match=r"接收地址|HUIYIN_WEBHOOK_HOSTS"):
        webhooks.subscribe(session, "某平台", url, ["order"], hosts, OPERATOR, NOW)


def test_a_host_struck_off_the_list_gets_nothing_more(desk: Desk, follower: Web) -> None:
    follow(desk, follower)
    acknowledged(desk)
    desk.house.settings.webhook_hosts = ""
    assert push_events(desk.house, NOW)["sent"] == 0
    assert follower.requests == []


def test_a_renewed_secret_is_another(desk: Desk, follower: Web) -> None:
    webhook = follow(desk, follower)
    before = secret_of(desk.house, webhook)
    with desk.writing() as session:
        renewed = webhooks.renew_secret(session, webhook.id or 0, OPERATOR, NOW)
    assert secret_of(desk.house, renewed) != before
