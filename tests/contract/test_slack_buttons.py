"""Buttons on Slack do what the unit's own room does: signed, once, by whoever pressed."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from support.desk import MODERATOR, Desk, at, open_desk
from support.processes import wait_until
from support.receivers import web_server
from support.slack_room import SECRET, SlackRoom, send
from support.web import staffed
from websockets.sync.server import ServerConnection
from websockets.sync.server import serve as socket_server

from flows.deliveries import deliver
from flows.slack_clicks import listen
from models.actions import handling
from models.profile import Profile, load_profile
from models.tables.links import ChatPerson, UsedLink
from models.tables.orders import ReturnRequest, WorkOrder
from models.tables.record import History
from models.vocabulary import OrderStatus

NOW = at("2026-03-02 09:00")
SECRETS = {"text": "楼上的狗半夜叫，邻居林小满也受不了。", "title": "狗吵", "phone": "19900001234",
           "sender_name": "陈小雨", "email": "chen@citizen.example"}  # fmt: skip


@dataclass
class Place:
    desk: Desk
    slack: SlackRoom
    address: str
    moment: datetime = NOW

    def status(self, order: WorkOrder) -> str:
        return self.desk.one(WorkOrder, id=order.id).status

    def send(self, payload: object, *, retry: int = 0, secret: str = SECRET, late: float = 0) -> int:
        return send(self.address, payload, self.moment.timestamp() - late, retry=retry, secret=secret).status_code

    def awaits(self, call: str, times: int = 1) -> None:
        wait_until(lambda: self.slack.calls.count(call) >= times, 60, f"Slack 的 {call}")

    def done(self, order: WorkOrder, action: str) -> int:
        return len(self.desk.all(History, subject="order", subject_id=str(order.id), action=action))


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with web_server(SlackRoom()) as slack:
        assert isinstance(slack, SlackRoom)
        settings = {
            "slack_bot_token": "xoxb-test",
            "slack_base_url": f"{slack.url}/api/",
            "slack_signing_secret": SECRET,
        }
        with open_desk(tmp_path, **settings) as desk:
            profile = load_profile("demo")
            units = [{**u.model_dump(), "notify": ["slack:#望溪督办"]} if u.code == "housing_bureau" else u.model_dump()
                     for u in profile.units]  # fmt: skip
            desk.house.profile = Profile.model_validate(profile.model_dump() | {"units": units})
            with staffed(desk.house) as address:
                made = Place(desk, slack, address)
                desk.house.clock = lambda: made.moment
                yield made


def told(place: Place) -> WorkOrder:
    order = place.desk.take(NOW, **SECRETS)
    assert deliver(place.desk.house, NOW)["sent"] == 1
    return order


def test_a_letter_has_three_buttons_and_none_of_the_citizens_words(place: Place) -> None:
    order = told(place)
    buttons = place.slack.buttons()
    assert [b["text"]["text"] for b in buttons.values()] == ["签收", "申请退单", "查看"]
    assert buttons["view"]["url"] == f"http://huiyin.test/unit/orders/{order.number}"
    posted = json.dumps(place.slack.messages, ensure_ascii=False)
    for secret in ("狗", "林小满", *(SECRETS[k] for k in ("phone", "sender_name", "email"))):
        assert secret not in posted


def test_pressing_acknowledge_acknowledges_and_the_message_says_who(place: Place) -> None:
    order = told(place)
    assert place.send(place.slack.press("acknowledge")) == 200
    place.awaits("chat.update")
    assert place.status(order) == OrderStatus.HANDLING
    shown = json.dumps(place.slack.messages, ensure_ascii=False)
    assert "已签收（Slack U0WU，09:00）" in shown
    assert place.slack.buttons() == {}
    assert place.slack.messages[0]["metadata"]["event_payload"]["key"]
    [row] = place.desk.all(History, subject_id=str(order.id), action="acknowledge")
    assert row.actor == "slack:U0WU"


def test_a_known_person_acts_by_the_own_account(place: Place) -> None:
    order = told(place)
    with place.desk.writing() as session:
        session.add(ChatPerson(chat_user="U0WU", login="wu", added_at=NOW))
        session.add(ChatPerson(chat_user="U0LU", login="lu", added_at=NOW))
    place.send(place.slack.press("acknowledge", user="U0LU"))
    place.awaits("chat.postEphemeral")
    assert place.status(order) == OrderStatus.DISPATCHED  # a person of another unit
    place.send(place.slack.press("acknowledge", user="U0WU"))
    place.awaits("chat.update")
    [row] = place.desk.all(History, subject_id=str(order.id), action="acknowledge")
    assert row.actor == "wu"


def test_a_return_asks_for_its_grounds_and_blank_ones_are_refused_in_the_form(place: Place) -> None:
    order = told(place)
    place.send(place.slack.press("ask_return"))
    place.awaits("views.open")
    assert place.status(order) == OrderStatus.DISPATCHED
    for blank in (None, "", "  "):
        answer = send(place.address, place.slack.submit(blank), NOW.timestamp())
        assert "退单理由" in answer.json()["errors"]["grounds"]
    assert place.send(place.slack.submit("小区物业纠纷属街道职责。")) == 200
    place.awaits("chat.update")
    assert place.status(order) == OrderStatus.RETURNING
    [request] = place.desk.all(ReturnRequest)
    assert (request.grounds, request.asked_by) == ("小区物业纠纷属街道职责。", "slack:U0WU")


def test_a_storm_of_retries_and_replays_does_nothing_twice(place: Place) -> None:
    order = told(place)
    press = place.slack.press("acknowledge")
    for retry in (0, 1, 2, 3, 0, 0):
        assert place.send(press, retry=retry) == 200
    place.awaits("chat.postEphemeral", 2)  # whoever pressed again by hand hears that it is done
    assert place.done(order, "acknowledge") == 1
    assert len(place.desk.all(UsedLink)) == 1
    assert place.slack.calls.count("chat.update") == 1


@pytest.mark.parametrize(("secret", "late"), [("another", 0), (SECRET, 301), (SECRET, -301)])
def test_what_is_not_signed_by_slack_or_not_fresh_is_refused(place: Place, secret: str, late: float) -> None:
    order = told(place)
    assert place.send(place.slack.press("acknowledge"), secret=secret, late=late) == 401
    assert place.status(order) == OrderStatus.DISPATCHED


def test_a_button_whose_order_went_elsewhere_says_so_to_the_presser_alone(place: Place) -> None:
    order = told(place)
    press = place.slack.press("acknowledge")
    with place.desk.writing() as session:
        handling.dispatch(session, place.desk.house.reckoner, order.id or 0, "urban_bureau", MODERATOR, NOW)
    place.send(press)
    place.awaits("chat.postEphemeral")
    assert "已不由贵单位办理" in place.slack.whispers[0]["text"]
    assert place.status(order) == OrderStatus.DISPATCHED


def test_a_forged_value_does_nothing(place: Place) -> None:
    order = told(place)
    press = place.slack.press("acknowledge")
    press["actions"][0]["value"] = press["actions"][0]["value"][:-4] + "AAAA"
    place.send(press)
    place.awaits("chat.postEphemeral")
    assert place.status(order) == OrderStatus.DISPATCHED


def test_a_slack_that_is_away_after_the_press_loses_nothing(place: Place) -> None:
    order = told(place)
    press = place.slack.press("acknowledge")
    place.slack.error, place.slack.status = "internal_error", 500
    assert place.send(press) == 200
    wait_until(lambda: place.status(order) == OrderStatus.HANDLING, 60, "签收")


def test_an_old_button_is_worth_nothing(place: Place) -> None:
    order = told(place)
    press = place.slack.press("acknowledge")
    place.moment = NOW + timedelta(days=31)
    place.send(press)
    place.awaits("chat.postEphemeral")
    assert place.status(order) == OrderStatus.DISPATCHED


@pytest.mark.parametrize("payload", [[], {}, {"type": "block_actions"}, {"type": "view_submission", "view": {}}])
def test_a_strange_payload_is_no_fault_of_ours(place: Place, payload: object) -> None:
    assert place.send(payload) in {200, 422}


def test_in_socket_mode_the_same_presses_come_over_our_own_connection(place: Place) -> None:
    order = told(place)
    acknowledged: list[str] = []
    stop = threading.Event()

    def slack(connection: ServerConnection) -> None:
        connection.send(json.dumps({"type": "hello", "num_connections": 1}))
        press = {"type": "interactive", "envelope_id": "e1", "payload": place.slack.press("acknowledge")}
        connection.send(json.dumps(press))
        acknowledged.append(json.loads(connection.recv())["envelope_id"])
        stop.wait(60)

    with socket_server(slack, "127.0.0.1", 0) as server:
        serving_it = threading.Thread(target=server.serve_forever)
        serving_it.start()
        place.slack.socket = f"ws://127.0.0.1:{server.socket.getsockname()[1]}"
        place.desk.house.settings.slack_app_token = SecretStr("xapp-test")
        listening = threading.Thread(target=listen, args=(place.desk.house, stop))
        listening.start()
        try:
            place.awaits("chat.update")
        finally:
            stop.set()
            listening.join()
            server.shutdown()
            serving_it.join()
    assert acknowledged == ["e1"]
    assert place.status(order) == OrderStatus.HANDLING
