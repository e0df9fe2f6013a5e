"""`huiyin work | chase | publish | status | export | dead-letters | audit`: the loop by hand, through its commands."""

import csv
import json
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from support.commands import Shell
from support.desk import SHANGHAI

from flows.edition_weeks import week_of

CALL = {
    "工单编号": "C1", "来电时间": "2026-02-13 10:00", "来电人": "陈桂兰", "联系电话": "19900000001",
    "诉求标题": "路灯不亮",
    "诉求内容": "学府路的路灯坏了十多天，晚上漆黑一片，请尽快修好。", "所属区域": "书院街道", "是否当场答复": "否",
}  # fmt: skip
STATUS = [
    "messages", "work_orders", "triage", "open", "overdue", "promises", "callbacks", "quarantined", "dead_letters",
    "queued", "undelivered",
]  # fmt: skip


def take(huiyin: Shell, folder: Path, **changed: str) -> None:
    file = folder / "call.jsonl"
    file.write_text(json.dumps({**CALL, **changed}, ensure_ascii=False), encoding="utf-8")
    assert huiyin("collect", "hotline", file).code == 0


def test_status_counts_by_exactly_these_names(huiyin: Shell, tmp_path: Path) -> None:
    assert list(huiyin("status", "--json").json) == STATUS
    take(huiyin, tmp_path)
    assert huiyin("status", "--json").json["queued"] == 1
    huiyin("work", "--drain")
    told = huiyin("status", "--json").json
    assert (told["messages"], told["work_orders"], told["callbacks"], told["queued"]) == (1, 1, 1, 0)


def test_work_counts_by_exactly_these_names_and_has_nothing_to_do_twice(huiyin: Shell, tmp_path: Path) -> None:
    take(huiyin, tmp_path)
    first, second = (huiyin("work", "--drain", "--json").json for _ in range(2))
    assert list(first) == ["handled", "work_orders", "duplicates", "dead_letters", "seconds"]
    assert (first["handled"], second["handled"], second["seconds"]) == (1, 0, 0)


def test_a_missed_callback_is_reminded_of_once(huiyin: Shell, tmp_path: Path) -> None:
    take(huiyin, tmp_path)
    huiyin("work", "--drain")
    (callback,) = huiyin("export", "callbacks").rows
    assert callback["due"] == "2026-02-27"
    assert huiyin("chase", "--now", "2026-02-13T12:00", "--json").json["reminders"] == 0
    late = huiyin("chase", "--now", "2026-02-28T10:00", "--json").json
    assert list(late) == ["due", "reminders", "escalated", "failed"]
    assert late["reminders"] > 0
    assert late["failed"] == 0
    told = (huiyin.data / "notices.log").read_text(encoding="utf-8")
    assert told.count("回电") > 0
    for again in ("2026-02-28T10:00", "2026-02-28T16:00"):
        assert huiyin("chase", "--now", again, "--json").json == {"due": 0, "reminders": 0, "escalated": 0, "failed": 0}
    assert (huiyin.data / "notices.log").read_text(encoding="utf-8") == told


def test_what_was_answered_on_the_spot_needs_no_callback(huiyin: Shell, tmp_path: Path) -> None:
    take(huiyin, tmp_path, 是否当场答复="是", 当场答复内容="已告知本周五前修好。")
    assert huiyin("work", "--drain", "--json").json["work_orders"] == 1
    assert huiyin("export", "callbacks").rows == []


def test_what_was_answered_on_the_spot_was_accepted_there_and_not_after_its_answer(
    huiyin: Shell, tmp_path: Path
) -> None:
    take(huiyin, tmp_path, 是否当场答复="是", 当场答复内容="已告知本周五前修好。")
    huiyin("work", "--drain")
    [row] = huiyin("export", "work-orders").rows
    assert row["accepted_at"] == row["replied_at"] == row["received_at"]


def test_the_same_call_with_another_text_is_a_revision_of_one_order(huiyin: Shell, tmp_path: Path) -> None:
    take(huiyin, tmp_path)
    huiyin("work", "--drain")
    take(huiyin, tmp_path, 诉求内容="学府路的路灯还是没有修，昨晚有老人摔倒了。")
    assert huiyin("work", "--drain").code == 0
    told = huiyin("status", "--json").json
    assert (told["messages"], told["work_orders"], told["dead_letters"]) == (1, 1, 0)


def test_messages_are_exported_in_every_form(huiyin: Shell, tmp_path: Path) -> None:
    take(huiyin, tmp_path, 诉求标题="=1+1 路灯")
    huiyin("work", "--drain")
    (row,) = huiyin("export", "messages").rows
    assert {"channel", "external_id", "title", "text", "received_at", "query_code", "work_order"} <= set(row)
    assert (row["channel"], row["external_id"], row["title"]) == ("hotline", "C1", "=1+1 路灯")
    told = huiyin("export", "messages", "--json").json
    assert (told["rows"], told["messages"]) == (1, [row])
    file = tmp_path / "messages.csv"
    assert huiyin("export", "messages", "--format", "csv", "--out", file, "--json").json == {
        "rows": 1,
        "file": str(file),
    }
    with file.open(encoding="utf-8-sig", newline="") as handle:
        assert next(csv.DictReader(handle))["title"] == "'=1+1 路灯"
    book = tmp_path / "messages.xlsx"
    assert huiyin("export", "messages", "--format", "xlsx", "--out", book).code == 0
    page = openpyxl.load_workbook(book).active
    assert page is not None
    assert page.max_row == 2


