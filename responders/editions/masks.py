"""What redaction leaves behind, made readable: no «[手机号]» where the words can go with it. Pure."""

import re

_CONTACT = r"\[(?:手机号|电话号码|邮箱|微信号|QQ号|身份证号|证件号|银行卡号)\]"
_LABEL = (
    r"(?:(?:我|本人|他|她)?的?(?:联系|来电|手机|银行|证件)?(?:电话|手机|方式|号码|微信|邮箱|卡号|账号|证件号?|身份证)"
    r"(?:号码?)?|可?(?:联系|致电|拨打|加)(?:我|本人)?|QQ)"
)
_SAID = re.compile(rf"[（(]\s*(?:{_LABEL})?[是为：:\s]*{_CONTACT}\s*[）)]|(?:{_LABEL})?[是为：:\s]*{_CONTACT}")
_PLATE = re.compile(r"(?:车牌号?(?:码)?[是为：:\s]*)?\[车牌号\]的?")
_ROOM = re.compile(r"\[住址\]屋(?!顶)")
_HOME = re.compile(r"\[住址\]")
_AT_HOME = re.compile(
    r"^(?:我们?|本人)?(?:现|家|租)?(?:住|居住|家)(?:在|于)?\[住址\]$|^(?:家庭|详细)?(?:住址|地址)[是为：:\s]*\[住址\]$"
)
_NAMED = re.compile(r"^(?:我叫|我是|本人(?:叫|是)?|我的名字[叫是])?[\u4e00-\u9fff]\*{1,3}$")
_HOLES = (
    (re.compile(r"(?<=[\u4e00-\u9fff])[ \t]+(?=[\u4e00-\u9fff])"), ""),
    (re.compile(r"[（(]\s*[，、：:]*\s*[）)]"), ""),
    (re.compile(r"[，、：；,\s]+(?=[。！？；）])"), ""),
    (re.compile(r"([，；：])[，、；：]+"), r"\1"),
    (re.compile(r"([。！？；])[。；，、]+"), r"\1"),
    (re.compile(r"([。！？，；])\1+"), r"\1"),
    (re.compile(r"^[，、；：。\s]+"), ""),
)
_LEAST = 4  # characters that still say something


def unmasked_clauses(sentence: str) -> str:
    """A sentence without the clauses that told who somebody is; empty where nothing else was said."""
    pieces = re.split(r"([，；,;])", sentence)
    kept: list[str] = []
    for clause, mark in zip(pieces[::2], [*pieces[1::2], ""], strict=True):
        words = clause.rstrip("。！？!?")
        left = smoothed(clause)
        told = left != clause or _NAMED.match(words)
        if _AT_HOME.match(words) or _NAMED.match(words) or (told and len(left.strip("。！？!?")) < _LEAST):
            # The sentence still needs its end.
            kept = [*kept[:-1], clause[len(words) :]] if clause[len(words) :] and kept else kept
            continue
        kept += [left, mark]
    return without_holes("".join(kept))


def smoothed(text: str) -> str:
    """Masks with the words that announced them taken out; an address becomes «某处»."""
    return without_holes(_HOME.sub("某处", _ROOM.sub("某处房屋", _PLATE.sub("", _SAID.sub("", text)))))


def without_holes(text: str) -> str:
    """Punctuation that stands alone, or twice, after something was taken out."""
    for pattern, instead in _HOLES:
        text = pattern.sub(instead, text)
    return text


def aliases(name: str) -> str:
    """A pattern of a known sender's name, as written and as masked («王小明», «王**»)."""
    written = re.escape(name)
    if re.fullmatch(r"[\u4e00-\u9fff]{2,4}", name):
        return rf"{written}|{name[0]}\*{{{len(name) - 1}}}"
    return written
