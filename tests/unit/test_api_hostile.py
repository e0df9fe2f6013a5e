"""Whatever is sent to the open interfaces, the answer is no fault of ours."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.desk import at
from support.interfaces import Counter, open_counter

NOW = at("2026-03-02 09:00")
READS = (
    "/api/messages/{}?last4={}", "/open311/v2/services/{}?jurisdiction_id={}", "/open311/v2/requests/{}",
    "/open311/v2/requests?start_date={}&end_date={}", "/open311/v2/requests.xml?service_request_id={}&page={}",
    "/open311/v2/requests?service_code={}&status={}", "/open311/v2/tokens/{}", "/open311/v2/{}",
)  # fmt: skip
WRITES = ("/api/messages", "/hooks/hotline", "/open311/v2/requests.xml")
KINDS = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data", "text/xml", "")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.sampled_from(["text", "title", "phone", "来电时间", "工单编号"]), inner)
    ),
    max_leaves=6,
)
LASTING = settings(max_examples=60)


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    with open_counter(tmp_path, NOW, hook_secret="s") as opened:
        yield opened


@LASTING
@given(path=st.sampled_from(READS), first=st.text(max_size=30), second=st.text(max_size=30))
def test_no_address_makes_us_fail(counter: Counter, path: str, first: str, second: str) -> None:
    url = path.format(*(quote(text, safe="", errors="replace") for text in (first, second)))
    assert counter.http.get(url).status_code < 500


@LASTING
@given(path=st.sampled_from(WRITES), kind=st.sampled_from(KINDS), body=st.binary(max_size=200))
def test_no_body_makes_us_fail(counter: Counter, path: str, kind: str, body: bytes) -> None:
    assert counter.http.post(path, content=body, headers={"content-type": kind}).status_code < 500


@LASTING
@given(value=st.dictionaries(st.sampled_from(["text", "title", "phone", "email", "external_id"]), JSON))
def test_no_json_makes_us_fail(counter: Counter, value: dict[str, object]) -> None:
    assert counter.http.post("/api/messages", content=json.dumps(value)).status_code < 500


@LASTING
@given(value=JSON)
def test_no_signed_push_makes_us_fail(counter: Counter, value: object) -> None:
    body, stamp = json.dumps(value).encode(), str(int(NOW.timestamp()))
    signed = hmac.new(b"s", stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    headers = {"X-Huiyin-Timestamp": stamp, "X-Huiyin-Signature": signed}
    assert counter.http.post("/hooks/hotline", content=body, headers=headers).status_code == 200
