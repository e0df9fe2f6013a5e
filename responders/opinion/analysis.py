"""The analysis report's draft, from what is on record: counts of messages and of answers, never of people.

性质、走势、可能的风险、预控处置意见 (腾冲市 2019 一(一)2). A person works it over and confirms it.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from models.opinion_words import OpinionGrade, OpinionPriority, Truth

_LONGEST = 31  # days that a chart shows
_DAY = timedelta(days=1)
_RISING = "上升"
_RISKS = {
    OpinionPriority.MISREAD: "政策口径若不及时讲清，误读可能继续扩散，影响政策执行。",
    OpinionPriority.INTERESTS: "涉及公众切身利益，诉求得不到实质解决时，可能引发集中投诉和线下聚集。",
    OpinionPriority.MORALS: "触及社会道德底线，情绪容易被放大，回应迟缓会损害政府公信力。",
    OpinionPriority.DISASTER: "涉及突发事件或自然灾害，未经证实的说法容易引发恐慌，现场处置与信息发布须同步。",
    OpinionPriority.DEMANDED: "上级已要求回应，逾期未回应将被督办通报。",
}


@dataclass(frozen=True, slots=True)
class Item:
    """One message of the case: when, over which channel, at which site, how many reacted."""

    at: datetime
    channel: str
    source: str
    votes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the draft rests on; names are Chinese already.

    `report_to`: the upper level, by rule where the matter is of several counties, else where an officer chose it.
    """

    title: str
    domain: str
    place: str
    lead: str
    joint: Sequence[str]
    grade: OpinionGrade | None
    priorities: Sequence[OpinionPriority]
    truth: Truth
    first_posted_at: datetime
    found_at: datetime
    releases: int
    conference_due: datetime | None
    response_due: datetime | None
    items: Sequence[Item]
    report_to: str | None = None
    several_counties: bool = False
    reported: bool = False


def figures(facts: Facts, now: datetime, zone: ZoneInfo) -> dict[str, Any]:
    """Counts as the report keeps them: days in order (those without a message too), sources by number."""
    days = Counter(item.at.astimezone(zone).date() for item in facts.items)
    last = now.astimezone(zone).date()
    first = max(min(days, default=last), last - (_LONGEST - 1) * _DAY)
    span: list[date] = [first + n * _DAY for n in range((last - first).days + 1)]
    recent = sum(now - _DAY < item.at <= now for item in facts.items)
    before = sum(now - 2 * _DAY < item.at <= now - _DAY for item in facts.items)
    return {
        "as_of": now.isoformat(),
        "items": len(facts.items),
        "votes": sum(item.votes for item in facts.items),
        "days": [[f"{day:%m-%d}", days[day]] for day in span],
        "channels": _ranked(item.channel for item in facts.items),
        "sources": _ranked(item.source for item in facts.items if item.source),
        "last_day": recent,
        "day_before": before,
    }


def draft(facts: Facts, counted: dict[str, Any], zone: ZoneInfo) -> dict[str, str]:
    """{"nature", "trend", "risks", "advice"}."""
    now = datetime.fromisoformat(counted["as_of"])
    return {
        "nature": _nature(facts),
        "trend": _trend(facts, counted, zone),
        "risks": _numbered(_risks(facts, counted)),
        "advice": _numbered(_advice(facts, now, zone)),
    }


def _nature(facts: Facts) -> str:
    kinds = "、".join(f"“{p.label}”" for p in facts.priorities) or "一般关切"
    grade = f"经研判为{facts.grade.label}舆情" if facts.grade else "尚未研判定级"
    truth = {
        Truth.UNJUDGED: "所述情况尚待主管部门核查。",
        Truth.DOUBTFUL: "其中有关说法疑似不实，待核实。",
        Truth.BORNE_OUT: "所述情况经核实基本属实。",
        Truth.REFUTED: "其中有关说法已经主管部门查明不实。",
    }[facts.truth]
    place = f"，发生地为{facts.place}" if facts.place else ""
    return f"“{facts.title}”属{facts.domain}领域{place}，{grade}，重点类别为{kinds}。{truth}"


