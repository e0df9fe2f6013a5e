"""Plates, mail addresses, messenger accounts and passports: personal data with a shape of its own."""

import re
from collections.abc import Iterator

from classifiers.numerals import plain

_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使][A-HJ-NP-Z][ ·•.\-]{0,2}"
    r"(?=[A-HJ-NP-Z]{0,2}[0-9])(?:[A-HJ-NP-Z0-9]{6}|[A-HJ-NP-Z0-9]{4}[A-HJ-NP-Z0-9挂学警港澳领])(?![A-Z0-9])",
    re.IGNORECASE,
)
# «渝 A 9 9 F 2 1»: letter by letter, as people write what they fear is filtered.
_PLATE_SPACED = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]"
    r"[ ·.\-]{0,2}[A-HJ-NP-Z](?=[^0-9]{0,8}[0-9][^0-9]{0,6}[0-9])(?:[ ·.\-]{0,2}[A-HJ-NP-Z0-9]){5,6}"
    r"(?![A-Z0-9])",
    re.IGNORECASE,
)
_LOCAL_PART = re.compile(r"[A-Za-z0-9._%+\-]{1,64}$")
_HOST = re.compile(r"[A-Za-z0-9][A-Za-z0-9.\-]{0,120}\.[A-Za-z]{2,12}")
_SAYS = r"(?:号码|账号|帐号|号|[ ]?(?:ID|id)(?: is(?= ))?)?[ \t就是为叫：:，,（(]{0,4}"
# The «@» as people say it, and the dot; a bare «#» or « at » only before a host that ends as hosts do.
_SPOKEN_AT = re.compile(
    r"[ ]?(?:艾特|爱特|圈[aA]|小老鼠|[\[(（]at[\])）]|[\[(（]@[\])）]|#|(?<= )at(?= ))[ ]?", re.IGNORECASE
)
_SPOKEN_HOST = re.compile(
    r"[A-Za-z0-9\-]{1,40}(?:(?: dot |[ ]?[.。点][ ]?|[\[(（](?:dot|点)[\])）])[A-Za-z0-9\-]{1,40}){0,3}"
    r"(?: dot |[ ]?[.。点][ ]?|[\[(（](?:dot|点)[\])）])"
    r"(?:com|cn|net|org|edu|gov|io|me|cc|info|hk|tw|[A-Za-z]{2,3})(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_WECHAT = re.compile(
    rf"(?:微信|薇信|威信|(?<![A-Za-z])(?:wechat|weixin|vx|wx)|[vV]信|加我?[vV微薇]|[vVwW微薇][❤♥]\ufe0f?|卫星(?=[：:])|[微薇V](?=[：:]))(?:联系)?{_SAYS}"
    r"(?P<value>[A-Za-z][A-Za-z0-9_\-]{5,19}|[0-9]{6,12})(?![A-Za-z0-9_])",
    re.IGNORECASE,
)
_QQ = re.compile(
    r"(?:(?<![A-Za-z])Q ?Q|(?<![A-Za-z])Q(?=[ ]?[：:是])|(?<=[我的加])Q(?=[ ]?[1-9])|扣扣|[抠扣]{2}|企鹅)"
    rf"(?:群|[ ]is)?{_SAYS}"
    r"(?P<value>[1-9][0-9]{4,11}|[1-9][0-9]{2,5}(?:[ \-][0-9]{2,5}){1,3})(?![0-9@])",
    re.IGNORECASE,
)
_PASSPORT_SAID = re.compile(
    rf"(?:护照|通行证|台胞证|回乡证)(?:证件)?{_SAYS}(?P<value>[A-Za-z]{{0,2}}[0-9]{{6,10}})(?![A-Za-z0-9])"
)
_PASSPORT = re.compile(r"(?<![A-Za-z0-9])(?:[EGeg][0-9]{8}|[Ee][A-HJ-NP-Z][0-9]{7})(?![A-Za-z0-9])")
_DAY_INSIDE = re.compile(r"[EGeg](?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])[0-3][0-9]")
_REFERENCE = re.compile(r"(?:单号|编号|订单|工单|批号|型号|文号|车次|合同号?)[^0-9A-Za-z]{0,3}$")


def shaped_spans(text: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, kind) of what is known by its shape or by the word in front of it."""
    source = plain(text)
    yield from _emails(source)
    for pattern in (_PLATE, _PLATE_SPACED):
        for hit in pattern.finditer(source):
            yield hit.start(), hit.end(), "plate"
    for pattern, kind in ((_WECHAT, "wechat"), (_QQ, "qq"), (_PASSPORT_SAID, "passport")):
        for hit in pattern.finditer(source):
            yield *hit.span("value"), kind
    for hit in _PASSPORT.finditer(source):
        before = source[max(0, hit.start() - 8) : hit.start()]
        if not _DAY_INSIDE.fullmatch(hit[0]) and not _REFERENCE.search(before):
            yield hit.start(), hit.end(), "passport"


def _emails(source: str) -> Iterator[tuple[int, int, str]]:
    """Outwards from each «@», so that a long row of letters costs nothing."""
    at = source.find("@")
    while at >= 0:
        local = _LOCAL_PART.search(source[max(0, at - 64) : at])
        host = _HOST.match(source, at + 1)
        if local and host:
            yield at - len(local[0]), host.end(), "email"
        at = source.find("@", at + 1)
    for sign in _SPOKEN_AT.finditer(source):
        local = _LOCAL_PART.search(source[max(0, sign.start() - 64) : sign.start()])
        host = _SPOKEN_HOST.match(source, sign.end())
        if local and host:
            yield sign.start() - len(local[0]), host.end(), "email"
