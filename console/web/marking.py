"""A text with some of its spans marked: pieces for the template, which escapes them."""

from collections.abc import Iterable
from functools import lru_cache

PRIVATE = {
    "id_card": "身份证号", "mobile": "手机号", "landline": "电话号码", "bank_card": "银行卡号", "plate": "车牌号",
    "email": "邮箱", "wechat": "微信号", "qq": "QQ号", "passport": "证件号", "address": "住址", "name": "姓名",
}  # fmt: skip


@lru_cache(maxsize=2000)
def private_marked(text: str) -> tuple[list[tuple[str, bool]], list[str]]:
    """The text with its personal data marked, and the kinds that were found, by their Chinese names.

    A list of a hundred rows is looked at again after every key: what was found is kept.
    """
    from classifiers.redaction import redact

    spans = redact(text).spans
    kinds = dict.fromkeys(PRIVATE.get(span.kind, "其他") for span in spans)
    return marked(text, [(span.start, span.end) for span in spans]), list(kinds)


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
