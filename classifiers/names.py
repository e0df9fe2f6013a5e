"""Private persons' names, by what stands around them; officials with their titles stay."""

import re
from collections.abc import Iterator

from classifiers.numerals import plain
from classifiers.segmentation import words
from classifiers.surnames import COMPOUND, GIVEN, NOT_NAMES, OFFICIAL_TITLES, RARE, STOP, SURNAMES, USUAL_GIVEN

# A name must follow: what a form, or a person introducing themselves, says.
_SAID = re.compile(
    r"(?:我叫|名叫|本人叫|本人姓名|姓名|名字(?:叫|是)|叫做|联系人|投诉人|反映人|举报人|申请人"
    r"|来电人|来信人|留言人|诉求人|诉求者|投诉者|户名|收件人|收款人|持卡人|监护人|落款|署名|签名"
    r"|敬礼|委托人|代理人)"
    r"[：:是为叫，,\s（(“\"]{0,3}"
)
_CITIZEN_SAID = re.compile(
    r"(?:投诉人|反映人|举报人|来电人|来信人|留言人|诉求人|诉求者|投诉者|申请人|当事人)[：:是为叫，,\s（(“\"]{0,3}"
)
# A name may follow, or an ordinary word; with a colon it is a form again.
_ROLE = re.compile(
    r"(?:患者|死者|伤者|受害人|被害人|原告|被告|户主|房主|当事人|法定代表人|法人|业主|房东|租户"
    r"|住户|病人|学生|考生|孩子|小孩|儿子|女儿|父亲|母亲|爸爸|妈妈|丈夫|妻子|老公|老婆|爱人|哥哥"
    r"|弟弟|姐姐|妹妹|爷爷|奶奶"
    r"|外公|外婆|岳父|岳母|公公|婆婆|侄子|女婿|儿媳|村民|居民|市民|职工|员工|工人|农民工|司机"
    r"|车主|老板|家长|本人|我是|邻居|包工头|同学|老人|店主|群众|来访人|残疾人|低保户|贫困户|教师"
    r"|老师|护士|同事|朋友|嫌疑人|负责人)"
    r"(?P<join>(?:名叫|叫|：|:|，|,|（|“|\s){0,2})"
)
_HONORIFIC = re.compile(r"先生|女士|小姐|大爷|大妈|大叔|大娘|阿姨|奶奶|爷爷|叔叔|师傅|同学|老汉|嫂子|夫妇|夫妻")
_CJK = re.compile(r"[\u4e00-\u9fff]{2,4}")
_LISTED = re.compile(
    r"(?:^|[，。、；：！？\s（(“])(?=[\u4e00-\u9fff]{3}(?:[，。、；：！？\s）)”,的在于被说称等和与及（(]|$))"
    r"|[和与及由被找给是跟向](?=[\u4e00-\u9fff]{3}(?:[，。、；\s）)”的说称等和与及]|$))"
)
# Somebody did it, or had it done to them: «被…打伤», «租给了…».
_DEALT_WITH = re.compile(r"被|跟|我和|[租卖借送]给了?|欠|找到|姓名叫")
_PLACES = (
    "园", "苑", "城", "府", "路", "街", "村", "镇", "县", "桥", "公司", "家园", "小区", "社区", "花园", "大厦",
    "广场", "学校", "中学", "小学", "医院", "公馆",
)  # fmt: skip
_FULL = 3  # characters of a usual full name: rarely a word of the language
_LANDSCAPE = frozenset("湖山桥路街村区县")
_LINKING = frozenset("向和与找给由对被请问是叫从跟及让为于时同把帮")
_AHEAD = frozenset("位名叫户主人友民员工长师傅敬爱")
_AND = frozenset("、和与及")


def name_spans(text: str, *, official: bool = False) -> Iterator[tuple[int, int, str]]:
    """(start, end, kind). In an official's text only citizens' names go: after a role or before an honorific."""
    source = plain(text)
    found = set(_honored(source))
    for hit in (_CITIZEN_SAID if official else _SAID).finditer(source):
        found.update(_named(source, hit.end(), sure=hit[0].startswith("我叫") or not _is_word(source, hit.end())))
    for hit in _ROLE.finditer(source):
        found.update(_named(source, hit.end(), sure=hit["join"].startswith(("：", ":", "名", "叫"))))
    if not official:
        for hit in _LISTED.finditer(source):
            found.update(_bare(source, hit.end()))
        for hit in _DEALT_WITH.finditer(source):
            found.update(_named(source, hit.end(), sure=False))
    found.update(_again(source, found))
    for start, end in sorted(found):
        yield start, end, "name"


