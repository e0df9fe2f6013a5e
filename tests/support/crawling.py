"""Follows every link of a site from the pages that somebody sees first."""

import re
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


def sort_of(path: str) -> str:
    """What is alike about the addresses of one page for different rows and questions."""
    return re.sub(r"/(WX[\w-]+|\d{4}-W\d+|\d+|[a-z]+_bureau)(?=[/.]|$)", "/*", path.partition("?")[0])


def visits(visitor: Visitor, start: str, *, each_sort: bool = False) -> dict[str, httpx.Response]:
    """Every address that can be reached by following links, and its answer; with `each_sort` one of each sort."""
    seen: dict[str, httpx.Response] = {}
    sorts: set[str] = set()
    waiting = deque([start])
    while waiting:
        path = waiting.popleft()
        sort = sort_of(path) if each_sort else path
        if sort in sorts:
            continue
        sorts.add(sort)
        seen[path] = answer = visitor.get(path)
        if "html" in answer.headers.get("content-type", ""):
            waiting.extend(links_inside(path, answer.text))
    return seen


def crawl(visitor: Visitor, start: str) -> dict[str, int]:
    """How every address answered."""
    return {path: answer.status_code for path, answer in visits(visitor, start).items()}


def texts(visitor: Visitor, start: str) -> dict[str, str]:
    """What stands on every page."""
    return {path: answer.text for path, answer in visits(visitor, start).items()}


def links_inside(path: str, page: str) -> list[str]:
    links = _Links()
    links.feed(page)
    wholes = (urlsplit(urljoin(f"http://here{path}", link)) for link in links.found)
    return [w.path + (f"?{w.query}" if w.query else "") for w in wholes if w.netloc == "here"]
