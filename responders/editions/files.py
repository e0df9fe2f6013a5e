"""The formats of an edition, as bytes: HTML, JSON, CSV, DOCX and a feed."""

import csv
import io
import json
import zipfile
from collections.abc import Sequence
from datetime import datetime, time
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from responders.editions.sheet import COLUMNS, DEMONSTRATION, Sheet

_TEMPLATES = Path(__file__).parent / "templates"
_BOM = b"\xef\xbb\xbf"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def render(sheet: Sheet, earlier: Sequence[Sheet], zone: ZoneInfo) -> dict[str, bytes]:
    """File names and their bytes; `earlier`: editions that the feed lists below this one."""
    from responders.editions.docx import docx_bytes

    return {
        "edition.html": html_bytes(sheet),
        "edition.json": json_bytes(sheet),
        "edition.csv": csv_bytes(sheet),
        "edition.docx": docx_bytes(sheet),
        "feed.xml": feed_bytes([sheet, *earlier], zone),
    }


def html_bytes(sheet: Sheet) -> bytes:
    page: str = _environment().get_template("edition.html").render(sheet=sheet, columns=COLUMNS)
    return page.encode()


@cache
def _environment() -> Any:  # noqa: ANN401  (Jinja2 is imported when needed)
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip


def json_bytes(sheet: Sheet) -> bytes:
    """Keys are English for programs, texts Chinese for people."""
    whole = {
        "week": sheet.week, "title": sheet.title, "issue": sheet.issue, "year": sheet.year,
        "from": str(sheet.first_day), "to": str(sheet.last_day), "publisher": sheet.publisher,
        "published_on": str(sheet.published_on), "url": sheet.url,
        **({"notice": sheet.notice} if sheet.notice else {}),
        "items": [
            {"number": x.number, "summary": x.summary, "accepted_on": str(x.accepted_on),
             "replied_on": str(x.replied_on), "unit": x.unit, "answer": x.answer}
            for x in sheet.lines
        ],
    }  # fmt: skip
    return json.dumps(whole, ensure_ascii=False, indent=2).encode() + b"\n"


def csv_bytes(sheet: Sheet) -> bytes:
    """With a byte order mark, so that spreadsheets read it as UTF-8; cells can't begin a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    note = (sheet.notice,) if sheet.notice else ()
    writer.writerow((*COLUMNS, *(("备注",) if note else ())))
    for line in sheet.lines:
        writer.writerow([_safe(cell) for cell in (*line.cells(), *note)])
    return _BOM + out.getvalue().encode()


def feed_bytes(sheets: Sequence[Sheet], zone: ZoneInfo) -> bytes:
    """RSS 2.0, newest first."""
    from feedgen.feed import FeedGenerator

    newest = sheets[0]
    feed = FeedGenerator()
    feed.title(f"{newest.name}（{DEMONSTRATION}）" if newest.demonstration else newest.name)
    feed.link(href=newest.list_url, rel="alternate")
    feed.description(f"{newest.publisher}公开的代表性留言及答复。{newest.notice}")
    feed.language("zh-CN")
    feed.lastBuildDate(_noon(newest, zone))
    for sheet in sheets:
        entry = feed.add_entry(order="append")
        entry.id(sheet.url)
        entry.title(sheet.title)
        entry.link(href=sheet.url)
        entry.pubDate(_noon(sheet, zone))
        entry.description("；".join(f"{x.number}. {x.summary}" for x in sheet.lines))
    content: bytes = feed.rss_str(pretty=True)
    return content


def published_text(name: str, content: bytes) -> str:
    """What a reader can get out of the bytes of a format: the final scan reads this."""
    if name.endswith(".docx"):
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            return "\n".join(
                _words(parts.read(part).decode("utf-8", errors="replace"))
                for part in parts.namelist()
                if part.startswith("word/") and part.endswith(".xml")
            )
    text = content.decode("utf-8-sig")
    return _words(text) if name.endswith((".html", ".xml")) else text


def _words(markup: str) -> str:
    """The character data of a page, tags out of the way, blocks apart."""
    from html import unescape

    from lxml import etree, html

    root = html.fromstring(markup.encode()) if markup.strip() else None
    if root is None:
        return ""
    etree.strip_elements(root, "style", "script", with_tail=False)
    return unescape("\n".join(piece.strip() for piece in root.itertext() if piece.strip()))


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _noon(sheet: Sheet, zone: ZoneInfo) -> datetime:
    return datetime.combine(sheet.published_on, time(12), zone)
