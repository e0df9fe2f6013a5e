"""The formats of an edition, as bytes: HTML, JSON, CSV, DOCX and a feed."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from models.vocabulary import DEMONSTRATION
from responders.editions.sheet import COLUMNS, Sheet

_TEMPLATES = Path(__file__).parent / "templates"
_BOM = b"\xef\xbb\xbf"
# What a spreadsheet takes for the beginning of a formula, full-width forms too.
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r")
FEED = "feed.xml"
_HYPHENATED = re.compile(r"(?<![\d-])\d{1,11}(?:[-–－]\d{1,8}){1,2}(?![\d-])")  # 0775-1234567, 400-800-1234


def render(sheet: Sheet, earlier: Sequence[Sheet]) -> dict[str, bytes]:
    """File names and their bytes; `earlier`: editions that the feed lists below this one."""
    from responders.editions.docx import docx_bytes

    return {
        "edition.html": html_bytes(sheet),
        "edition.json": json_bytes(sheet),
        "edition.csv": csv_bytes(sheet),
        "edition.docx": docx_bytes(sheet),
        FEED: feed_bytes([sheet, *earlier]),
    }


def html_bytes(sheet: Sheet) -> bytes:
    page: str = _environment().get_template("edition.html").render(sheet=sheet, columns=COLUMNS)
    return page.encode()


@cache
def _environment() -> Any:  # noqa: ANN401  (Jinja2 is imported when needed)
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["whole_numbers"] = _whole_numbers
    return environment


def _whole_numbers(text: str) -> str:
    """Keep what is dialled in one line: a bare span, whose text is copied as it was typed."""
    from markupsafe import Markup, escape

    return Markup(_HYPHENATED.sub(r"<span>\g<0></span>", str(escape(text))))  # noqa: S704  (escaped before)


def json_bytes(sheet: Sheet) -> bytes:
    """Keys are English for programs, texts Chinese for people."""
    whole = {
        "week": sheet.week, "title": sheet.title, "issue": sheet.issue, "year": sheet.year,
        "from": str(sheet.first_day), "to": str(sheet.last_day), "publisher": sheet.publisher,
        "published_on": str(sheet.published_on), "url": sheet.url,
        **({"notice": sheet.notice} if sheet.notice else {}),
        **({"correction": sheet.correction} if sheet.correction else {}),
        **({"withdrawn": sheet.withdrawal} if sheet.withdrawal else {}),
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
    said = "；".join(part.rstrip("。") for part in (sheet.notice, sheet.remark) if part)
    note = (said,) if said else ()
    writer.writerow((*COLUMNS, *(("备注",) if note else ())))
    rows = [line.cells() for line in sheet.lines] or [("",) * len(COLUMNS)]  # a withdrawn one still says that it is
    for cells in rows:
        writer.writerow([_safe(cell) for cell in (*cells, *note)])
    return _BOM + out.getvalue().encode()


def feed_bytes(sheets: Sequence[Sheet]) -> bytes:
    """RSS 2.0, newest first."""
    from feedgen.feed import FeedGenerator

    newest = sheets[0]
    feed = FeedGenerator()
    feed.title(f"{newest.name}（{DEMONSTRATION}）" if newest.demonstration else newest.name)
    feed.link(href=newest.feed_url, rel="self", type="application/rss+xml")
    feed.link(href=newest.list_url, rel="alternate")
    feed.description(f"{newest.publisher}公开的代表性留言及答复。{newest.notice}")
    feed.language("zh-CN")
    feed.generator("Huiyin")
    feed.docs("")
    feed.lastBuildDate(max(s.published_at for s in sheets))
    for sheet in sheets:
        entry = feed.add_entry(order="append")
        entry.guid(sheet.url, permalink=True)
        entry.title(sheet.heading)
        entry.link(href=sheet.url)
        entry.pubDate(sheet.published_at)
        entry.description(_told(sheet))
    content: bytes = feed.rss_str(pretty=True)
    return content


def _told(sheet: Sheet) -> str:
    """A feed's words for an edition: what was put right or why it is gone, then what it holds."""
    said = [sheet.remark] if sheet.remark else []
    said += [f"{x.number}. {x.summary}" for x in sheet.lines]
    return "；".join(part.rstrip("。") for part in said) + "。"


def published_text(name: str, content: bytes) -> str:
    """What a reader can get out of the bytes of a format, attributes and properties too: the final scan reads this."""
    if name.endswith(".docx"):
        return _document_text(content)
    text = content.decode("utf-8-sig")
    if name.endswith(".json"):
        return "\n".join(_strings(json.loads(text)))
    if name.endswith(".csv"):
        return "\n".join(cell for row in csv.reader(io.StringIO(text)) for cell in row)
    return _page_text(text.encode()) if name.endswith(".html") else _markup_text(text.encode())


def _strings(value: Any) -> Iterator[str]:  # noqa: ANN401  (any JSON)
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from (str(key), *_strings(inner))
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)
    else:
        yield str(value)


def _page_text(page: bytes) -> str:
    from lxml import etree, html

    root = html.fromstring(page)
    etree.strip_elements(root, "style", with_tail=False)
    # What keeps a number in one line is no border in the text: 幸福路12-3号 is read as one, as by a reader.
    for span in [span for span in root.iter("span") if not span.attrib]:
        span.drop_tag()
    return _pieces(root)


def _markup_text(markup: bytes) -> str:
    from lxml import etree

    return _pieces(etree.fromstring(markup, etree.XMLParser(resolve_entities=False, no_network=True)))


def _pieces(root: Any) -> str:  # noqa: ANN401  (an lxml element)
    """Character data and attribute values, comments included, each on its own line."""
    found = []
    for element in root.iter():
        found += [element.text, *element.attrib.values(), element.tail]
    return "\n".join(piece.strip() for piece in found if piece and piece.strip())


def _document_text(content: bytes) -> str:
    """Paragraph by paragraph, so that a number in two runs is read as one; headers and properties too."""
    from lxml import etree

    word = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    lines: list[str] = []
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        for part in parts.namelist():
            if not (part.startswith(("word/", "docProps/")) and part.endswith(".xml")):
                continue
            root = etree.fromstring(parts.read(part), etree.XMLParser(resolve_entities=False, no_network=True))
            paragraphs = [p.iter(f"{word}t", f"{word}br") for p in root.iter(f"{word}p")]
            lines += ["".join(run.text or "\n" for run in runs) for runs in paragraphs]
            lines += [] if paragraphs else [piece for piece in root.itertext() if piece.strip()]
    return "\n".join(lines)


def _safe(cell: str) -> str:
    """A cell that could begin a formula gets a quotation mark in front, as OWASP advises."""
    return f"'{cell}" if cell.lstrip(" \n\u3000").startswith(_FORMULA) or cell.startswith(_FORMULA) else cell
