"""Every operation of the OpenAPI document says what it answers with, and what is answered is just that."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from support.desk import REVIEWER, at
from support.interfaces import Counter, answer_order, open_counter

from models import identity
from models.actions import closing

NOW = at("2026-03-02 09:00")
_NO_ERRORS = {"/healthz", "/metrics"}  # they answer what they can, and nothing can be asked wrongly


@pytest.fixture(scope="module")
def counter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counter]:
    with open_counter(tmp_path_factory.mktemp("house"), NOW, hook_secret="s") as opened:
        yield opened


@pytest.fixture(scope="module")
def document(counter: Counter) -> dict[str, Any]:
    found: dict[str, Any] = counter.http.get("/openapi.json").json()
    return found


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, verbs in document["paths"].items():
        for method, described in verbs.items():
            yield method, path, described["responses"]


def test_every_operation_has_a_typed_success_and_its_errors(document: dict[str, Any]) -> None:
    operations = list(_operations(document))
    assert len(operations) >= 17
    for method, path, answers in operations:
        good = [said for code, said in answers.items() if code.startswith("2")]
        assert good, (method, path)
        for said in good:
            kinds = said.get("content", {})
            assert kinds, (method, path)
            assert all(_typed(media.get("schema", {})) for media in kinds.values()), (method, path)
        refusals = {code: said for code, said in answers.items() if not code.startswith("2")}
        assert path in _NO_ERRORS or refusals, (method, path)
        for code, said in refusals.items():
            assert all(_typed(media.get("schema", {})) for media in said["content"].values()), (method, path, code)
        assert "HTTPValidationError" not in json.dumps(answers), (method, path)


def _typed(schema: dict[str, Any]) -> bool:
    """All the way down: an object names its fields, a list what is in it."""
    kind = schema.get("type")
    if kind == "object":
        inner = schema.get("properties") or {"": schema.get("additionalProperties") or {}}
        return all(_typed(field) for field in inner.values())
    if kind == "array":
        return _typed(schema.get("items", {}))
    return kind is not None or "enum" in schema


def _must_fit(document: dict[str, Any], method: str, path: str, code: int, value: object) -> None:
    answers = document["paths"][path][method]["responses"]
    schema = (answers.get(str(code)) or answers[f"{code // 100}XX"])["content"]["application/json"]["schema"]
    faults = list(Draft202012Validator(schema, format_checker=FormatChecker()).iter_errors(value))
    assert faults == [], (method, path, code, value)


def test_a_look_up_with_a_limit_and_an_earlier_answer_is_what_the_document_says(
    counter: Counter, document: dict[str, Any]
) -> None:
    order = counter.desk.take(NOW, phone="19900004444")
    code = identity.query_code(counter.desk.house.secret, counter.desk.taken[-1])
    answer_order(counter.desk, order, "路灯已修好。", NOW)
    with counter.desk.writing() as session:
        closing.reopen(session, counter.desk.house.reckoner, order.id or 0, "未修好。", REVIEWER, NOW)
    said = counter.http.get(f"/api/messages/{code}?last4=4444")
    assert said.json()["due"]
    assert said.json()["earlier"]
    _must_fit(document, "get", "/api/messages/{query_code}", said.status_code, said.json())


def test_what_is_answered_is_what_the_document_says(counter: Counter, document: dict[str, Any]) -> None:
    """Asked in turn of one house, rightly and wrongly."""
    letter = {"title": "路灯不亮", "text": "滨禾路路灯坏了。", "phone": "19900007788"}
    sent = counter.http.post("/api/messages", json=letter)
    code = sent.json()["query_code"]
    calls = json.dumps(
        [{"工单编号": "1", "诉求内容": "灯坏了", "来电时间": "2026-03-02 08:00"}, {"工单编号": "2"}]
    ).encode()
    stamp = str(int(NOW.timestamp()))
    signed = hmac.new(b"s", stamp.encode() + b"." + calls, hashlib.sha256).hexdigest()
    hotline = {"X-Huiyin-Timestamp": stamp, "X-Huiyin-Signature": signed}
    form = {"service_code": "housing", "description": "灯坏了", "phone": "19900007788"}
    posted = counter.http.post("/open311/v2/requests", data=form)
    token = posted.json()[0]["token"]
    asked = [
        ("post", "/api/messages", sent),
        ("post", "/api/messages", counter.http.post("/api/messages", json={"phone": "1"})),
        ("get", "/api/messages/{query_code}", counter.http.get(f"/api/messages/{code}?last4=7788")),
        ("get", "/api/messages/{query_code}", counter.http.get("/api/messages/X?last4=1")),
        ("get", "/api/knowledge", counter.http.get("/api/knowledge")),
        ("get", "/api/knowledge", counter.http.get("/api/knowledge?q=" + "长" * 201)),
        ("get", "/api/knowledge/{entry}", counter.http.get("/api/knowledge/9")),
        ("post", "/hooks/hotline", counter.http.post("/hooks/hotline", content=calls, headers=hotline)),
        ("post", "/hooks/hotline", counter.http.post("/hooks/hotline", content=b"[]")),
        ("post", "/hooks/slack", counter.http.post("/hooks/slack", content=b"")),
        ("get", "/open311/v2/discovery", counter.http.get("/open311/v2/discovery")),
        ("get", "/open311/v2/services", counter.http.get("/open311/v2/services")),
        ("get", "/open311/v2/services/{code}", counter.http.get("/open311/v2/services/housing")),
        ("get", "/open311/v2/services/{code}", counter.http.get("/open311/v2/services/nothing")),
        ("get", "/open311/v2/requests", counter.http.get("/open311/v2/requests")),
        ("get", "/open311/v2/requests", counter.http.get("/open311/v2/requests?start_date=x")),
        ("post", "/open311/v2/requests", posted),
        ("get", "/open311/v2/requests/{number}", counter.http.get("/open311/v2/requests/1")),
        ("get", "/open311/v2/tokens/{token}", counter.http.get(f"/open311/v2/tokens/{token}")),
        ("get", "/healthz", counter.http.get("/healthz")),
        ("get", "/readyz", counter.http.get("/readyz")),
    ]
    for method, path, answer in asked:
        _must_fit(document, method, path, answer.status_code, answer.json())
    good = {(method, path) for method, path, answer in asked if answer.status_code < 300}
    assert len(good) >= 10
