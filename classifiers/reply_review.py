"""The reply gate: deterministic checks of a unit's reply, each with its reason.

A consultation must be answered with its basis, a complaint with facts and a result (九江 2020 第21条: 讲清事实真相、
政策措施、处置结果); what a kind does not need is shown and does not decide.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from classifiers.answering import answering
from classifiers.asked import unanswered
from classifiers.redaction import leaks
from classifiers.reply_content import LOOKED_FOR
from classifiers.text import text_from
from classifiers.times import in_shanghai, read_time
from models.errors import BadInput
from models.personal_words import PERSONAL
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


_ANSWERS = 0.5  # more speaks for this message than against it
_SUBSTANCE, _LEAST = 40, 12  # characters beyond courtesy that say something; the fewest that can tell a result
_ELSEWHERE = 0.25  # so much speaks against it that the reply may be another message's
_COURTESY = re.compile(
    r"(?:尊敬的)?(?:网友|市民|来信人|先生|女士)?[：:，,\s]{0,3}[“\"]?[A-Za-z0-9]{0,16}[”\"]?[：:，,\s]{0,2}(?:您"
    r"|你)好[！!，,。：:\s]{0,2}"
    r"|(?:您|你)?的?(?:留言|来信|来件|诉求|帖文|问题)(?:已|均已)?收悉|(?:现|现就|现将)[^。，：:]{0,20}(?:答复"
    r"|回复|反馈|报告|说明|解答)如下"
    r"|(?:非常|再次|衷心)?感谢(?:您|你|网友|市民)?[^。！!]{0,40}(?:关心|关注|支持|理解|监督|留言"
    r"|来信)[^。！!]{0,20}|特此(?:答复|回复)|祝(?:您|你)[^。！!]{0,20}|20\d\d年\d{1,2}月\d{1,2}日\s*$"
)
_BOILERPLATE = re.compile(
    r"(?:已|将)(?:转|交|转交|交办|反馈)[^。]{0,24}(?:部门|单位|科室|处理|办理|核查)|(?:留言|来信)(?:已阅"
    r"|已收悉)|我们将认真研究|高度重视"
)
_EMPTY = re.compile(r"[\s。！，：]+")
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
_SIGNED = re.compile(r"(20\d\d)年(\d{1,2})月(\d{1,2})日[\s。）)]{0,9}$")
_ALWAYS = ("substance", "addresses", "privacy", "blame", "order")
# 九江 2020 第21条, DOMAIN row 23: a consultation wants basis and answer, a complaint facts and a result.
_NEEDED: Mapping[Kind | None, tuple[str, ...]] = {
    Kind.CONSULTATION: (*_ALWAYS, "asked", "basis"),
    Kind.COMPLAINT: (*_ALWAYS, "facts", "outcome", "unit"),
    Kind.REPORT: ("substance", "privacy", "blame", "order", "facts", "outcome", "unit"),
    Kind.REQUEST: (*_ALWAYS, "outcome", "unit"),
    Kind.SUGGESTION: (*_ALWAYS, "outcome"),
    Kind.PRAISE: ("privacy", "blame", "order"),
}


def review_reply(
    title: str | None,
    text: str,
    reply: str,
    time: datetime | None = None,
    reply_time: datetime | None = None,
    kind: Kind | None = None,
) -> ReplyReview:
    """Check a reply against its message; `passed` looks at what this kind of message needs.

    Where the kind is not known, a basis or an outcome will do.
    """
    content = _COURTESY.sub("。", reply)
    found = {name: (find(content), good, bad) for name, find, good, bad in LOOKED_FOR}
    told = found["outcome"][0] is not None
    checks = [_substance(content, told=told), _addresses(title, text, reply), _asked(title, text, content)]
    for name, (words, good, bad) in found.items():
        checks.append(Check(name, words is not None, f"{good}：“{words[:24]}”" if words else bad))
    checks += [_privacy(reply), _blame(reply)]
    if time:
        checks.append(_order(reply, time, reply_time))
    basis_or_outcome = "basis" if found["basis"][0] else "outcome"
    needed = frozenset(_NEEDED.get(kind, (*_ALWAYS, basis_or_outcome)))
    return ReplyReview(all(check.passed for check in checks if check.name in needed), checks, needed)


def _substance(content: str, *, told: bool) -> Check:
    rest = _EMPTY.sub("", content)
    said = _BOILERPLATE.search(rest)
    if len(rest) < (_LEAST if told and not said else _SUBSTANCE):
        return Check("substance", passed=False, why=f"除客套话外只有 {len(rest)} 字，没有实质内容")
    if said and len(rest) < 2 * _SUBSTANCE and not told:
        return Check("substance", passed=False, why=f"只有套话：“{said[0][:24]}”")
    return Check("substance", passed=True, why=f"有 {len(rest)} 字实质内容")


def _addresses(title: str | None, text: str, reply: str) -> Check:
    found = answering(title, text, reply)
    score = f"相关度 {found.score:.2f}"
    if found.shared and found.score >= _ANSWERS:
        return Check("addresses", passed=True, why=f"答复提到了：{'、'.join(found.shared)}（{score}）")
    if found.foreign and found.score < _ELSEWHERE:
        words = "、".join(found.foreign)
        why = f"答复说的是{words}等，与来件对不上（{score}），请核对是否答非所问"
    else:
        why = f"答复没有说到来件反映的具体事项（{score}）"
    return Check("addresses", passed=False, why=why)


def _asked(title: str | None, text: str, content: str) -> Check:
    lacking, asks = unanswered(title, text, content)
    if lacking:
        return Check("asked", passed=False, why=f"来件问到了{'、'.join(lacking)}，答复没有说明")
    return Check("asked", passed=True, why="对来件的提问都有说明" if asks else "来件没有明确的提问")


def _order(reply: str, time: datetime, reply_time: datetime | None) -> Check:
    if reply_time and in_shanghai(reply_time) < in_shanghai(time):
        return Check("order", passed=False, why="答复时间早于来件时间")
    signed = _SIGNED.search(reply)
    if signed and tuple(map(int, signed.groups())) < in_shanghai(time).timetuple()[:3]:
        return Check("order", passed=False, why=f"落款日期早于来件时间：“{signed[0].strip()}”")
    return Check("order", passed=True, why="答复晚于来件")


def _privacy(reply: str) -> Check:
    greeting = _SALUTATION.match(reply)
    begins = greeting.end() if greeting else 0
    # The addressee's own name in the salutation is no leak: the reply goes to nobody else.
    found = [span for span in leaks(reply, "official") if span.start >= begins]
    if not found:
        return Check("privacy", passed=True, why="没有发现群众个人信息")
    kinds = list(dict.fromkeys(PERSONAL.get(span.kind, span.kind) for span in found))
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
    result = review_reply(message.title, message.text, reply, time, reply_time, _kind(line))
    checks = [{"name": check.name, "passed": check.passed, "why": check.why} for check in result.checks]
    return {"id": line.get("id"), "passed": result.passed, "checks": checks}


def _kind(line: Mapping[str, Any]) -> Kind | None:
    """The message's kind, if the line tells it."""
    told = line.get("kind")
    if told in {None, ""}:
        return None
    if told not in set(Kind):
        raise BadInput(f"字段 kind 不认识“{told}”，可用：{'、'.join(Kind)}。")
    return Kind(told)
