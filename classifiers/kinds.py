"""诉求类型: what the sender wants, from the words with which people ask, complain, report, propose or thank."""

import re
from dataclasses import dataclass
from itertools import islice

from classifiers.cues import Cue, May, compiled
from models.vocabulary import Kind, Procedure

_MOST_PER_CUE = 3
_SHARES = [1 / (1 + number) for number in range(50)]


@dataclass(frozen=True, slots=True)
class _Word:
    kind: Kind
    weight: float
    cues: tuple[Cue, ...]


_WORDS: tuple[_Word, ...] = tuple(
    _Word(kind, weight, compiled([pattern]))
    for kind, weight, pattern in (
        (Kind.REPORT, 4.0, "举报|检举|控告|揭发"),
        (Kind.REPORT, 1.5, "查处|取缔|严查|严惩|彻查|以权谋私|贪污|受贿|偷排|无证经营|非法(?!律)|保护伞|违法"),
        (
            Kind.CONSULTATION,
            3.0,
            "咨询|请问|想问|问一下|想了解|想知道|请教|询问|求解答|不知道(?:怎么|如何|需要|可以|能不能|要不要)",
        ),
        (
            Kind.CONSULTATION,
            1.2,
            "怎么办理|如何(?:办理|申请|缴纳|查询|报名|补缴|领取)|需要(?:什么|哪些)|哪些(?:材料|手续|条件)|什么(?:条件|手续|材料|政策|时候|流程)|是否(?:可以|能|需要|符合|属于)|能不能(?:办|领|报|用|享受|申请|转|买)|何时|多少钱|有没有(?:政策|规定|补贴|计划)|会不会|可以吗|对吗|吗[？?]",
        ),
        (Kind.COMPLAINT, 3.0, "投诉"),
        (
            Kind.COMPLAINT,
            1.2,
            "扰民|噪音|噪声|臭味|恶臭|严重影响|影响.{0,6}(?:休息|生活|睡眠|出行)|强烈(?:要求|不满)|乱收费|乱停|拖欠|不给(?:退|办|发|钱|解决|说法|开)|恶劣|没人管|无人管|不管|忽悠|欺骗|欺诈|坑人|黑心|霸王|推诿|踢皮球|敷衍|气愤|愤怒|忍无可忍|太过分|凭什么|什么态度|不作为|拒绝|骗|克扣|强制|还我|讨个?说法|反映",
        ),
        (Kind.REQUEST, 2.0, "求助|帮帮|帮忙|救助|救救|求求|恳求|恳请|跪求|求.{0,4}(?:帮|解决)"),
        (
            Kind.REQUEST,
            1.0,
            "请求|希望.{0,16}(?:解决|处理|帮|协调|修|落实|关注)|请.{0,12}(?:解决|处理|帮|协调|派人|安排|维修|修复|修一)|困难|能否(?:帮|派|安排|协调|解决|尽快)|麻烦",
        ),
        (Kind.SUGGESTION, 3.5, "建议|提议|提个?意见|合理化|献计|倡议|呼吁"),
        (
            Kind.SUGGESTION,
            0.8,
            "能否(?:增|设|加|开通|延长|优化|考虑)|可否(?:增|设|加|开通|延长|优化)|应该(?:增|设|加|建|改)|希望.{0,10}(?:增设|增加|开通|新建|优化|完善|延长|规划|推广)|增设|加装|优化|完善",
        ),
        (
            Kind.PRAISE,
            4.0,
            "表扬|点赞|锦旗|致敬|好样的|竖.{0,3}大拇指|感谢信|特此感谢|衷心(?:地)?感谢|由衷(?:地)?感谢|为.{0,12}点赞|拾金不昧",
        ),
        (
            Kind.PRAISE,
            1.2,
            "(?:非常|十分|特别|真的?|太)感谢|认真负责|热情(?:周到|服务)|耐心(?:细致|解答)|效率(?:很|真|太)?高|服务(?:很|真|非常)好|满意",
        ),
    )
)
CUES = tuple(cue for word in _WORDS for cue in word.cues)
# The legal way says much about what is wanted: added before the words are counted.
_BY_PROCEDURE = {
    Procedure.EMERGENCY: (Kind.REQUEST, 6.0),
    Procedure.ACCUSATION: (Kind.REPORT, 5.0),
    Procedure.ENFORCEMENT: (Kind.REPORT, 2.5),
    Procedure.DISCLOSURE: (Kind.REQUEST, 6.0),
    Procedure.PETITION: (Kind.REQUEST, 1.5),
    Procedure.DECLINED: (Kind.REQUEST, 1.5),
}
_QUESTION = re.compile(r"[?？]\s*$|吗[。\s]*$|呢[。\s]*$")
_FEWEST_CHARACTERS = 6


def find_kind(text: str, procedure: Procedure, title_length: int = 0, may: May = None) -> Kind:
    """Tell what the sender of a whole text (title first) wants; `other` only for next to nothing."""
    points: dict[Kind, float] = {}
    if procedure in _BY_PROCEDURE:
        kind, weight = _BY_PROCEDURE[procedure]
        points[kind] = weight
    for word in _WORDS:
        cues = word.cues if may is None else [cue for cue in word.cues if cue in may]
        found = [match.start() for cue in cues for match in islice(cue.pattern.finditer(text), _MOST_PER_CUE)]
        if found:
            # The first time counts in full, repetition less, and a title more than a body.
            times = sum(_SHARES[: len(found)]) + sum(at < title_length for at in found)
            points[word.kind] = points.get(word.kind, 0.0) + word.weight * times
    return max(points, key=lambda kind: (points[kind], kind)) if points else _without_cue(text)


def _without_cue(text: str) -> Kind:
    if len(text.strip()) < _FEWEST_CHARACTERS:
        return Kind.OTHER
    return Kind.CONSULTATION if _QUESTION.search(text) else Kind.COMPLAINT
