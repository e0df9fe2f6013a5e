"""A message in a sentence or two (留言摘要), and an answer fit to be printed. Pure."""

import re

LONGEST = 120
_GREETING = re.compile(r"^(?:尊敬的)?[^，。！？\s]{0,10}(?:领导|书记|市长|县长|区长|局长|主任|您好|你好)+[^，。！？\n]{0,4}[，。！：:!\s]*")
_CONSENT = re.compile(r"[（(]?(?:我?同意公开|请对我的身份保密)[^）)\n]{0,10}[）)]?。?\s*$")
_SIGNED = re.compile(r"\n[^\n]{0,20}\n?电话[：:][^\n]{0,60}$")
_SALUTATION = re.compile(r"^(?:尊敬的)?[^，。！：:\s]{0,12}(?:先生|女士|同志|网友|市民|朋友)?[“\"]?[^，。！：:\s]{0,10}[”\"]?(?:您好|你好)[！!，,。:：]?")
_MARKS = re.compile(r"([！？!?。])\1+")


def summary(title: str | None, text: str) -> str:
    """Title and what it is about, at most LONGEST characters, cut at a sentence where one ends."""
    said = _SIGNED.sub("", text.strip())
    said = _CONSENT.sub("", said).strip()
    said = _GREETING.sub("", " ".join(said.split())).strip()
    said = _MARKS.sub(r"\1", said)
    head = (title or "").strip().rstrip("！!。？?")
    if head and not said.startswith(head):
        said = f"{head}：{said}"
    return _cut(said)


def printed_answer(text: str) -> str:
    """The answer with its salutation made general: 网友您好."""
    body = "\n".join(line.strip() for line in text.splitlines() if line.strip())
    return "网友您好！" + _SALUTATION.sub("", body, count=1).lstrip("！!，,。 ") if _SALUTATION.match(body) else body


def _cut(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    head = text[:LONGEST]
    end = max(head.rfind(mark) for mark in "。！？；")
    if end >= LONGEST // 2:
        return head[: end + 1]
    comma = head.rfind("，")
    return (head[:comma] if comma > LONGEST // 2 else head[: LONGEST - 1]) + "……"
