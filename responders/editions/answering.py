"""An answer fit to be printed: addressed to 网友, once, and without a word about who asked. Pure."""

import re
from collections.abc import Sequence

from responders.editions.masks import aliases, smoothed, without_holes

_HONORIFICS = r"先生|女士|同志|小姐|阿姨|大爷|大妈|大叔|老师|师傅|奶奶|爷爷|大姐|大哥|同学"
_PEOPLE = rf"(?:{_HONORIFICS}|网友|市民|来信人|留言人|来电人|群众|业主|家长|朋友|居民|村民|同学)"
_SALUTATION = re.compile(
    rf"^\s*(?:(?:尊敬的|亲爱的)?[^，。！：:\s]{{0,16}}?(?:{_PEOPLE}(?:[/／、]{_PEOPLE})?)?[^，。！：:\s]{{0,12}}?[：:，,]?\s*(?:您好|你好)[！!，,。：:~～\s]*"
    rf"|(?:尊敬的|亲爱的)?[^，。！：:\s]{{0,12}}{_PEOPLE}[”\"]?\s*[：:！!]\s*)"
)
_RECORDED = re.compile(r"^(?:已)?(?:当场|明确|现场|电话)?(?:答复|解答|告知)(?:来电人)?[：:，,]\s*")
_SENTENCE = re.compile(r"[^。！？\n]*[。！？\n]?")
_AGAIN = re.compile(r"(?:网友|市民)您好[！!，,。：:]?\s*")


def printed_answer(hidden: str, names: Sequence[str], salutation: str = "网友") -> str:
    """`hidden`: the answer after masking. `names`: what the senders are called; with an honorific they go too."""
    body = smoothed("\n".join(line.strip() for line in hidden.splitlines() if line.strip()))
    body = _unnamed(_greeted_no_more(body), names, salutation)
    body = _without_caller(_AGAIN.sub("", _RECORDED.sub("", body)))
    return f"{salutation}您好！" + without_holes(body)


def _greeted_no_more(body: str) -> str:
    for _ in range(3):
        shorter = _SALUTATION.sub("", body, count=1)
        if shorter == body or not shorter.strip():
            break
        body = shorter
    return body


def _unnamed(body: str, names: Sequence[str], salutation: str) -> str:
    for name in names:
        body = re.sub(rf"(?:{aliases(name)})(?:{_HONORIFICS})?", salutation, body)
        if re.fullmatch(r"[\u4e00-\u9fff]{2,4}", name):
            body = re.sub(rf"{name[0]}(?:(?:某{{1,2}}|\*{{1,2}})?(?:{_HONORIFICS})|\*{{2,3}})", salutation, body)
    return body


def _without_caller(body: str) -> str:
    """A record of a call speaks of the caller («来电人已记下»): such sentences are for the file."""
    sentences = [s for s in _SENTENCE.findall(body) if s]
    kept = [s for s in sentences if "来电人" not in s]
    if kept and len(kept) < len(sentences):
        return "".join(kept)
    return body.replace("来电人", "您")
