"""When, to whom and over what letters go: quiet hours, digests, rules as data, SMS, re-sends, transports that hang."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from support.desk import CLERK, HEAD, REVIEWER, SHANGHAI, Desk, at, dispatched, open_desk, sealed
from support.receivers import Post, Web, post_office, web_server
from support.web import enrol, serving, visiting

from flows.deliveries import deliver
from models.actions import closing, handling, replying
from models.actions.notice_rows import CITIZEN, citizen_target
from models.actors import Actor
from models.profile import Profile, load_profile
from models.tables.notices import Delivery, Notice
from models.tables.orders import WorkOrder
from models.tables.record import History
from models.vocabulary import Channel, Outcome, Satisfaction, Urgency
from responders.notifying.http import signature

DAY, NIGHT, MORNING = at("2026-03-02 10:00"), at("2026-03-02 23:00"), at("2026-03-03 08:00")
ANSWER = "已于3月2日更换楼道灯，现已恢复照明。依据《物业管理条例》，今后由物业每周巡查。"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path) as opened:
        yield opened


def ruled(desk: Desk, *rules: dict[str, Any], **units: list[str]) -> None:
    """The demo's profile with these notice rules, and these targets of units."""
    profile = load_profile("demo")
    rows = [u.model_dump() | ({"notify": units[u.code]} if u.code in units else {}) for u in profile.units]
    desk.house.profile = Profile.model_validate(profile.model_dump() | {"units": rows, "notices": list(rules)})


def sent(desk: Desk) -> list[str]:
    return [row["title"] for row in desk.printed()]


def test_a_nights_dispatches_wait_for_the_morning_and_come_in_one_letter_per_unit(desk: Desk) -> None:
    for _ in range(3):
        desk.take(NIGHT)
    other = desk.take(NIGHT, plan=dispatched(informed=("urban_bureau",)))
    assert deliver(desk.house, NIGHT)["sent"] == 0
    assert deliver(desk.house, MORNING)["sent"] == 2
    assert sorted(title.partition("】")[2] for title in sent(desk)) == [
        "【新派工单】4 件",
        f"【知会】工单 {other.number}",
    ]
    assert {d.state for d in desk.all(Delivery)} == {"sent", "merged"}
    assert deliver(desk.house, MORNING) == {"sent": 0, "retried": 0, "failed": 0}


def test_an_emergency_goes_out_at_night_and_alone(desk: Desk) -> None:
    desk.take(NIGHT)
    desk.take(NIGHT, plan=dispatched(urgency=Urgency.EMERGENCY.value))
    assert deliver(desk.house, NIGHT)["sent"] == 1
    assert "新派工单" in sent(desk)[0]
    assert "紧急" in desk.printed()[0]["text"]


def test_waiting_for_the_morning_is_no_failed_try(desk: Desk) -> None:
    desk.take(NIGHT)
    deliver(desk.house, NIGHT)
    row = desk.one(Delivery)
    assert (row.state, row.attempts, row.next_try_at.astimezone(SHANGHAI)) == ("waiting", 0, MORNING)


def test_a_rule_adds_a_reader_and_chooses_the_transport(desk: Desk) -> None:
    rule = {"event": "dispatched", "to": ["unit", "supervisor"], "over": ["print"], "hours": "any", "digest": False}
    ruled(desk, rule, housing_bureau=["print:", "mailto:a@housing.example"])
    desk.take(NIGHT)
    assert {n.unit for n in desk.all(Notice)} == {"housing_bureau", "supervision"}
    assert [d.target for d in desk.all(Delivery)] == ["print:", "print:"]
    assert deliver(desk.house, NIGHT)["sent"] == 2


def test_a_rule_that_tells_nobody_is_kept(desk: Desk) -> None:
    ruled(desk, {"event": "informed", "to": []})
    desk.take(DAY, plan=dispatched(informed=("urban_bureau",)))
    assert {n.unit for n in desk.all(Notice)} == {"housing_bureau"}


def test_a_rule_for_an_event_that_does_not_exist_or_stands_twice_is_refused(desk: Desk) -> None:
    with pytest.raises(ValidationError):
        ruled(desk, {"event": "dispatch", "to": ["unit"]})
    with pytest.raises(ValidationError, match="写了两次"):
        ruled(desk, {"event": "informed"}, {"event": "informed", "to": []})


def answered(desk: Desk, **said: Any) -> WorkOrder:  # noqa: ANN401  (a message's fields)
    order = desk.take(DAY, **said)
    assert order.id is not None
    with desk.writing() as session:
        handling.acknowledge(session, order.id, CLERK, DAY)
        replying.write_reply(session, order.id, ANSWER, Outcome.RESOLVED, CLERK, DAY)
        replying.sign_off(session, desk.house.reckoner, order.id, [], HEAD, DAY)
        replying.approve_reply(session, order.id, REVIEWER, DAY)
    return order


@contextmanager
def texting(folder: Path) -> Iterator[tuple[Desk, Web]]:
    folder.mkdir(exist_ok=True)
    with web_server(Web()) as gateway, open_desk(folder, sms_url=f"{gateway.url}/sms", hook_secret="geheim") as desk:
        yield desk, gateway


def texts(gateway: Web) -> list[dict[str, Any]]:
    return [json.loads(body) for _, _, body in gateway.requests]


