"""HTML to plain text in one pass. A citizen's HTML is never kept as HTML.

Written by hand because the time must grow with the length alone: 100,000 nested <div> take a real HTML5
tree builder 23 s, and the standard parser is quadratic on unclosed comments.
"""

import html
import re

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:]{0,20})")
_NEVER_SHOWN = frozenset({"script", "style"})
_HIDDEN = _NEVER_SHOWN | {"title", "head", "template", "noscript", "svg", "xml"}
_LINE = {"br", "div", "tr", "li", "dt", "dd", "option", "figure", "section", "article", "header", "footer", "center"}
_PARAGRAPH = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "dl", "blockquote", "hr", "pre", "form"}
_CELL = {"td", "th"}
_SPACE = re.compile(r"[ \t\r\n\f]+")
_AROUND_BREAK = re.compile(r" ?\n ?")
_HIDDEN_MARKS = re.compile("[\u200b\u200c\u200d\u2060\u00ad]")


def html_text(source: str) -> str:
    """The words of an HTML page, a line per block, cells apart; scripts, styles and tags gone.

    A page whose only words stand where none should (in its title) gives those.
    """
    return _read(source, _HIDDEN) or _read(source, _NEVER_SHOWN)


def _read(source: str, hidden: frozenset[str]) -> str:
    pieces: list[str] = []
    unclosed: set[str] = set()
    at = 0
    while (start := source.find("<", at)) >= 0:
        pieces.append(_words(source[at:start]))
        text, at = _markup(source, start, hidden, unclosed)
        pieces.append(text)
    pieces.append(_words(source[at:]))
    joined = re.sub(r" {2,}", " ", "".join(pieces))
    return _AROUND_BREAK.sub("\n", joined).strip()


def _words(raw: str) -> str:
    """Text between tags. Entities are resolved last, so that &lt;b&gt; stays the words <b>."""
    return _HIDDEN_MARKS.sub("", html.unescape(_SPACE.sub(" ", raw)).replace("\u00a0", " "))


def _markup(source: str, start: int, hidden: frozenset[str], unclosed: set[str]) -> tuple[str, int]:
    """(what the markup at `start` reads as, where the text goes on)."""
    if source.startswith("<!--", start):
        return "", _after(source, "-->", start + 4)
    tag = _TAG.match(source, start)
    if tag is None:
        ended = source.startswith(("<!", "<?", "</"), start)
        return ("", _after(source, ">", start)) if ended else ("<", start + 1)
    name, end = tag.group(2).lower(), _tag_end(source, tag.end())
    if not tag.group(1) and name in hidden:
        return "", _after_hidden(source, name, end, unclosed)
    return _break(name), end


def _break(name: str) -> str:
    if name in _PARAGRAPH:
        return "\n\n" if name == "p" else "\n"
    return "\n" if name in _LINE else " " if name in _CELL else ""


def _tag_end(source: str, at: int) -> int:
    """Behind the tag's >, minding quoted attributes; a quote that never closes doesn't swallow the page."""
    end = _after(source, ">", at)
    quoted = re.match(
        r"""(?:[^>"']{0,2000}(?:"[^"]{0,5000}"|'[^']{0,5000}')){1,50}[^>"']{0,2000}>""", source[at : at + 20_000]
    )
    return at + quoted.end() if quoted else end


def _after_hidden(source: str, name: str, at: int, unclosed: set[str]) -> int:
    """Behind the element. Never closed: only a script or a style may swallow the rest of the page."""
    close = None if name in unclosed else re.compile(f"</{name}", re.IGNORECASE).search(source, at)
    if close:
        return _after(source, ">", close.end())
    unclosed.add(name)  # so that a page of unclosed titles is searched once
    return len(source) if name in _NEVER_SHOWN else at


def _after(source: str, mark: str, at: int) -> int:
    found = source.find(mark, at)
    return len(source) if found < 0 else found + len(mark)
