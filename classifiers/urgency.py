# ruff: noqa: E501 - a pattern is one line
"""Urgency with its reasons, and what a machine may never decide alone (DOMAIN, «Never automatic»)."""

from collections.abc import Mapping, Sequence

from classifiers.cues import Hit, May, Rule, Rules, rule
from classifiers.procedures import MAYBE_EMERGENCY
from models.vocabulary import Domain, Kind, Procedure, Urgency

_GAP = "[^。！？!?\n]"
_PHRASE = "[^。！？!?，,；;、）)\n]"
# A number of two digits or more, each branch beginning with a plain character (see cues.cues); a bus, a street
# number, a distance, a sum or a date counts nobody.
_OF_THINGS = "[0-9.号路车米元块万年月日点栋幢室楼岁期%]"
_TENS = "|".join(f"{digit}[0-9]{{1,3}}(?!{_OF_THINGS})" for digit in "123456789")
_MANY = f"(?:{_TENS}|几十|上百|数百|几百|数十|上千|百余|百十|十几|十多|二十多|三十多|几千|数千)(?:多|余|来)?"
_MINOR = "(?:未成年|孩子|小孩|儿童|学生|幼儿|婴儿|女童|男童|小学生|初中生|高中生|儿子|女儿|孙子|孙女|小朋友|娃|女生|男生|同学|少年|少女)"
_HARM = (
    "(?:殴打|被打|打(?:伤|骨折|断|耳光|了(?![^。，,\n]{0,3}(?:电话|针|招呼|报告|[次遍回趟])))|虐待|性侵|猥亵|强奸|侵犯|骚扰|霸凌|欺凌|欺负|体罚|辱骂|恐吓|勒索|扇(?:耳光|巴掌)|离家出走|失踪|走失|失联|不见了"
    "|辍学|失学|遗弃|被拐|溺水|自残|自杀|跳楼|轻生|抑郁|网贷|怀孕|中毒|呕吐|烫伤|咬伤|伤害|童工)"
)
_SELF_HARM = "自杀|轻生|跳楼(?!价|机|大甩卖|大减价)|跳河|跳桥|跳江|割腕|自焚|自残|喝(?:了)?农药|寻短见|不想活|活不下去|没法活|结束(?:自己的?)?生命|遗书|遗言|同归于尽|以死|一死了之|死给"

SELF_HARM = rule("self_harm", "涉及轻生自伤", [_SELF_HARM])
# An illness that is named is no threat: it is looked at with care, and not as a danger of this hour.
_LOW = rule("low_spirits", "涉及心理疾病", ["抑郁症|抑郁(?=[了得很])|重度抑郁"])
MINORS = rule(
    "minors",
    "涉及未成年人权益",
    [
        "未成年|留守儿童|孤儿|弃婴|困境儿童|校园(?:欺凌|霸凌|暴力)|童工|幼师虐",
        f"{_MINOR}{_GAP}{{0,20}}{_HARM}",
        f"{_HARM}{_GAP}{{0,10}}{_MINOR}",
    ],
)
GROUP = rule(
    "group",
    "涉及群体",
    [
        "联名|集体(?:上访|签名|维权|讨薪|请愿|反映|抗议|投诉|罢工|停运|下跪|退课)|聚集|围堵|堵(?:路|门|住大门|桥|公路)|拉(?:了)?横幅|静坐|游行|罢工|罢运|罢课|群体性|全体(?:业主|村民|居民|职工|员工|家长|工人|教师|商户)"
        f"|{_MANY}(?:个|名|位|户|家|人|口)?{_PHRASE}{{0,6}}(?:业主|居民|村民|工人|农民工|家长|家庭|职工|签名|工友|商户|住户|司机|老师|教师|群众|人家|户人|号人|民工|购房者)"
        f"|{_MANY}户"
    ],
)
SECRECY = rule(
    "secrecy",
    "要求保密或涉密",
    [
        "(?:请|务必|希望|要求|为我|替我|帮我|给我|注意|严格|必须|予以|对.{0,8})保密|匿名|(?:不要|别|不得|请勿|不能|不想|千万别)(?:公开|透露|泄露|暴露|让.{0,10}知道|告诉|转给)|怕(?:被)?(?:打击)?报复"
        "|国家秘密|机密|涉密|绝密|军事(?:设施|禁区|机密)|内部文件|部队营区"
    ],
)
_MASS_POISONING = rule(
    "mass_poisoning",
    "疑似多人中毒",
    [
        f"(?:多名|多个|多人|几个|几名|几人|十几|几十|数十|上百|一家|全家|好多|很多|不少|全班|全校){_GAP}{{0,12}}(?:中毒|呕吐|上吐下泻|腹泻|拉肚子)",
        f"(?:中毒|呕吐|上吐下泻|腹泻|拉肚子){_GAP}{{0,12}}(?:多人|[0-9]{{1,3}}(?:多)?(?:名|个|位|人)|几十|十几)",
        "集体(?:中毒|腹泻|呕吐)|群体性(?:中毒|腹泻)",
    ],
)
_HAZARD: Rule = rule(
    "hazard",
    "安全隐患",
    [
        "井盖{0}(?:缺|丢|不见|没了|破|坏|松|塌|翻|被盗)".replace("{0}", f"{_GAP}{{0,8}}"),
        f"(?:墙|瓷砖|外墙|墙皮|广告牌|招牌|树枝|大树|玻璃|阳台|围墙|楼板|屋顶|护栏|电线|电缆|电线杆|脚手架|塔吊){_GAP}{{0,8}}(?:脱落|掉落|坠落|砸(?:到|中|下|伤|坏|死|人|车)|倒(?!是|也|还|不|闭|车|水|贴)|塌|垂|断裂|摇摇欲坠|倾斜)",
        "高空(?:抛物|坠物)|摇摇欲坠|危房|路面(?:塌陷|下陷|沉降)|地面塌陷|电梯.{0,10}(?:坠|急停|下滑|困|卡)|消防(?:通道|栓).{0,10}(?:堵|占|没水|无水)|飞线充电|随时(?:会|可能|都有).{0,8}(?:塌|倒|掉|爆|危险)",
    ],
)
_OUTAGE = rule(
    "outage",
    "基本生活受影响",
    [
        f"(?:停|断)(?:水|电|气|暖){_GAP}{{0,10}}(?:天|小时|周|月|夜|晚)|(?:天|小时|周|晚上?){_GAP}{{0,6}}(?:没(?:有)?|停|断)(?:水|电|气|暖)",
        "没(?:水|电|气|暖气?)(?:用|喝|了|可用)|等米下锅|没钱(?:吃饭|看病|治病|交学费)|救命钱|断(?:粮|药)|等着(?:钱|手术|救命)",
    ],
    unless=["提前|通知(?:是|的)|谣言|传言"],
)
_NOW = rule(
    "at_once",
    "来件人称情况紧急",
    [
        "十万火急|万分紧急|情况(?:非常|十分|很|太)?(?:紧急|危急)|急急急|加急(?!费|处理费|件|办|服务|证)|非常急|人命关天|危在旦夕|火烧眉毛|迫在眉睫"
    ],
)
_INTEGRITY = rule(
    "integrity",
    "涉及作风廉洁",
    ["不作为|乱作为|慢作为|懒政|推诿|踢皮球|吃拿卡要|刁难|作风|索要|红包|廉洁|失职|态度(?:恶劣|极差|很差|蛮横|粗暴)"],
)