def test_who_left_only_a_phone_gets_receipt_answer_and_survey_as_signed_text_messages(tmp_path: Path) -> None:
    with texting(tmp_path) as (desk, gateway):
        answered(desk, phone="199-0000-1234", answered_on_the_spot=False)
        deliver(desk.house, DAY)
        deliver(desk.house, at("2026-03-04 10:00"))
        deliver(desk.house, at("2026-03-05 10:00"))
    said = texts(gateway)
    assert {row["phone"] for row in said} == {"19900001234"}
    receipt, reply, survey = (row["text"] for row in said)
    assert "查询码" in receipt
    assert "楼道灯坏了" not in "".join(row["text"] for row in said)
    assert ANSWER in reply
    assert "/u/" in survey
    for _, headers, body in gateway.requests:
        assert headers["x-huiyin-signature"] == signature(b"geheim", headers["x-huiyin-timestamp"], body)
        assert headers["idempotency-key"] == json.loads(body)["key"]


def test_a_text_message_waits_for_the_morning_where_a_mail_does_not(tmp_path: Path) -> None:
    with texting(tmp_path / "a") as (desk, gateway):
        desk.take(NIGHT, phone="19900001234")
        deliver(desk.house, NIGHT)
        assert texts(gateway) == []
        deliver(desk.house, MORNING)
        assert len(texts(gateway)) == 1
    with post_office(Post()) as post, open_desk(tmp_path, smtp_url=post.url) as desk:
        desk.take(NIGHT, email="chen@citizen.example")
        deliver(desk.house, NIGHT)
        assert len(post.letters) == 1


def test_of_a_sealed_order_its_sender_hears_the_receipt_and_no_more(tmp_path: Path) -> None:
    with texting(tmp_path) as (desk, gateway):
        order = desk.take(DAY, plan=sealed(), phone="19900001234")
        with desk.writing() as session:
            replying.tell_citizens(session, session.get_one(WorkOrder, order.id), DAY)
        deliver(desk.house, DAY)
    [row] = texts(gateway)
    assert "查询码" in row["text"]
    assert order.number not in row["text"]
    assert [n.kind for n in desk.all(Notice)] == ["receipt"]


def test_a_place_may_opt_out_of_surveys_and_who_has_rated_is_not_asked(tmp_path: Path) -> None:
    with texting(tmp_path) as (desk, gateway):
        ruled(desk, {"event": "survey", "to": []})
        answered(desk, phone="19900001234")
        deliver(desk.house, at("2026-03-09 10:00"))
        assert all("/u/" not in row["text"] for row in texts(gateway))
        ruled(desk)
        order = answered(desk, phone="19900005678")
        with desk.writing() as session:
            closing.rate(
                session, desk.house.reckoner, order.id or 0, Satisfaction.SATISFIED, None, Actor("citizen"), DAY
            )
        deliver(desk.house, at("2026-03-09 10:00"))
        assert all("/u/" not in row["text"] for row in texts(gateway))
    assert [d.state for d in desk.all(Delivery) if d.error] == ["moot", "moot"]


def test_where_nothing_can_carry_it_the_citizen_is_not_on_the_list_of_failures(tmp_path: Path) -> None:
    with open_desk(tmp_path, profile="jiande") as desk:
        order = desk.take(DAY, phone="19900001234", channel=Channel.HOTLINE)
        with desk.writing() as session:
            replying.tell_citizens(session, session.get_one(WorkOrder, order.id), DAY)
        deliver(desk.house, DAY)
        kinds = {n.id: n.unit for n in desk.all(Notice)}
    assert CITIZEN in kinds.values()
    assert [d.state for d in desk.all(Delivery, transport="sms")] == ["moot"]


@pytest.mark.parametrize(
    ("email", "phone", "target"),
    [("a@b.example", "19900001234", "mailto:a@b.example"), (None, "199 0000-1234", "sms:19900001234"),
     (None, "0571-88880000", None), (None, None, None)],
)  # fmt: skip
def test_a_citizen_is_told_by_whichever_was_left(email: str | None, phone: str | None, target: str | None) -> None:
    assert citizen_target(email, phone) == target


def test_a_failed_letter_is_sent_again_by_hand_under_its_key(tmp_path: Path) -> None:
    with post_office(Post(refusal="550 no such user")) as post, open_desk(tmp_path, smtp_url=post.url) as desk:
        enrol(desk.house)
        ruled(desk, housing_bureau=["mailto:a@housing.example"])
        desk.take(DAY)
        assert deliver(desk.house, DAY)["failed"] == 1
        [failed] = desk.all(Delivery, state="failed")
        post.refusal = None
        desk.house.clock = lambda: DAY + timedelta(hours=1)
        with serving(desk.house) as address, visiting(address, "guan") as operator:
            assert "550" in operator.get("/console/deliveries").text
            assert operator.post("/console/deliveries/resend", ids=str(failed.id)).status_code == 200
            assert operator.post("/console/deliveries/resend", ids=str(failed.id)).status_code == 409
        assert deliver(desk.house, DAY + timedelta(hours=1))["sent"] == 1
    assert [str(m["Message-ID"]) for m in post.letters] == [f"<{failed.id.hex}@huiyin>"]
    assert [(h.subject_id, h.actor) for h in desk.all(History, action="resend")] == [(str(failed.id), "guan")]


def test_a_transport_that_is_away_holds_up_no_other(tmp_path: Path) -> None:
    with open_desk(tmp_path, smtp_url="smtp://127.0.0.1:1") as desk:
        ruled(desk, housing_bureau=["mailto:a@housing.example"])
        for _ in range(5):
            desk.take(DAY, plan=dispatched(urgency=Urgency.EMERGENCY.value))
        desk.take(DAY, plan=dispatched(informed=("urban_bureau",), urgency=Urgency.EMERGENCY.value))
        done = deliver(desk.house, DAY)
    assert (done["sent"], done["retried"]) == (1, 3)  # three times away is away for this sweep
