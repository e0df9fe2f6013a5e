"""The reply gate: deterministic checks of a unit's reply, each with its reason.

A consultation must be answered with its basis, a complaint with facts and a result (九江 2020 第21条: 讲清事实真相、
政策措施、处置结果); what a kind does not need is shown and does not decide.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from classifiers.redaction import leaks
from classifiers.relevance import relevance, shared_terms
from classifiers.text import text_from
from classifiers.times import in_shanghai, read_time
from models.errors import BadInput
from models.vocabulary import Kind


@dataclass(frozen=True, slots=True)
class Check:
    """One question to the reply: whether it holds, and the words or the lack that decided."""

    name: str
    passed: bool
    why: str


@dataclass(frozen=True, slots=True)
class ReplyReview:
    passed: bool
    checks: list[Check]
    needed: frozenset[str] = frozenset()


RELEVANT = 0.22
_SUBSTANCE = 40  # characters beyond courtesy that say something
_COURTESY = re.compile(
    r"(?:尊敬的)?(?:网友|市民|来信人|先生|女士)?[：:，,\s]{0,3}[“\"]?[A-Za-z0-9]{0,16}[”\"]?[：:，,\s]{0,2}(?:您"
    r"|你)好[！!，,。：:\s]{0,2}"
    r"|(?:您|你)?的?(?:留言|来信|来件|诉求|帖文|问题)(?:已|均已)?收悉|(?:现|现就|现将)[^。，：:]{0,20}(?:答复"
    r"|回复|反馈)如下"
    r"|(?:非常|再次|衷心)?感谢(?:您|你|网友|市民)?[^。！!]{0,40}(?:关心|关注|支持|理解|监督|留言"
    r"|来信)[^。！!]{0,20}|特此(?:答复|回复)|祝(?:您|你)[^。！!]{0,20}"
)
_BOILERPLATE = re.compile(
    r"(?:已|将)(?:转|交|转交|交办|反馈)[^。]{0,24}(?:部门|单位|科室|处理|办理|核查)|(?:留言|来信)(?:已阅|已收悉)|我们将认真研究|高度重视"
)
_FACTS = re.compile(
    r"经[^，。；]{0,24}(?:查|核|了解|沟通|走访|询问|踏勘|研究|认定|检测)|收到[^，。]{0,16}(?:后|来信)|调查(?:发现|核实|了解|显示)|现场(?:查看|检查|核实|发现|勘)|(?:执法|工作)人员[^。]{0,20}(?:到|赴|前往|对)|据(?:查|了解|核实|统计)|(?:情况)?(?:属实|不属实|基本属实|部分属实)|已于[^。，]{0,16}(?:日|月)|截至|目前"
)
_BASIS = re.compile(
    r"《[^《》]{3,60}》|根据[^。]{2,60}(?:规定|文件|办法|条例|要求|政策|通知|意见|标准|规划)|依据|按照[^。]{2,60}(?:规定|要求|办法|条例|政策|标准|规划|方案)|〔\d{4}〕|第[一二三四五六七八九十百\d]{1,5}条|政策"
)
_OUTCOME = re.compile(
    r"已(?:经)?(?:完成|解决|整改|修复|清理|拆除|处理|办理|更换|退|发放|恢复|列入|纳入|责令|责成|立案|处罚|安排|督促|要求|组织|启动|开通|协调|告知|达成|联系|疏通|清运|维修|到位|取缔|关停|下达|约谈)|整改(?:到位|完毕|完成)|将(?:于|在|对|尽快|会)|计划|拟|可以?(?:凭|到|向|申请|办理|携带|在|通过)|不(?:予|能|符合|属于|具备|存在)|无法|暂(?:不|无|未)|下一步|建议(?:您|你)|(?:责令|要求|责成|督促|答应|承诺|同意|协调|恢复|整改|解决|办理|处理|拆除|安装|维修|清理)了?|请(?:您|你|到|向|携带|拨打|关注)|需(?:要)?(?:提供|携带|到|向)|应(?:当|由|向)|正在"
)
_LIMIT = re.compile(
    r"\d{1,4}年\d{0,2}月?|\d{1,2}月(?:\d{1,2}日|底|初|[上中下]旬|份)|(?:[\d一二三四五六七八九十]{1,3})(?:个)?(?:工作日|日|天|周|个?月|年)(?:之|以)?内|年(?:底|内|前)|月底|季度|[上下]半年|(?:明|今|本)(?:年|月|周)"
)
_UNIT = re.compile(
    r"[\u4e00-\u9fffA-Z0-9]{1,16}(?:局|委员会|委|办事处|街道办|镇政府|乡政府|人民政府|县政府|市政府|区政府|管委会|中心|公司|大队|支队|站|院|所|办公室|社区|学校)|我(?:局|委|办|中心|镇|街道|区|县|市|校|院|司|单位|所|队|站)"
)
_CONTACT = re.compile(
    r"0\d{2,3}[ \-—－]{0,3}\d{7,8}|(?<!\d)1\d{10}(?!\d)|(?<!\d)[2-9]\d{6,7}(?!\d)|12\d{3}|(?:电话|热线|致电|拨打|咨询|联系)[^。]{0,12}[\d０-９]{5,}|网址|https?://|地址|窗口"
)
_BLAME = re.compile(
    r"(?:不(?:是|属于?|归)|非)(?:我|本)(?:局|委|办|单位|部门|中心|镇|街道|所)?[^。，；]{0,8}(?:职责"
    r"|职权|管辖|范围|管)(?![^。]{0,40}(?:已|转|移交|协调|联系|请向|可向|建议))"
    r"|与(?:我|本)(?:局|委|办|单位|部门|镇|街道)无关|(?:这|该问题|此事)?不归我们管|爱莫能助|无能为力"
    r"|自己(?:去)?(?:解决|找|想办法)|你(?:们)?(?:自己)?(?:应该|去)找[^。，]{0,12}(?!电话)(?:部门"
    r"|单位)(?:去)?(?:[。，！]|$)"
    r"|(?:历史遗留问题|上级(?:没有|未)[^。，]{0,6}(?:政策|文件|规定))[^。]{0,10}(?:没办法|无法解决"
    r"|解决不了)|没(?:有)?办法(?:解决|处理)?(?:[。，！]|$)|不清楚(?:情况)?(?:[。，！]|$)|无理取闹"
    r"|胡搅蛮缠|刁民"
)
_SALUTATION = re.compile(r"\s*(?:尊敬的)?[^，。！：:\s]{0,16}(?:您好|你好|：|:)")
_NEEDED = {
    Kind.CONSULTATION: ("substance", "addresses", "basis", "privacy", "blame"),
    Kind.COMPLAINT: ("substance", "addresses", "facts", "outcome", "unit", "privacy", "blame"),
    Kind.REPORT: ("substance", "facts", "outcome", "unit", "privacy", "blame"),
    Kind.REQUEST: ("substance", "addresses", "outcome", "unit", "privacy", "blame"),
    Kind.SUGGESTION: ("substance", "addresses", "outcome", "privacy", "blame"),
    Kind.PRAISE: ("privacy", "blame"),
}
_DEFAULT = ("substance", "addresses", "outcome", "privacy", "blame")
_LOOKED_FOR = (
    ("facts", _FACTS, "写明了调查情况", "没有写明经调查核实的事实"),
    ("basis", _BASIS, "写明了政策依据", "没有引用政策、文件或规定"),
    ("outcome", _OUTCOME, "写明了处理结果", "没有写明处理结果或下一步怎么办"),
    ("limit", _LIMIT, "写明了时间", "没有写明日期或期限"),
    ("unit", _UNIT, "写明了责任单位", "没有写明由哪个单位负责"),
    ("contact", _CONTACT, "写明了联系方式", "没有留下可联系的电话或地点"),
)


def review_reply(
    title: str | None,
    text: str,
    reply: str,
    time: datetime | None = None,
    reply_time: datetime | None = None,
    kind: Kind | None = None,
) -> ReplyReview:
    """Check a reply against its message; `passed` looks at what this kind of message needs."""
    checks = [_substance(reply), _addresses(title, text, reply)]
    for name, pattern, good, bad in _LOOKED_FOR:
        hit = pattern.search(reply)
        checks.append(Check(name, bool(hit), f"{good}：“{hit[0][:24]}”" if hit else bad))
    checks += [_privacy(reply), _blame(reply)]
    if time and reply_time and in_shanghai(reply_time) < in_shanghai(time):
        checks.append(Check("order", passed=False, why="答复时间早于来件时间"))
    needed = {*_NEEDED.get(kind, _DEFAULT), "order"} if kind else {*_DEFAULT, "order"}
    return ReplyReview(all(check.passed for check in checks if check.name in needed), checks, frozenset(needed))


def _substance(reply: str) -> Check:
    rest = re.sub(r"\s+", "", _COURTESY.sub("", reply))
    if len(rest) < _SUBSTANCE:
        return Check("substance", passed=False, why=f"除客套话外只有 {len(rest)} 字，没有实质内容")
    said = _BOILERPLATE.search(rest)
    if said and len(rest) < 2 * _SUBSTANCE and not _FACTS.search(rest):
        return Check("substance", passed=False, why=f"只有套话：“{said[0][:24]}”")
    return Check("substance", passed=True, why=f"有 {len(rest)} 字实质内容")


def _addresses(title: str | None, text: str, reply: str) -> Check:
    score = relevance(title, text, reply)
    if score < RELEVANT:
        return Check("addresses", passed=False, why=f"答复与来件几乎没有共同内容（{score:.2f}），请核对是否答非所问")
    return Check("addresses", passed=True, why="答复提到了：" + "、".join(shared_terms(title, text, reply)))


def _privacy(reply: str) -> Check:
    greeting = _SALUTATION.match(reply)
    begins = greeting.end() if greeting else 0
    # The addressee's own name in the salutation is no leak: the reply goes to nobody else.
    found = [span for span in leaks(reply, "official") if span.start >= begins]
    if not found:
        return Check("privacy", passed=True, why="没有发现群众个人信息")
    kinds = sorted({span.kind for span in found})
    places = "、".join(str(span.start + 1) for span in found[:5])
    return Check("privacy", passed=False, why=f"疑有个人信息（{'、'.join(kinds)}），在第 {places} 字处")


def _blame(reply: str) -> Check:
    hit = _BLAME.search(reply)
    return Check("blame", not hit, f"有推诿之嫌：“{hit[0][:24]}”" if hit else "没有推诿用语")


def review_line(line: Mapping[str, Any]) -> dict[str, Any]:
    """One line of the `review` filter: a message and its reply in, {"id", "passed", "checks"} out."""
    message = text_from(line)
    reply = line.get("reply")
    if not isinstance(reply, str):
        raise BadInput("缺少 reply：应为字符串")
    time, reply_time = (read_time(line, name) if line.get(name) else None for name in ("time", "reply_time"))
    result = review_reply(message.title, message.text, reply, time, reply_time)
    checks = [{"name": check.name, "passed": check.passed, "why": check.why} for check in result.checks]
    return {"id": line.get("id"), "passed": result.passed, "checks": checks}
