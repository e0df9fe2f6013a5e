"""An edition's formats: numbered, marked, safe to open, and valid."""

import csv
import io
import json
import zipfile
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from lxml import etree

from responders.editions.files import csv_bytes, feed_bytes, html_bytes, json_bytes, published_text, render
from responders.editions.sheet import COLUMNS, Line, Sheet
from responders.editions.week import BadWeek, parse_week

SHANGHAI = ZoneInfo("Asia/Shanghai")
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
LINE = Line(1, "学府路路灯不亮。", date(2026, 2, 16), date(2026, 2, 20), "住房和城乡建设局", "网友您好！\n已修好。")
SHEET = Sheet(
    week="2026-W08", name="网民留言办理情况选登", year=2026, issue=8, first_day=date(2026, 2, 16),
    last_day=date(2026, 2, 22), publisher="政民互动中心", published_at=datetime(2026, 2, 25, 10, tzinfo=SHANGHAI),
    url="https://huiyin.example/editions/2026-W08", demonstration=False, lines=(LINE,),
)  # fmt: skip


def test_an_edition_is_named_and_numbered() -> None:
    assert SHEET.title == "《网民留言办理情况选登》2026年第8期（2月16日—2月22日）"
    page = html_bytes(SHEET).decode()
    for words in (
        "《网民留言办理情况选登》",
        "2026年第8期（2月16日—2月22日）",
        "政民互动中心",
        "2026年2月25日",
        *COLUMNS,
    ):
        assert words in page


def test_a_week_over_the_new_year_belongs_to_its_own_year() -> None:
    week = parse_week("2026-W01")
    sheet = replace(SHEET, year=week.year, issue=1, first_day=week.first, last_day=week.last)
    assert sheet.title.endswith("2026年第1期（2025年12月29日—2026年1月4日）")


@pytest.mark.parametrize(
    "text",
    ["2026-W54", "2026-W00", "2025-W53", "W08", "2026-8", "2026-W8", "第8周", "", "２０２６-W08", "9999-W52", "../x"],
)
def test_a_bad_week_is_wrong_use(text: str) -> None:
    with pytest.raises(BadWeek, match="应像 2026-W47") as refused:
        parse_week(text)
    assert refused.value.exit_code == 2


def test_the_longest_years_have_a_53rd_week() -> None:
    assert (parse_week("2026-W53").first, parse_week("2026-W53").last) == (date(2026, 12, 28), date(2027, 1, 3))


def test_nothing_on_the_page_comes_from_elsewhere_or_runs() -> None:
    page = html_bytes(SHEET).decode()
    assert "<script" not in page
    assert "src=" not in page
    assert "@import" not in page


def test_what_was_written_is_text_and_never_markup() -> None:
    page = html_bytes(replace(SHEET, lines=(replace(LINE, summary="<img src=x onerror=alert(1)>"),))).decode()
    assert "<img" not in page
    assert "&lt;img" in page


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝", " =", "\n=", "\t", "\u3000="])
def test_no_cell_begins_a_formula(start: str) -> None:
    content = csv_bytes(replace(SHEET, lines=(replace(LINE, answer=f"{start}HYPERLINK(1)"),)))
    assert content.startswith(b"\xef\xbb\xbf")
    header, row = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    assert tuple(header) == COLUMNS
    assert row[5].startswith("'")


def test_programs_get_the_five_columns() -> None:
    whole = json.loads(json_bytes(SHEET))
    assert (whole["week"], whole["issue"], whole["published_on"]) == ("2026-W08", 8, "2026-02-25")
    assert whole["items"] == [
        {"number": 1, "summary": LINE.summary, "accepted_on": "2026-02-16", "replied_on": "2026-02-20",
         "unit": LINE.unit, "answer": LINE.answer},
    ]  # fmt: skip
    assert "notice" not in whole


