"""办理途径: which rules a message falls under. A legal matter, so a miss weighs more than a false alarm.

A false alarm costs a person one look; a miss sends an accusation to the accused (检举控告工作规则 第四十七条) or
treats a petition, a disclosure request or a court matter as an ordinary order. Order of the rules is precedence.
"""

from collections.abc import Sequence

from classifiers import accusations, danger_signs, emergencies
from classifiers.cues import Hit, May, Rules, rule
from classifiers.leaning_files import shipped
from classifiers.leanings import WINDOW, Leaning
from models.vocabulary import Procedure

_GAP = "[^。！？!?\n]"
_PHRASE = "[^。！？!?，,；;\n]"
_COURT = (
    "法院|判决|裁定|裁决书|(?<![审])一审(?!一)|二审|再审|终审|上诉|抗诉|开庭|庭审|法官|胜诉|败诉|起诉|诉讼|强制执行|执行局|被执行人"
    "|老赖|申请执行|行政复议|复议(?:决定|机关|申请|期间|委员会)|仲裁|检察院|公诉|取保候审|刑事案件|刑事立案"
)
_RECORDS = (
    "(?:信息|文件|批文|批复|方案|协议|公告|材料|清单|明细|账目|账本|资料|预算|决算|台账|档案|图纸|纪要|依据|合同|报告|记录|标准|名单"
    "|流向|用途|复印件|原文|数据|统计|预案|决定书|证据|数额|公示表|经费|许可证|处罚|环评|规划条件|月报|答复书|补贴|总额|办法|补偿款|去向)"
)
_NEAR_A_BUILDING = "(?:那条|门口|门前|旁|对面|附近|家属院|宿舍|小区|后面|隔壁|搬|路口|站|往)"

_RULES = Rules(
    rule(
        Procedure.PETITION,
        "信访事项",
        [
            "信访|上访|越级|进京|请愿|联名(?:信|上书|反映|签名|要求|请求|控)?|集体(?:签名|反映|维权|讨薪|上书|写信|请求)"
            "|复查(?:申请|意见|请求|复核|机关|办)|申请复查|复核(?:申请|意见|请求|机关)|申请复核|三级终结|息诉罢访"
            "|(?:去|到|上)(?:省里|北京|省城|中央|市里|省委|国务院).{0,6}(?:反映|告状|讨说法)"
        ],
        unless=[
            f"信访(?:局|大厅|办|中心|接待中心){_NEAR_A_BUILDING}|不是(?:去|来)?信访|司机",
            "信访(?:局|办|大厅|窗口|中心|接待中心)的?(?:几点|什么时候|周[一二三四五六日天末]|星期|[上下]班|开门|办公|电话|地址|在哪|怎么走)",
            "(?:事故|责任|工伤)(?:责任)?认定",  # 复核 of a finding has a way of its own, not 信访
        ],
    ),
    rule(
        Procedure.DISCLOSURE,
        "政府信息公开申请",
        [
            "信息公开|补正告知书|公开条例|政务公开申请|公开申请|公开办|申请(?:全部|书面|依法|主动)?(?:公开|获取|查阅|调取|复制)",
            f"(?:申请|请求|要求|请|希望|应当|依法|想){_PHRASE}{{0,14}}(?:公开|公示|提供|获取|查阅|调取|书面告知|复制|看){_PHRASE}{{0,40}}{_RECORDS}",
            f"(?:公开|公示){_PHRASE}{{0,30}}{_RECORDS}{_GAP}{{0,30}}(?:申请|要求|书面|答复)",
            f"{_RECORDS}{_GAP}{{0,20}}(?:申请|要求|依法)(?:全部|一并|书面)?(?:公开|提供)",
        ],
        unless=["公开栏[上里]的?"],
    ),
    rule(
        Procedure.DECLINED,
        "已进入或应走法定途径",
        [_COURT],
        unless=[f"(?:法院|检察院){_NEAR_A_BUILDING}"],
    ),
    rule(
        Procedure.ENFORCEMENT,
        "行政执法投诉举报",
        [
            "举报|12315|12369|12331|职业打假|查处|取缔|依法(?:处罚|查|立案|处理)|严厉打击|严查|责令|给予处罚|行政处罚|劳动监察|监察大队|投诉人|联合执法|立案|查扣|封存|检定"
            "|(?:执法|监管|运管|物价|计量|城管|交通|环保|环境|市监|工商|劳动)[^。！？，,；;\n]{0,12}(?:查处|查封|处罚|罚款|查扣|取缔)|处罚(?:司机|商家|店家|企业|该|他|结果)",
            "无证(?:经营|行医|照|摆摊|办学|生产|施工|驾驶|上岗)|无照经营|无营业执照|没有(?:营业执照|许可证|资质|办学)|无资质"
            "|黑(?:车|诊所|作坊|中介|网吧|工厂|煤窑|幼儿园|加油)",
            # Short measure at a petrol station is 计量; the words meet those of bribes (加油卡, 油水) only by chance.
            f"(?:加油[站机枪]|油枪){_PHRASE}{{0,12}}(?:少油|少加|少给|不准|不足|作弊|做手脚|调表|跳枪|虚标)",
            "假冒|伪劣|假(?:烟|酒|药|货|种子|化肥|农药)|三无产品|过期(?:食品|商品|药|奶|面包|零食)|地沟油|病死猪|注水肉|私屠滥宰"
            "|虚假(?:宣传|广告|标价)|价格欺诈|缺斤(?:少|短)两|短斤缺两|强制消费|退一赔[三十]|不开发票|拒开发票|偷税|漏税",
            "偷排|暗管|超标排放|非法(?:经营|行医|采砂|采矿|开采|捕捞|营运|占用|占地|排放|倾倒|加油|办学|集资|建房|改装|买卖|电鱼)"
            "|传销|电鱼|毒鱼|盗采|滥伐|违法(?:建设|建筑|占地|用地|经营|排污|施工|搭建|转包|分包)|赌博机|涉黄|卖淫|聚众赌博|毒品|吸毒"
            "|违规(?:办学|排放|经营|生产|销售|收费)",
        ],
        unless=[
            "如何(?:办理|申请)|怎么(?:办理|申请)|举报(?:电话|箱|有奖)|有奖举报|不是(?:要|来)?举报|没有要举报|“[^”]{0,6}举报[^”]{0,6}”"
        ],
    ),
)

