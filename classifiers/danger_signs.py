# ruff: noqa: E501 - a pattern is one line
"""Signs of danger in the words themselves: without one, no leaning raises the urgency of a message.

What a passage leans to is learned, and learning takes a colloquial tale for a cry for help: whoever praises a driver
tells it as others tell an accident. So the passage must also name a thing that hurts, burns, traps, threatens or is
missing, in a sentence of the present, and that clause is the reason that is shown.
"""

import re
from itertools import islice

from classifiers.cues import clause, searched
from classifiers.emergencies import MOMENT, NEAR, NOT_NOW

_MOST_SIGNS = 12
_LONGEST_QUOTE = 24
_COMMAS = "，,、：:。！？!?；;\n “”"
_LIMB = "(?:嘴|唇|脸|手|腿|脚|胳膊|指甲|皮肤|脖子)"
_BODY = (
    "昏|晕(?!车)|休克|抽搐|抽筋|一直抽|口吐|吐(?:血|白沫|个不停)|(?:在|直|都|全|又)吐|吐了[两三四五几]|呕|喘|窒|噎|呛|咳(?:得|血|个不停)|憋得|呼吸|心跳|脉搏|没知觉|不省人事|不听使唤|说话.{0,3}(?:不清|含糊|打结)|嘴歪"
    f"|眼睛(?:睁不开|看不见)|瞳孔|眼仁|眼珠|{_LIMB}[^。，,！？\n]{{0,6}}(?:紫|青|灰|发黑|肿|断)|流口水|血(?!压|糖|脂|汗|本|缘|统|亏|拼|型|常规|管)|羊水|临产|早产|(?:烧|烫|冻|摔|砸|撞|咬|刺|电)伤|骨折|摔(?:下|倒|断|在)|着地|倒(?:在|了一)[^。，,！？\n]{{0,4}}[上地边旁]|倒下|倒地|躺(?:在地|地|着不)|趴(?:在|着|下)|瘫"
    "|起不来|动不了|一动不动|不动了|滚烫|热射病|中暑|中毒|咬(?:了|住|着|我|他|她|人)|扑倒|毒?蛇|吞(?:了|下|进)|误(?:食|吃|服)|疼得|剧痛|胸口|呼吸机|氧气|叫不(?:醒|应)|喊[他她]?不(?:应|醒)|没(?:有)?人应|没(?:有)?反应"
)
_FIRE = (
    "[冒浓黑黄白着]烟|冒[^。，,！？\n]{0,5}烟|烟味|火(?:苗|光|星|花|势|焰)|着火|烧(?:着|起|炭)|点(?:煤气|火|着|燃)|放火|爆(?:了|炸|燃|一声)|炸(?:了|药)|(?<!定时)炸弹|刺鼻|臭鸡蛋|煤气|燃气|天然气|液化气|瓦斯|汽油|氨气|液氨|氯气|[有剧]毒|毒(?:气|药)|农药|百草枯|敌敌畏|打药|呲呲|嘶嘶|在漏|往外(?:冒|喷|漏|跑)|泄漏|泄露|漏电|触电|电线[^。，,！？\n]{0,6}[断掉地]"
)  # fmt: skip
_WATER = "淹|溺|落水(?![管口斗槽立系])|掉进|冲走|漂走|冰(?:面|上|窟)|决堤|管涌|冒[浑黄]?水|洪水|山洪|翻(?:到|进|下|船|车)|侧翻|船[^。，,！？\n]{0,10}(?:坏|沉|进水|失)|救生"
_TRAPPED = "塌|垮|裂(?:开|了|缝|口)|往下(?:掉|滑|滚|坠|倒)|掉下来|滚石|落石|滑坡|悬(?:在|着|空)|坠|半空|埋(?:了|在|住|着)|困(?:在|住|了|着)|卡(?:住|在(?!中间|这|手))|夹(?:住|在|着)(?!中间)|压(?:住|在|着)|锁(?:在|住|着)|反锁|变形|(?:门|窗)[^。，,！？\n]{0,6}(?:打不开|推不开)|出不来|下不来|上不来|没(?:有)?(?:上来|出来)|追尾|撞(?:了人|翻|倒)|失控|可疑|(?:包|袋|箱)子?[^。，,！？\n]{0,8}响"
_ATTACK = "刀(?!削|具|版|工)|斧|砍|捅|杀(?!好|鱼|鸡|鸭|猪|毒|菌|虫|价|青)|绑|劫|掐|救命|放开我|拖(?:走|上车|进)|打(?:死|得|伤)|追(?:着|打|砍)|抢(?:走|劫|上)|砸门|踹|撞门|强行|(?:不敢|别|不许)报警|(?<![油跳水喷焊温])枪|弄死|尾随|躲(?:在|进)|不敢(?:出声|开灯|开门|出去)"
_SELF = "自杀|轻生|遗书|最后一封信|下辈子|来世|来生|不想活|活(?:着没|够|不下)|死(?!猪|鱼|鸡|机|板|角|活|路|循环|守|磕|心|了心)|绳子|[往想要]跳|跳(?:楼|河|桥|江|下)(?!价)|(?:栏杆|护栏|桥栏|窗户|窗台|窗子)(?:的)?(?:外|上)|(?:楼顶|天台|塔吊)[^。，,！？\n]{0,6}(?:坐|站|爬|跳)|[上在坐站爬][^。，,！？\n]{0,8}(?:天台|塔吊|水塔)|铁轨|刀片|安眠|药片|(?:吃|喝|吞)(?:了|下)[^。，,！？\n]{0,4}药|药[^。，,！？\n]{0,4}喝|割(?:腕|脉|手|破|了)|不用再?找我|别找我|告别"
_MISSING = "走失|走丢|失踪|失联|关机|没(?:有)?回(?:来|家|消息)|人(?:就)?不见了|联系不上|定位"
# What may hang, lean or crack for a year: no danger of this hour unless words of the moment stand near.
_SLOW = re.compile("裂|掉下来|往下[掉倒]|悬|半空|变形|农药")
_SIGNS = f"{_BODY}|{_FIRE}|{_WATER}|{_TRAPPED}|{_ATTACK}|{_SELF}|{_MISSING}"
_PRAISE = "点赞|表扬|致敬|锦旗|好人好事|感激|暖心|(?:特别|非常|衷心|真诚|由衷|想|要|特来|来电|来信|写信)(?:地)?感谢|感谢(?:[^您你。！\n]{0,12})(?:队|员|师|老师|司机|医生|护士|民警|同志|小伙|姑娘|阿姨)"


