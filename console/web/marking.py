"""A text with some of its spans marked: pieces for the template, which escapes them."""

from collections.abc import Collection, Iterable
from functools import lru_cache

from models.personal_words import PERSONAL

_BEYOND = 60  # read past the end of an excerpt, so that a number which it would cut is known for one


@lru_cache(maxsize=2000)
def private_marked(text: str, own: Collection[str], most: int) -> tuple[list[tuple[str, bool]], list[str]]:
    """The text's beginning with its personal data marked, and the kinds that were found, by their Chinese names.

    Numbers are masked, and what is the sender's `own`: contacts are hidden here. A list of a hundred rows is looked
    at again after every key: what was found is kept.
    """
    from classifiers.redaction import NUMBERS, concealed_spans, mask, redact

    head = text[: most + _BEYOND]
    spans = {*redact(head).spans, *concealed_spans(head, own)}
    pieces, kinds, at = [], [], 0
    for span in sorted(spans, key=lambda s: (s.start, -s.end)):
        if at <= span.start < most:
            said = head[span.start : span.end]
            hides = span.kind in NUMBERS or said in own
            pieces += [(head[at : span.start], False), (mask(head, span) if hides else said, True)]
            kinds.append(PERSONAL.get(span.kind, "其他"))
            at = span.end
    pieces.append((head[at:most], False))
    return [(piece, hit) for piece, hit in pieces if piece], list(dict.fromkeys(kinds))


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