MAYBE_ACCUSATION, MAYBE_EMERGENCY = "suspected_accusation", "suspected_emergency"
# A passage that reads like a cry for help and names no danger: a person looks, and nothing is hurried.
READS_LIKE_ONE = "reads_like_emergency"
_NAMES = {each.code: each.name for each in _RULES} | {
    Procedure.ACCUSATION: "涉嫌违纪违法，按检举控告处理",
    Procedure.EMERGENCY: "险情正在发生",
    MAYBE_ACCUSATION: "疑似涉及干部作风，请人工判断是否检举控告",
    MAYBE_EMERGENCY: "可能涉及人身安全，请人工判断是否紧急",
    READS_LIKE_ONE: "语气近于求助，未写明险情，请人工看一眼",
}
# An emergency cannot wait; an accusation must not leak, whatever else the message asks; suspicions decide nothing.
_ORDER = [
    Procedure.EMERGENCY,
    Procedure.ACCUSATION,
    *dict.fromkeys(Procedure(each.code) for each in _RULES),
    MAYBE_EMERGENCY,
    MAYBE_ACCUSATION,
    READS_LIKE_ONE,
]
# How much the rules add to what the passages lean to; so much of either that more of it says no more.
_PER_SIGN, _MOST_SIGNS = 0.5, 4.0
_PER_DANGER, _MOST_DANGER = 0.6, 2.4
_CERTAIN = 9.0
_FEWEST_CHARACTERS = 8
_LEANING_ALONE = 0.4  # more is needed of a way that no person need look at
_ANOTHER_WAY = 2.0  # more is needed where a rule already sees another legal way
# More is needed where nothing but the leaning speaks («局长接待日是哪天»): 179 labelled accusations lose none by it,
# and of 51 others that were sealed 21 are only held for a person.
_UNSIGNED = 1.0
# Signs so heavy that another legal way («法院», «举报») beside them is no reason to doubt.
_OUTRIGHT = 4.0
# Taken from a leaning to 紧急 that no rule shares, of what has gone on for weeks. On 61 + 50 own cases of danger none
# is lost by it (1.5; at 2.0 one is), and a quarter of those wrongly taken for one are right.
_LASTING = 1.5
# A line without a sign or anybody in it («路灯坏了，请修») accuses nobody, whatever its few character pairs lean to.
_TOO_SHORT_TO_HINT = 14
_DECIDING = frozenset(Procedure)
_PASSAGE_WEIGHED = (Procedure.ACCUSATION, Procedure.EMERGENCY)
CUES = (*accusations.CUES, *emergencies.CUES, *_RULES.cues)


def find_procedure(
    text: str, may: May = None, title_length: int = 0, leaning: Leaning | None = None
) -> tuple[Procedure, list[Hit]]:
    """Name the procedure of a whole text (title first), and every legal hint, suspicions too; the first decides."""
    leaning = leaning or shipped().read([text])[0]
    ruled = _RULES.hits(text, may)
    doubt = _ANOTHER_WAY if ruled else 0.0
    found = [
        _accusation(text, may, leaning, doubt),
        _emergency(text, may, title_length, leaning, doubt),
        *ruled,
        *([] if ruled else _leant(text, leaning)),
    ]
    legal = sorted(filter(None, found), key=lambda hit: _ORDER.index(hit.code))
    decides = legal and legal[0].code in _DECIDING
    return Procedure(legal[0].code) if decides else Procedure.ORDINARY, legal


