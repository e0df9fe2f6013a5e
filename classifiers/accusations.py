# ruff: noqa: E501 - a pattern is one line
"""检举控告 that never says so: somebody in office, and signs of gain that add up.

People seldom write 受贿. They write of cigarettes each month, a brother-in-law's shop, a signature that is not
theirs. One sign is gossip; two different ones about people in office are for the 专办员 to read.
"""

import re
from dataclasses import dataclass

from classifiers.cues import Cue, Hit, May, compiled
from models.vocabulary import Procedure

_ENOUGH = 2.0
_PHRASE = "[^。！？!?，,；;\n]"
_GAP = "[^。！？!?\n]"

OFFICE = (
    "(?:领导|局长|书记|村长|支书|主任|镇长|乡长|县长|区长|市长|科长|处长|股长|站长|所长|队长|组长|场长|馆长|司长|部长|文书|会计|出纳|院长"
    "|校长|园长|班主任|教导|教务处|老师|教师|教授|导师|村医|医生|护士长|民警|片警|警察|交警|辅警|协警|协管员|城管|执法|工作人员|办事员|经办"
    "|窗口|干部|公职|公务员|法官|检察官|村官|网格员|考官|安全员|检查员|评审|评委|指挥部|干休所|派出所|办案|纪检|采购科|基建科|车管所|考场"
    "|一把手|分管|班子|村委|村两委|居委会|街道办|农经站|运管所|国土所|管理所|审批局|审批科|办证大厅|政务大厅|林场|殡仪馆|敬老院|福利院|卫健"
    "|某些人|有些人|某位|上面的人|里面的人|队里|局里|所里|站里|镇里|乡里|村里|学校|单位)"
)
_KIN = (
    "(?:亲戚|亲属|家属|小舅子|大舅子|连襟|弟弟|哥哥|姐夫|妹夫|侄子|侄女|外甥|爱人|老婆|夫人|媳妇|岳母|岳父|丈人|儿子|女婿|司机|亲家|堂弟|表弟|堂哥"
    "|表哥|小姨子|妻弟|妻子|嫂子|弟媳|老部下|老同学|情妇|自家人|他哥|他弟|他爸|他家)"
)
_SUM = "(?:[0-9]+|[一二两三四五六七八九十百几半]+)(?:多|来|余)?(?:块|元|千|百|万|条|瓶|斤茶|箱)"


@dataclass(frozen=True, slots=True)
class _Sign:
    weight: float
    cues: tuple[Cue, ...]


