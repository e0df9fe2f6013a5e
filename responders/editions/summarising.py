"""A message in a sentence or two (留言摘要), taken from the writer's own words. Pure; hiding is passed in."""

import re
from collections.abc import Callable, Sequence

from responders.editions.letters import body
from responders.editions.masks import aliases, unmasked_clauses, without_holes

Hide = Callable[[str], str]

LONGEST = 120
_ASKS = re.compile(
    r"请问|建议|希望|要求|请求|恳请|盼望?|能不能|能否|可不可以|是否|什么时候|何时|怎么办|咨询|请(?:有关|相关|尽快|帮|查|核|给)|想问|想知道|询问"
)
_COURTESY = re.compile(
    r"^(?:非常|再次|衷心|万分|先)?(?:谢谢|感谢|多谢|辛苦|拜托|麻烦了|打扰|祝)[^，。！？]{0,14}[。！？]?$"
    r"|^(?:盼复|望复|盼回复|请回复|期待(?:您的?)?回复)[，、]?(?:谢谢)?[！。]*$|^(?:急|在线等|求助|说话很客气.*|一直说麻烦了)[！。]*$"
)
_NAMES_SPOKEN_OF = re.compile(
    r"(?:名字|姓名|名)(?:是|叫|为|写成|[：:])|^[^，。！？]{0,8}[，、：]?网友。$|选[^，。]{0,6}网友"
)
_ABUSE = re.compile(r"他妈|妈的|王八|混蛋|狗屁|放屁|傻[逼bB]|去死|吃屎|狗日|畜生|不要脸|人渣")
# What the person at the telephone noted about the caller concerns nobody else.
_MOOD = re.compile(
    r"^(?:电话里|话里|语气|情绪|说话|语速|声音|口气|全程)[^，。；]{0,14}$|^(?:情绪|语气|语速|声音)?(?:有点|比较|非常|很)?(?:激动|哽咽|客气|着急|平静)$"
)
_NOTED = re.compile(
    r"(?<=来电人)(?:[（(][^）)]{0,16}[）)]|(?:声音|语气|情绪|说话|语速)[^，。；]{0,10}[，：])|^(?:来电人|市民)(?:自?称|说)[：，]?(?=我|他|她|自己)"
)
_EMPTY_HEADS = re.compile(
    r"^(?:来信|来件|投诉|求助|咨询|建议|举报|反映问题?|问题|留言|无主题|紧急求助|求助信|反映情况)$"
)
_QUESTION = re.compile(r"[吗呢么]$|([\u4e00-\u9fff])不\1|(?:怎么|如何|什么|哪里?|谁|多少)[^，。]{0,6}$|可不可以|有没有")
_OPEN, _CLOSE = "“‘（《「【(", "”’）》」】)"
_MARKS = re.compile(r"([！？。])[！？。!?.]+")
_SHORT_CLAUSES = re.compile(r"[，；]")


def summary(title: str | None, text: str, names: Sequence[str], hide: Hide) -> str:
    """Title, what happened, what is asked: at most LONGEST characters, whole sentences.

    `names`: what the senders call themselves; `hide`: masks the personal data of a text.
    """
    head = _head(title)
    # Hidden first: a name is known by the words around it.
    hidden_head, _, said = _nameless(hide(f"{head}\n{body(text, names)}"), names).partition("\n")
    sentences = [s for s in (_clean(s) for s in _sentences(_MARKS.sub(r"\1", said))) if s]
    useful = [s for s in sentences if not any(p.search(s) for p in (_COURTESY, _ABUSE, _NAMES_SPOKEN_OF))] or sentences[
        :1
    ]
    lead = _lead(without_holes(unmasked_clauses(hidden_head)), useful)
    return without_holes(lead + _fitting(useful, LONGEST - len(lead)))


def _head(title: str | None) -> str:
    head = re.sub(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])", "，", " ".join((title or "").split()))
    head = re.sub(r"[！!。.？?~～…]+$", "", head)
    return "" if _EMPTY_HEADS.match(head) else head