def accusation_in(legal: Sequence[Hit]) -> str:
    """Say whether the hints hold an accusation, whatever decides the procedure: "decided", "suspected" or ""."""
    codes = {hit.code for hit in legal}
    if Procedure.ACCUSATION in codes:
        return "decided"
    return "suspected" if MAYBE_ACCUSATION in codes else ""


def rule_strengths(text: str) -> dict[str, float]:
    """Give what the rules alone add for each legal way (`classifiers/leaning_training.py` sets limits with it)."""
    ruled = {hit.code: _CERTAIN for hit in _RULES.hits(text)}
    signs, danger = accusations.weigh(text)[0], emergencies.weigh(text)[0]
    return {**ruled, Procedure.ACCUSATION: _accused(signs), Procedure.EMERGENCY: _endangered(danger)}


def _accused(signs: float) -> float:
    return _PER_SIGN * min(signs, _MOST_SIGNS)


def _endangered(danger: float) -> float:
    return _PER_DANGER * min(danger, _MOST_DANGER)


def _accusation(text: str, may: May, leaning: Leaning, doubt: float) -> Hit | None:
    least = leaning.short_of(Procedure.ACCUSATION) / _PER_SIGN
    if least > _MOST_SIGNS:
        return None
    signs, quote = accusations.weigh(text, may, least)
    if not signs and len(text) <= _TOO_SHORT_TO_HINT and not accusations.speaks_of_somebody(text):
        return None
    if not signs:
        doubt = max(doubt, _UNSIGNED)
    elif signs >= _OUTRIGHT:
        doubt = 0.0
    return _weighed(Procedure.ACCUSATION, MAYBE_ACCUSATION, _accused(signs), quote, text, leaning, doubt=doubt)


def _emergency(text: str, may: May, title_length: int, leaning: Leaning, doubt: float) -> Hit | None:
    short = leaning.short_of(Procedure.EMERGENCY)
    if short > _PER_DANGER * _MOST_DANGER:
        return None
    danger, name, words = emergencies.weigh(text, title_length, may)
    if not danger:
        return _emergency_by_leaning(text, leaning, doubt)
    return _weighed(Procedure.EMERGENCY, MAYBE_EMERGENCY, _endangered(danger), words, text, leaning, name=name)


def _emergency_by_leaning(text: str, leaning: Leaning, doubt: float) -> Hit | None:
    """No rule sees a danger: the passage that leans there must name one itself to raise any urgency."""
    less = _LASTING if leaning.short_of(Procedure.EMERGENCY) <= 0 and emergencies.lasts(text) else 0.0
    hit = _weighed(Procedure.EMERGENCY, MAYBE_EMERGENCY, 0.0, "", text, leaning, doubt=doubt, less=less)
    if hit is None:
        return None
    sign, at_once = danger_signs.find_sign(text, max(0, leaning.start(Procedure.EMERGENCY) - WINDOW), 3 * WINDOW)
    if not sign or danger_signs.praises(text):
        return Hit(READS_LIKE_ONE, _NAMES[READS_LIKE_ONE], "")
    code = hit.code if at_once else MAYBE_EMERGENCY
    return Hit(code, _NAMES[code], sign)


def _weighed(
    procedure: Procedure,
    maybe: str,
    strength: float,
    quote: str,
    text: str,
    leaning: Leaning,
    *,
    name: str = "",
    doubt: float = 0.0,
    less: float = 0.0,
) -> Hit | None:
    """Add rules and leaning, take `less` away: decided above one limit and a doubt, for a person above a lower one."""
    total = strength + leaning.to(procedure) - less
    held, decided = leaning.limits[procedure]
    if total < held or not (strength or _says_enough(text)):
        return None
    code = procedure if total >= decided + doubt else maybe
    return Hit(code, (name if code == procedure else "") or _NAMES[code], quote or leaning.quote(procedure, text))


def _leant(text: str, leaning: Leaning) -> list[Hit]:
    """Give the other ways that a passage leans to, for a text in which no rule saw any."""
    leant = [
        head
        for head, (_, decided) in leaning.limits.items()
        if head not in _PASSAGE_WEIGHED and leaning.to(head) >= decided + _LEANING_ALONE
    ]
    if not leant or not _says_enough(text):
        return []
    return [Hit(head, _NAMES[head], leaning.quote(head, text)) for head in leant]


def _says_enough(text: str) -> bool:
    """Tell whether a text is long enough to lean anywhere."""
    return len(text.strip()) >= _FEWEST_CHARACTERS
