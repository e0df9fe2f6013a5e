"""Personal data in a text: found, hidden behind readable masks, and looked for again before anything is published."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from classifiers.addresses import address_spans
from classifiers.names import name_spans
from classifiers.number_spans import number_spans
from classifiers.numerals import plain
from classifiers.redaction_patterns import shaped_spans
from models.errors import BadInput

Author = Literal["citizen", "official"]

_MASKS = {
    "id_card": "[身份证号]",
    "mobile": "[手机号]",
    "landline": "[电话号码]",
    "bank_card": "[银行卡号]",
    "plate": "[车牌号]",
    "email": "[邮箱]",
    "wechat": "[微信号]",
    "qq": "[QQ号]",
    "passport": "[证件号]",
    "address": "[住址]",
}
_ROUNDS = 3
# What reaches or identifies a person by itself. Places, plates and other people's names are what a matter is about.
NUMBERS = frozenset({"id_card", "bank_card", "mobile", "landline", "passport", "email", "wechat", "qq"})
# Where two findings overlap the graver one names the span.
_RANK = ("id_card", "bank_card", "mobile", "landline", "passport", "email", "wechat", "qq", "plate", "address", "name")
_CITIZENS_OWN = re.compile(
    r"(?:(?:[您你](?:的|本人|[^。；;，,\n]{0,6}(?:留|提供|登记|填写|来电))|业主|村民|居民|家属"
    r"|先生|女士|\*)[^。；;，,\n拨致咨]{0,8}"
    r"|(?:来电|留言|投诉|反映|举报|诉求|来信|申请|当事)(?:人|号码|显示)[^。；;\n拨致咨]{0,16}"
    r"|(?:户主|患者)[^。；;\n拨致咨]{0,10})$"
)
_OFFICE_CALLS = re.compile(
    r"(?:联系|电话|咨询|监督|投诉|举报|热线|值班|拨打|致电|负责人|办公室|手机|邮箱|邮件)[^。；;\n]{0,24}$"
)
# «市住建局电话0990-6000123»: an office's line, whoever writes of it; nothing else may stand between.
_OFFICES_LINE = re.compile(
    r"(?:局|厅|委|办公室|委员会|政府|中心|派出所|管理所|服务所|服务站|大队|支队|法院|检察院|街道办?|街道办事处|居委会?|村委会?|便民大厅|政务大厅)的?"
    r"(?:值班|服务|咨询|投诉|举报|监督|办公|公开|联系|24小时)?(?:电话|热线|专线|座机)?(?:号码)?(?:是|为)?[：:（( ]?$"
)
_OWN_OFFICE = re.compile(r"(?:我|本人)(?:们|家)?(?:就?是|在|的|单位|于)")
_CALLS_THE_WRITER = re.compile(
    r"[0-9（）()\- ]{7,20}[^。；;，,\n]{0,6}(?:联系|通知|告知|告诉|回复|答复|打给|找)(?:我|本人)"
)


@dataclass(frozen=True, slots=True)
class Span:
    """Code points in the text as given, and what stands there."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Redaction:
    """The text with masks in place of what was found; spans refer to the original."""

    text: str
    spans: list[Span]


def redact(text: str, author: Author = "citizen") -> Redaction:
    """Hide personal data. With `author="official"` an office's own telephone numbers and signature stay.

    What shows only once its neighbour is masked is hidden too, so that the result has no `leaks`.
    """
    spans = personal_spans(text, author)
    for _ in range(_ROUNDS):
        masked, places = _masked(text, spans)
        late = [_original(span, places) for span in personal_spans(masked, author)]
        if not late:
            break
        spans = _merged([*spans, *late])
    return Redaction(_masked(text, spans)[0], spans)


def _masked(text: str, spans: list[Span]) -> tuple[str, list[int]]:
    """The text with masks, and for each of its characters the place in the original."""
    pieces: list[str] = []
    places: list[int] = []
    here = 0
    for span in [*spans, Span(len(text), len(text), "name")]:
        pieces.append(text[here : span.start])
        places += range(here, span.start)
        if span.end > span.start:
            pieces.append(mask(text, span))
            places += [span.start] * len(pieces[-1])
        here = span.end
    return "".join(pieces), places


