"""Does a reply speak of this message? What both say weighs for it, what only the reply says against it.

A reply that names nothing («留言已收悉») tells neither way and stands in between, below the mark all the same.
"""

import math
import re
from dataclasses import dataclass

from classifiers.relevance import terms

# Office prose, salutations, dates and telephones stand in every reply, whatever was asked.
_OFFICE = re.compile(
    r"网友[“\"][^”\"]{1,20}[”\"]|[A-Za-z]{1,4}\d{5,}|尊敬的?|网友|市民|来信人|先生|女士|[您你]好|请您"
    r"|[您你]的|[您你]?(?:在|通过)[^，。]{0,12}《[^《》]{0,20}》(?:栏目|平台)?"
    r"|留言|来信|来件|来帖|帖文|帖子|信件|邮件|诉求|反映|提出|咨询|投诉|举报|求助|建议|意见|关注|请求|希望"
    r"|呼吁|请问|关于"
    r"|情况|问题|事项|有关|相关|具体|详细|详情|如下|现将|现就|收悉|知悉|答复|回复|反馈|办理|办复|处理|处置"
    r"|受理|核查|核实|调查"
    r"|了解|经查|转(?:交|至|办)?|交由|部门|单位|领导|政府|[县市区镇]长|书记|链接|平台|栏目|高度重视"
    r"|第一时间|工作人员"
    r"|我[局委办县市区镇队院校]|致电|拨打|联系方式|联系|电话|线索|以便|非常|首先|目前|根据|予以|尽快|及时"
    r"|进一步|[一二三四五六]、"
    r"|感谢[^。！]{0,40}|谢谢[^。！]{0,20}|祝[您你][^。！]{0,20}|特此|关心|支持|监督|理解"
    r"|(?:20\d\d[年.\-/])?\d{1,2}[月.\-/]\d{1,2}日?|20\d\d年|0\d{2,3}-?\d{4,12}|1\d{10}"
    r"|https?://[\w./-]{1,200}|\*{3,}"
)
_NUMBER = re.compile(r"(?<![\dA-Za-z.])\d{3,5}(?![\d年月日元%.])")  # a bus line, a document, a house
_NUMBER_TELLS = 15.0
_EDGE = frozenset("您你我他的了在已将请与为和等就及不是有也要能可所该此并或")
_DISTRICT, _DISTRICT_TELLS = frozenset("市县区"), 11.0  # every office of a place names it
_SHORT_CODE = 4
_READ = 1500
_TITLE, _ECHO_IN = 60, 800
_SHOWN = 5

# Logistic regression on the demonstration's pairs, five strangers to each, rounded; nothing else was fitted on.
# The bias is set by hand.
_SHARED, _SAID, _TITLE_SHARE, _ECHO, _ALIKE, _BIAS = 2.2, -2.3, 7.0, 0.5, 40.0, 0.5
_LITTLE, _MUCH, _THIN_TITLE = 15.0, 60.0, 10.0


@dataclass(frozen=True, slots=True)
class Answering:
    """`score` from 0 (another matter) to 1 (this one); the words both use and those only the reply uses."""

    score: float
    shared: list[str]
    foreign: list[str]


def answering(title: str | None, text: str, reply: str) -> Answering:
    """Weigh one reply against one message; no other row, no model, the same every time."""
    head = (title or text)[:_TITLE]
    named, answered = _matter(head), _matter(reply[:_READ])
    asked = {**_matter(text[:_READ]), **named}
    both = [term for term in asked if term in answered]
    shared, wanted, said = (sum(values) for values in ((asked[t] for t in both), asked.values(), answered.values()))
    title_share = sum(named[t] for t in both if t in named) / (sum(named.values()) + _THIN_TITLE)
    odds = (
        _BIAS
        + _SHARED * math.log1p(shared / _LITTLE)
        + _SAID * math.log1p(said / _MUCH)
        + _TITLE_SHARE * title_share
        + _ECHO * _echo(_OFFICE.sub("\0", head), _OFFICE.sub("\1", reply[:_ECHO_IN]))
        + _ALIKE * shared / math.sqrt((_MUCH + wanted) * (_MUCH + said))
    )
    foreign = [term for term in answered if term not in asked]
    return Answering(1 / (1 + math.exp(-odds)), _telling(both, asked), _telling(foreign, answered))


def _matter(text: str) -> dict[str, float]:
    """Terms that tell what a text is about, with their weight."""
    bare = _OFFICE.sub("。", text)
    found = {
        term: min(value, _DISTRICT_TELLS) if term[-1] in _DISTRICT else value
        for term, value in terms(bare).items()
        if term[0] not in _EDGE and term[-1] not in _EDGE and not (term.isascii() and len(term) < _SHORT_CODE)
    }
    return found | dict.fromkeys(_NUMBER.findall(bare), _NUMBER_TELLS)


def _telling(found: list[str], weights: dict[str, float]) -> list[str]:
    """The most telling first, for a person to read: no pieces of what stands there, no counts."""
    out: list[str] = []
    for term in sorted(found, key=lambda t: (-weights[t], t)):
        if len(out) == _SHOWN:
            break
        counted = not term.isdecimal() and (term[0].isdecimal() or term[-1].isdecimal())
        if not counted and not any(term in shown or shown in term for shown in out):
            out.append(term)
    return out


def _echo(title: str, reply: str) -> int:
    """Length of the longest piece of the title that stands in the reply word for word, less one."""
    longest = 1
    for start in range(len(title)):
        while start + longest < len(title) and title[start : start + longest + 1] in reply:
            longest += 1
    return longest - 1
