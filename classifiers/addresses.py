"""Door-level addresses: from the street's or estate's name to the door. Districts, streets and villages stay."""

import re
from collections.abc import Iterator

from classifiers.numerals import plain

_N = r"(?:[0-9]{1,4}[A-Za-z]?|[A-Za-z][0-9]{0,2}|[一二三四五六七八九十甲乙丙丁]{1,3})"
_ROOM = r"(?:[0-9]{3,4}|[0-9]{1,4}(?=[室房]|户(?!型))|[一二三四五六七八九零〇]{3,4})"
# «600户», «650吨» count something and are no rooms.
_ENDS = r"(?:室|房|寝室?|号房?|(?<!0)户(?!型))?(?![多余吨元个米平辆人块万千百户套间家年])"
_S = r"[ \-—，,、]?"
# «四楼东户», «2单元西门»: a door told by its side of the landing.
_SIDE = r"[东西南北中左右]{1,2}(?:户(?!型)|室|门(?![口外前店面])|手边?)"
# «5号» as a door, not what else a place numbers: «3号楼5号电梯».
_HOUSE_NUMBER = r"[0-9]{1,3}号(?:附[0-9]{1,3}号?)?(?![楼栋幢院线令文公桥井机店电库车门地变口]|单元)"
# «3栋2单元501», «12号楼1203室», «A座1203», «5幢602»
_BLOCK = (
    rf"{_N}(?:栋|幢|座|号楼|#楼?|棟){_S}(?:{_N}(?:单元|门|梯|-)(?:门)?{_S})?(?:{_N}[楼层]{_S})?"
    rf"(?:(?:{_ROOM}|(?<=单元){_N}(?=[室房户号])){_ENDS}|(?<=单元)[0-9]{{1,2}}-[0-9]{{1,2}}(?![0-9\-])|(?<=[楼层元]){_SIDE}"
    rf"|(?<=[栋幢楼院门]){_HOUSE_NUMBER})"
)
_UNIT = rf"(?:{_N}|[东西南北中])(?:单元|门洞){_S}(?:{_N}[楼层]{_S})?(?:{_ROOM}{_ENDS}|{_SIDE})"
_YARD = rf"{_N}号院{_S}{_HOUSE_NUMBER}"
# «隔壁1303»: the neighbour's door in the house that the letter is about.
_BESIDE = rf"(?<=隔壁|楼上|楼下|对门)[0-9]{{3,4}}(?![0-9\-]){_ENDS}"
# «星河公寓2107房»; of an office tower the words around say whether somebody is at home there.
_SUITE = (
    r"(?:(?<=公寓|宿舍|小区|花园|家园|新村)|(?<=安置房|公租房|廉租房|家属楼|宿舍楼))[0-9]{3,4}(?:室|房|号房)(?![多余])"
)
_FLOOR = (
    rf"{_N}[楼层]{_S}(?:[0-9]{{3,4}}|[一二三四五六七八九零〇]{{3,4}})(?:室|房)?"
    r"(?![0-9多余吨元个米平辆人块万千百户套间家年号])"
)
_NUMBER_ROOM = (
    rf"[0-9]{{1,4}}号(?:院|大院)?{_S}"
    rf"(?:(?:{_N}[楼层]{_S})?{_ROOM}(?:室|房|户)|{_N}[楼层]{_S}[东西南北中左右]{{1,2}}(?:户(?!型)|室))"
)
_VILLAGE = (
    rf"(?<=[村组屯社湾队冲坪会]){_S}(?:第?{_N}(?:村民小组|组|队|社)){_S}(?:门牌)?[0-9]{{1,4}}号(?![楼线路令文公桥井机])"
)
_DASHED = r"(?<![0-9\-.])[0-9]{1,3}-[0-9]{1,2}-[0-9]{3,4}(?![0-9\-])(?:室|号|户)?"
_HOUSE = (
    r"(?:路|街|大道|巷|弄|胡同|里|村|组|条|道|排|屯|湾|冲|坪|寨|庄|沟|坡|堡|大厦|大楼)"
    r"(?P<house>[0-9]{1,4}(?:-[0-9]{1,3})?号(?:附[0-9]{1,3}号)?|(?<=大厦|大楼)[0-9]{3,4}(?:室|房))"
    r"(?![楼线令文公桥井机店])"
)
_DOOR = re.compile(
    rf"(?<![0-9A-Za-z])(?:{_BLOCK}|{_UNIT}|{_YARD}|{_NUMBER_ROOM}|{_DASHED}|{_FLOOR})(?![0-9])|{_VILLAGE}|{_BESIDE}|{_SUITE}"
)
_AT_HOME = re.compile(_HOUSE)
_HOME_SAID = re.compile(
    r"(?:住址|(?<!公司)(?<!单位)(?<![局店厂])地址|房号|住(?![宅房建院户])|居住|户籍|家在|房子?在|坐落|我家|门牌|寄到|送到|邮寄|上门)[^。；;\n]{0,40}$"
)
_I_AM = re.compile(r"(?:我|本人|我们)(?:是|在|系)[^。；;，,\n]{0,40}$")
_LIVES = re.compile(r"的?(?:业主|住户|居民|村民|租户|居住|房主|户主)")
_DASHED_ONLY = re.compile(rf"{_DASHED}|{_FLOOR}")
_OFFICE_HOME = re.compile(r"(?:住址|家住|住在|居住|现住|住于|户籍|租住|家在)[^。；;\n]{0,40}$")
_NAME = re.compile(r"[\u4e00-\u9fffA-Za-z0-9·]{0,30}$")
# What stands before the name of a street or estate and is no part of it.
_BEFORE_NAME = re.compile(
    r"(?:.*(?:住址|地址|位于|住在|家住|现住|居住在|居住于|住于|租住在?|[爸妈爹娘父母]亲?住|搬到|寄到|送到|购买了?"
    r"|买了?|家在|地点|房子在|户籍在?|于|在|是|为|系|(?:[我他她]|我们)家(?!园)|我们?|本人|业主|住户|(?<!居)住(?![宅房建院])|[省州盟旗]|(?<![城都超])市(?!场)"
    r"|(?<![园苑城期湾邸府区][A-Z])(?<![小社园片校厂矿新老城])区|县(?!城)|镇|乡|街道办?|办事处|的|对|等|到达|将|把|投诉|举报|反映|[0-9]{1,4}[年月日号]份?就?(?=[\u4e00-\u9fff])(?![院楼])))"
)
_MEMBER = re.compile(
    r"[一-鿿A-Za-z0-9·]{1,}(?:路|街|大道|巷|弄|里|道|胡同|排|屯|湾|冲|坪|寨|庄|沟|坡|堡|小区|社区|花园|家园|苑|园|城|公寓|大厦|广场|府|庭|湾|居|村|新村|宿舍|院|郡|邸|墅|轩|阁|台|期|号|组|安置区|楼盘|[A-Z]区|新城|中心|委员会)$"
)
_OFFICE = re.compile(
    r"(?:办公|(?:[局委办所站院店厂]|公司|中心)地址|窗口|大厅|地点|服务中心|信访|政务|接待|咨询|政府|通讯地址|来信地址|邮寄地址|局机关)[^。；;\n]{0,24}$"
)


