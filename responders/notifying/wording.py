"""What letters say. A unit reads number, domain, stage, deadline and a link: never a citizen's words, name or phone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from models.actions.notice_rows import DUTY
from models.vocabulary import DEMONSTRATION, Stage, Urgency
from responders.notifying.port import Item

MOST_ITEMS = 40  # the rest is counted, and stands in the console
_WEEKDAYS = "一二三四五六日"
_END_OF_DAY = time(23, 59, 59)
_LADDER = ("due_soon", "remind", "supervise", "circular", "summons", "yellow_card", "red_card")

# Which of an order's kinds of news leads the title of a digest: the gravest first.
_TITLES: dict[str, str] = {
    "emergency": "紧急事项",
    "opinion_major": "重大舆情",
    "red_card": "红牌警示",
    "yellow_card": "黄牌警示",
    "summons": "约谈",
    "circular": "通报",
    "supervise": "督办",
    "remind": "催办",
    "due_soon": "临期提醒",
    "instruction": "督办文书",
    "line_fault": "对外联系电话整改",
    "dispatched": "新派工单",
    "urgency_changed": "紧急程度更正",
    "co_handling": "协办工单",
    "consulted": "会商",
    "to_sign": "答复待审签",
    "sent_back": "退回修改",
    "link": "新的办理链接",
    "revised": "来件更新",
    "informed": "知会",
    "opinion_lead": "舆情回应",
    "opinion_consulted": "舆情会商",
    "opinion_joint": "舆情联动",
    "policy_planned": "政策舆情风险评估",
    "problem": "共性问题反馈",
}
_LINES = {
    "dispatched": "已派至贵单位主办。",
    "urgency_changed": "该件的紧急程度已更正，请按新的期限办理。",
    "line_fault": "工作时间拨测未能接通，请立即整改，并登录系统反馈整改情况。",
    "co_handling": "请贵单位协助主办单位办理。",
    "consulted": "请贵单位参加会商，并先登录系统反馈意见。",
    "informed": "知会贵单位，无需办理。",
    "to_sign": "贵单位拟写的答复等待审签，请审签人办理。",
    "sent_back": "贵单位的答复或申请已退回，请查看意见后继续办理。",
    "link": "这是新的办理链接，原链接已用过。",
    "emergency": "可能危及人身安全。请立即电话核实处置，必要时联系 110、119、120，并登录系统办理。",
    "knowledge_expiring": "该条目 30 天内到期，到期后不再推荐和公开。请核对政策后修订续期，或停用。",
    "revised": "来件人补充或修改了来件，请登录系统查看。",
    "opinion_major": "已研判为重大以上舆情，权威信息须在5小时内发布，24小时内举行新闻发布会。请立即登录系统处置。",
    "opinion_lead": "贵单位为该舆情的回应主体，请立即登录系统拟写口径。",
    "opinion_joint": "请贵单位参加该舆情的联动处置，登录系统查看。",
    "opinion_consulted": "请贵单位就回应口径参加会商，登录系统反馈意见。",
    "policy_planned": "该政策出台前须完成舆情风险评估，请登录系统提交。",
    "problem": "网民反映的共性问题请贵单位研究，并在期限内登录系统反馈采纳情况。",
}
_BEYOND = {"opinion": ("舆情", "opinion"), "policy": ("政策", "policies"), "problem": ("共性问题", "problems"),
           "knowledge": ("问答条目", "knowledge"), "line": ("对外联系电话整改", "lines")}  # fmt: skip
_WITH_LIMITS = {"dispatched", "urgency_changed", "co_handling"}
_ENTRIES = {"recheck": "回头看", "instruct": "督办文书", "follow_up": "回访"}
_VERBS: dict[str, str] = {
    Stage.ACKNOWLEDGE: "签收",
    Stage.OPINION_FIRST: "回应",
    Stage.CALLBACK: "回电",
    Stage.HANDLE: "办结",
    Stage.CO_HANDLE: "反馈协办意见",
}


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who writes, and how this place names things."""

    publisher: str
    public_url: str
    zone: ZoneInfo
    domain_labels: Mapping[str, str]
    unit_names: Mapping[str, str]
    desks: frozenset[str] = frozenset({DUTY})  # who works in the console, not in the unit portal
    duty_role: str = "值班员"
    demonstration: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """A notice as rendering needs it. `due`: the running clocks of its order, stage → deadline."""

    kind: str
    unit: str
    facts: Mapping[str, Any]
    due: Mapping[str, datetime] = field(default_factory=dict)
    link: str | None = None  # a signed link, where its reader has no account
    button: str | None = None  # what a button in a chat carries


