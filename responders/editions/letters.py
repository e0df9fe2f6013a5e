"""The body of a citizen's letter: without greeting, signature, telephone and the words about consent. Pure."""

import re
from collections.abc import Sequence

_GREETING = re.compile(
    r"^(?:(?:尊敬的|敬爱的|各位)?[^，。！？：:,\s]{0,12}"
    r"(?:领导|书记|[市县区镇乡局院校部处科]长|主任|部门|同志|政府|信箱|工作人员|负责人|办公室|热线|[局委办]|中心)(?:们|同志)?"
    r"(?:[：:]|(?<=领导)[，,](?=我)|[，,、]?\s*(?:您们?|你们?|大家)?好[！!，,。：:~～]*|[！!，,]\s*(?=您好|你好))"
    r"|(?:您们?|你们?|大家|领导)好(?:啊|呀)?[！!，,。：:~～]*)\s*"
)
_CONSENT = re.compile(
    r"[（(【\[]?\s*(?:(?:本人|我)?(?:不|愿意?|已)?同意(?:将?(?:本|此)?(?:信|件|留言))?公开|可以公开|请?对?我?的?身份(?:请)?保密)[^）)】\]\n，。]{0,10}[）)】\]]?[。！]?"
)
_CLOSING = re.compile(
    r"^(?:此致|敬礼|此致敬礼|谢谢.{0,8}|多谢.{0,6}|感谢.{0,10}|盼.{0,8}|望.{0,4}回复.{0,4}|祝.{1,16}|拜托了?)[！!。.~～]*$"
)
_CONTACT = re.compile(r"^(?:联系|手机|我的)?(?:电话|手机|方式|号码|微信|QQ|邮箱|tel|phone)[^\n]{0,60}$", re.IGNORECASE)
_DATED = re.compile(r"^(?:[0-9]{4}[年./-])?[0-9]{1,2}[月./-][0-9]{1,2}日?(?:夜|晨|晚|上午|下午|凌晨)?$")
_NAME_ALONE = re.compile(
    r"^(?:[\u4e00-\u9fff·]{2,8}[：:\s]+)?[\u4e00-\u9fff]{2,4}(?:[（(][^）)]{0,20}[）)])?"
    r"(?:[\s：:，,]*[0-9０-９][0-9０-９ \-－—]{6,})?$"
)
_SIGNED_AS = re.compile(
    r"^(?:一个|一名|一位|您的)?[^，。！？；：]{0,12}"
    r"(?:居民|业主|村民|家长|教师|老师|群众|市民|网友|职工|员工|学生|老人|妈妈|爸爸|住户|读者|人)[^，。！？；：]{0,5}$"
)
_NUMBER_ALONE = re.compile(r"^[0-9０-９+][0-9０-９ \-－—]{6,}$")
_HALF = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！", ".": "。", "(": "（", ")": "）"}
_HALF_AFTER_CJK = re.compile(
    r"(?<=[\u4e00-\u9fff”’》）])([,;:?!])|(?<=[\u4e00-\u9fff”’》）])(\.)(?=\s|$|[\u4e00-\u9fff])"
)
_QUOTED = re.compile(r'"([^"\n]{1,60})"')
_BEFORE_MARK = re.compile(r"\s+(?=[，。！？；：、,;:?!])")
_BRACKETS = re.compile(r"\(([^()\n]*[\u4e00-\u9fff][^()\n]*)\)")
_ENDS = "。！？；：，、…”’）》"


def body(text: str, names: Sequence[str]) -> str:
    """One running text; `names`: what the senders are called, so that their signatures are known."""
    lines = [line.strip() for line in _CONSENT.sub("", text.replace("\u3000", " ")).splitlines()]
    lines = [_full_width(line) for line in lines if line]
    while len(lines) > 1 and _is_tail(lines[-1], names):
        lines.pop()
    said = _joined(lines)
    for _ in range(3):
        said = _GREETING.sub("", said, count=1)
    return said.strip()


def _is_tail(line: str, names: Sequence[str]) -> bool:
    if any(name in line for name in names) and len(line) <= 30:  # noqa: PLR2004  (a signature, with what stands in brackets)
        return True
    shapes = (_CLOSING, _CONTACT, _DATED, _NAME_ALONE, _NUMBER_ALONE)
    return any(shape.match(line) for shape in shapes) or (len(line) <= 16 and bool(_SIGNED_AS.match(line)))  # noqa: PLR2004


def _joined(lines: Sequence[str]) -> str:
    """Lines that end in the middle of nowhere get a full stop; spaces between Chinese words a comma."""
    whole = "".join(line if line.endswith(tuple(_ENDS)) else f"{line}。" for line in lines)
    whole = re.sub(r"(?<=[\u4e00-\u9fff”])\s+(?=[\u4e00-\u9fff“])", "，", whole)
    return re.sub(r"\s+", " ", whole)


def _full_width(line: str) -> str:
    line = _BEFORE_MARK.sub("", _QUOTED.sub(r"“\1”", _BRACKETS.sub(r"（\1）", line)))
    return _HALF_AFTER_CJK.sub(lambda hit: _HALF[hit[0]], line)
