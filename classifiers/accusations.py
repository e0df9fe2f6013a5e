# ruff: noqa: E501 - a pattern is one line
"""检举控告: somebody in office, and what he is said to have gained or hidden.

People seldom write 受贿. They write of two cartons of cigarettes, a brother-in-law's shop, a signature that is not
theirs. So signs are weighed: each counts in full where an office stands near, less where a company or a property
manager stands nearer, and half where it is only asked about. Enough within one passage is sealed; less is for a person
to judge. An office that is slow, rude or says no is no accusation.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import attrgetter
from typing import NamedTuple

from classifiers.cues import Cue, May, clause, cues, searched

_LEAST = 0.6  # lighter signs are not looked at one by one
_THANKED = 4.0
_MOST_QUOTES = 3
_PASSAGE = 180  # characters within which signs add up
_NEAR = 60  # characters between a sign and an office
_MOST_HITS = 4
_SEEN = "亲眼"  # backs what else is told; alone it tells of a lamp post as well as of a bribe
_AGAIN = 0.3  # what another sign of the same sort adds
_PHRASE = "[^。！？!?，,；;\n]"
_GAP = "[^。！？!?\n]"

_KIN = (
    "小舅子|大舅子|大舅哥|连襟|妻弟|内弟|姐夫|妹夫|侄子|侄女|侄儿|外甥|岳母|岳父|丈母娘|老丈人|女婿|亲家|堂弟|堂哥|表弟|表哥|表妹|堂兄|表叔|小姨子|嫂子|弟媳"
    "|亲戚|亲属|家属|老部下|老同学|情妇|情人|自家人|自己人"
)
_CLOSE_KIN = "弟弟|哥哥|妹妹|姐姐|爱人|老婆|夫人|媳妇|妻子|丈夫|儿子|女儿|父亲|母亲|司机|舅舅|同学|公公|婆婆|丈母"
_TITLE = (
    "(?:支书|书记|村主任|村长|副主任|主任|会计|文书|出纳|组长|站长|所长|局长|科长|股长|处长|院长|校长|园长|队长|镇长|乡长|县长|场长|馆长|部长|参谋|司长|理事长"
    "|法官|经办人?)"
)
_OFFICE = (
    "村支书|老支书|支书|村书记|(?:党委|支部|社区|街道|镇|乡|村|县委|区委|局)的?书记|书记(?=[^您你好，：:,。]{0,3}(?:某|家|的|说|自己|拿|把|他))|村主任|村副主任|村长|村干部|村官|村文书|村会计|会计|文书|村两委"
    "|村委|居委|社区干部|社区主任|社区里|组长|小组长|镇长|乡长|副县长|副区长|副市长|局长|处长|科长|股长|站长|所长|司长|院长|校长|园长|馆长|场长|中队长|大队长|队长"
    "|副主任|主任|部长|参谋|秘书长|理事长|镇里|乡里|镇上|乡上|局里|所里|站里|队里|村里|馆里|上面的人|里面的人|里面有人|上面有人|有关人员|某些人|某些干部"
    "|(?:单位|学校|局|院|镇|乡|村|街道|部门|有位|几个|某位|某|相关|分管|个别|某些|有些|地方|政府|主要)的?领导|干部|公务员|公职人员|国家工作人员|工作人员|办事员|协管员|经办人?|窗口"
    "|民警|警察|交警|辅警|协警|派出所|公安|城管|执法局|执法队|执法的|执法人员|法官|检察官|法院|检察院|书记员|教务处|教研组长|班主任|老师|在职教师|主刀|医生|村医|护士长|评委|专家组|安全专家"
    "|监理|考场|安全员|车管所|运管所|国土所|水管所|农经站|就业站|监测站|民政办|社保局|审批局|规划局|住建局|教育局|交通局|水利局|民政局|林业站|卫健|街道办|街道|指挥部"
    "|管委会|干休所|敬老院|养老院|福利院|殡仪馆|林场|粮管所|粮食系统|工会|班子|政府|执法部门|职能部门|行政部门|主管部门|有关部门|单位|安监|环卫所|车管|村部|来的人|办案人员|某人|那边有人|上面|农机站|合作社|某局|某乡|某镇|审计局|市监|环保局|农机站|残联|协会"
)
_JUDGING = "(?:法官|审判长|审判员|检察官|书记员|仲裁员|执行员|法院的(?:人(?!民)|领导|工作人员))"
_TREATED = (
    "[吃喝收拿]了?(?:被告|原告|对方|人家|当事人|老板|开发商|被执行人)们?的(?:饭|请(?!求)|酒|烟|钱|礼|卡|好处|红包)"
)
_PRIVATE = "物业|业委会|业主委员会|开发商|房地产|置业|平台|驾校|培训机构|培训班|商家|店家|房东|贷|投资|保险|销售|售楼|楼盘|车位|装修|网友|骗子|诈骗|传销|健身|装饰|停车|快递|邻居|邻里|老板娘"
_DOUBT = (
    "是不是|是否|难道|会不会|有没有|莫非|不禁|如果|假如|若|谁|还是|怀疑|防止|预防|避免|可能|[吗么嘛呢][？?]?$|[？?]"
)
_THANKS = (
    "当面退回|退回了?(?:我|红包|礼|烟)|拒收|坚决不|不收礼|婉拒|没收下|表扬|点赞|锦旗|不是(?:要|来|想)?(?:举报|告)谁?贪|没有要举报|不是(?:要|来)?举报|党课"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Sign:
    """`near`: an office must stand near; else the words themselves speak of one.

    `name`: the word is a charge, which may be only asked about; the others are things seen and done.
    """

    weight: float
    near: bool
    name: bool
    cues: tuple[Cue, ...]


def _sign(weight: float, *patterns: str, near: bool = True, name: bool = False) -> _Sign:
    return _Sign(weight, near, name, cues(patterns))


_SIGNS = (
    # A charge that can only be brought against people in office.
    _sign(
        2.0,
        "贪污|贪赃|贪腐|受贿|索贿|行贿|贿选|买官|卖官|以权谋私|权钱交易|权色交易|官商勾结|官匪勾结|警匪|徇私|枉法|吃拿卡要|中饱私囊|优亲厚友|吃空饷|公款(?:吃喝|旅游|消费|私用|私存)|公车私用|小金库"
        "|贪官|贪了|倒卖救灾|救灾物资卖|在职的?(?:老师|教师)[^。，,；;\n]{0,14}(?:补课|办班)|滥用职权|公器私用|假公济私|雁过拔毛",
        near=False,
        name=True,
    ),
    # The same is said of companies and neighbours.
    _sign(
        2.0,
        f"套取|套钱|截留|虚报|侵吞|挪用|围标|串标|陪标|买通|串好|里应外合|通风报信|走后门|萝卜坑|监守自盗|侵占{_PHRASE}{{0,8}}(?:集体|国有|公款|补偿|资金|款|山林|林)",
        name=True,
    ),
    _sign(
        1.6,
        "利益输送|骗取(?:国家|各?项?补|低保|扶贫|医保|专项|资金|财政)|内定|打点|勾结|串通|保护伞|打击报复|关系户|不正当|包养|关系不清|近亲",
        name=True,
    ),
    _sign(
        1.2,
        "包庇|渎职|玩忽职守|违纪|腐败|官官相护|弄虚作假|造假|作假|猫腻|暗箱|霸占|强占|欺压|护着|作风问题|生活作风|贿赂|欺上瞒下|粗暴执法|暴力执法",
        name=True,
    ),
    _sign(
        1.9,
        "检举|控告|(?:实名|匿名)(?:举报|反映)|举报(?=[^。，,；;\\n]{0,12}(?:书记|支书|主任|局长|所长|站长|科长|校长|院长|队长|干部|会计|协警|民警|法官|村[长官委])|(?:他|她)们?收)",
    ),
    _sign(
        0.8,
        "(?:纪委|监委|监察委)(?!(?:大楼|大院|办公楼)?(?:门口|门前|旁|对面|附近|家属院|宿舍|后面|隔壁|路口))|监察部门|纪检|巡察|巡视组|组织上派人",
        near=False,
    ),
    # Kin of somebody in office, and friendships.
    _sign(
        1.2,
        f"{_TITLE}[^。！？!?，,；;：:、\n我请您你为]{{0,9}}(?:{_KIN})",
        f"{_TITLE}(?:某|家)?(?:的|他|她|乃)?(?:{_CLOSE_KIN})",
        f"(?:{_KIN}){_PHRASE}{{0,4}}(?:是|在|就是|当|和|跟){_PHRASE}{{0,12}}{_TITLE}",
        f"(?:的|他|她|其)(?:{_CLOSE_KIN}|{_KIN}){_PHRASE}{{0,3}}(?:是|在|当){_PHRASE}{{0,10}}(?:{_TITLE}|派出所|局|政府|法院)",
        "(?:领导|干部|民警|警察)的(?:亲戚|家属|夫人|老婆|弟弟|儿子|女儿|司机)|个领导的?家属|他家亲戚|指挥部的亲戚",
        near=False,
    ),
    _sign(
        0.9,
        f"(?:他|她|其|自己|自己的|自家|本人)(?:的)?(?:{_CLOSE_KIN}|{_KIN})|{_KIN}|老板家|一起(?:吃饭|喝酒|打牌|钓鱼|旅游)|打牌|钓鱼|饭局|杀猪饭|喝酒吃饭|同一个姓|左手倒右手",
    ),
    # Of who judges: what the court itself is about («判决», «败诉») must not outweigh it.
    _sign(
        4.0,
        f"{_JUDGING}{_PHRASE}{{0,12}}(?:枉法|徇私|受贿(?![案罪])|贪赃|吃请|接受{_PHRASE}{{0,8}}宴请|{_TREATED}|[收要]{_PHRASE}{{0,4}}红包)",
        f"{_JUDGING}(?:和|与|跟|同|被){_PHRASE}{{0,8}}(?:勾结|串通|买通|收买)",
        f"(?:买通|收买|打点|宴请)了?{_PHRASE}{{0,6}}{_JUDGING}",
        near=False,
        name=True,
    ),
    # What they take.
    _sign(
        1.7,
        "回扣|好处费|索要|收黑钱|保护费|跑路费|辛苦(?:费|钱)|人情费|茶水(?:费|钱)|喝茶费|收(?:了)?礼(?!包|貌)|送(?:了)?礼(?!包|貌)|礼金|红包(?!雨)|油水|造册|虚开|假发票|冒领|内鬼|私分|资源费|关照费|卫生押金|专家费",
    ),
    _sign(
        1.7,
        f"腰包|报信|[十百千万块元]包过|(?:钱|款)(?:都|全)?被{_PHRASE}{{0,6}}(?:吃|贪|吞|拿走|瓜分|分了)|吃请|{_TREATED}"
        "|“坐坐”|暗示(?:各|我们|大家|企业|家属)|条烟|中华烟|软中华|茅台|瓶酒|购物卡|加油卡|油卡|茶叶盒|意思意思|有表示|表示表示|“表示”|要我请客|请(?:他|她)吃|请客吃饭|有人要留|分一份|一人一半|分红|分账|抽成|不怕查|土特产|塞(?:了|过|给|钱|进去)"
        f"|送(?:一个|个)?信封|加[一二两三四五六七八九十百千0-9]+元就|(?:收|要|拿|领|借)(?:走|了|过)?(?:我|他|她|每家|每户|人家|每人|一家|一个人|一人)?(?:弟弟|们|每人|一个人)?(?:[0-9]+|[一二两三四五六七八九十百几]+)[千百万]{_PHRASE}{{0,2}}(?:块|元)?现金",
    ),
    _sign(
        1.0,
        f"提成|返点|转(?:到|给)(?:他|她)|个人账(?:号|户)|私人账(?:号|户)|(?:得|收|捞|拿|给)(?:了|到|些|过)?好处|喝茶|茶室|不开票|没有收据|收据都没有|现金(?:交|送)|留一份|(?:请|要){_PHRASE}{{0,4}}请客|私下要|借走"
        f"|(?:收|拿|借|要|送)(?:走|了|过)?(?:我|我们|他|她|每家|每户|弟弟|人家)?{_PHRASE}{{0,4}}(?:[0-9]+|[一二两三四五六七八九十百几]+)(?:千|万|百|次)(?!平|多?户|多?人|亩|米)|一个人(?:两|三|五|几)百|一分一百",
    ),
    # Money or goods of the public that went elsewhere.
    _sign(
        1.4,
        f"去向不明|去了哪里|去哪里?了|到哪里?去了|流向|对不上|查无此账|账本|账上|没有账|不走账|白条|收条|冲账|别家的票|票据也?拿不出|记在{_PHRASE}{{0,8}}账|差额|一分没|实际到手|只(?:拿|领|发|收|见)到?{_PHRASE}{{0,3}}(?:万|千|亩|元|一半)|少发|多报|发下去"
        f"|领两份|重复领|领低保|低保名额|拿低保|死了{_PHRASE}{{0,6}}领|领款单|领过补助|没有领过|没有领到|没有参保|没交上去|根本没交|系统里没有|早已过世|去世{_PHRASE}{{0,8}}领|救灾|扶贫(?:羊|款|资金|项目)|公家|国家的钱|集体的钱|公款|油钱|公车|上面拨|拨了多少|国家拨|多出来的",
    ),
    _sign(
        1.4,
        "送人情|搬回|往他(?:车|家)|拿回家|自己家|私用|当头车|接孩子|丈母娘家楼下|自家(?:的)?门口|包下来|转租|低价|转手|内部价|领导家|哪来的钱|新越野|全款买|盖了新楼|盖了(?:一栋)?(?:楼|别墅)|买了门面|他抽屉|刷掉",
    ),
    # What is not what it is said to be.
    _sign(
        1.4,
        f"代签|冒签|假签名|签名不是|不是我签|名字和手印|没有签过|没见过这张|没有见过这|代领|假(?:材料|名单|残疾证|病历|证明|合同|档案|资料|化验)|改档案|改成绩|改分|照片是(?:隔壁|别|另)|附的照片|自己填|照抄|糊弄|骗上面|骗国家|应付检查|虚假(?:验收|上报|材料|合格|场次)"
        f"|报了{_PHRASE}{{0,8}}其实|全部合格|以陈顶新|同意降配|做手脚|补录|评审成本|论文是?买|量身|供应商写好|验收{_PHRASE}{{0,10}}(?:吃|夸|饭|坐)|拍完照|替人消|领了补贴",
    ),
    _sign(
        1.4,
        f"招标{_GAP}{{0,20}}(?:走过场|同一|亲|总是|都是|价格)|没有?招(?:过)?标|没有挂牌|没有评估|没(?:有)?开过会|代表会(?:从来)?没|中标{_PHRASE}{{0,14}}(?:是|总|永远)|陪着投|面试{_PHRASE}{{0,12}}(?:刷|五十|评委)|录取的是|录的是|评议{_PHRASE}{{0,6}}(?:走过场|在)|名单{_PHRASE}{{0,8}}(?:怎么|都是|没有他|亲)|让(?:我|我们)?找某|推荐”"
        f"|一张票|拉票|换届|只准一家|提前(?:知道|放|漏|就知道|一天)|前一天就|走漏|漏出来|里面(?:找好|打好)|开的检测站|实验班|给他外甥|自己人抽走|通过{_PHRASE}{{0,10}}(?:科长|股长|局长|主任|校长){_PHRASE}{{0,8}}(?:塞|办|进|安排)|不(?:给|交|送|买|找)(?:的)?(?:就(?:不|说|卡)|第二天|尾款|考核|那|位|连续|排|返工)|拿{_PHRASE}{{0,6}}就行|(?:不送|没有?给|不交)，(?:尾款|第二天|就|这|连续)|不去的",
    ),
    _sign(
        1.4,
        f"实际(?:拿到|得到|领到)|没(?:有)?(?:进账|入账)|摆拍|收款码|加急费|拜码头|一个人签|补会议记录|补记录|介绍病人|换了新车|住在{_PHRASE}{{0,4}}家里|(?:每个|每人|一本|一户){_PHRASE}{{0,6}}(?:他|她)拿|(?:信|材料|证据)[^。！？!?\n]{{0,20}}(?:对方手|在手里|手上|念给)"
        f"|老板(?:就)?是{_PHRASE}{{0,14}}(?:{_KIN}|老婆|爱人|弟弟|哥哥|儿子|女儿)|准备[一二两三四五六七八九十几]+万|往少里|倒卖|虚列|多开|吃干股|干股|入股|挂靠|挂名|顶替|冒名|走关系|托关系|找关系|有门路|开后门|放水|睁一只眼",
    ),
    # Hushing up, and fear of it.
    _sign(
        1.4,
        "封口|自愿不追究|不让(?:我们)?(?:报|说|讲)|不要往外说|内部解决|瞒报|瞒着不报|压下来|压着不|压了多少|拿着我的(?:信|材料)|我写的原话|我的(?:信|材料)(?:怎么|是谁)|监控(?:坏|一开始|“)|录像(?:也)?(?:说)?坏|硬盘坏|当没看见|停了我|调去守|被通知去|穿小鞋|敢怒不敢言|靠山|里面熟|幕后|压多少件|人情往来|问罪",
    ),
    _sign(
        0.7,
        f"侵占|泄露|泄密|名下|拨款|统筹|没有交|别墅|租金|差价|后台|撑腰|打招呼|指使|拒绝{_PHRASE}{{0,8}}(?:公开|给我们看)|也能过|照样(?:过|签|通过)|必过|亲眼|关系很?好|没有?公示|不公示|投标|好处",
    ),
    _sign(
        1.0,
        "匿名|不敢(?:署名|写名字|实名|留名)|左手写|别找我|先不要找我|不要先找他|(?:千万|请|望|万望)(?:别|不要|勿)[^。，,；;\n]{0,6}(?:转|保密|交)(?:给|到|回|至)?|万望保密|(?:别|不要)(?:再)?(?:把|让)[^。，,；;\n]{0,16}(?:转|交|批|知道)|转到[他她]手|自己查自己|绕开|请[^。，,；;\n]{0,6}(?:上级|上面|市里|省里|外地|外市)[^。，,；;\n]{0,8}(?:查|来人|派)|派(?:外地|省|市|上面)|由省|有权查|良心不安|心里不踏实|悄悄|可以作证|愿意作证",
        near=False,
    ),
)  # fmt: skip
_SIGN_OF = {cue: number for number, sign in enumerate(_SIGNS) for cue in sign.cues}
CUES = tuple(_SIGN_OF)


class _Found(NamedTuple):
    """A sign in a text: its number, where it stands, what it weighs, its words."""

    sign: int
    start: int
    end: int
    weight: float
    quote: str


_weight_of = attrgetter("weight")


def weigh(text: str, may: May = None, least: float = -math.inf) -> tuple[float, str]:
    """Give the weight of the heaviest passage's signs, and the citizen's words that weigh most in it.

    (0, "") at once where no passage can weigh `least`, wherever its offices stand: to look for those takes longest.
    """
    if may is not None and _most_possible(may) < least:
        return 0.0, ""
    found = _found(text, may)
    if sum(each.weight for each in found) < least:
        return 0.0, ""
    weighed = [_Found(each.sign, each.start, each.end, _weight(text, each), each.quote) for each in found]
    total, passage = _heaviest(weighed)
    heaviest = sorted(passage, key=_weight_of, reverse=True)[:_MOST_QUOTES]
    quotes = "”“".join(dict.fromkeys(found.quote for found in heaviest))
    return total - (_THANKED if searched(_THANKS).search(text) else 0.0), quotes


def speaks_of_somebody(text: str) -> bool:
    """Tell whether a text has anybody in it who could be accused: an office, kin, «他», «你们», «姓王的»."""
    return searched(f"{_OFFICE}|{_KIN}|[他她您你们姓某谁员位人]|[收送给要]了").search(text) is not None


def _most_possible(may: Mapping[Cue, Sequence[int] | None]) -> float:
    """Give what a text weighs if every sign stands wherever it may begin."""
    begun: dict[int, int] = {}
    for cue, starts in may.items():
        if (sign := _SIGN_OF.get(cue)) is not None:
            begun[sign] = begun.get(sign, 0) + (_MOST_HITS if starts is None else min(len(starts), _MOST_HITS))
    return sum(_SIGNS[sign].weight * (1 + _AGAIN * (times - 1)) for sign, times in begun.items())


def _found(text: str, may: May) -> list[_Found]:
    """Give the signs of a text with their whole weight; none where all together are too light."""
    found = [
        _Found(sign, match.start(), match.end(), _SIGNS[sign].weight, match.group()[:12])
        for cue in (_SIGN_OF if may is None else may)
        if (sign := _SIGN_OF.get(cue)) is not None
        for match in islice(cue.matches(text, may), _MOST_HITS)
    ]
    if sum(each.weight for each in found) < _LEAST:
        return []
    told = any(each.quote != _SEEN for each in found) or searched(_OFFICE).search(text)
    return found if told else []


def _weight(text: str, found: _Found) -> float:
    sign, weight = _SIGNS[found.sign], found.weight
    if sign.near and (other := _distance(_PRIVATE, text, found)) <= _NEAR:
        office = _distance(_OFFICE, text, found)
        weight *= (1.0 if office <= _NEAR else 0.5) * (0.5 if other < office else 1.0)
    elif sign.near and not searched(_OFFICE).search(text, *_around(found)):  # how near no longer matters
        weight *= 0.5
    doubted = sign.name and searched(_DOUBT).search(clause(text, found.start, found.end))
    return weight / 2 if doubted else weight


def _distance(wanted: str, text: str, found: _Found) -> int:
    """Characters between a sign and the nearest of the wanted; one more than `_NEAR` when none is near."""
    near = searched(wanted).finditer(text, *_around(found))
    return min((max(each.start() - found.end, found.start - each.end(), 0) for each in near), default=_NEAR + 1)


def _around(found: _Found) -> tuple[int, int]:
    return max(0, found.start - _NEAR), found.end + _NEAR


def _heaviest(found: Sequence[_Found]) -> tuple[float, list[_Found]]:
    """Give the passage whose different signs weigh most."""
    best: tuple[float, list[_Found]] = (0.0, [])
    by_weight = sorted(found, key=_weight_of)
    for first in found:
        last = first.start + _PASSAGE
        different = {(each.sign, each.quote): each for each in by_weight if first.start <= each.start <= last}
        total, seen = 0.0, set[int]()
        for each in sorted(different.values(), key=_weight_of, reverse=True):
            total += each.weight * (_AGAIN if each.sign in seen else 1.0)
            seen.add(each.sign)
        if total > best[0]:
            best = total, list(different.values())
    return best
