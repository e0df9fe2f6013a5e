"""The cells of a call sheet as people fill them in: times, yes and no, phone numbers."""

from datetime import datetime
from pathlib import Path

import pytest
from support.call_sheets import HEAD, ROW, messages, read_csv, reasons


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2026-02-13T10:00:00", "2026-02-13T10:00:00+08:00"),
        ("2026-02-13T02:00:00Z", "2026-02-13T02:00:00+00:00"),
        ("2026-02-13 10:00:00.250", "2026-02-13T10:00:00.250000+08:00"),
        ("2026/1/5 9:03", "2026-01-05T09:03:00+08:00"),
        ("2026年1月5日", "2026-01-05T00:00:00+08:00"),
        ("2026年1月5日 9时3分", "2026-01-05T09:03:00+08:00"),
        ("2026年01月05日 下午3:07:09", "2026-01-05T15:07:09+08:00"),
        ("2026年1月5日星期一 上午9点30分", "2026-01-05T09:30:00+08:00"),
        ("2026.1.5 09：03", "2026-01-05T09:03:00+08:00"),
        ("２０２６/1/5", "2026-01-05T00:00:00+08:00"),
        ("2026/1/5 24:00", "2026-01-06T00:00:00+08:00"),
        ("46027.3770833", "2026-01-05T09:03:00+08:00"),
        ("20260105", "2026-01-05T00:00:00+08:00"),
        ("20260105090300", "2026-01-05T09:03:00+08:00"),
        ("", "2026-03-02T01:00:00+00:00"),
    ],
)
def test_times_are_read_as_offices_write_them(tmp_path: Path, cell: str, expected: str) -> None:
    (message,) = messages(read_csv(tmp_path, HEAD + ROW.replace("2026/2/13 9:03", cell)))
    assert message.received_at == datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    "cell", ["1900-01-00", "1900/1/1", "1900年1月1日 0:00", "2226-01-01", "昨天下午", "2026-02-30", "25:61", "1"]
)
def test_a_time_that_cannot_be_is_a_fault_of_its_row(tmp_path: Path, cell: str) -> None:
    items = read_csv(tmp_path, HEAD + ROW.replace("2026/2/13 9:03", cell) + ROW)
    assert len(messages(items)) == 1
    ((where, reason),) = reasons(items)
    assert where == "第2行"
    assert reason.startswith(f"来电时间“{cell}”")


@pytest.mark.parametrize(
    ("cell", "value"), [("是", True), ("Y", True), ("1", True), ("否", False), ("NO", False), ("×", False), ("", None)]
)
def test_yes_and_no_have_many_forms(tmp_path: Path, cell: str, value: bool | None) -> None:
    (message,) = messages(read_csv(tmp_path, HEAD + ROW.replace("柳桥区,否", f"柳桥区,{cell}")))
    assert message.answered_on_the_spot is value


def test_neither_yes_nor_no_is_a_fault_of_its_row(tmp_path: Path) -> None:
    assert reasons(read_csv(tmp_path, HEAD + ROW.replace("柳桥区,否", "柳桥区,也许"))) == [
        ("第2行", "是否当场答复“也许”既不是“是”也不是“否”，请改正后重新读取。")
    ]


@pytest.mark.parametrize(
    ("cell", "phone"),
    [
        ("19900001234.0", "19900001234"),
        ("1.9900001234E+10", "19900001234"),
        ("+86 199-0000-1234", "19900001234"),
        ("'19900001234", "19900001234"),
        ("0571-64001234", "0571-64001234"),
        ("不详", None),
        ("", None),
    ],
)
def test_phones_are_freed_of_what_spreadsheets_add(tmp_path: Path, cell: str, phone: str | None) -> None:
    (message,) = messages(read_csv(tmp_path, HEAD + ROW.replace("19900001234", cell)))
    assert message.phone == phone


def test_a_number_whose_digits_are_lost_is_a_fault_of_its_row(tmp_path: Path) -> None:
    items = read_csv(tmp_path, HEAD + ROW.replace("19900001234", "1.99E+10") + ROW.replace("WX001", "2.02602E+13"))
    assert [where for where, _ in reasons(items)] == ["第2行", "第3行"]
    assert all("末尾的数字已丢失" in reason for _, reason in reasons(items))


def test_confidence_asked_for_in_words_is_heard_and_rules_out_publication(tmp_path: Path) -> None:
    (message,) = messages(
        read_csv(tmp_path, HEAD + ROW.replace("006,否,是", "006,,是").replace("三天", "三天。来电人要求保密。"))
    )
    assert (message.confidential, message.may_publish) == (True, False)


def test_cells_may_hold_line_ends_quotes_and_five_megabytes(tmp_path: Path) -> None:
    long = "电梯坏了。\n" * 350_000
    content = (
        HEAD
        + ROW.replace("幸福里小区电梯坏了三天", '"他说""再等""\n又等了,三天"')
        + ROW.replace("电梯故障", f'"{long[:900_000]}"')
    )
    first, second = messages(read_csv(tmp_path, content))
    assert first.text == '他说"再等"\n又等了,三天'
    assert len(second.title or "") == 300