@dataclass(frozen=True, slots=True)
class Wording:
    """A letter without its envelope."""

    title: str
    salutation: str
    items: tuple[Item, ...]
    closing: str


def unit_wording(head: Letterhead, unit: str, told: Sequence[Told]) -> Wording:
    """One letter to a unit (or the duty roster) of everything that it is told at once."""
    ordered = sorted(told, key=lambda t: (_rank(t.kind), _about(t)))
    matters: dict[str, list[Told]] = {}
    for each in ordered:
        matters.setdefault(_about(each), []).append(each)
    items = [_item(head, matter) for matter in list(matters.values())[:MOST_ITEMS]]
    if len(matters) > MOST_ITEMS:
        items.append(Item("", f"另有 {len(matters) - MOST_ITEMS} 件，请登录系统查看。", _home(head, unit)))
    role = str(ordered[0].facts.get("role") or head.duty_role)
    name = role if unit == DUTY else head.unit_names.get(unit, unit)
    about = _about(ordered[0]) if len(matters) == 1 else f"{len(matters)} 件"
    return Wording(_title(head, ordered[0], about), f"{name}：", tuple(items), _closing(head))


def _rank(kind: str) -> int:
    kinds = list(_TITLES)
    return kinds.index(kind) if kind in kinds else len(kinds)


def _title(head: Letterhead, gravest: Told, about: str) -> str:
    what = _TITLES.get(gravest.kind, "工单通知")
    if gravest.kind in _LADDER:
        what = str(gravest.facts.get("name") or what)
    drafted = "拟" if gravest.facts.get("needs_decision") else ""
    mark = f"【{DEMONSTRATION}】" if head.demonstration else ""
    return f"{mark}【{drafted}{what}】{about}"


def _item(head: Letterhead, matter: Sequence[Told]) -> Item:
    """Everything about one order under one heading."""
    lines = [_line(head, told) for told in matter]
    if matter[0].unit == DUTY and matter[0].link:
        times = int(matter[0].facts.get("times") or 1)
        before = f"此前已呼叫 {times - 1} 次，无人确认。" if times > 1 else ""
        lines.append(f"{before}处置后请打开链接确认“我已知悉并处理”，否则将继续呼叫下一岗。")
    first = matter[0]
    return Item(_heading(head, first), "\n".join(lines), _link(head, first), button=first.button)


def _about(told: Told) -> str:
    number, document = told.facts.get("number"), told.facts.get("document")
    if document:
        return str(document)
    if what := _beyond_orders(told):
        return f"{what[0]} {told.facts.get('case') or what[1]}"
    subject, _, own = str(told.facts.get("ref", "")).partition(":")
    return f"工单 {number}" if number else f"{_ENTRIES.get(subject, '承诺')} {own or subject}".strip()


def _heading(head: Letterhead, told: Told) -> str:
    domain = told.facts.get("domain")
    label = head.domain_labels.get(str(domain), "") if domain else ""
    urgency = told.facts.get("urgency")
    urgent = f"　{Urgency(urgency).label}" if urgency in {Urgency.URGENT.value, Urgency.EMERGENCY.value} else ""
    return f"{_about(told)}{f'（{label}）' if label else ''}{urgent}"


def _line(head: Letterhead, told: Told) -> str:
    if told.kind in _LADDER:
        return _chased(head, told)
    if told.kind == "instruction":
        return _instructed(told)
    text = _LINES.get(told.kind, "工单有新的进展，请登录系统查看。")
    return text + _limits(head, told) if told.kind in _WITH_LIMITS else text


def _instructed(told: Told) -> str:
    by = told.facts.get("feedback_due")
    asked = f"请于 {by} 前登录系统书面反馈。" if by else "请登录系统查看。"
    return f"已向贵单位发出{told.facts['name']}，{asked}"