def _named(source: str, start: int, *, sure: bool) -> Iterator[tuple[int, int]]:
    """The names at `start`, two to four characters long, «、» between them, if any stand there."""
    while length := _length(source, start, sure=sure):
        if not source.startswith(OFFICIAL_TITLES, start + length):
            yield start, start + length
        start += length
        if source[start : start + 1] not in _AND:
            return
        start, sure = start + 1, False


def _length(source: str, start: int, *, sure: bool) -> int:
    word = _CJK.match(source, start)
    name = word[0] if word else ""
    family = _family(name)
    if not family or (name[0] in RARE and not sure):
        return 0
    longest = family + len(_given(name[family : family + 2]))
    for length in range(longest, family, -1):
        end = start + length
        if _fits(source, start, end, sure=sure or length >= _FULL) and (
            sure or _looks_given(source, start + family, end)
        ):
            return length
    return 0


def _family(name: str) -> int:
    """Characters of the family name that `name` begins with; 0 where it begins with none."""
    return 2 if name.startswith(COMPOUND) else int(name[:1] in SURNAMES)


def _given(rest: str) -> str:
    """At most two characters, fewer where the sentence goes on («王芳住…»)."""
    return "" if rest[:1] in STOP else rest[:1] if rest[1:2] in STOP else rest


def _looks_given(source: str, start: int, end: int) -> bool:
    """Characters that people are named with, and behind them the sentence goes on with a word of its own."""
    if not all(char in GIVEN for char in source[start:end]):
        return False
    if end - start > 1:
        return True
    behind = source[end : end + 1]
    begins = len(words(source[end : end + 4])[0]) > 1 if behind else True
    return begins or behind in STOP or source[start] in USUAL_GIVEN


def _fits(source: str, start: int, end: int, *, sure: bool = False) -> bool:
    """No word of the language runs across the name's edges, nor begins it («施工|方», «祖国»)."""
    if source.startswith(_PLACES, end) or source[start:end] in NOT_NAMES or source[end - 1] in _LANDSCAPE:
        return False
    after = left = max(0, start - 4)
    for word in words(source[left : end + 4]):
        here, after = after, after + len(word)
        crosses_in = here < start < after and not sure
        crosses_out = start < end < after and here < end
        begins = here == start and len(word) > 1 and not sure
        if crosses_in or crosses_out or begins:
            return False
    return True


def _honored(source: str) -> Iterator[tuple[int, int]]:
    """«张建国先生» hides the name, «张先生» the whole: a family name with its bearer's street is enough."""
    for hit in _HONORIFIC.finditer(source):
        end = hit.start()
        if length := next((n for n in (3, 2, 4) if _whole(source, end - n, end, sure=n >= _FULL)), 0):
            yield end - length, end
        elif _alone(source[max(0, end - 2) : end]):
            yield end - 1, hit.end()


def _whole(source: str, start: int, end: int, *, sure: bool = False) -> bool:
    name = source[max(0, start) : end]
    given = name[_family(name) :]
    if start < 0 or not _CJK.fullmatch(name) or not _family(name) or not 1 <= len(given) <= 2:  # noqa: PLR2004
        return False
    if len(name) == 2 and name[0] in _LINKING:  # noqa: PLR2004 - «向张先生»
        return False
    return all(char in GIVEN for char in given) and _fits(source, start, end, sure=sure)


def _alone(before: str) -> bool:
    """A family name by itself stands where a word begins: «找金先生» yes, «奖金先生» no."""
    if not before or before[-1] not in SURNAMES or before[-1] in RARE:
        return False
    last = before[:-1]
    return not last or last in STOP or last in _LINKING or last in _AHEAD


def _bare(source: str, start: int) -> Iterator[tuple[int, int]]:
    """A full name of three characters among commas, without a word that says so."""
    end = start + 3
    if source[start] not in RARE and _whole(source, start, end) and not source.startswith(OFFICIAL_TITLES, end):
        yield start, end


def _is_word(source: str, start: int) -> bool:
    """«签名支持» goes on with a word of the language."""
    return len(words(source[start : start + 4] + "。")[0]) > 1


def _again(source: str, found: set[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Wherever else the same full name stands."""
    for name in {source[start:end] for start, end in found if end - start >= 3}:  # noqa: PLR2004
        if not name.endswith(("先生", "女士")):
            for hit in re.finditer(re.escape(name), source):
                if not source.startswith(OFFICIAL_TITLES, hit.end()):
                    yield hit.span()