def address_spans(text: str, *, official: bool = False) -> Iterator[tuple[int, int, str]]:
    """(start, end, kind); an office's own address stays in an official's text."""
    source = plain(text)
    reach = 0
    for start, end in _doors(source, _OFFICE_HOME if official else _HOME_SAID):
        if start < reach:
            continue
        before = source[max(0, start - 44) : start]
        if official and _OFFICE.search(before):
            continue
        yield _name_start(source, start), end, "address"
        reach = end


def _doors(source: str, home_said: re.Pattern[str]) -> list[tuple[int, int]]:
    """Doors known by their form, and those that only the words around them or an estate's name make a home."""
    doors = [
        hit.span()
        for hit in _DOOR.finditer(source)
        if not _DASHED_ONLY.fullmatch(hit[0])
        or _name_start(source, hit.start()) < hit.start()
        or _is_home(source, hit.start(), hit.end(), home_said)
    ]
    houses = (hit.span("house") for hit in _AT_HOME.finditer(source))
    found = doors + [house for house in houses if _is_home(source, *house, home_said)]
    return sorted(found, key=lambda door: (door[0], -door[1]))


def _is_home(source: str, start: int, end: int, home_said: re.Pattern[str]) -> bool:
    before = source[max(0, start - 50) : start]
    return bool(home_said.search(before)) or (bool(_I_AM.search(before)) and bool(_LIVES.match(source, end)))


def _name_start(source: str, door: int) -> int:
    """Where the street or estate before the door begins; the door itself where no such name stands there."""
    left = _NAME.search(source, max(0, door - 30), door)
    name = left[0] if left else ""
    if lead := _BEFORE_NAME.match(name):
        name = name[lead.end() :]
    return door - len(name) if _MEMBER.fullmatch(name) else door
