"""`huiyin collect`: what it reads, what it counts, what it says of what it could not read."""

import csv
import io
import json
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from support.commands import Shell

HEADER = (
    "工单编号", "来电时间", "来电人", "联系电话", "诉求标题", "诉求内容", "所属区域", "是否当场答复", "当场答复内容",
    "受理员", "是否保密", "是否同意公开",
)  # fmt: skip
LAMP = "学府路的路灯坏了十多天，晚上漆黑一片，老人走路容易摔跤，请尽快修好。"
CALLS = (
    ("C1", "2026/2/13 9:03", "陈桂兰", "19900000001", "路灯不亮", LAMP, "书院街道", "否", "", "07", "否", "是"),
    ("C2", "2026年2月13日", "周立", "19900000002", "公交改线", "12路改线以后停在哪里？", "青禾区", "是",
     "已告知停靠文化路口站。", "07", "否", "否"),
)  # fmt: skip


def sheet(rows: tuple[tuple[str, ...], ...], header: tuple[str, ...] = HEADER) -> str:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([header, *rows])
    return text.getvalue()


def counts(read: int, accepted: int, duplicates: int = 0, quarantined: int = 0) -> dict[str, int]:
    return {"read": read, "accepted": accepted, "duplicates": duplicates, "quarantined": quarantined}


def lines(file: Path, *rows: dict[str, Any] | str) -> Path:
    told = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
    file.write_text("\n".join(told) + "\n", encoding="utf-8")
    return file