def _trend(facts: Facts, counted: dict[str, Any], zone: ZoneInfo) -> str:
    peak_day, peak = max(counted["days"], key=lambda pair: pair[1])
    channels = "、".join(f"{name}{count}条" for name, count in counted["channels"])
    recent, before = counted["last_day"], counted["day_before"]
    month, day = (int(part) for part in peak_day.split("-"))
    return (
        f"{_moment(facts.first_posted_at, zone)}首发，{_moment(facts.found_at, zone)}发现；截至"
        f"{_moment(datetime.fromisoformat(counted['as_of']), zone)}，相关来件{counted['items']}条（{channels}），"
        f"互动{counted['votes']}次。单日最多为{month}月{day}日的{peak}条；最近24小时{recent}条，"
        f"前24小时{before}条，走势{_turn(recent, before)}。已公开回应{facts.releases}次。"
    )


def _turn(recent: int, before: int) -> str:
    """Where it goes, told by two days' counts; one message makes no trend."""
    if recent > before:
        return _RISING if recent > 1 else "尚不明显"
    return "回落" if recent < before else "持平"


def _risks(facts: Facts, counted: dict[str, Any]) -> list[str]:
    found = [_RISKS[priority] for priority in facts.priorities]
    if _turn(counted["last_day"], counted["day_before"]) == _RISING:
        found.append("热度仍在上升，后续可能向其他平台扩散。")
    if not facts.releases:
        found.append("尚未公开回应，权威信息缺位容易使猜测先行。")
    if facts.several_counties:
        found.append("涉及多个区县，各自回应容易口径不一。")
    if facts.truth is Truth.DOUBTFUL:
        found.append("有关说法未经查实，过早定性或回避都可能引发次生舆情。")
    return found or ["目前未见明显的扩散风险，应继续关注。"]


def _advice(facts: Facts, now: datetime, zone: ZoneInfo) -> list[str]:
    advice = []
    if not facts.releases:
        until = _until(facts.response_due, now, zone) if facts.response_due else "尽快"
        advice.append(f"由{facts.lead}{until}发布权威信息，讲清事实真相、政策措施、处置结果。")
    else:
        advice.append(f"由{facts.lead}持续发布进展，直至办结。")
    if facts.conference_due:
        advice.append(f"{_until(facts.conference_due, now, zone)}举行新闻发布会。")
    if facts.joint:
        advice.append(f"会同{'、'.join(facts.joint)}联动处置，发布前统一口径。")
    if facts.truth is Truth.DOUBTFUL:
        advice.append("请主管部门尽快核查并出具结论和证据，查明之前不作定性。")
    if facts.reported:
        advice.append(f"已上报{facts.report_to}，处置进展及时续报。")
    elif facts.several_counties:
        advice.append(f"涉及多个区县，上报{facts.report_to}，本地联络单位继续计时跟踪。")
    advice.append("对来件人的诉求逐件答复，公开作出的承诺列入台账跟踪；对共性问题向政策制定单位反馈。")
    return advice


def _until(due: datetime, now: datetime, zone: ZoneInfo) -> str:
    moment = _moment(due, zone)
    return f"于{moment}前" if due >= now else f"立即（时限为{moment}，已超时）"


def _ranked(names: Any) -> list[list[Any]]:  # noqa: ANN401  (an iterable of strings)
    return [[name, count] for name, count in Counter(names).most_common(8)]


def _numbered(lines: Sequence[str]) -> str:
    return "\n".join(f"{n}. {line}" for n, line in enumerate(lines, 1))


def _moment(at: datetime, zone: ZoneInfo) -> str:
    local = at.astimezone(zone)
    return f"{local.year}年{local.month}月{local.day}日{local:%H:%M}"