def test_a_sealed_order_is_listed_and_says_nothing(huiyin: Shell, tmp_path: Path) -> None:
    take(huiyin, tmp_path, 诉求标题="举报", 诉求内容="我实名举报街道办主任收受包工头贿赂二十万元，有转账记录。")
    huiyin("work", "--drain")
    (message,) = huiyin("export", "messages").rows
    (order,) = huiyin("export", "work-orders").rows
    assert (message["title"], message["text"], message["sealed"]) == (None, None, True)
    assert (order["title"], order["sealed"]) == (None, True)
    assert message["work_order"] == order["work_order"]


@pytest.mark.parametrize("what", ["messages", "work-orders", "promises", "callbacks"])
def test_an_empty_record_exports_nothing(huiyin: Shell, tmp_path: Path, what: str) -> None:
    assert huiyin("export", what).out == ""
    for form in ("jsonl", "csv", "xlsx"):
        file = tmp_path / f"rows.{form}"
        assert huiyin("export", what, "--format", form, "--out", file, "--json").json == {"rows": 0, "file": str(file)}
        assert file.exists()


def test_an_export_that_cannot_be_written_leaves_nothing(huiyin: Shell, tmp_path: Path) -> None:
    told = huiyin("export", "messages", "--out", tmp_path / "away" / "rows.jsonl")
    assert told.code == 3
    assert "rows.jsonl" in told.complaint


def test_an_edition_is_compiled_and_is_not_released_without_its_reviews(huiyin: Shell) -> None:
    told = huiyin("publish", "2026-W07", "--json").json
    assert list(told) == ["week", "items", "status", "files"]
    assert (told["week"], told["items"], told["status"]) == ("2026-W07", 0, "draft")
    refused = huiyin("publish", "2026-W07", "--approve", "--json")
    assert refused.code == 1
    assert "未发布" in refused.complaint


def test_a_week_that_still_runs_is_compiled_only_where_that_is_said(huiyin: Shell) -> None:
    week = week_of(datetime.now(UTC).astimezone(SHANGHAI).date()).code
    refused = huiyin("publish", week, "--json")
    assert refused.code == 2
    assert "--unfinished" in refused.complaint
    assert huiyin("publish", week, "--approve", "--json").code == 1, "nothing there to release"
    assert huiyin("publish", week, "--unfinished", "--json").json["status"] == "draft"
    assert huiyin("publish", week, "--json").code == 0, "a draft that is there takes in what is new"


def test_a_week_to_come_is_wrong_use(huiyin: Shell) -> None:
    told = huiyin("publish", "2099-W01", "--unfinished", "--json")
    assert told.code == 2
    assert "还没有开始" in told.complaint


@pytest.mark.parametrize("week", ["2026-47", "2026-W00", "2026-W54", "下周"])
def test_a_week_that_is_none_is_wrong_use(huiyin: Shell, week: str) -> None:
    told = huiyin("publish", week, "--json")
    assert told.code == 2
    assert "2026-W47" in told.complaint


def test_the_audit_chain_of_a_fresh_record_holds(huiyin: Shell) -> None:
    assert huiyin("audit", "verify", "--json").json["ok"] is True


def test_dead_letters_are_listed_and_replayed_once(huiyin: Shell) -> None:
    assert huiyin("dead-letters", "list", "--json").json == {"dead_letters": []}
    assert huiyin("dead-letters", "replay", "--json").json == {"replayed": 0}
    told = huiyin("dead-letters", "replay", "00000000-0000-0000-0000-000000000000", "--json")
    assert (told.code, told.json) == (1, {"replayed": 0})
    assert huiyin("dead-letters", "replay", "abc").code == 2


def test_a_model_that_is_away_takes_nothing_from_the_queue(huiyin: Shell, tmp_path: Path) -> None:
    take(huiyin, tmp_path)
    told = huiyin("work", "--drain", "--json", MODEL=str(tmp_path / "away"))
    assert told.code == 3
    assert "away" in told.complaint
    status = huiyin("status", "--json").json
    assert (status["queued"], status["dead_letters"]) == (1, 0)


def test_a_broker_that_is_away_stops_no_collecting(huiyin: Shell, tmp_path: Path) -> None:
    file = tmp_path / "call.jsonl"
    file.write_text(json.dumps(CALL, ensure_ascii=False), encoding="utf-8")
    away = "kafka://127.0.0.1:1"
    assert huiyin("collect", "hotline", file, "--json", QUEUE_URL=away).json["accepted"] == 1
    assert huiyin("work", "--drain", QUEUE_URL=away).code == 3
    assert huiyin("work", "--drain", "--json").json["work_orders"] == 1