def as_workbook(file: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in (HEADER, *CALLS):
        page.append(row)
    book.save(file)


def as_json_lines(file: Path) -> None:
    lines(file, *(dict(zip(HEADER, row, strict=True)) for row in CALLS))


def as_english_lines(file: Path) -> None:
    names = (
        "external_id", "received_at", "caller", "phone", "title", "text", "region", "answered_on_the_spot", "answer",
        "agent",
    )  # fmt: skip
    rows = [dict(zip(names, row, strict=False)) for row in CALLS]
    lines(file, *({**row, "answered_on_the_spot": row["answered_on_the_spot"] == "是"} for row in rows))


WRITERS = {
    "gb18030.csv": lambda file: file.write_bytes(sheet(CALLS).encode("gb18030")),
    "utf-8.csv": lambda file: file.write_bytes(sheet(CALLS).encode("utf-8")),
    "with-a-mark.csv": lambda file: file.write_bytes(sheet(CALLS).encode("utf-8-sig")),
    "calls.xlsx": as_workbook,
    "chinese.jsonl": as_json_lines,
    "english.jsonl": as_english_lines,
}


@pytest.mark.parametrize("name", WRITERS)
def test_a_hotline_sheet_gives_the_same_calls_in_every_form(huiyin: Shell, tmp_path: Path, name: str) -> None:
    WRITERS[name](tmp_path / name)
    assert huiyin("collect", "hotline", tmp_path / name, "--json").json == counts(2, 2)
    assert huiyin("work", "--drain", "--json").json["work_orders"] == 2
    messages = {row["external_id"]: row for row in huiyin("export", "messages").rows}
    assert messages["C1"]["received_at"] == "2026-02-13T09:03:00+08:00"
    assert messages["C1"]["text"] == LAMP
    assert messages["C2"]["received_at"].startswith("2026-02-13T00:00")
    callbacks = huiyin("export", "callbacks").rows
    assert [(row["work_order"], row["due"]) for row in callbacks] == [(messages["C1"]["work_order"], "2026-02-27")]


def test_a_sheet_with_few_columns_is_read_for_what_it_has(huiyin: Shell, tmp_path: Path) -> None:
    file = tmp_path / "few.csv"
    file.write_text(sheet((("F1", "2026-03-02 09:00", LAMP),), ("工单编号", "来电时间", "诉求内容")), encoding="utf-8")
    assert huiyin("collect", "hotline", file, "--json").json == counts(1, 1)


def test_broken_rows_are_quarantined_by_their_number_and_the_others_go_on(huiyin: Shell, tmp_path: Path) -> None:
    broken = (
        CALLS[0],
        ("Z2", "昨天下午", "吴", "19900000003", "", "时间写成这样的一行。"),
        ("Z3", "1900-01-01", "吴", "19900000003", "", "一九零零年的一行。"),
        ("Z4", "2026-02-13", "吴", "19900000003", "", ""),
        ("Z5", "2026-02-13", "吴", "19900000003", "", "答复与否写错的一行。", "", "也许"),
    )
    file = tmp_path / "broken.csv"
    file.write_text(sheet(broken), encoding="utf-8")
    told = huiyin("collect", "hotline", file, "--json")
    assert (told.code, told.json) == (1, counts(5, 1, quarantined=4))
    said = told.err.splitlines()
    assert [f"第{n}行" in line for n, line in zip(range(3, 7), said, strict=True)] == [True] * 4
    again = huiyin("collect", "hotline", file, "--json")
    assert (again.code, again.json, again.err) == (0, counts(5, 0, duplicates=5), "")


def test_a_dry_run_says_the_same_and_keeps_nothing(huiyin: Shell, tmp_path: Path) -> None:
    file = tmp_path / "broken.csv"
    file.write_text(sheet((CALLS[0], ("Z2", "昨天", "吴", "", "", "一行。"))), encoding="utf-8")
    told = huiyin("collect", "hotline", "--dry-run", file, tmp_path / "away.csv", "--json")
    assert (told.code, told.json) == (1, counts(2, 1, quarantined=1))
    assert "第3行" in told.err
    assert "away.csv" in told.err
    assert huiyin("status", "--json").json["quarantined"] == 0


@pytest.mark.parametrize("content", [b"", bytes(range(256)) * 8, b"a,b\n1,2\n"], ids=["empty", "bytes", "no header"])
def test_a_file_that_is_no_sheet_is_quarantined_whole(huiyin: Shell, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "odd.csv").write_bytes(content)
    told = huiyin("collect", "hotline", tmp_path / "odd.csv", "--json")
    assert (told.code, told.json) == (1, counts(1, 0, quarantined=1))
    assert "odd.csv" in told.err


@pytest.mark.parametrize("kind", ["mailbox", "hotline", "board", "opinion"])
def test_a_source_that_is_not_there_could_not_be_run(huiyin: Shell, tmp_path: Path, kind: str) -> None:
    told = huiyin("collect", kind, tmp_path / "away.jsonl", "--json")
    assert (told.code, told.json) == (3, counts(0, 0))
    assert "away.jsonl" in told.err


def test_one_source_away_stops_no_other(huiyin: Shell, tmp_path: Path) -> None:
    there = lines(tmp_path / "there.jsonl", {"id": "1", "text": LAMP, "time": "2026-01-05"})
    told = huiyin("collect", "board", tmp_path / "away.jsonl", there, "--json")
    assert (told.code, told.json) == (1, counts(1, 1))


def test_the_board_read_twice_is_one_message_and_one_order_each(huiyin: Shell, tmp_path: Path) -> None:
    posts = [
        {"id": f"b{i}", "title": f"第{i}盏灯", "text": f"{i}号楼前{LAMP}", "time": "2026/1/5 9:03"} for i in range(30)
    ]
    file = lines(tmp_path / "posts.jsonl", *posts)
    assert huiyin("collect", "board", file, "--json").json == counts(30, 30)
    assert huiyin("work", "--drain", "--json").json["handled"] == 30
    assert huiyin("collect", "board", file, "--json").json == counts(30, 0, duplicates=30)
    assert huiyin("work", "--drain", "--json").json["handled"] == 0
    told = huiyin("status", "--json").json
    assert (told["messages"], told["work_orders"], told["queued"]) == (30, 30, 0)
    assert len({row["work_order"] for row in huiyin("export", "messages").rows}) == 30


def test_a_message_of_five_megabytes_is_one_message(huiyin: Shell, tmp_path: Path) -> None:
    long = "请修路。" * 450_000
    file = lines(tmp_path / "long.jsonl", {"id": "long", "text": long, "time": "2026-01-05"})
    assert huiyin("collect", "board", file, "--json").json == counts(1, 1)
    assert huiyin("work", "--drain", "--json").json["work_orders"] == 1
    (row,) = huiyin("export", "messages").rows
    assert row["text"] == long


def test_bad_lines_of_a_board_are_named_and_the_rest_is_read(huiyin: Shell, tmp_path: Path) -> None:
    good = {"id": "1", "text": LAMP, "time": "2026-01-05"}
    file = lines(tmp_path / "posts.jsonl", good, "没有括号", "[]", "", {**good, "id": "2", "time": "1900-01-01"}, good)
    told = huiyin("collect", "board", file, "--json")
    assert (told.code, told.json) == (1, counts(5, 1, duplicates=1, quarantined=3))
    assert all(place in told.err for place in ("第2行", "第3行", "第5行"))


def test_opinion_posts_keep_where_they_stood(huiyin: Shell, tmp_path: Path) -> None:
    post = {
        "id": "o1",
        "text": f"网友发帖：{LAMP}",
        "time": "2026-01-05",
        "source": "论坛",
        "url": "https://bbs.example/1",
    }
    assert huiyin("collect", "opinion", lines(tmp_path / "o.jsonl", post), "--json").json == counts(1, 1)
    huiyin("work", "--drain")
    (row,) = huiyin("export", "messages").rows
    assert (row["channel"], row["url"]) == ("opinion", "https://bbs.example/1")


def test_a_folder_of_mail_is_read_whole_and_what_is_no_mail_is_quarantined(huiyin: Shell, tmp_path: Path) -> None:
    folder = tmp_path / "mails"
    folder.mkdir()
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "citizen@example.org", "box@example.org", "路灯"
    letter["Date"] = "Mon, 05 Jan 2026 09:00:00 +0800"
    letter.set_content(LAMP)
    (folder / "1.eml").write_bytes(bytes(letter))
    letter.replace_header("Subject", "自动回复：外出")
    letter["Auto-Submitted"] = "auto-replied"
    (folder / "2.eml").write_bytes(bytes(letter))
    (folder / "calls.csv").write_text(sheet(CALLS), encoding="utf-8")
    told = huiyin("collect", "mailbox", folder, "--json")
    assert (told.code, told.json) == (1, counts(3, 2, quarantined=1))
    assert "calls.csv" in told.err
    assert huiyin("work", "--drain", "--json").json["work_orders"] == 1
    orders = {row["title"]: row["work_order"] for row in huiyin("export", "messages").rows}
    assert orders["路灯"]
    assert orders["自动回复：外出"] is None
    assert huiyin("collect", "mailbox", folder, "--json").json == counts(3, 0, duplicates=3)