_GROUP_PETITION = rule(
    "group_petition",
    "涉及集体信访",
    ["集体(?:上访|信访|请愿|进京)|联名(?:上访|信访)|(?:一起|组织|全部|都)(?:去|到|要去){0,2}.{0,8}上访"],
)

_TO_LIFE = (SELF_HARM, _MASS_POISONING)
_GRAVE = (*_TO_LIFE, _GROUP_PETITION)
_RAISING = (GROUP, MINORS, _LOW, _HAZARD, _OUTAGE, _NOW)
_FOR_A_PERSON = (MINORS, SELF_HARM, _LOW, GROUP, SECRECY, _INTEGRITY, _MASS_POISONING)
_RULES = Rules(*dict.fromkeys((*_GRAVE, *_RAISING, *_FOR_A_PERSON)))
CUES = _RULES.cues


def find_signals(text: str, may: May = None) -> dict[str, Hit]:
    """Give what raises urgency or needs a person, by the rule's code."""
    return {hit.code: hit for hit in _RULES.hits(text, may)}


def danger_first(
    procedure: Procedure, legal: Sequence[Hit], signals: Mapping[str, Hit]
) -> tuple[Procedure, Sequence[Hit]]:
    """Beside a decided accusation a danger to life that is only suspected counts as one: a seal would ring nobody."""
    if procedure is not Procedure.ACCUSATION:
        return procedure, legal
    dangers = [hit for hit in legal if hit.code == MAYBE_EMERGENCY] + _of(_TO_LIFE, signals)
    if not dangers:
        return procedure, legal
    first = Hit(Procedure.EMERGENCY, "可能涉及人身安全，又涉及检举控告，先按险情处置", dangers[0].quote)
    return Procedure.EMERGENCY, [first, *(hit for hit in legal if hit.code != MAYBE_EMERGENCY)]


def urgency_of(procedure: Procedure, legal: Sequence[Hit], signals: Mapping[str, Hit]) -> tuple[Urgency, list[str]]:
    """Give the urgency and why; `legal` are the hits that decided the procedure."""
    if not legal and not signals:
        return Urgency.NORMAL, []
    grave = [hit for hit in legal if hit.code == procedure == Procedure.EMERGENCY] + _of(_GRAVE, signals)
    raised = [hit for hit in legal if hit.code == MAYBE_EMERGENCY] + _of(_RAISING, signals)
    reasons = _told([*grave, *raised])
    if grave:
        return Urgency.EMERGENCY, reasons
    return (Urgency.URGENT, reasons) if raised else (Urgency.NORMAL, [])


def reasons_for_a_person(domain: str, kind: Kind, legal: Sequence[Hit], signals: Mapping[str, Hit]) -> list[str]:
    """Say in Chinese why no machine may act on this message alone; empty when it may."""
    found = _told([*legal, *_of(_FOR_A_PERSON, signals)]) if legal or signals else []
    if kind is Kind.REPORT:
        found.append("举报件")
    if domain == Domain.INTEGRITY:
        found.append("可能涉及作风与政务效能")
    return found


def _told(found: Sequence[Hit]) -> list[str]:
    """Say each reason once: 涉及轻生 and 涉及轻生自伤 of one matter are one reason."""
    told: list[Hit] = []
    for hit in found:
        if not any(hit.name.startswith(other.name) or other.name.startswith(hit.name) for other in told):
            told.append(hit)
    return [str(hit) for hit in told]


def _of(rules: Sequence[Rule], signals: Mapping[str, Hit]) -> list[Hit]:
    return [signals[each.code] for each in rules if each.code in signals] if signals else []