def _original(span: Span, places: list[int]) -> Span:
    return Span(places[span.start], places[span.end - 1] + 1, span.kind)


def conceal(text: str, own: Collection[str] = ()) -> str:
    """Hide the NUMBERS of whoever wrote or is written of, and the sender's `own` name, telephone and address.

    For those who handle the matter and have not asked who wrote: the rest they need. Not fit for publication.
    """
    masked = _concealed(text, own)
    return masked if masked == text else _concealed(masked, own)  # what shows only once its neighbour is masked


def concealed_spans(text: str, own: Collection[str] = ()) -> list[Span]:
    """What `conceal` hides at its first look, in order of place."""
    found = [Span(*each) for each in (*number_spans(text), *shaped_spans(text)) if each[2] in NUMBERS]
    called = [value for value in own if value]
    found += [
        Span(hit.start(), hit.end(), "email" if "@" in value else "mobile")
        for value in called
        if any(sign.isdigit() or sign == "@" for sign in value)
        for hit in re.finditer(re.escape(value), text)
    ]
    if any(value in text for value in called):
        found += [Span(*each) for each in name_spans(text) if text[each[0] : each[1]] in called]
    return _merged(found)


def _concealed(text: str, own: Collection[str]) -> str:
    return _masked(text, concealed_spans(text, own))[0]


def leaks(text: str, author: Author = "citizen") -> list[Span]:
    """What publication must not let through: empty for any text that `redact` returned."""
    return personal_spans(text, author, sure=True)


def personal_spans(text: str, author: Author = "citizen", *, sure: bool = False) -> list[Span]:
    """Personal data in order of place, never overlapping; with `sure` no name that is only likely."""
    return _merged([Span(*found) for found in _found(text, official=author == "official", sure=sure)])


def _merged(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start, s.end)):
        last = merged[-1] if merged else None
        if last is None or span.start >= last.end:
            merged.append(span)
        else:
            kind = min(span.kind, last.kind, key=_RANK.index)
            merged[-1] = Span(last.start, max(span.end, last.end), kind)
    return merged


def _found(text: str, *, official: bool, sure: bool) -> Iterator[tuple[int, int, str]]:
    source = plain(text)
    for start, end, kind in number_spans(text):
        shown = _is_offices if official else _is_offices_line
        if not (kind in {"mobile", "landline"} and shown(source, start, kind)):
            yield start, end, kind
    for start, end, kind in shaped_spans(text):
        if not (official and kind == "email" and _is_offices(source, start, kind, source[start:end])):
            yield start, end, kind
    yield from address_spans(text, official=official)
    yield from name_spans(text, official=official, sure=sure)


def _is_offices(source: str, start: int, kind: str, value: str = "") -> bool:
    """An office's own number or mail address, not what a citizen left with it."""
    if ".gov." in value:
        return True
    before = source[max(0, start - 32) : start]
    if _CITIZENS_OWN.search(before):
        return False
    return kind == "landline" or bool(_OFFICE_CALLS.search(before))


def _is_offices_line(source: str, start: int, kind: str) -> bool:
    """In a citizen's text: a landline that directly follows the name of an office that is not the writer's own."""
    before = source[max(0, start - 32) : start]
    said = re.split(r"[。；;，,！!？?\n]", before)[-1]
    if kind != "landline" or not _OFFICES_LINE.search(said):
        return False
    return not _OWN_OFFICE.search(said) and not _CALLS_THE_WRITER.match(source, start)


def mask(text: str, span: Span) -> str:
    """What stands in a text where the span was."""
    if span.kind == "name":
        return text[span.start] + "*" * (span.end - span.start - 1)
    return _MASKS[span.kind]


def redact_line(line: Mapping[str, Any], author: Author = "citizen") -> dict[str, Any]:
    """One line of the `redact` filter: {"id", "text"} in, {"id", "text", "spans"} out."""
    text = line.get("text")
    if not isinstance(text, str):
        raise BadInput("缺少 text：应为字符串")
    done = redact(text, author)
    spans = [{"start": span.start, "end": span.end, "kind": span.kind} for span in done.spans]
    return {"id": line.get("id"), "text": done.text, "spans": spans}
