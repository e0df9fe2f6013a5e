"""Bytes whose label lies, is missing or is nonsense."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.charset import codec_for, decode

COMPLAINT = "您好，我是望溪市柳桥区幸福里小区的业主，小区电梯坏了两个星期没有人修，老人上下楼非常不方便，请尽快处理。"
TRADITIONAL = "您好，我是望溪市的居民，社區門口的路燈壞了，晚上走路很危險，請儘快派人維修，謝謝。"
RARE = "我叫李玥喆，住在镕基路，门前的井盖坏了㙍堰村的路也坏了，请修理。"


@pytest.mark.parametrize(
    "label", [None, "", "gb2312", "GBK", "x-gbk", "us-ascii", "iso-8859-1", "utf-8", "unknown-8bit", "big5"]
)
@pytest.mark.parametrize("codec", ["gb18030", "utf-8"])
def test_chinese_is_read_whatever_its_label_says(codec: str, label: str | None) -> None:
    assert decode(COMPLAINT.encode(codec), label) == COMPLAINT


@pytest.mark.parametrize("label", [None, "big5", "Big5-HKSCS", "cp950", "gb2312", "utf-8", "windows-1252", "nonsense"])
def test_big5_is_read_whatever_its_label_says(label: str | None) -> None:
    assert decode(TRADITIONAL.encode("big5"), label) == TRADITIONAL


def test_gb2312_label_may_hold_characters_that_only_gb18030_has() -> None:
    assert decode(RARE.encode("gb18030"), "gb2312") == RARE


@pytest.mark.parametrize("label", ["hz-gb-2312", "us-ascii", None, "gb2312"])
def test_hz_is_read_with_and_without_its_name(label: str | None) -> None:
    text = "Hello 电梯坏了，请修。"
    assert decode(text.encode("hz"), label) == text


def test_iso_2022_escapes_are_followed() -> None:
    assert decode("路灯壞了".encode("iso2022_jp_2"), "iso-2022-jp") == "路灯壞了"


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_decides(codec: str) -> None:
    assert decode(COMPLAINT.encode(codec), "gb2312") == COMPLAINT


def test_a_latin_label_keeps_a_lone_accent() -> None:
    assert decode("déjà vu, café".encode("latin-1"), "iso-8859-1") == "déjà vu, café"
    assert decode("“quoted”".encode("cp1252"), "iso-8859-1") == "“quoted”"


def test_scratched_utf8_loses_the_scratch_only() -> None:
    data = COMPLAINT.encode()
    assert decode(data[:-1], "utf-8") == COMPLAINT[:-1] + "\ufffd"
    assert decode(data[:31] + b"\xff" + data[31:], None).replace("\ufffd", "").endswith("请尽快处理。")


def test_scratched_gbk_loses_the_scratch_only() -> None:
    data = COMPLAINT.encode("gb18030")
    assert decode(data[:40] + b"\xff" + data[40:], "gb2312").endswith("请尽快处理。")


def test_other_scripts_keep_their_label() -> None:
    assert decode("Здравствуйте".encode("koi8-r"), "koi8-r") == "Здравствуйте"
    assert decode("안녕하세요".encode("euc-kr"), "ks_c_5601-1987") == "안녕하세요"
    assert decode("こんにちは".encode("shift_jis"), "Shift_JIS") == "こんにちは"


@pytest.mark.parametrize("label", ["base64", "hex", "rot13", "zlib", "undefined\0", "x" * 500, "🙂"])
def test_a_codec_that_is_no_charset_is_unknown(label: str) -> None:
    assert codec_for(label) is None
    assert decode(COMPLAINT.encode(), label) == COMPLAINT


@given(st.binary(max_size=300), st.one_of(st.none(), st.text(max_size=20)))
def test_any_bytes_under_any_label_become_text(data: bytes, label: str | None) -> None:
    assert isinstance(decode(data, label), str)