def _limits(head: Letterhead, told: Told) -> str:
    verbs = _VERBS if told.kind == "dispatched" else {Stage.HANDLE: "办结"}
    asked = sorted((told.due[stage], verb) for stage, verb in verbs.items() if stage in told.due)
    parts = [f"{day(due, head.zone)}前{verb}" for due, verb in asked]
    return f"请于{'，'.join(parts)}。" if parts else ""


def _chased(head: Letterhead, told: Told) -> str:
    facts = told.facts
    stage = Stage(facts["stage"]).label
    due = day(datetime.fromisoformat(str(facts["due_at"])), head.zone)
    late = _late(int(facts.get("overdue") or 0))
    if told.kind == "due_soon":
        return f"{stage}期限为 {due}，即将到期，请抓紧办理。"
    name, reader = facts.get("name") or _TITLES[told.kind], facts.get("reader")
    holder = head.unit_names.get(str(facts.get("holder")), "")
    if reader == "leader":
        return f"{holder}{stage}期限为 {due}，{late}，已达到“{name}”条件，拟请领导审定。"
    if reader == "supervisor":
        return f"{holder}{stage}期限为 {due}，{late}，现予{name}，请跟踪督促。"
    if reader == "duty":
        return f"{holder}{stage}期限为 {due}，{late}。请立即联系该单位处置，并登录系统查看。"
    return f"{stage}期限为 {due}，{late}，现予{name}，请立即办理。"


def _late(overdue: int) -> str:
    return f"已超期 {overdue} 个工作日" if overdue > 0 else "时限已到"


def day(moment: datetime, zone: ZoneInfo) -> str:
    """2026年2月27日（周五）, with the hour where a limit doesn't end with its day."""
    local = moment.astimezone(zone)
    text = f"{local.year}年{local.month}月{local.day}日（周{_WEEKDAYS[local.weekday()]}）"
    return text if local.time().replace(microsecond=0) == _END_OF_DAY else f"{text}{local:%H:%M}"


def _beyond_orders(told: Told) -> tuple[str, str, str] | None:
    """What it is called, its id and its page, where it is an opinion case or a policy's matter."""
    subject, _, number = str(told.facts.get("ref", "")).partition(":")
    called = _BEYOND.get(subject)
    return (called[0], number, f"{called[1]}/{number}") if called else None


def _link(head: Letterhead, told: Told) -> str:
    number = told.facts.get("number")
    if told.link:
        return link_address(head, told.link)
    if what := _beyond_orders(told):
        return f"{base(head)}/{'console' if told.unit in head.desks else 'unit'}/{what[2]}"
    if str(told.facts.get("ref") or "").startswith("follow_up:"):
        return f"{base(head)}/console/follow-ups"  # no unit asks, nor is shown who is asked
    paper = told.kind == "instruction" or str(told.facts.get("ref") or "").startswith("instruct:")
    if paper or (told.facts.get("needs_decision") and told.facts.get("reader") == "leader"):
        # What a leader decides on are the drafts; the unit that a paper names answers it in its own room.
        return f"{base(head)}/{'console' if told.unit in head.desks else 'unit'}/supervision"
    if told.unit in head.desks:
        return f"{base(head)}/console/orders/{number}" if number else f"{base(head)}/console/ledger"
    return f"{base(head)}/unit/orders/{number}" if number else f"{base(head)}/unit/ledger"


def link_address(head: Letterhead, token: str) -> str:
    """Where a signed link is opened."""
    return f"{base(head)}/u/{token}"


def _home(head: Letterhead, unit: str) -> str:
    return f"{base(head)}/{'console' if unit in head.desks else 'unit'}/"


def base(head: Letterhead) -> str:
    return head.public_url.rstrip("/")


def _closing(head: Letterhead) -> str:
    """Among officials only: a citizen may pass on what he was told."""
    return signature(head, "（系统自动发送，请勿外传）")


def signature(head: Letterhead, aside: str = "（系统自动发送）") -> str:
    mark = f"\n{DEMONSTRATION}，地名、单位和事件均为虚构。" if head.demonstration else ""
    return f"{head.publisher}{aside}{mark}"
