"""What stands around a person's name: labels of a form, roles, greetings, titles, and what follows."""

import re
from collections.abc import Iterator

from classifiers.surnames import SYLLABLES

_JOIN = r"[：:是为叫，,\s（(“\"]{0,3}"
_CITIZENS = "(?:投诉|反映|举报|来电|来信|留言|诉求|申请|当事|控告|申诉|信访|上访|驾驶)人|诉求者|投诉者|驾驶员"
# A name must follow: what a form, or a person introducing themselves, says.
SAID = re.compile(
    rf"(?:[我他她]叫|名叫|本人叫|本人姓名|姓[ \t]{{0,2}}名|名字(?:叫|是|写成)|叫做|联系人|{_CITIZENS}"
    r"|户名|收件人|收款人|持卡人"
    rf"|监护人|落款|署名|签名|签字|敬礼|委托人|代理人|寄件人|借款人|出租人|承租人|联系方式){_JOIN}"
)
CITIZEN_SAID = re.compile(rf"(?:{_CITIZENS}|户名|收款人|持卡人){_JOIN}")
_KIN = (
    r"儿子|女儿|父亲|母亲|爸爸|妈妈|丈夫|妻子|老公|老婆|爱人|老伴|哥哥|弟弟|姐姐|妹妹|[爷奶]{2}|外公|外婆|岳父|岳母"
    r"|公公|婆婆|侄子|侄女|外甥女?|女婿|儿媳妇?|孙子|孙女|外孙女?|叔叔|伯父|舅舅|姑姑|姑父|姨妈|堂[哥弟姐妹兄]|表[哥弟姐妹兄]"
    r"|之[子女妻夫父母]|嫂子|妹夫|姐夫|连襟|他[爸妈哥弟姐妹]|[我她你][爸妈哥弟姐妹爹娘]|大名|小名|现名|曾用名|男友|女友|对象|恋人|家属"
)
# A name may follow, or an ordinary word; with a colon it is a form again.
ROLE = re.compile(
    rf"(?:{_KIN}|患者|患儿|死者|逝者|伤者|受害人|被害人|原告|被告|户主|房主|当事人|法定代表人|法人|业主(?:代表)?|房东|租户|租客|住户"
    r"|病人|产妇|学生|考生|孩子|小孩|村民|居民|市民|职工|员工|工人|农民工|司机|车主|乘客|老板娘?|家长|本人|我是|邻居|包工头|工头|同学"
    r"|老人|店主|群众|来访人|残疾人|低保户|贫困户|教师|老师|护士|同事|朋友|战友|嫌疑人|负责人|律师|中介|经纪人|承包人|承包商"
    r"|电工|保安|保洁|会计|股东|合伙人|债务人|债权人|产权人|投诉人|被投诉人|监护人|房客|客户|用户|储户|徒弟|师傅|店长|户名"
    r"|担保人|介绍人|证人|被执行人|执行人|快递员|店员|教练|失主|人事|财务|对方|保姆|月嫂|学员|队员|送货员|售楼员|业务员|推销员|收费员"
    r"|楼[上下]|隔壁|同村的?|对门|(?:[的还]|了(?!解))(?=[\u4e00-\u9fff]{3}(?:[，。、；]|[一]个公道))"
    r"|退役军人|退伍军人|老兵|烈士|一个叫|有个叫|名为|写成了?|打了?给|转给|汇给)"
    r"(?P<join>(?:名叫|叫|：|:|，|,|（|“|是|\s){0,2})"
)
HONORIFIC = re.compile(
    r"先生|女士|小姐|大爷|大妈|大叔|大娘|阿姨|奶奶|爷爷|叔叔|师傅|同学|老汉|嫂子|夫妇|夫妻|大姐|大哥|老人"
)
LISTED = re.compile(
    r"(?:^|[，。、；：！？\s（(“])(?=[\u4e00-\u9fff]{3}(?:[，。、；：！？\s）)”,的在于被说称等和与及（(]|$))"
    r"|[和与及由被找给是跟向](?=[\u4e00-\u9fff]{3}(?:[，。、；\s）)”的说称等和与及]|$))"
)
# Somebody did it, or had it done to them: «被…打伤», «租给了…».
DEALT_WITH = re.compile(r"被|跟|与|我和|[租卖借送转]给了?|欠|找到|姓名叫")
# At the head of a clause, and then the person does something.
ACTS = re.compile(
    r"(?:^|[，。；！？\n]|昨[天晚]|今[天早]|前天|当时|后来|但是?|可是?|结果)"
    r"(?=[\u4e00-\u9fff]{2}[说把欠打又将给被让带叫来去竟却还从就是称骂])"
)
SPOKEN_TO = re.compile(
    r"(?:^|\n|尊敬的|网友|市民|[“\"])[ \t\u3000]{0,8}(?P<name>[\u4e00-\u9fff]{2,4}?)"
    r"(?:先生|女士|同志|同学|网友|市民|朋友|老师)?"
    r"(?:[，,：: ]{0,2}(?:[您你]好|[您你]反映|[您你]的|[您你]于)|[，,：:][您你])"
)
NAMED_BEHIND = re.compile(
    r"(?<=[\u4e00-\u9fff])(?=[，,、（( ]{1,2}(?:[男女][，,、 ）)]|身份证|现年"
    r"|[0-9一二三四五六七八九十]{1,3}岁|[1-9][0-9 ]{14,20}[0-9Xx]"
    r"|1[3-9][0-9*]{9}|(?:汉|苗|回|藏|壮|满|侗|瑶|彝|土家|维吾尔|布依)族)|(?:之[子女妻夫]|夫妇|夫妻|一家[人，的]|名下|家属|同志)"
    r"|[／/][0-9Ⅰ])"
)
# Alone on its line, or several, with a date or telephone behind: who wrote the letter.
SIGNED = re.compile(
    r"(?:\n|——|—|敬礼[！!]?|签[名字][：:]?|[人民众](?=[ \t\u3000]))[ \t\u3000]{0,40}"
    r"(?P<names>[\u4e00-\u9fff]{2,4}(?:[ \t\u3000、，]{1,3}[\u4e00-\u9fff]{2,4}){0,5})"
    r"[ \t\u3000，,（(]{0,10}(?=\n|$|(?:19|20|二[〇○零])[0-9〇○零一二三四五六七八九]{2}[年.\-/]|\+?[0-9]{7})"
)
_OFFICES = (
    "书记|(?<!班)主任|局长|镇长|乡长|县长|市长|区长|州长|省长|所长|科长|处长|厅长|部长|站长|队长|院长|校长|园长|行长|村长|组长|股长|主席|委员|支书|警官"
    "|民警|干警|辅警|法官|检察官|书记员|常委|政委|干部|专干|网格员|科员|工作人员|执法人员|执法队员|城管队员|值班人员|经办人员?|承办人|经办|主管|巡视员"
)
# «书记王某» and «执法人员某某、某某»: the person of an office, in whoever's text.
OFFICIAL_BEFORE = re.compile(rf"(?:{_OFFICES})[：:]?(?:[\u4e00-\u9fff]{{2,3}}[、和及，与])?$")
OFFICIAL_SIGNED = re.compile(
    r"(?:联系人|承办人|审核人|签发人|审批人|核稿人|责任人|负责人|联系领导|包案领导|分管领导|咨询人|答复人|回复人|受理人|经办人|领导|代表|队员|人员|专家"
    r"|医师|医生|老师|班主任|同志|局|队|所|科|办|院|处|中心|委|公司|政府|街道|股|站|分局)"
    r"[：:（( \t]{0,3}(?:[\u4e00-\u9fff]{2,3}[、和及与 ]{1,2}){0,2}$"
)
# «姓名：洪  波»: a name of two characters, spread to the width of three.
SPREAD = re.compile(
    r"(?:姓[ ]{0,4}名|申请人|投诉人|反映人|举报人|联系人|户主|签[名字]|落款|\n)[：: ]{0,12}"
    r"(?P<name>[\u4e00-\u9fff][ ]{1,4}[\u4e00-\u9fff])"
    r"(?=[ ]{0,12}(?:[\n，,；;。（(]|$|性[ ]{0,4}别|电[ ]{0,4}话|身份证|年龄|民族|住址))"
)
_DOTS = "·•・"
_SYLLABLE = re.compile(SYLLABLES)
_DOTTED = re.compile(r"[\u4e00-\u9fff]{1,8}(?:[·•・][\u4e00-\u9fff]{1,8}){1,3}")
_SYLLABIC = re.compile(rf"(?:{SYLLABLES})(?:(?:{SYLLABLES}){{1,4}}|[江汗娜莫])")
_CALLED = re.compile(
    r"(?:叫|我是|姓名[：:]|[系诉映报请]人[：:]?|儿子|女儿|丈夫|妻子|父亲|母亲|同学|邻居|村民|居民|房东|户主|业主)$"
)
_LATIN = re.compile(
    r"(?:叫|姓名[：:]?|租客|房东|外教|老师|丈夫|妻子|同事|邻居|朋友|我是)[：: “]{0,2}"
    r"(?P<name>[A-Z][a-z]{1,15}(?: [A-Z][a-z]{1,15}){1,3})"
)


def foreign_names(source: str) -> Iterator[tuple[int, int]]:
    """Names without a Han family name: with a dot between, of known syllables, or in Latin letters."""
    for hit in _DOTTED.finditer(source):
        start = _called_from(source, hit.start(), hit.end())
        if start is not None:
            yield start, hit.end()
    for hit in _SYLLABIC.finditer(source):
        yield hit.span()
    for hit in _LATIN.finditer(source):
        yield hit.span("name")


def _called_from(source: str, start: int, end: int) -> int | None:
    """«我叫某·某», «儿子某·某»: the words before the name are no part of it; an estate's name has none before it."""
    for here in range(start, end - 1):
        if source[here] in _DOTS:
            break
        if _CALLED.search(source, max(0, here - 4), here):
            return here
    known = _SYLLABLE.search(source, start, end)
    return known.start() if known else None
