"""Call sheets as CSV and JSON lines: any encoding, any header, faults by row."""

import json
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.call_sheets import HEAD, NOW, OPTIONS, ROW, SHANGHAI, messages, read_csv, reasons

from channels.hotline import call_fields, call_message
from models.inbound import Accepted, Quarantined


def test_a_whole_row_is_read(tmp_path: Path) -> None:
    (message,) = messages(read_csv(tmp_path, HEAD + ROW))
    assert message.external_id == "WX001"
    assert message.received_at == datetime(2026, 2, 13, 9, 3, tzinfo=SHANGHAI)
    assert (message.sender_name, message.phone) == ("王女士", "19900001234")
    assert (message.title, message.text) == ("电梯故障", "幸福里小区电梯坏了三天")
    assert (message.region_hint, message.agent) == ("柳桥区", "006")
    assert (message.answered_on_the_spot, message.answer) == (False, None)
    assert (message.confidential, message.may_publish) == (False, True)


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "big5"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|", "，"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_encoding_and_delimiter_are_found(tmp_path: Path, codec: str, delimiter: str, end: str) -> None:
    text = HEAD + ROW
    if codec == "big5":
        text = (
            "來電時間,联系电话,訴求內容\n".replace("联系电话", "聯繫電話")
            + "2026/2/13,19900001234,社區電梯壞了三天沒有人修\n"
        )
    content = text.replace(",", delimiter).replace("\n", end).encode(codec)
    columns = {"text": ["訴求內容"], "received_at": ["來電時間"], "phone": ["聯繫電話"]}
    (message,) = messages(read_csv(tmp_path, content, **columns))
    assert message.phone == "19900001234"
    assert "三天" in message.text


def test_titles_above_the_header_and_repeated_headers_are_no_rows(tmp_path: Path) -> None:
    content = (
        "望溪市热线来电登记表\n导出时间：2026-03-01\n\n"
        + HEAD
        + ROW
        + ",,,,,,,,,,,\n\n"
        + HEAD
        + ROW.replace("001", "002")
    )
    items = read_csv(tmp_path, content)
    assert [message.external_id for message in messages(items)] == ["WX001", "WX002"]
    assert items[0].where.endswith("第5行")
    assert len(items) == 2


def test_headers_are_known_by_other_names(tmp_path: Path) -> None:
    content = "* 流水号,登记时间（必填）,反映事项,机主号\nA1,2026-02-13,路灯坏了,19900001234\n"
    (message,) = messages(read_csv(tmp_path, content, phone=["机主号"]))
    assert (message.external_id, message.text, message.phone) == ("A1", "路灯坏了", "19900001234")
    (message,) = messages(read_csv(tmp_path, "诉求内容\n路灯坏了\n"))
    assert message.text == "路灯坏了"
    assert message.received_at == NOW


def test_a_profile_may_key_its_names_by_our_label(tmp_path: Path) -> None:
    (message,) = messages(
        read_csv(tmp_path, "单据,说了啥,诉求标题\n7,路灯坏了,路灯\n", 工单编号=["单据"], 诉求内容=["说了啥"])
    )
    assert (message.external_id, message.text) == ("7", "路灯坏了")


def test_a_sheet_without_a_header_is_kept_whole(tmp_path: Path) -> None:
    content = "甲,乙\n1,2\n"
    (item,) = read_csv(tmp_path, content)
    assert isinstance(item, Quarantined)
    assert "没有找到表头" in item.reason
    assert item.raw == content.encode()


def test_without_a_number_the_row_itself_is_the_identity(tmp_path: Path) -> None:
    content = HEAD + ROW.replace("WX001", "") + ROW.replace("WX001", "").replace("三天", "四天")
    ids = [message.external_id for message in messages(read_csv(tmp_path, content))]
    assert len(set(ids)) == 2
    later_answer = content.replace("柳桥区,否,", "柳桥区,是,已派人")
    assert [message.external_id for message in messages(read_csv(tmp_path, later_answer))] == ids


def test_an_empty_row_of_a_call_is_a_fault_and_its_neighbours_stay(tmp_path: Path) -> None:
    items = read_csv(tmp_path, HEAD + "合计,,,,,,,,,,,\n" + ROW)
    assert len(messages(items)) == 1
    assert reasons(items)[0][0] == "第2行"