def test_the_feed_is_valid_rss() -> None:
    earlier = replace(SHEET, week="2026-W07", issue=7, url="https://huiyin.example/editions/2026-W07")
    root = etree.fromstring(feed_bytes([SHEET, earlier]))
    channel = root.find("channel")
    assert channel is not None
    assert [e.text for e in channel.iterfind("link")] == ["https://huiyin.example/editions/"]
    own = channel.find("{http://www.w3.org/2005/Atom}link")
    assert own is not None
    assert dict(own.attrib)["href"] == "https://huiyin.example/editions/feed.xml"
    assert all(channel.findtext(tag) for tag in ("title", "description", "language", "lastBuildDate"))
    items = channel.findall("item")
    assert [i.findtext("guid") for i in items] == [SHEET.url, earlier.url]
    assert items[0].findtext("pubDate") == "Wed, 25 Feb 2026 10:00:00 +0800"


def test_the_document_is_a_sheet_across_with_names_on_every_page() -> None:
    with zipfile.ZipFile(io.BytesIO(render(SHEET, [])["edition.docx"])) as parts:
        root = etree.fromstring(parts.read("word/document.xml"))
        properties = parts.read("docProps/core.xml").decode()
    size = next(root.iter(f"{WORD}pgSz"))
    assert int(size.get(f"{WORD}w", "0")) > int(size.get(f"{WORD}h", "0"))
    rows = list(root.iter(f"{WORD}tr"))
    assert len(list(rows[0].iter(f"{WORD}tblHeader"))) == 1
    assert not list(rows[1].iter(f"{WORD}tblHeader"))
    assert not list(rows[1].iter(f"{WORD}cantSplit"))  # a long answer goes over to the next page
    grid = [int(column.get(f"{WORD}w", "0")) for column in root.iter(f"{WORD}gridCol")]
    cells = [int(w.get(f"{WORD}w", "0")) for w in rows[1].iter(f"{WORD}tcW")]
    assert grid == pytest.approx(cells, abs=2)
    assert len(set(grid)) > 3
    assert {f.get(f"{WORD}eastAsia") for f in root.iter(f"{WORD}rFonts")} == {"黑体"}
    assert "python-docx" not in properties
    assert "政民互动中心" in properties


@pytest.mark.parametrize("name", ["edition.html", "edition.json", "edition.csv", "edition.docx", "feed.xml"])
def test_the_final_scan_reads_what_a_reader_reads(name: str) -> None:
    text = published_text(name, render(SHEET, [])[name])
    assert "学府路路灯不亮" in text
    if name != "feed.xml":  # the feed gives summaries alone
        assert "已修好" in text


def test_the_final_scan_reads_attributes_comments_and_properties() -> None:
    page = html_bytes(SHEET).replace(b"<main>", '<main title="甲乙丙"><!-- 丁戊己 -->'.encode())
    assert "甲乙丙" in published_text("edition.html", page)
    assert "丁戊己" in published_text("edition.html", page)
    assert SHEET.publisher in published_text("edition.docx", render(SHEET, [])["edition.docx"])


NUMBERS = ("0775-1234567", "400-800-1234", "0775-1234567-801", "2026-03-02")


@pytest.mark.parametrize("number", NUMBERS)
def test_a_hyphenated_number_is_kept_whole_and_copied_as_it_was_typed(number: str) -> None:
    page = html_bytes(replace(SHEET, lines=(replace(LINE, answer=f"咨询电话{number}。"),))).decode()
    assert f"咨询电话<span>{number}</span>。" in page


def test_the_final_scan_reads_over_what_keeps_a_number_whole() -> None:
    told = "住幸福路12-3号的李某，手机138-1234-5678"
    page = html_bytes(replace(SHEET, lines=(replace(LINE, answer=told, summary=told),)))
    assert published_text("edition.html", page).count(told) == 2
    whole = published_text("edition.html", html_bytes(SHEET).replace(b"<main>", b"<main><span title='13812345678'>"))
    assert "13812345678" in whole