_SIGNS = tuple(
    _Sign(weight, compiled([pattern]))
    for weight, pattern in (
        (1.0, f"{_KIN}{_GAP}{{0,16}}(?:开(?:的|店|了|公司)|公司|店|法人|股东|中标|承包|名额|低保|安排|工程|名下|接的|代持|领|就是|名字|代管|结婚)"),
        (1.0, f"(?:法人|股东|老板|店主|承包人|中标|中标方|施工方|供应商|合伙人){_PHRASE}{{0,12}}(?:是|姓|跟|和){_PHRASE}{{0,14}}(?:{_KIN}|同一个姓)"),
        (1.0, f"(?:四个|三个|两个|几个|都|全)是{_PHRASE}{{0,8}}(?:亲戚|家属|关系户|干部)|不是{_PHRASE}{{0,10}}亲戚就是"),
        (1.0, f"(?:要|收|拿|索|暗示|封|塞|交|给|付|孝敬|送|领){_PHRASE}{{0,12}}{_SUM}"),
        (1.0, "烟酒|条烟|中华烟|软中华|茅台|购物卡|加油卡|礼品|喝茶费|茶水|辛苦费|跑路费|资源费|签字费|卫生押金|“表示”|有表示|意思意思|请客|一桌"),
        (1.0, "不(?:给|交|送|拿|塞|找|买|去|请|表示)(?:的)?(?:就|，|孩子|考核|尾款|[^。！？\n]{0,6}(?:不给|不办|不上报|不安排|不批|卡|刁难|排到|靠后|扣分|走流程))"),
        (1.2, "公家|国家的钱|公款|公车|公帑|集体的钱|扶贫款|救灾(?:物资|款)|救灾专用|补贴[^。！？\n]{0,8}(?:自己|没(?:有)?发|领)|记在[^。！？\n]{0,10}账上|油卡"),
        (1.2, "代签|冒签|假签名|签名[^。！？\n]{0,8}(?:假|一个笔迹|不是)|重复领|领两份|多报|少发|做手脚|假名单|死(?:了|人)[^。！？\n]{0,10}领|空户|吃空|造册|虚开|假发票|白条|阴阳合同"),
        (1.2, "分账|提成|分红|分成|回扣|抽成|返点|好处|封口费|自愿不追究|私了|油水|捞|捞钱|私分|独吞|装进|进了[^。！？\n]{0,6}口袋"),
        (1.2, "勾结|串通|内鬼|内部消息|有交易|猫腻|暗箱|走过场|打招呼|跟里面熟|内定|萝卜坑|量身定|提前[^。！？\n]{0,8}(?:漏|知道)|漏出来|泄露|通风|串好|心里有数|做局"),
        (1.0, "没有(?:评估|挂牌|招标|公示|上职代会|开票|收据|票据|发票|合同)|不(?:开票|招标|公示|走账|开收据)|没(?:开过会|公示|招标)|收条|现金交|低价|市价"),
        (1.0, "指定(?:的)?[^。！？\n]{0,8}(?:店|公司|中介|机构)|“推荐”|“自愿”|让(?:我|我们)?找(?:某|一家|那家|他)|必须(?:在|找|买)[^。！？\n]{0,8}(?:店|家|公司|那里)|托管班|家里(?:办|补|摆)|开小灶|茶室"),
        (1.0, "生活作风|关系不清|不清不楚|暧昧|情人|包庇|压着不|压下来|护着|监控[^。！？\n]{0,6}(?:坏|检修|没)|自己摔的|打击|穿小鞋|报复|调去守"),
        (0.8, "先(?:别|不要)找我|别找我|不要(?:把|再把|往)[^。！？\n]{0,14}转|请(?:不要|勿)转|匿名|保密|上级(?:机关|单位|部门)?[^。！？\n]{0,4}(?:查|来人|派人)|请[^。！？\n]{0,6}查|查一查|审一审|查查|求查|录音|聊天记录|截图|偷拍"),
        (0.8, "敢怒不敢言|心亏|良心|哪来的钱|新越野|全款买|别墅|豪车|蹊跷|怀疑|听说|亲眼看见|不公平|黑心|心寒"),
        (1.0, f"{OFFICE}{_PHRASE}{{0,10}}(?:抽屉|家里|自己家|家门口|门口修|私人|自用|占用|霸占|借给|卖给|卖了|卖掉|拉回)"),
    )
)  # fmt: skip
_OFFICE = compiled([OFFICE])
SUSPICIOUS = (*_OFFICE, *(cue for sign in _SIGNS for cue in sign.cues))
_THANKS = re.compile("退回|拒收|坚决不|不收礼|婉拒|表扬|感谢|点赞|不是(?:要|来|想)?(?:举报|告)谁?贪")


def suspicion(text: str, may: May = None) -> Hit | None:
    """Add up the signs; None without anybody in office, without two signs, or in words of thanks."""
    if not _found(_OFFICE, text, may):
        return None
    total, quotes = 0.0, []
    for sign in _SIGNS:
        if match := _found(sign.cues, text, may):
            total += sign.weight
            quotes.append(match.group()[:12])
    if total < _ENOUGH or _THANKS.search(text):
        return None
    return Hit(Procedure.ACCUSATION, "疑似检举控告", "」「".join(quotes[:3]))


def _found(cues: tuple[Cue, ...], text: str, may: May) -> re.Match[str] | None:
    for cue in cues:
        if (may is None or cue in may) and (match := cue.pattern.search(text)):
            return match
    return None
