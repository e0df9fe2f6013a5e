"""A text with some of its spans marked: pieces for the template, which escapes them."""

from collections.abc import Iterable


def marked(text: str, spans: Iterable[tuple[int | None, int | None]]) -> list[tuple[str, bool]]:
    """Pieces in order, each with whether it is marked; spans are code points."""
    pieces: list[tuple[str, bool]] = []
    at = 0
    for start, end in sorted((s, e) for s, e in spans if s is not None and e is not None):
        if start < at:
            continue
        pieces += [(text[at:start], False), (text[start:end], True)]
        at = end
    pieces.append((text[at:], False))
    return [(piece, hit) for piece, hit in pieces if piece]
