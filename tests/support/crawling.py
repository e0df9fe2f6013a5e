"""Follows every link of a site from the pages that somebody sees first."""

from collections import deque
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import httpx
from support.web import Visitor


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        wanted = {"a": "href", "link": "href", "script": "src", "img": "src"}.get(tag)
        self.found += [value for name, value in attrs if name == wanted and value]


def visits(visitor: Visitor, start: str) -> dict[str, httpx.Response]:
    """Every address that can be reached by following links, and its answer."""
    seen: dict[str, httpx.Response] = {}
    waiting = deque([start])
    while waiting:
        path = waiting.popleft()
        if path in seen:
            continue
        seen[path] = answer = visitor.get(path)
        if "html" in answer.headers.get("content-type", ""):
            waiting.extend(_inside(path, answer.text))
    return seen


def crawl(visitor: Visitor, start: str) -> dict[str, int]:
    """How every address answered."""
    return {path: answer.status_code for path, answer in visits(visitor, start).items()}


def texts(visitor: Visitor, start: str) -> dict[str, str]:
    """What stands on every page."""
    return {path: answer.text for path, answer in visits(visitor, start).items()}


def _inside(path: str, page: str) -> list[str]:
    links = _Links()
    links.feed(page)
    wholes = (urlsplit(urljoin(f"http://here{path}", link)) for link in links.found)
    return [w.path + (f"?{w.query}" if w.query else "") for w in wholes if w.netloc == "here"]