def praises(text: str) -> bool:
    """Tell whether somebody is thanked in earnest, which a 谢谢 at the end of a cry for help is not."""
    return searched(_PRAISE).search(text) is not None


def find_sign(text: str, start: int, length: int) -> tuple[str, bool]:
    """Give the clause of a passage that names a danger of the present, and whether it is one of this hour.

    ("", False) where none does. A danger of this hour goes before one that may wait for a person's look.
    """
    found = ""
    for match in islice(searched(_SIGNS).finditer(text, start, min(start + length, len(text))), _MOST_SIGNS):
        if searched(NOT_NOW).search(clause(text, match.start(), match.end())):
            continue
        quote = _quote(text, match.start(), match.end())
        near = max(0, match.start() - NEAR), match.end() + NEAR
        if not _SLOW.match(match.group()) or searched(MOMENT).search(text, *near):
            return quote, True
        found = found or quote
    return found, False


def _quote(text: str, start: int, end: int) -> str:
    """Widen a sign to what stands between commas, the sign within it."""
    first, last = start, end
    while first > 0 and end - first < _LONGEST_QUOTE and text[first - 1] not in _COMMAS:
        first -= 1
    while last < len(text) and last - first < _LONGEST_QUOTE and text[last] not in _COMMAS:
        last += 1
    return text[first:last].strip()
