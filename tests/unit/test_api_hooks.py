"""`/hooks/hotline`: signed, fresh, harmless when replayed; every row has its own result."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from httpx import Response
from support.desk import at
from support.interfaces import Counter, open_counter

from models.tables.intake import Intake, IntakeRevision, Quarantine

NOW = at("2026-03-02 09:00")
SECRET = "约定的密钥"
CALL = {
    "工单编号": "H1", "来电时间": "2026/3/2 8:31", "来电人": "覃先生", "联系电话": "19900001234",
    "诉求内容": "塘尾菜市场门口占道经营。", "是否当场答复": "否",
}  # fmt: skip


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    with open_counter(tmp_path, NOW, hook_secret=SECRET) as opened:
        yield opened


def signature(body: bytes, stamp: str, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def push(counter: Counter, rows: Any, **changed: str) -> Response:  # noqa: ANN401
    body = rows if isinstance(rows, bytes) else json.dumps(rows, ensure_ascii=False).encode()
    stamp = changed.get("stamp", str(int(NOW.timestamp())))
    signed = changed.get("signed", signature(body, stamp))
    headers = {"X-Huiyin-Timestamp": stamp.encode(), "X-Huiyin-Signature": signed.encode()}
    return counter.http.post("/hooks/hotline", content=body, headers=headers)


def test_a_call_is_taken_in_and_a_replay_is_a_duplicate(counter: Counter) -> None:
    first, again = push(counter, CALL), push(counter, CALL)
    assert first.status_code == again.status_code == 200
    assert (first.json()["accepted"], first.json()["duplicates"]) == (1, 0)
    assert (again.json()["accepted"], again.json()["duplicates"]) == (0, 1)
    assert again.json()["rows"][0]["result"] == "duplicate"
    row = counter.desk.one(Intake)
    assert first.json()["rows"] == [{"row": 1, "result": "accepted", "external_id": "H1", "query_code": row.query_code}]


def test_each_row_of_a_list_has_its_own_result(counter: Counter) -> None:
    rows = [
        CALL,
        CALL | {"工单编号": "H2", "来电时间": "1900年1月1日"},
        "不是对象",
        {},
        CALL,
        CALL | {"工单编号": "H3"},
    ]
    said = push(counter, rows).json()
    assert [row["result"] for row in said["rows"]] == [
        "accepted", "quarantined", "quarantined", "quarantined", "duplicate", "accepted",
    ]  # fmt: skip
    assert (said["accepted"], said["duplicates"], said["quarantined"]) == (2, 1, 3)
    assert "来电时间" in said["rows"][1]["why"]
    assert [q.source_where for q in counter.desk.all(Quarantine)] == [f"热线接口 第{n}行" for n in (2, 3, 4)]
    assert push(counter, rows).json()["quarantined"] == 0


@pytest.mark.parametrize("when", ["2027-03-02 8:31", "2026-03-05"])
def test_a_call_from_days_ahead_waits_for_a_person_instead_of_being_due_in_a_year(counter: Counter, when: str) -> None:
    [said] = push(counter, CALL | {"来电时间": when}).json()["rows"]
    assert said["result"] == "quarantined"
    assert f"来电时间“{when}”不可信" in said["why"]
    assert not counter.desk.all(Intake)


@pytest.mark.parametrize(("name", "value"), [("诉求内容", {"文字": "停水"}), ("工单编号", ["H9"]), ("来电人", {})])
def test_a_list_or_an_object_in_a_field_is_named_and_not_written_out(counter: Counter, name: str, value: Any) -> None:  # noqa: ANN401
    [said] = push(counter, CALL | {name: value}).json()["rows"]
    assert said["result"] == "quarantined"
    assert said["why"].startswith(f"{name}应为文字或数字")


@pytest.mark.parametrize("stamp", ["1772413200000", "2026-03-02T09:00:00+08:00", ""])
def test_a_timestamp_of_another_kind_is_told_what_kind_is_meant(counter: Counter, stamp: str) -> None:
    said = push(counter, CALL, stamp=stamp)
    assert said.status_code == 401
    assert "Unix 秒" in said.json()["error"]
    assert "毫秒" in said.json()["error"]


def test_a_call_whose_content_changed_is_a_recorded_revision(counter: Counter) -> None:
    push(counter, CALL)
    push(counter, CALL | {"诉求内容": "塘尾菜市场门口占道经营，今天更多了。"})
    assert counter.desk.one(IntakeRevision).intake_id == counter.desk.one(Intake).id


def test_english_keys_are_known_too(counter: Counter) -> None:
    call = {"external_id": "E1", "text": "停水两天了。", "answered_on_the_spot": False, "phone": "19900001234"}
    assert push(counter, call).json()["accepted"] == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"signed": ""}, {"signed": "0" * 64}, {"signed": "签名"}, {"stamp": ""},
        {"stamp": "昨天"}, {"stamp": "-1"}, {"stamp": "9" * 40},
        {"signed": signature(json.dumps(CALL, ensure_ascii=False).encode(), str(int(NOW.timestamp())), "别的密钥")},
    ],
)  # fmt: skip
def test_what_is_not_signed_is_not_even_read(counter: Counter, changed: dict[str, str]) -> None:
    assert push(counter, CALL, **changed).status_code == 401
    assert not counter.desk.all(Intake)
    assert not counter.desk.all(Quarantine)


@pytest.mark.parametrize("seconds", [-301, 301])
def test_an_old_or_early_push_is_refused_although_its_signature_is_right(counter: Counter, seconds: int) -> None:
    said = push(counter, CALL, stamp=str(int((NOW + timedelta(seconds=seconds)).timestamp())))
    assert said.status_code == 401
    assert "300 秒" in said.json()["error"]


@pytest.mark.parametrize("seconds", [-300, 300])
def test_five_minutes_of_drift_are_borne(counter: Counter, seconds: int) -> None:
    assert push(counter, CALL, stamp=str(int((NOW + timedelta(seconds=seconds)).timestamp()))).status_code == 200


def test_another_body_under_the_same_signature_is_refused(counter: Counter) -> None:
    stamp = str(int(NOW.timestamp()))
    signed = signature(json.dumps(CALL, ensure_ascii=False).encode(), stamp)
    assert push(counter, CALL | {"诉求内容": "别的"}, signed=signed).status_code == 401


def test_the_customary_prefix_and_capitals_of_a_signature_are_accepted(counter: Counter) -> None:
    body, stamp = json.dumps(CALL, ensure_ascii=False).encode(), str(int(NOW.timestamp()))
    assert push(counter, body, signed="sha256=" + signature(body, stamp).upper()).status_code == 200


def test_without_a_secret_the_hook_says_which_setting_is_missing(tmp_path: Path) -> None:
    with open_counter(tmp_path, NOW) as counter:
        said = push(counter, CALL, signed=signature(b"", "0", ""))
    assert said.status_code == 503
    assert "HUIYIN_HOOK_SECRET" in said.json()["error"]


def test_a_signed_body_that_is_no_json_waits_in_quarantine(counter: Counter) -> None:
    said = push(counter, b'{"\xb9\xa4\xb5\xa5": ')
    assert said.status_code == 422
    assert "隔离区" in said.json()["error"]
    kept = counter.desk.one(Quarantine)
    assert counter.desk.house.blobs.get(kept.raw_blob) == b'{"\xb9\xa4\xb5\xa5": '


def test_too_many_rows_and_too_many_bytes_are_refused_by_name(counter: Counter) -> None:
    assert "1000 条" in push(counter, [{}] * 1001).json()["error"]
    said = push(counter, b" " * 5_300_000)
    assert said.status_code == 413
    assert "5 MB" in said.json()["error"]


def test_a_call_centre_that_names_its_fields_otherwise_is_mapped_by_the_profile(counter: Counter) -> None:
    house = counter.desk.house
    columns = {**house.profile.hotline_columns, "phone": ["主叫号码"], "text": ["诉求描述"]}
    house.__dict__["profile"] = house.profile.model_copy(update={"hotline_columns": columns})
    said = push(counter, {"工单编号": "H9", "主叫号码": "19900004567", "诉求描述": "塘尾路积水。"})
    assert said.json()["accepted"] == 1
    message = json.loads(counter.desk.one(Intake).payload)["message"]
    assert (message["phone"], message["text"]) == ("19900004567", "塘尾路积水。")
