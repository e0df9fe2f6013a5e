"""`/api/messages`: handed in before it is thanked for, looked up by its sender alone."""

import json
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from support.desk import at, sealed
from support.interfaces import Counter, answer_order, open_counter

from flows.answers import shown_answer
from flows.tracking import progress
from models import identity
from models.actions import closing
from models.actors import Actor
from models.database import reading
from models.tables.intake import Intake, IntakeRevision
from models.tables.orders import WorkOrder
from models.vocabulary import Channel, Satisfaction

NOW = at("2026-03-02 09:00")
LETTER = {"title": "路灯不亮", "text": "学府路东段路灯坏了一周，夜里很黑。", "phone": "199-0000-1234", "name": "覃小满"}


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    with open_counter(tmp_path, NOW) as opened:
        yield opened


def taken_call(counter: Counter, **said: Any) -> str:  # noqa: ANN401
    """A registered call's query code."""
    counter.desk.take(NOW, phone="19900001234", **said)
    return identity.query_code(counter.desk.house.secret, counter.desk.taken[-1])


def test_a_message_gets_a_code_and_is_on_record_before_the_answer(counter: Counter) -> None:
    said = counter.http.post("/api/messages", json=LETTER)
    assert said.status_code == 202
    assert said.json()["received_at"] == "2026-03-02T09:00:00+08:00"
    row = counter.desk.one(Intake)
    assert row.query_code == said.json()["query_code"]
    assert (row.channel, row.relayed_at) == (Channel.WEB.value, None)


def test_a_broker_that_is_away_does_not_stop_a_message(tmp_path: Path) -> None:
    with open_counter(tmp_path, NOW, queue_url="kafka://127.0.0.1:1") as counter:
        assert counter.http.post("/api/messages", json=LETTER).status_code == 202
        assert counter.desk.one(Intake)


def test_the_same_number_from_the_same_sender_is_one_message_with_one_code(counter: Counter) -> None:
    letter = LETTER | {"external_id": "app-1"}
    first = counter.http.post("/api/messages", json=letter).json()
    counter.now += timedelta(hours=1)
    again = counter.http.post("/api/messages", json=letter).json()
    assert first == again
    assert counter.desk.one(Intake).external_id == "app-1"


def test_anothers_number_gives_no_code_away_and_changes_nothing(counter: Counter) -> None:
    counter.http.post("/api/messages", json=LETTER | {"external_id": "app-1"})
    guess = counter.http.post("/api/messages", json={"text": "改掉它", "phone": "19900009999", "external_id": "app-1"})
    assert guess.status_code == 409
    assert "query_code" not in guess.text
    assert not counter.desk.all(IntakeRevision)


def test_consent_must_be_said_and_confidential_overrules_it(counter: Counter) -> None:
    for fields in ({}, {"may_publish": True, "confidential": True}, {"may_publish": True}):
        counter.http.post("/api/messages", json=LETTER | fields)
    kept = [json.loads(row.payload)["message"]["may_publish"] for row in counter.desk.all(Intake)]
    assert sorted(kept) == [False, False, True]


def test_without_a_telephone_number_the_sender_is_told_what_that_means(counter: Counter) -> None:
    said = counter.http.post("/api/messages", json={"text": "建议在柳桥大道加设座椅。"})
    assert said.status_code == 202
    assert "无法查询" in said.json()["notice"]


@pytest.mark.parametrize(
    ("fields", "field", "why"),
    [
        ({"text": None}, "text", "内容"),
        ({"text": "  \u0000 \n"}, "text", "必须填写"),
        ({"text": "长" * 20_001}, "text", "不得超过 20000 个字符"),
        ({"title": "长" * 201}, "title", "标题"),
        ({"title": 7}, "title", "应为文字"),
        ({"phone": "12"}, "phone", "联系电话"),
        ({"phone": "1.99e10"}, "phone", "联系电话"),
        ({"email": "nobody"}, "email", "电子邮箱"),
        ({"may_publish": "也许"}, "may_publish", "应为 true 或 false"),
    ],
)
def test_a_wrong_field_is_named_in_chinese(counter: Counter, fields: dict[str, Any], field: str, why: str) -> None:
    said = counter.http.post("/api/messages", json=LETTER | fields)
    assert said.status_code == 422
    assert list(said.json()["fields"]) == [field]
    assert why in said.json()["error"]
    assert not counter.desk.all(Intake)


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b'"text"', b"{", b"\xc4\xe3\xba\xc3", b"[" * 60_000, b'{"text": ' + b"9" * 5000 + b"}", b"null"],
)
def test_a_body_that_is_no_object_is_refused_with_a_reason(counter: Counter, body: bytes) -> None:
    said = counter.http.post("/api/messages", content=body, headers={"content-type": "application/json"})
    assert said.status_code == 422
    assert "请求正文" in said.json()["error"]


def test_characters_that_no_database_keeps_are_left_out_and_the_rest_is_kept(counter: Counter) -> None:
    body = b'{"text": "\\ud800\\u0000\xe8\xb7\xaf\xe7\x81\xaf\xe5\x9d\x8f\xe4\xba\x86", "phone": "19900001234"}'
    assert counter.http.post("/api/messages", content=body).status_code == 202
    assert json.loads(counter.desk.one(Intake).payload)["message"]["text"] == "\ufffd路灯坏了"