def _nameless(text: str, names: Sequence[str]) -> str:
    """The senders' names, hidden or not, go with the words that gave them; elsewhere they become 网友."""
    for name in names:
        called = aliases(name)
        what = r"(?P<what>[^，。！？；\n“”]{0,24}?)"
        told = rf"(?:我叫|我是|本人(?:叫|是)?|来电人){what}(?:{called})(?P<mark>[，。；]|(?=\n)|$)"
        text = re.sub(told, lambda hit: f"我是{hit['what']}{hit['mark']}" if hit["what"].strip() else "", text)
        text = re.sub(called, "网友", text)
    return text


def _clean(sentence: str) -> str:
    said = _NOTED.sub("", sentence)
    clauses = re.split(r"(?<=[，；])", said)
    kept = "".join(c for c in clauses if not _MOOD.match(c.rstrip("，；。！")))
    return _ended(unmasked_clauses(kept).strip(" ，、；"))


def _ended(sentence: str) -> str:
    if not sentence or sentence in _CLOSE:
        return ""
    return (
        sentence
        if sentence[-1] in "。！？；…" or sentence[-2:] in {"。”", "！”", "？”", "。）"}
        else f"{sentence.rstrip('：')}。"
    )


def _lead(head: str, sentences: Sequence[str]) -> str:
    """The title as a beginning, unless the text says the same at once."""
    first = sentences[0] if sentences else ""
    if not head or _said_already(head, first):
        return ""
    if _QUESTION.search(head):
        return f"{head}？"
    return f"{head}。" if "：" in head or not first else f"{head}："


def _said_already(head: str, first: str) -> bool:
    bare = re.sub(r"[^\w]", "", head.removeprefix("关于"))
    return bool(bare) and bare in re.sub(r"[^\w]", "", first)


def _sentences(text: str) -> list[str]:
    """Split where a sentence ends, never inside quotation marks or brackets."""
    found, depth, start = [], 0, 0
    for place, char in enumerate(text):
        depth += (char in _OPEN) - (char in _CLOSE and depth > 0)
        ends = char in "。！？；" and depth == 0
        # A quotation that closes a sentence carries its mark inside: «…，没人管。”我…»
        quoted = (
            char == "”"
            and depth == 0
            and text[place - 1 : place] in {"。", "！", "？"}
            and text[place + 1 : place + 2] not in "，。；、的"
        )
        if ends or quoted:
            found.append(text[start : place + 1])
            start = place + 1
    return [s.strip() for s in [*found, text[start:]] if s.strip()]


def _fitting(sentences: Sequence[str], room: int) -> str:
    """The first sentences and the one that asks, as many as there is room for, in their order."""
    if not sentences:
        return ""
    if len(sentences[0]) > room:
        return _cut(sentences[0], room)
    asking = next((n for n, s in enumerate(sentences) if n and _ASKS.search(s)), 0)
    kept = {0, asking} if len(sentences[0]) + len(sentences[asking]) <= room else {0}
    for place, sentence in enumerate(sentences):
        if place in kept:
            continue
        if sum(len(sentences[n]) for n in kept) + len(sentence) > room:
            break
        kept.add(place)
    return _full_stop("".join(sentences[n] for n in sorted(kept)))


def _cut(sentence: str, room: int) -> str:
    """Whole clauses only, and no quotation left open."""
    ends = [hit.start() for hit in _SHORT_CLAUSES.finditer(sentence[:room])]
    closed = [
        end
        for end in ends
        if sum(sentence[:end].count(c) for c in _OPEN) == sum(sentence[:end].count(c) for c in _CLOSE)
    ]
    end = max(closed or ends or [room - 2])
    return f"{sentence[:end]}……"


def _full_stop(text: str) -> str:
    return f"{text[:-1]}。" if text.endswith("；") else text