def test_a_stray_quote_does_not_swallow_the_rows_below(tmp_path: Path) -> None:
    rows = [ROW.replace("WX001", f"WX{number:03}") for number in range(1, 9)]
    rows[2] = rows[2].replace("幸福里", '"幸福里')
    rows[5] = rows[5].replace("幸福里", '"幸福"里')
    items = read_csv(tmp_path, HEAD + "".join(rows))
    assert len(items) == 8
    assert [m.external_id for m in messages(items) if m.external_id not in ("WX003", "WX006")] == [
        "WX001", "WX002", "WX004", "WX005", "WX007", "WX008",
    ]  # fmt: skip
    assert all("引号没有成对" in reason for _, reason in reasons(items))


def test_a_row_in_another_encoding_than_its_file_is_read(tmp_path: Path) -> None:
    content = (HEAD + ROW * 5).encode() + ROW.replace("WX001", "WX002").encode("gb18030")
    assert messages(read_csv(tmp_path, content))[-1].text == "幸福里小区电梯坏了三天"


def test_the_kept_bytes_of_a_row_can_be_read_again(tmp_path: Path) -> None:
    (item,) = read_csv(tmp_path, (HEAD + ROW).encode("gb18030"))
    again = read_csv(tmp_path, item.raw)
    assert messages(again) == messages([item])


@pytest.mark.parametrize(
    ("content", "advice"),
    [
        (b"", "空的"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "另存为"),
        (b"<html><table><tr><td>x", "网页格式"),
        (bytes(range(1, 30)) * 50, "不是表格文件"),
        (b"PK\3\4broken", "损坏"),
    ],
)
def test_what_is_no_sheet_is_kept_with_advice(tmp_path: Path, content: bytes, advice: str) -> None:
    (item,) = read_csv(tmp_path, content)
    assert isinstance(item, Quarantined)
    assert advice in item.reason
    assert item.raw == content


def test_json_lines_are_read_in_chinese_and_in_english(tmp_path: Path) -> None:
    lines = [
        {
            "工单编号": "A1",
            "来电时间": "2026/1/5 9:03",
            "联系电话": 19900001234,
            "诉求内容": "路灯坏了",
            "是否当场答复": "否",
        },
        {
            "external_id": 2,
            "received_at": "2026-01-05T09:03:00Z",
            "caller": "王女士",
            "phone": "19900001234",
            "title": "路灯",
            "text": "路灯坏了",
            "region": "青禾区",
            "answered_on_the_spot": True,
            "answer": "已派人",
            "agent": "006",
        },
        {"external_id": "A3", "text": "路灯坏了", "answered_on_the_spot": "或许"},
        {"external_id": "A4"},
    ]
    content = "\ufeff" + "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines) + "{broken\n\n[1]\n"
    items = read_csv(tmp_path, content)
    first, second = messages(items)
    assert (first.external_id, first.phone, first.answered_on_the_spot) == ("A1", "19900001234", False)
    assert (second.external_id, second.answered_on_the_spot, second.answer) == ("2", True, "已派人")
    assert [where for where, _ in reasons(items)] == ["第3行", "第4行", "第5行", "第7行"]


def test_a_posted_call_is_read_like_a_row() -> None:
    message = call_message(call_fields({"来电内容": "路灯坏了", "phone": "19900001234"}, {}), OPTIONS)
    assert (message.text, message.phone) == ("路灯坏了", "19900001234")


PIECES = st.sampled_from(
    ['"', ",", "\n", "\r", "\t", HEAD, ROW, "是", "1900-01-01", "\ufeff", "\0", '"\n"', "1e99", "=A1", ";"]
)


@settings(max_examples=200)
@given(pieces=st.lists(st.one_of(PIECES, st.text(max_size=10)), max_size=30), tail=st.binary(max_size=30))
def test_any_sheet_ends_as_items_and_nothing_raises(tmp_path: Path, pieces: list[str], tail: bytes) -> None:
    for item in read_csv(tmp_path, "".join(pieces).encode("utf-8", "replace") + tail):
        if isinstance(item, Accepted):
            item.message.text.encode("utf-8")
            assert "\0" not in item.message.text
            assert item.message.received_at.tzinfo