async def in_pieces(body: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(body), 65_536):
        yield body[start : start + 65_536]


@pytest.mark.parametrize("announced", [True, False])
def test_five_megabytes_are_refused_by_name_whether_announced_or_not(counter: Counter, *, announced: bool) -> None:
    body = b'{"text": "' + b"x" * 5_000_000 + b'"}'
    said = counter.http.post("/api/messages", content=body if announced else in_pieces(body))
    assert said.status_code == 413
    assert "1 MB" in said.json()["error"]


def test_a_database_that_is_away_is_a_503_that_says_the_message_was_not_kept(counter: Counter) -> None:
    (counter.desk.house.settings.data_dir / "huiyin.db").write_bytes(b"")
    said = counter.http.post("/api/messages", json=LETTER)
    assert said.status_code == 503
    assert "没有收下" in said.json()["error"]


def test_a_message_that_still_stands_in_line_is_received(counter: Counter) -> None:
    code = counter.http.post("/api/messages", json=LETTER).json()["query_code"]
    said = counter.http.get(f"/api/messages/{code.lower()}", params={"last4": "1234"})
    assert said.json()["status"] == "已收到"
    assert said.headers["cache-control"] == "no-store"


def test_the_answer_is_shown_once_it_is_sent(counter: Counter) -> None:
    code = taken_call(counter)
    before = counter.http.get(f"/api/messages/{code}", params={"last4": "1234"}).json()
    assert (before["status"], before["reply"], before["outcome"]) == ("待签收", None, None)
    order = counter.desk.one(WorkOrder)
    answer_order(counter.desk, order, "路灯已于3月1日修好。", NOW)
    after = counter.http.get(f"/api/messages/{code}", params={"last4": "1234"}).json()
    assert (after["status"], after["reply"]) == ("已答复", "路灯已于3月1日修好。")
    assert (after["unit"], after["outcome"]) == ("望溪市住房和城乡建设局", "已解决")
    assert after["accepted_at"]
    assert after["replied_at"]


def test_the_day_an_answer_is_due_and_earlier_answers_are_those_of_the_page(counter: Counter) -> None:
    code = taken_call(counter)
    asked = {"params": {"last4": "1234"}}
    due = counter.http.get(f"/api/messages/{code}", **asked).json()["due"]
    with reading(counter.desk.house.engine) as session:
        way = progress(session, counter.desk.house.reckoner, shown_answer(session, code, "1234"), code)
    assert way.due is not None
    day = f"{way.due.at.astimezone(counter.desk.house.settings.zone):%Y-%m-%d}"
    assert due == {"what": "答复", "date": day, "provisional": False, "paused": False, "overdue": False}
    answer_order(counter.desk, counter.desk.one(WorkOrder), "路灯已于3月1日修好。", NOW)
    answered = counter.http.get(f"/api/messages/{code}", **asked).json()
    assert (answered["due"], answered["earlier"]) == (None, [])
    with counter.desk.writing() as session:
        closing.rate(session, counter.desk.house.reckoner, counter.desk.one(WorkOrder).id or 0,
                     Satisfaction.DISSATISFIED, "还是不亮。", Actor("citizen"), NOW)  # fmt: skip
    counter.now = at("2026-06-01 09:00")
    again = counter.http.get(f"/api/messages/{code}", **asked).json()
    assert again["earlier"] == [
        {"replied_at": "2026-03-02T09:00:00+08:00", "reply": "路灯已于3月1日修好。", "outcome": "已解决"}
    ]
    assert (again["reply"], again["due"]["overdue"]) == (None, True)


def test_a_wrong_code_and_wrong_digits_are_the_same_404(counter: Counter) -> None:
    code = taken_call(counter)
    wrong = [
        counter.http.get(f"/api/messages/{code}", params={"last4": "4321"}),
        counter.http.get(f"/api/messages/{code}"),
        counter.http.get("/api/messages/ABCDEFGH2345", params={"last4": "1234"}),
        counter.http.get("/api/messages/%00' OR 1=1 --", params={"last4": "1234"}),
        counter.http.get(f"/api/messages/{'长' * 300}", params={"last4": "\x00"}),
    ]
    assert {(said.status_code, said.text) for said in wrong} == {(404, wrong[0].text)}


def test_a_sealed_message_says_only_that_it_was_received(counter: Counter) -> None:
    code = taken_call(counter, plan=sealed())
    said = counter.http.get(f"/api/messages/{code}", params={"last4": "1234"}).json()
    assert said.pop("status") == "已收到，正在依规办理"
    assert said.pop("query_code") == code
    assert said.pop("received_at")
    assert not any(said.values())


def test_guessing_the_digits_ends_after_ten_tries_even_with_the_right_ones(counter: Counter) -> None:
    code = taken_call(counter)
    for guess in range(10):
        assert counter.http.get(f"/api/messages/{code}", params={"last4": f"{guess:04}"}).status_code == 404
    said = counter.http.get(f"/api/messages/{code}", params={"last4": "1234"})
    assert said.status_code == 429
    assert "次数过多" in said.json()["error"]


def test_who_knows_the_digits_may_ask_as_often_as_they_like(counter: Counter) -> None:
    code = taken_call(counter)
    for _ in range(25):
        assert counter.http.get(f"/api/messages/{code}", params={"last4": "1234"}).status_code == 200
